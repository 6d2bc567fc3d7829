//! Websites from a repository, their deployments and the logs of these.

use serde_json::json;

use super::resources::Filter::Like;
use super::resources::{check_folder, numbered, respond, task_response};
use super::{
    Context, Handler, HandlerResult, bad_request, bad_value, conflict, delete_of, get, get_of,
    list_of, post, put, world,
};
use crate::response::{Refusal, Response};
use crate::state::World;
use crate::state::hosting::Hosting;
use crate::state::resources::{Key, Kind, Work};
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
    get("websiteCreationCapabilities", capabilities),
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
    if !(url.starts_with("https://") || url.starts_with("git@") || url.starts_with("ssh://")) {
        return bad_value(
            "$.vcsUrl",
            "expected a repository, such as https://github.com/owner/name.git",
        );
    }
    if hosting.website_in(folder(path)).is_some() {
        return conflict(format!("The folder {path} already holds a website"));
    }
    if hosting.has_module_in(folder(path)) {
        return bad_request("Installation directory is not empty");
    }
    if hosting.resources.count(Kind::Website) >= LIMIT {
        // Guess: the wording for a full offer.
        return bad_request("You have reached the maximum number of websites of your offer");
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
    match branch {
        Some(branch) if branch.is_empty() || branch.contains(char::is_whitespace) => {
            bad_value("$.vcsBranch", "expected the name of a branch")
        }
        _ => Ok(()),
    }
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
    let branch = hosting
        .resources
        .idle(Kind::Website, &key)?
        .owned("vcsBranch");
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

fn capabilities(hosting: &mut Hosting, _: &Context<'_>) -> HandlerResult {
    let existing = hosting.resources.count(Kind::Website);
    Ok(Response::json(
        json!({"allowedWebsites": LIMIT, "existingWebsites": existing}),
    ))
}

fn webhooks(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let path = cx.query.required("path");
    let website = hosting.website_in(folder(path));
    let id = website
        .ok_or_else(|| Refusal::no_object(path))?
        .number("id");
    // No server listens there: the address is made up and reserved for examples.
    let token = hosting.ids.key(&format!("webhook {id}"), 24);
    let service = &hosting.service;
    let push = format!("https://webhooks.example.net/{service}/{id}?token={token}");
    Ok(Response::json(json!({"push": push})))
}

fn supported(_: &mut World, _: &Context<'_>) -> HandlerResult {
    Ok(Response::json(json!(["github"])))
}
