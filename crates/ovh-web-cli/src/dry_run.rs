//! `--dry-run`: what would be sent, and nothing is.

use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::command::{Command, Place, Wait};
use crate::failure::Outcome;
use crate::invocation::Invocation;
use crate::redact::{self, REDACTED};

/// The plan for one target, as a value.
pub(crate) async fn plan(
    account: &Account,
    invocation: &Invocation,
    target: &str,
) -> Outcome<Value> {
    let row = invocation.row;
    let operation = row.row();
    let mut parts = invocation.parts.clone();
    if let Some(body) = &mut parts.body {
        let names = operation.secret_fields();
        redact::redact(body, &|name| names.contains(&name));
    }
    for secret in &invocation.secrets {
        if let Place::Body(path) = secret.flag.place {
            parts.put(path, Value::from(REDACTED))?;
        }
    }
    let request =
        crate::requests::request(account, operation, &invocation.values_of(target), &parts)?
            .into_request()?;
    let mut plan = Map::new();
    if row.has_hosting() {
        plan.insert("hosting".into(), target.into());
    }
    plan.insert("method".into(), operation.method().as_str().into());
    plan.insert("path".into(), request.path().into());
    if !parts.query.is_empty() {
        let pairs = parts.query.iter();
        let query: Map<String, Value> = pairs
            .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
            .collect();
        plan.insert("query".into(), Value::Object(query));
    }
    if let Some(body) = parts.body {
        plan.insert("body".into(), body);
    }
    plan.insert("actions".into(), json!(operation.iam_actions()));
    plan.insert("allowed".into(), allowed(account, row, target).await?);
    plan.insert("waits_for".into(), waits_for(row).into());
    if let Some(loss) = crate::risk::loss(row) {
        plan.insert("loses".into(), loss.into());
    }
    Ok(Value::Object(plan))
}

/// Whether the credentials may send the request, in a word.
async fn allowed(account: &Account, row: &Command, target: &str) -> Outcome<Value> {
    let checked = match row.has_hosting() {
        true => account.client.hosting(target).check([row.operation]).await,
        false => account.client.check([row.operation]).await,
    };
    Ok(match checked {
        Ok(permissions) => permissions
            .first()
            .map_or(Value::Null, |permission| permission.to_string().into()),
        Err(error) => format!("not known: {}", error.message()).into(),
    })
}

/// What the command would wait for, in words.
pub(crate) fn waits_for(row: &Command) -> String {
    match row.wait {
        Wait::None => "nothing".to_owned(),
        Wait::Task => "the task that the response names".to_owned(),
        Wait::Status(operation) => format!("the status of {operation}"),
        Wait::Gone(operation) => format!("404 of {operation}"),
    }
}
