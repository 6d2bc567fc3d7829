//! Runtimes, and which domains they serve.

use serde_json::json;

use super::generic_resources::{self, check_folder, task_answer};
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::rules::Rule;
use crate::state::generic_resources::{Change, Key, Kind, Record};

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/runtime", list),
    Handler::new("POST", "/hosting/web/{serviceName}/runtime", create),
    Handler::new("GET", "/hosting/web/{serviceName}/runtime/{id}", get),
    Handler::new("PUT", "/hosting/web/{serviceName}/runtime/{id}", update),
    Handler::new("DELETE", "/hosting/web/{serviceName}/runtime/{id}", delete),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/runtime/{id}/attachedDomains",
        domains,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/runtimeAvailableTypes",
        types,
    ),
];

/// How many runtimes there can be where the offer is not asked.
const LIMIT: usize = 10;

/// Guess: which of the known types an offer has; the first is the default.
const TYPES: &[&str] = &[
    "phpfpm-8.0",
    "phpfpm-7.4",
    "nodejs-14",
    "nodejs-12",
    "python-3",
    "ruby-2.6",
];

fn types(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    cx.hosting()?;
    // Guess: that a language is the beginning of the type's name.
    let types = TYPES.iter().filter(|kind| {
        cx.query
            .text("language")
            .is_none_or(|it| kind.starts_with(it))
    });
    Ok(Answer::json(types.copied().collect()))
}

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    generic_resources::list(cx, Kind::Runtime, |query, runtime| {
        query.like("name", runtime.text("name")) && query.filters("type", runtime.text("type"))
    })
}

fn create(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let body = &cx.body;
    check(cx)?;
    let mut shown = json!({
        "appBootstrap": body.text("appBootstrap"),
        "appEnv": body.text("appEnv").unwrap_or("production"),
        "creationDate": now.rfc3339(),
        "isDefault": body.flag("isDefault").unwrap_or(false),
        "isDeletable": !body.flag("isDefault").unwrap_or(false),
        "lastUpdate": now.rfc3339(),
        "name": body.text("name"),
        "publicDir": body.text("publicDir"),
        "type": body.text("type").unwrap_or(TYPES[0]),
    });
    let domains = body.value("attachedDomains").unwrap_or_default();
    let by_offer = cx.world.rules.enforces(Rule::RuntimesOfOffer);
    let hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    let limit = if by_offer {
        hosting.plan().runtimes
    } else {
        LIMIT
    };
    if limit == 0 {
        // Guess: the words, after those for environment variables.
        return Err(Refusal::bad_request(
            "this account is not allowed to create Runtime",
        ));
    }
    for (index, domain) in domains.as_array().into_iter().flatten().enumerate() {
        if !domain
            .as_str()
            .is_some_and(|name| hosting.domains.contains_key(name))
        {
            return Err(Refusal::bad_value(
                &format!("$.attachedDomains[{index}]"),
                "this domain is not attached to the hosting",
            ));
        }
    }
    if hosting.records.count(Kind::Runtime) >= limit {
        // Guess: the words for a full offer.
        return Err(Refusal::bad_request(
            "You have reached the maximum number of runtimes of your offer",
        ));
    }
    let id = hosting.ids.next();
    shown["id"] = id.into();
    let record = Record::new(shown).keeping(domains);
    let key = Key::Number(id);
    let task = hosting.create_record(Kind::Runtime, key, record, "runtime/create", now);
    let what = format!("runtime {id} is being created");
    Ok(task_answer(hosting, task, now, what))
}

fn check(cx: &Context<'_>) -> Result<(), Refusal> {
    check_folder("$.publicDir", cx.body.text("publicDir"))?;
    match cx.body.text("type") {
        Some(kind) if !TYPES.contains(&kind) => Err(Refusal::bad_value(
            "$.type",
            format!("this offer has {}", TYPES.join(", ")),
        )),
        _ => Ok(()),
    }
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    generic_resources::get(cx, Kind::Runtime, &key)
}

/// Answers with nothing; the change is seen in the status of the runtime.
fn update(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    check(cx)?;
    let change = Change::Set(cx.body.0.clone());
    let work = ("updating", "runtime/update");
    let mut answer = generic_resources::work(cx, Kind::Runtime, &key, work, change)?;
    answer.body = serde_json::Value::Null;
    Ok(answer)
}

fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    let runtime = cx.hosting()?.records.get(Kind::Runtime, &key)?;
    if runtime.shown.get("isDeletable") == Some(&false.into()) {
        // Guess: the words.
        return Err(Refusal::bad_request(
            "The default runtime cannot be deleted",
        ));
    }
    let work = ("deleting", "runtime/delete");
    generic_resources::work(cx, Kind::Runtime, &key, work, Change::Gone)
}

fn domains(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    let hosting = cx.hosting()?;
    hosting.records.get(Kind::Runtime, &key)?;
    let domains = match key {
        Key::Number(id) => hosting.runtime_domains(id),
        _ => Vec::new(),
    };
    Ok(Answer::json(domains.into()))
}
