//! Websites from a repository, their deployments and the logs of these.

use super::resources::{check_folder, numbered, respond, task_response};
use super::*;
use crate::state::websites::folder;

pub(super) const ALL: &[Handler] = &[
    list_of("website", Kind::Website, &[Like("path")]),
    post("website", create),
    get_of("website/{id}", Kind::Website),
    put("website/{id}", update),
    delete_of("website/{id}", Kind::Website, "website/delete"),
    post("website/{id}/deploy", deploy),
    list_of("website/{id}/deployment", Kind::Deployment, &[]),
    get_of("website/{id}/deployment/{deploymentId}", Kind::Deployment),
    get("website/{id}/deployment/{deploymentId}/logs", logs),
    value("websiteCreationCapabilities", capabilities),
    get("vcs/webhooks", webhooks),
    world("GET", "/hosting/web/vcs/supported", supported),
];

/// Guess: the most websites of an offer.
const LIMIT: usize = 10;

fn create(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let (path, url) = (cx.body.required("path"), cx.body.required("vcsUrl"));
    let branch = cx.body.required("vcsBranch");
    check_folder("$.path", Some(path))?;
    check_branch(Some(branch))?;
    let starts = ["https://", "git@", "ssh://"];
    let is_repository = starts.iter().any(|start| url.starts_with(start));
    let problem = "expected a repository, such as https://github.com/owner/name.git";
    Refusal::unless(is_repository, "$.vcsUrl", problem)?;
    if hosting.website_in(folder(path)).is_some() {
        return conflict(format!("The folder {path} already holds a website"));
    }
    if hosting.has_module_in(folder(path)) {
        return bad_request("Installation directory is not empty");
    }
    if hosting.resources.count(Kind::Website) >= LIMIT {
        return full_offer("websites");
    }
    let shown = json!({
        "hostingServiceName": hosting.service,
        "name": null,
        "path": path,
        "status": "creating",
        "vcsBranch": branch,
        "vcsUrl": url,
    });
    let (key, website) = numbered(hosting, shown);
    // Guess: a new website is deployed at once.
    let (deployment, resource) = hosting.new_deployment(&key, branch, false, cx.now);
    let work = deployed("creating", "website/create", &deployment);
    let task = hosting.create(cx.now, Kind::Website, &key, website, work);
    hosting.create_with(task, Kind::Deployment, &deployment, resource, "doing");
    Ok(task_response(hosting, cx, task))
}

/// The task of a deployment.
fn deployed(status: &'static str, function: &'static str, deployment: &Key) -> Work {
    let deployment = deployment.clone();
    Work::new(status, function)
        .finally(move |hosting, _, end| hosting.end_deployment(&deployment, end))
}

fn check_branch(branch: Option<&str>) -> Result<(), Refusal> {
    let is_name = |branch: &str| !branch.is_empty() && !branch.contains(char::is_whitespace);
    let is_valid = branch.is_none_or(is_name);
    Refusal::unless(is_valid, "$.vcsBranch", "expected the name of a branch")
}

/// Takes effect at once; the next deployment uses the new branch.
fn update(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let (key, branch) = (cx.key(Kind::Website), cx.body.text("vcsBranch"));
    check_branch(branch)?;
    let website = hosting.resources.idle(Kind::Website, &key)?;
    if let Some(branch) = branch {
        website.set("vcsBranch", branch);
    }
    let response = respond(hosting, cx, Kind::Website, &key)?;
    Ok(response.changed(format!("website {key} was changed")))
}

fn deploy(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = cx.key(Kind::Website);
    let reset = cx.body.flag("reset").unwrap_or(false);
    let website = hosting.resources.idle(Kind::Website, &key)?;
    let branch = website.owned("vcsBranch");
    let (deployment, resource) = hosting.new_deployment(&key, &branch, reset, cx.now);
    let work = deployed("deploying", "website/deploy", &deployment);
    let task = hosting.work(cx.now, Kind::Website, &key, work)?;
    hosting.create_with(task, Kind::Deployment, &deployment, resource, "doing");
    Ok(task_response(hosting, cx, task))
}

fn logs(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = cx.key(Kind::Deployment);
    let deployment = hosting.resources.get(Kind::Deployment, &key)?;
    Ok(Response::json(deployment.hidden.clone()))
}

fn capabilities(hosting: &Hosting, _: &Context<'_>) -> Value {
    let existing = hosting.resources.count(Kind::Website);
    let limits = json!({"allowedWebsites": LIMIT, "existingWebsites": existing});
    limits
}

fn webhooks(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let path = cx.query.required("path");
    let website = hosting.website_in(folder(path));
    let website = website.ok_or_else(|| Refusal::no_object(path))?;
    let id = website.number("id");
    // No server listens there: the address is made up and reserved for examples.
    let token = hosting.ids.key(&format!("webhook {id}"), 24);
    let service = &hosting.service;
    let push = format!("https://webhooks.example.net/{service}/{id}?token={token}");
    Ok(Response::json(json!({"push": push})))
}

fn supported(_: &mut World, _: &Context<'_>) -> HandlerResult {
    Ok(Response::json(json!(["github"])))
}
