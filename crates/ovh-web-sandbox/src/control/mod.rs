//! The control API below `/_sandbox/`, for tests in other languages and for people.
//!
//! It needs no signature; `guard` restricts its callers. Its calls are not in the journal.

pub(crate) mod guard;

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::admin_action::AdminAction;
use crate::auth::credential::{CredentialState, VALIDATION_PATH};
use crate::document::document;
use crate::engine::Engine;
use crate::faults::{BadFault, Fault};
use crate::http::{HttpRequest, HttpResponse};
use crate::journal::Entry;
use crate::page;
use crate::response::Refusal;
use crate::routes::check_operation;
use crate::state::failures::Ending;

/// The maximum number of seconds to advance a clock at once: a century.
const MAX_ADVANCE: f64 = 3_153_600_000.0;

/// Answers requests of the control API and its pages; `None` for others.
pub(crate) fn answer(engine: &Arc<Engine>, request: &HttpRequest) -> Option<HttpResponse> {
    let path = request.path();
    let own = path == "/_sandbox" || path.starts_with("/_sandbox/");
    if !own && path != VALIDATION_PATH {
        return None;
    }
    let answered = guard::check(engine, request).and_then(|()| {
        if own {
            route(engine, request, path)
        } else {
            Ok(page::validation::answer(engine, request))
        }
    });
    Some(answered.unwrap_or_else(|refusal| {
        let mut response = HttpResponse::json(refusal.status, &refusal.body());
        if refusal.status == 401 {
            // A browser then asks for a password, which is the token.
            let challenge = "Basic realm=\"ovh-web-sandbox\"".to_owned();
            response.headers.push(("www-authenticate", challenge));
        }
        response
    }))
}

fn route(engine: &Arc<Engine>, request: &HttpRequest, path: &str) -> Result<HttpResponse, Refusal> {
    let below = path.strip_prefix("/_sandbox").unwrap_or_default();
    let segments: Vec<_> = below.split('/').skip(1).collect();
    let value = match (request.method.as_str(), segments.as_slice()) {
        ("GET" | "HEAD", []) => return Ok(page::redirect("/_sandbox/")),
        ("GET" | "HEAD", [""]) => return Ok(page::overview::answer(engine)),
        ("GET", ["live"]) => return Ok(page::overview::live(engine)),
        ("POST", ["page", action]) => {
            from_page(engine, action)?;
            return Ok(page::redirect("/_sandbox/"));
        }
        ("GET", ["faults"]) => engine.faults.json(),
        ("POST", ["faults"]) => add_faults(engine, &request.body)?,
        ("DELETE", ["faults"]) => {
            engine.faults.clear();
            engine.faults.json()
        }
        ("DELETE", ["faults", id]) => {
            let removed = id.parse().is_ok_and(|id| engine.faults.remove(id));
            if !removed {
                return Err(Refusal::no_object(id));
            }
            engine.faults.json()
        }
        ("GET", ["journal"]) => journal(engine, request)?,
        ("DELETE", ["journal"]) => {
            engine.journal.clear();
            Value::Null
        }
        ("POST", ["reset"]) => {
            engine.reset();
            Value::Null
        }
        ("GET", ["clock"]) => clock(engine),
        ("POST", ["clock"]) => set_clock(engine, &request.body)?,
        ("POST", ["tasks", "fail"]) => fail_task(engine, &request.body)?,
        ("POST", ["dns", kind @ ("txt" | "address")]) => set_record(engine, kind, &request.body)?,
        ("POST", ["incidents"]) => {
            let action = AdminAction::SetIncidents(parse(&request.body)?);
            act(engine, &action, "The incidents cannot be set")?
        }
        ("POST", ["credentials", consumer_key, action]) => {
            credential(engine, consumer_key, action)?
        }
        ("GET", ["hostings"]) => engine.world().hostings.keys().cloned().collect(),
        ("GET", ["zones"]) => engine.world().zones.keys().cloned().collect(),
        _ => return Err(Refusal::no_route()),
    };
    Ok(HttpResponse::json(200, &value))
}

fn from_page(engine: &Engine, action: &str) -> Result<(), Refusal> {
    match action {
        "advance-minute" => engine.clock.advance(Duration::from_secs(60)),
        "advance-day" => engine.clock.advance(Duration::from_secs(86_400)),
        "clear-faults" => engine.faults.clear(),
        "reset" => engine.reset(),
        _ => return Err(Refusal::no_route()),
    }
    Ok(())
}

