//! Requests of the command table, as JSON.

use ovh_web::{Operation, RawRequest};
use serde_json::Value;

use crate::account::Account;
use crate::body::Parts;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// An operation by its ID.
pub(crate) fn operation(id: &str) -> Outcome<&'static Operation> {
    ovh_web::operations::by_id(id)
        .ok_or_else(|| Failure::new(Exit::Failed, format!("no operation {id}")))
}

/// A request with its query, headers and body.
pub(crate) fn request(
    account: &Account,
    operation: &'static Operation,
    values: &[&str],
    parts: &Parts,
) -> Outcome<RawRequest> {
    let mut request = account.client.operation(operation, values)?;
    for (name, value) in &parts.query {
        request = request.query(name, value.as_str());
    }
    for (name, value) in &parts.headers {
        request = request.header(*name, value.as_str());
    }
    if let Some(body) = &parts.body {
        request = request.body(body);
    }
    Ok(request)
}

/// Sends a request and reads its response; `None` if it has no body.
pub(crate) async fn send(request: RawRequest, operation: &Operation) -> Outcome<Option<Value>> {
    if operation.is_void() {
        request.send().await?;
        return Ok(None);
    }
    Ok(Some(request.json().await?))
}

/// All items of a list.
pub(crate) async fn list(account: &Account, id: &str, values: &[&str]) -> Outcome<Vec<Value>> {
    let request = account.client.operation(operation(id)?, values)?;
    Ok(request.list()?.await?)
}

/// Replaces the secrets of a response.
pub(crate) fn without_secrets(mut value: Value, operation: Option<&Operation>) -> Value {
    ovh_web::operations::redact(operation, &mut value);
    value
}
