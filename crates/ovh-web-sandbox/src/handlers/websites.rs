//! Websites that come from a repository, their deployments and the logs of these.

use serde_json::{Map, Value, json};

use super::generic_resources::{self, check_folder, task_answer};
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::state::generic_resources::{Change, Key, Kind, Record};
use crate::state::hosting::Hosting;
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/website", list),
    Handler::new("POST", "/hosting/web/{serviceName}/website", create),
    Handler::new("GET", "/hosting/web/{serviceName}/website/{id}", get),
    Handler::new("PUT", "/hosting/web/{serviceName}/website/{id}", update),
    Handler::new("DELETE", "/hosting/web/{serviceName}/website/{id}", delete),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/website/{id}/deploy",
        deploy,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/website/{id}/deployment",
        deployments,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/website/{id}/deployment/{deploymentId}",
        deployment,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/website/{id}/deployment/{deploymentId}/logs",
        logs,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/websiteCreationCapabilities",
        capabilities,
    ),
    Handler::new("GET", "/hosting/web/{serviceName}/vcs/webhooks", webhooks),
    Handler::new("GET", "/hosting/web/vcs/supported", supported),
];

/// Guess: how many websites the offer has room for.
const LIMIT: usize = 10;

fn folder(path: &str) -> &str {
    path.trim_matches(['.', '/'])
}

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let hosting: &Hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    let query = &cx.query;
    let websites = hosting.records.all(Kind::Website);
    Ok(cx.wanted.list(
        websites.filter(|(_, website)| query.like("path", website.text("path"))),
        |(key, _)| key.json(),
        |(_, website)| hosting.website_json(website),
    ))
}

fn create(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let body = &cx.body;
    let (path, url) = (body.required("path"), body.required("vcsUrl"));
    check_folder("$.path", Some(path))?;
    check_branch(Some(body.required("vcsBranch")))?;
    if !(url.starts_with("https://") || url.starts_with("git@") || url.starts_with("ssh://")) {
        return Err(Refusal::bad_value(
            "$.vcsUrl",
            "the address of a repository, such as https://github.com/owner/name.git",
        ));
    }
    let hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    if hosting.website_in(folder(path)).is_some() {
        return Err(Refusal::conflict(format!(
            "The folder {path} already holds a website"
        )));
    }
    if hosting
        .modules
        .values()
        .any(|module| folder(&module.path) == folder(path))
    {
        return Err(Refusal::bad_request("Installation directory is not empty"));
    }
    if hosting.records.count(Kind::Website) >= LIMIT {
        // Guess: the words for a full offer.
        return Err(Refusal::bad_request(
            "You have reached the maximum number of websites of your offer",
        ));
    }
    let id = hosting.ids.next();
    let shown = json!({
        "hostingServiceName": hosting.service,
        "id": id,
        "name": null,
        "path": path,
        "status": "creating",
        "vcsBranch": body.required("vcsBranch"),
        "vcsUrl": url,
    });
    let key = Key::Number(id);
    hosting
        .records
        .insert(Kind::Website, key.clone(), Record::new(shown));
    // Guess: a new website is deployed at once.
    let task = start_deployment(hosting, &key, ("creating", "website/create"), false, cx.now);
    Ok(task_answer(
        hosting,
        task,
        now,
        format!("website {id} is being created"),
    ))
}

fn start_deployment(
    hosting: &mut Hosting,
    key: &Key,
    (status, function): (&'static str, &'static str),
    reset: bool,
    now: crate::clock::Moment,
) -> u64 {
    let deployment = hosting.add_deployment(key, reset, now);
    let job = Job {
        function,
        object_type: "Website",
        object_id: key.to_string(),
        outcome: Outcome::Deployed(key.clone(), deployment),
    };
    let task = hosting.start(now, job);
    hosting.occupy_record(Kind::Website, key, status, task);
    task
}

fn check_branch(branch: Option<&str>) -> Result<(), Refusal> {
    match branch {
        Some(branch) if branch.is_empty() || branch.contains(char::is_whitespace) => {
            Err(Refusal::bad_value("$.vcsBranch", "the name of a branch"))
        }
        _ => Ok(()),
    }
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    let hosting: &Hosting = cx.hosting()?;
    let website = hosting.records.get(Kind::Website, &key)?;
    Ok(Answer::json(hosting.website_json(website)))
}

/// Takes effect at once; the next deployment is from the new branch.
fn update(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    let branch = cx.body.owned("vcsBranch");
    check_branch(branch.as_deref())?;
    let hosting = cx.hosting()?;
    let website = hosting.records.get_mut(Kind::Website, &key)?;
    if website.task.is_some() {
        return Err(Refusal::busy());
    }
    if let Some(branch) = branch {
        website.set("vcsBranch", branch);
    }
    let hosting: &Hosting = hosting;
    let website = hosting.records.get(Kind::Website, &key)?;
    Ok(Answer::json(hosting.website_json(website)).changed(format!("website {key} was changed")))
}

fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    let work = ("deleting", "website/delete");
    generic_resources::work(cx, Kind::Website, &key, work, Change::Gone)
}

fn deploy(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let key = Key::parse(cx.path.get("id"));
    let reset = cx.body.flag("reset").unwrap_or(false);
    let hosting = cx.hosting()?;
    if hosting.records.get(Kind::Website, &key)?.task.is_some() {
        return Err(Refusal::busy());
    }
    let work = ("deploying", "website/deploy");
    let task = start_deployment(hosting, &key, work, reset, now);
    Ok(task_answer(
        hosting,
        task,
        now,
        format!("website {key} is being deployed"),
    ))
}

fn deployments(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let whole = (Kind::Website, Key::parse(cx.path.get("id")));
    generic_resources::list_parts(cx, Kind::Deployment, whole, |_, _| true)
}

fn deployment_key(cx: &Context<'_>) -> Key {
    Key::parse(cx.path.get("deploymentId")).within(Key::parse(cx.path.get("id")))
}

fn deployment(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = deployment_key(cx);
    generic_resources::get(cx, Kind::Deployment, &key)
}

fn logs(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = deployment_key(cx);
    let deployment = cx.hosting()?.records.get(Kind::Deployment, &key)?;
    Ok(Answer::json(deployment.kept.clone()))
}

fn capabilities(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let existing = cx.hosting()?.records.count(Kind::Website);
    Ok(Answer::json(
        json!({"allowedWebsites": LIMIT, "existingWebsites": existing}),
    ))
}

fn webhooks(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let path = cx.query.required("path").to_owned();
    let hosting = cx.hosting()?;
    let (key, _) = hosting
        .website_in(folder(&path))
        .ok_or_else(|| Refusal::no_object(&path))?;
    // Nothing listens there: the address is made up and reserved for examples.
    let token = hosting.ids.key(&format!("webhook {key}"), 24);
    let push = format!(
        "https://webhooks.example.net/{}/{key}?token={token}",
        hosting.service
    );
    Ok(Answer::json(Value::Object(Map::from_iter([(
        "push".to_owned(),
        push.into(),
    )]))))
}

fn supported(_: &mut Context<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::json(json!(["github"])))
}