fn add_faults(engine: &Engine, body: &[u8]) -> Result<Value, Refusal> {
    let bad = |error: BadFault| Refusal::bad_request(error.to_string());
    // All are parsed before the first is added.
    for fault in Fault::list_from_json(body).map_err(bad)? {
        engine.faults.try_add(fault).map_err(bad)?;
    }
    Ok(engine.faults.json())
}

/// The journal, filtered by `operation`, `method`, `path`, `status`, `effect`, `failed` and `since`
/// (a sequence number).
fn journal(engine: &Engine, request: &HttpRequest) -> Result<Value, Refusal> {
    let mut entries = engine.journal.entries();
    for (name, value) in &request.query().0 {
        let number = || {
            value
                .parse::<u64>()
                .map_err(|_| Refusal::bad_value(name, "not a number"))
        };
        let keep: Box<dyn Fn(&Entry) -> bool> = match name.as_str() {
            "operation" => {
                check_operation(value).map_err(|problem| Refusal::bad_value(name, problem))?;
                Box::new(|entry| entry.operation == Some(value))
            }
            "method" => Box::new(|entry| entry.method == *value),
            "path" => Box::new(|entry| entry.path.ends_with(value.as_str())),
            "effect" => Box::new(|entry| entry.json()["effect"] == value.as_str()),
            "failed" => Box::new(|entry| entry.failed() == (value == "true")),
            "status" => {
                let number = number()?;
                Box::new(move |entry| u64::from(entry.status) == number)
            }
            "since" => {
                let number = number()?;
                Box::new(move |entry| entry.sequence > number)
            }
            _ => return Err(Refusal::bad_value(name, "no such filter")),
        };
        entries.retain(|entry| keep(entry));
    }
    Ok(entries.iter().map(Entry::json).collect())
}

fn clock(engine: &Engine) -> Value {
    json!({
        "now": engine.clock.now().rfc3339(),
        "serverTime": engine.time.unix_seconds(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SetClock {
    advance: Option<f64>,
    time_offset: Option<i64>,
}

fn set_clock(engine: &Engine, body: &[u8]) -> Result<Value, Refusal> {
    let wanted: SetClock = parse(body)?;
    if let Some(seconds) = wanted.advance {
        if !(0.0..=MAX_ADVANCE).contains(&seconds) {
            let problem = "a number of seconds, from 0 to a century";
            return Err(Refusal::bad_value("$.advance", problem));
        }
        engine.clock.advance(Duration::from_secs_f64(seconds));
    }
    if let Some(seconds) = wanted.time_offset {
        engine.time.set_offset(seconds);
    }
    Ok(clock(engine))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetRecord<T> {
    name: String,
    value: T,
}

fn set_record(engine: &Engine, kind: &str, body: &[u8]) -> Result<Value, Refusal> {
    let action = if kind == "txt" {
        let SetRecord { name, value } = parse(body)?;
        AdminAction::SetTxt { name, value }
    } else {
        let SetRecord { name, value } = parse(body)?;
        let address = value;
        AdminAction::SetAddress { name, address }
    };
    act(engine, &action, "There are too many DNS records")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailTask {
    /// The function of a task, or an operation.
    what: String,
    ending: Option<Ending>,
}

fn fail_task(engine: &Engine, body: &[u8]) -> Result<Value, Refusal> {
    let FailTask { what, ending } = parse(body)?;
    let is_known = document().check_start(&what);
    is_known.map_err(|problem| Refusal::bad_value("$.what", problem))?;
    let ending = ending.unwrap_or(Ending::Error);
    let action = AdminAction::FailTask { what, ending };
    act(engine, &action, "There are too many tasks to fail already")
}

fn act(engine: &Engine, action: &AdminAction, problem: &str) -> Result<Value, Refusal> {
    let done = engine.act(action);
    done.then_some(Value::Null)
        .ok_or_else(|| Refusal::bad_request(problem))
}

fn credential(engine: &Engine, consumer_key: &str, action: &str) -> Result<Value, Refusal> {
    let state = match action {
        "validate" => CredentialState::Validated,
        "refuse" => CredentialState::Refused,
        "expire" => CredentialState::Expired,
        _ => return Err(Refusal::no_route()),
    };
    if !engine.decide(consumer_key, state) {
        let message = "The sandbox has no such consumer key";
        return Err(Refusal::not_found(message));
    }
    Ok(Value::Null)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::bad_request(error.to_string()))
}
