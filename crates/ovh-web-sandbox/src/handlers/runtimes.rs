//! Runtimes, and the domains that they serve.

use super::resources::{self, check_folder, numbered, with_body, work};
use super::*;

pub(super) const ALL: &[Handler] = &[
    list_of("runtime", Kind::Runtime, &[Like("name"), Equal("type")]),
    post("runtime", create),
    get_of("runtime/{id}", Kind::Runtime),
    put("runtime/{id}", update),
    delete("runtime/{id}", remove),
    get("runtime/{id}/attachedDomains", domains),
    value("runtimeAvailableTypes", types),
];

/// The most runtimes where the offer does not limit them.
const LIMIT: usize = 10;

/// Guess: the types that an offer includes; the first is the default.
const TYPES: &[&str] = &[
    "phpfpm-8.0",
    "phpfpm-7.4",
    "nodejs-14",
    "nodejs-12",
    "python-3",
    "ruby-2.6",
];

fn types(_: &Hosting, cx: &Context<'_>) -> Value {
    // Guess: the name of a type starts with its language.
    let language = cx.query.text("language").unwrap_or_default();
    let types = TYPES.iter().filter(|kind| kind.starts_with(language));
    types.copied().collect()
}

fn create(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let body = &cx.body;
    check(cx)?;
    let is_default = body.flag("isDefault").unwrap_or(false);
    let shown = json!({
        "appBootstrap": body.text("appBootstrap"),
        "appEnv": body.text("appEnv").unwrap_or("production"),
        "creationDate": cx.now.rfc3339(),
        "isDefault": is_default,
        "isDeletable": !is_default,
        "lastUpdate": cx.now.rfc3339(),
        "name": body.text("name"),
        "publicDir": body.text("publicDir"),
        "taskId": null,
        "type": body.text("type").unwrap_or(TYPES[0]),
    });
    let limit = match hosting.rules.enforces(Rule::RuntimesOfOffer) {
        true => hosting.plan().runtimes,
        false => LIMIT,
    };
    if limit == 0 {
        // Guess: the wording, after the one for environment variables.
        return bad_request("this account is not allowed to create Runtime");
    }
    let domains = body.value("attachedDomains").unwrap_or_default();
    for (index, domain) in domains.as_array().into_iter().flatten().enumerate() {
        let is_attached = hosting.domain(domain.as_str().unwrap_or_default()).is_ok();
        let place = format!("$.attachedDomains[{index}]");
        Refusal::unless(
            is_attached,
            &place,
            "this domain is not attached to the hosting",
        )?;
    }
    if hosting.resources.count(Kind::Runtime) >= limit {
        return full_offer("runtimes");
    }
    let (key, runtime) = numbered(hosting, shown);
    let runtime = (key, runtime.with_hidden(domains));
    let work = changed(Work::create("runtime/create"));
    resources::create(hosting, cx, Kind::Runtime, runtime, work)
}

fn changed(work: Work) -> Work {
    work.then(|hosting, key, _| hosting.runtime_changed(key))
}

fn check(cx: &Context<'_>) -> Result<(), Refusal> {
    check_folder("$.publicDir", cx.body.text("publicDir"))?;
    match cx.body.text("type") {
        Some(kind) if !TYPES.contains(&kind) => not_one_of("$.type", TYPES),
        _ => Ok(()),
    }
}

/// Returns nothing; the runtime shows the change in its status.
fn update(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    check(cx)?;
    let update = Work::update("runtime/update").set(cx.body.0.clone());
    let response = work(hosting, cx, Kind::Runtime, changed(update))?;
    Ok(with_body(response, Value::Null))
}

fn remove(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let runtime = cx.find(hosting, Kind::Runtime)?;
    if runtime.flag("isDefault") {
        // Guess: the wording.
        return bad_request("The default runtime cannot be deleted");
    }
    let delete = Work::delete("runtime/delete");
    let delete = delete.then(|hosting, key, _| hosting.runtime_deleted(key));
    work(hosting, cx, Kind::Runtime, delete)
}

fn domains(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = cx.key(Kind::Runtime);
    hosting.resources.get(Kind::Runtime, &key)?;
    Ok(Response::json(hosting.runtime_domains(&key).into()))
}
