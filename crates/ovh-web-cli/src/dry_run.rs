//! `--dry-run`: what would be sent, and nothing is.

use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::command::{Command, Place, Wait};
use crate::failure::Outcome;
use crate::invocation::Invocation;
use crate::requests;

/// The properties of a plan.
pub(crate) const COLUMNS: [&str; 8] = [
    "hosting",
    "method",
    "path",
    "body",
    "actions",
    "allowed",
    "waits_for",
    "loses",
];

/// The plan for one target, as a value.
pub(crate) async fn plan(
    account: &Account,
    invocation: &Invocation,
    target: &str,
) -> Outcome<Value> {
    let row = invocation.row;
    let operation = row.row();
    let mut parts = invocation.parts.clone();
    for secret in &invocation.secrets {
        if secret.flag.place == Place::Body {
            parts.put(&secret.flag.body_path(), Value::from("a secret"))?;
        }
    }
    let values = invocation.values_of(target);
    let preview = requests::request(account, operation, &values, &parts)?.preview()?;
    let mut plan = Map::new();
    if row.has_hosting() {
        plan.insert("hosting".into(), target.into());
    }
    plan.insert("method".into(), preview.method.as_str().into());
    plan.insert("path".into(), preview.target.into());
    if let Some(body) = preview.body {
        plan.insert("body".into(), body);
    }
    plan.insert("actions".into(), json!(operation.iam_actions()));
    plan.insert("allowed".into(), allowed(account, row, target).await?);
    plan.insert("waits_for".into(), waits_for(row).into());
    if let Some(loss) = crate::risk::loss(row, parts.body.as_ref()) {
        plan.insert("loses".into(), loss.into());
    }
    Ok(Value::Object(plan))
}

/// The permission check, as text.
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

/// The description of the wait.
pub(crate) fn waits_for(row: &Command) -> String {
    match row.wait {
        Wait::None => "nothing".to_owned(),
        Wait::Task => "the task that the response names".to_owned(),
        Wait::Status(operation) => format!("the status of {operation}"),
        Wait::Gone(operation) => format!("404 of {operation}"),
    }
}
