//! FTP and SSH users.

use super::names::{check_login, check_password};
use super::{Context, Handler};
use crate::offers::Offer;
use crate::reply::{Answer, Refusal};
use crate::rules::{Rule, Rules};
use crate::state::hosting::Hosting;
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;
use crate::state::users::{User, UserSettings};

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/user", list),
    Handler::new("POST", "/hosting/web/{serviceName}/user", create),
    Handler::new("GET", "/hosting/web/{serviceName}/user/{login}", get),
    Handler::new("PUT", "/hosting/web/{serviceName}/user/{login}", update),
    Handler::new("DELETE", "/hosting/web/{serviceName}/user/{login}", delete),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/user/{login}/changePassword",
        change_password,
    ),
];

/// How many users there can be where the offer is not asked.
const LIMIT: usize = 1_000;

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let hosting: &Hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    let query = &cx.query;
    let users = hosting
        .users
        .iter()
        .filter(|(login, _)| query.like("login", login))
        .filter(|(_, user)| query.like("home", &user.home));
    Ok(cx.wanted.list(
        users,
        |(login, _)| login.as_str().into(),
        |(login, user)| hosting.user_json(login, user),
    ))
}

fn create(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let (login, home) = (cx.body.required("login"), cx.body.required("home"));
    let password = cx.body.required("password");
    check_password(&cx.world.rules, "$.password", password, 1)?;
    check_home(Some(home))?;
    let rules = cx.world.rules.clone();
    let hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    if hosting.users.contains_key(login) {
        return Err(Refusal::conflict(format!(
            "The user {login} already exists"
        )));
    }
    check_login(&rules, login, &hosting.login)?;
    let plan = hosting.plan();
    check_ssh(&rules, plan, cx.body.text("sshState"))?;
    let limit = if rules.enforces(Rule::UsersOfOffer) {
        plan.users.max(hosting.first_users)
    } else {
        LIMIT
    };
    if hosting.users.len() > limit {
        // Guess: the words for a full offer.
        return Err(Refusal::bad_request(
            "You have reached the maximum number of users of your offer",
        ));
    }
    let task = hosting.start(
        now,
        job("user/create", login, Outcome::UserReady(login.to_owned())),
    );
    // Guess: SSH is off unless it is asked for.
    let ssh = cx.body.text("sshState").unwrap_or("none");
    let user = User::creating(home, ssh, task);
    hosting.users.insert(login.to_owned(), user);
    Ok(
        Answer::json(hosting.task_json(task, now))
            .changed(format!("user {login} is being created")),
    )
}

fn check_ssh(rules: &Rules, plan: &Offer, ssh: Option<&str>) -> Result<(), Refusal> {
    let wanted = ssh.is_some_and(|ssh| ssh != "none");
    if wanted && !plan.ssh && rules.enforces(Rule::SshOfOffer) {
        // Guess: how SSH is refused where the offer does not include it.
        return Err(Refusal::bad_value(
            "$.sshState",
            "your offer does not include SSH",
        ));
    }
    Ok(())
}

fn check_home(home: Option<&str>) -> Result<(), Refusal> {
    match home {
        Some(home) if home.split('/').any(|part| part == "..") => Err(Refusal::bad_value(
            "$.home",
            "a folder inside of the hosting",
        )),
        _ => Ok(()),
    }
}

fn job(function: &'static str, login: &str, outcome: Outcome) -> Job {
    Job {
        function,
        object_type: "User",
        object_id: login.to_owned(),
        outcome,
    }
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let login = cx.path.get("login");
    let hosting: &Hosting = cx.hosting()?;
    match hosting.users.get(login) {
        Some(user) => Ok(Answer::json(hosting.user_json(login, user))),
        None => Err(Refusal::no_object(login)),
    }
}

/// Answers with nothing; the change is seen in the status of the user.
fn update(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, login) = (cx.now, cx.path.get("login"));
    check_home(cx.body.text("home"))?;
    let settings = UserSettings {
        home: cx.body.owned("home"),
        ssh: cx.body.owned("sshState"),
        state: cx.body.owned("state"),
    };
    let rules = cx.world.rules.clone();
    let hosting = cx.hosting()?;
    check_ssh(&rules, hosting.plan(), settings.ssh.as_deref())?;
    let outcome = Outcome::UserUpdated(login.to_owned(), settings);
    hosting.work_on_user(login, "updating", now, job("user/update", login, outcome))?;
    Ok(Answer::void().changed(format!("user {login} is being changed")))
}

fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, login) = (cx.now, cx.path.get("login"));
    let hosting = cx.hosting()?;
    if hosting.user(login)?.primary {
        // Guess: the words.
        return Err(Refusal::bad_request("The primary user cannot be deleted"));
    }
    let outcome = Outcome::UserGone(login.to_owned());
    let work = job("user/delete", login, outcome);
    let task = hosting.work_on_user(login, "deleting", now, work)?;
    Ok(
        Answer::json(hosting.task_json(task, now))
            .changed(format!("user {login} is being deleted")),
    )
}

fn change_password(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, login) = (cx.now, cx.path.get("login"));
    let password = cx.body.required("password");
    check_password(&cx.world.rules, "$.password", password, 1)?;
    let hosting = cx.hosting()?;
    let outcome = Outcome::UserPassword(login.to_owned());
    let work = job("user/changePassword", login, outcome);
    let task = hosting.work_on_user(login, "updating", now, work)?;
    Ok(Answer::json(hosting.task_json(task, now))
        .changed(format!("the password of user {login} is being changed")))
}
