//! The change of an object that is created: every field of its body, with secrets redacted.

use ovh_runtime::private::ReadBody;
use serde::Serialize;
use serde_json::Value;

use crate::ensure::REDACTED;
use crate::{Change, ChangeKind, FieldChange};

/// Returns the change that creates an object.
///
/// `left_out` are the fields that identify the object, or are only parameters of the request.
pub(super) fn created<B: Serialize + ReadBody<'static>>(
    body: &B,
    left_out: &[&str],
    secrets: &[&str],
) -> Change {
    let body = serde_json::to_value(body).unwrap_or_default();
    let mut change = Change::new(ChangeKind::Created);
    for pair in B::NAMES.chunks_exact(2) {
        let (wire, name) = (pair[0], pair[1]);
        let to = match body.get(wire) {
            _ if left_out.contains(&name) => None,
            None | Some(Value::Null) => None,
            Some(_) if secrets.contains(&name) => Some(REDACTED.to_owned()),
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => Some(other.to_string()),
        };
        if to.is_some() {
            let from = None;
            change.fields.push(FieldChange { name, from, to });
        }
    }
    change
}
