//! FTP and SSH users.

use super::resources::{self, check_folder, with_body, work};
use super::*;
use crate::names::{check_login, check_password};

pub(super) const ALL: &[Handler] = &[
    list_of("user", Kind::User, &[Like("login"), Like("home")]),
    post("user", create),
    get_of("user/{login}", Kind::User),
    put("user/{login}", update),
    delete("user/{login}", remove),
    post("user/{login}/changePassword", change_password),
];

/// The most users where the offer does not limit them.
const LIMIT: usize = 1_000;

fn create(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let (login, home) = (cx.body.required("login"), cx.body.required("home"));
    let password = cx.body.required("password");
    check_password(&hosting.rules, "$.password", password, 1)?;
    check_folder("$.home", Some(home))?;
    let key = Key::text(login);
    if hosting.resources.find(Kind::User, &key).is_some() {
        return conflict(format!("The user {login} already exists"));
    }
    check_login(&hosting.rules, login, &hosting.login)?;
    check_ssh(hosting, cx)?;
    let limit = match hosting.rules.enforces(Rule::UsersOfOffer) {
        true => hosting.plan().users.max(hosting.first_users),
        false => LIMIT,
    };
    if hosting.resources.count(Kind::User) > limit {
        return full_offer("users");
    }
    // Guess: SSH is off by default.
    let user = hosting.user(login, home, cx.body.text("sshState").unwrap_or("none"));
    let work = Work::create("user/create");
    resources::create(hosting, cx, Kind::User, (key, user), work)
}

fn check_ssh(hosting: &Hosting, cx: &Context<'_>) -> Result<(), Refusal> {
    let wanted = cx.body.text("sshState").is_some_and(|ssh| ssh != "none");
    let is_allowed = !wanted || hosting.plan().ssh || !hosting.rules.enforces(Rule::SshOfOffer);
    // Guess: the refusal of SSH where the offer does not include it.
    Refusal::unless(is_allowed, "$.sshState", "your offer does not include SSH")
}

/// Returns nothing; the user shows the change in its status.
fn update(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    check_folder("$.home", cx.body.text("home"))?;
    check_ssh(hosting, cx)?;
    let mut values = cx.body.0.clone();
    values.retain(|_, value| !value.is_null());
    let update = Work::update("user/update").set(values);
    let response = work(hosting, cx, Kind::User, update)?;
    Ok(with_body(response, Value::Null))
}

fn remove(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let user = cx.find(hosting, Kind::User)?;
    if user.flag("isPrimaryAccount") {
        // Guess: the wording.
        return bad_request("The primary user cannot be deleted");
    }
    resources::delete(hosting, cx, Kind::User, "user/delete")
}

fn change_password(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let password = cx.body.required("password");
    check_password(&hosting.rules, "$.password", password, 1)?;
    let update = Work::update("user/changePassword").edit(|user, _| {
        user.hidden = (user.hidden.as_u64().unwrap_or_default() + 1).into();
    });
    work(hosting, cx, Kind::User, update)
}
