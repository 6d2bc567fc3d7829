//! The contract behind a hosting: how it is renewed.

use serde_json::Value;

use super::{Context, Handler};
use crate::reply::{Answer, Refusal};

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/serviceInfos", get),
    Handler::new("PUT", "/hosting/web/{serviceName}/serviceInfos", update),
];

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    Ok(Answer::json(cx.hosting()?.service_json(now)))
}

fn update(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let Some(renew) = cx.body.value("renew").filter(Value::is_object) else {
        return Ok(Answer::void());
    };
    let hosting = cx.hosting()?;
    hosting.renew = merged(hosting.renew.take(), &renew);
    Ok(Answer::void().changed("the renewal was changed"))
}

/// The properties of both; those of the second win.
pub(super) fn merged(old: Value, new: &Value) -> Value {
    let mut map = match old {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    };
    if let Some(new) = new.as_object() {
        map.extend(new.clone());
    }
    Value::Object(map)
}
