//! Whether a write that may have been sent was done, as far as a read of its object shows.

use serde_json::Value;

use crate::account::Account;
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
    Ok(match (method, found) {
        ("DELETE", found) => Some(found.is_none()),
        ("PUT", Some(found)) => {
            let wanted = invocation.parts.body.as_ref();
            wanted.map(|wanted| has(&found, wanted))
        }
        ("POST", found) => {
            let creates = values.len() > invocation.row.values.len();
            creates.then(|| found.is_some())
        }
        _ => None,
    })
}

/// `true` if `found` has every property of `wanted` with its value.
fn has(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => wanted.iter().all(|(name, wanted)| {
            let found = found.get(name).unwrap_or(&Value::Null);
            has(found, wanted)
        }),
        (found, wanted) => found == wanted,
    }
}
