//! Whether a write that may have been sent was done, as far as a read of its object shows.

use serde_json::Value;

use crate::account::Account;
use crate::command::Wait;
use crate::failure::Outcome;
use crate::invocation::Invocation;
use crate::requests;

/// Reads the object. `None` if a read cannot tell.
pub(crate) async fn is_done(
    account: &Account,
    invocation: &Invocation,
    object: Option<&[String]>,
) -> Outcome<Option<bool>> {
    let (Some(read), Some(values)) = (invocation.row.object, object) else {
        return Ok(None);
    };
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let request = account
        .client
        .operation(requests::operation(read)?, &values)?;
    let found = match request.fresh().json::<Value>().await {
        Ok(found) => Some(found),
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error.into()),
    };
    let method = invocation.row.row().method().as_str();
    let is_done = match (method, found) {
        ("DELETE", found) => Some(found.is_none()),
        // No response shows a secret.
        ("PUT", _) if !invocation.secrets.is_empty() => None,
        ("PUT", Some(found)) => {
            let wanted = invocation.parts.body.as_ref();
            wanted.and_then(|wanted| has(&found, wanted))
        }
        ("POST", found) => {
            let creates = values.len() > invocation.row.values.len();
            creates.then(|| found.is_some())
        }
        _ => None,
    };
    // Work that the server has accepted may not show yet.
    Ok(is_done.filter(|is_done| *is_done || invocation.row.wait == Wait::None))
}

/// `true` if `found` has every property of `wanted` with its value; `None` if it lacks one of them.
fn has(found: &Value, wanted: &Value) -> Option<bool> {
    let (Value::Object(found), Value::Object(wanted)) = (found, wanted) else {
        return Some(found == wanted);
    };
    let mut result = Some(true);
    for (name, wanted) in wanted {
        let is_same = found.get(name).map(|found| has(found, wanted));
        match is_same.unwrap_or_else(|| wanted.is_null().then_some(true)) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn property_that_is_not_shown_decides_nothing() {
        let found = json!({"a": 1, "b": {"c": 2}});
        for (wanted, expected) in [
            (json!({"a": 1, "b": {"c": 2}, "d": null}), Some(true)),
            (json!({"a": 1, "password": "canary"}), None),
            (json!({"b": {"c": 2, "password": "canary"}}), None),
            (json!({"a": 2, "password": "canary"}), Some(false)),
        ] {
            assert_eq!(has(&found, &wanted), expected, "{wanted}");
        }
    }
}
