//! The stage of an operation, and its IAM actions.

use crate::Error;
use crate::object::ObjectReader;
use serde_json::{Map, Value, json};

/// The stages of an operation, with their label and color in the OpenAPI form. The color of `ALPHA`
/// is in no document at hand.
const STAGES: [(&str, &str, Option<&str>); 5] = [
    ("PRODUCTION", "Stable production version", Some("green")),
    ("BETA", "Beta version", Some("blue")),
    ("ALPHA", "Alpha version", None),
    ("DEPRECATED", "Deprecated, will be removed", Some("red")),
    ("INTERNAL", "Internal use only", Some("orange")),
];

/// Writes `apiStatus` as badge, deprecation, dates and the route that takes over.
pub(super) fn stage(
    operation: &ObjectReader<'_>,
    out: &mut Map<String, Value>,
) -> Result<(), Error> {
    let Some(status) = operation.optional_node("apiStatus")? else {
        return Ok(());
    };
    let value = status.text("value")?;
    let said = status.optional_text("description")?;
    let known = STAGES.into_iter().find(|(stage, ..)| *stage == value);
    // A stage without a name of ours can still be told by its label.
    let by_label = STAGES
        .into_iter()
        .find(|(_, label, _)| Some(*label) == said);
    let (_, label, color) = known.or(by_label).unwrap_or(("", value, None));
    let label = said.filter(|said| !said.trim().is_empty()).unwrap_or(label);
    out.insert(
        "x-badges".to_owned(),
        match color {
            Some(color) => json!([{ "color": color, "label": label }]),
            None => json!([{ "label": label }]),
        },
    );
    if value == "DEPRECATED" {
        out.insert("deprecated".to_owned(), true.into());
    }
    for (key, name) in [
        ("deprecatedDate", "x-deprecation-date"),
        ("deletionDate", "x-deletion-date"),
        ("replacement", "x-replacement-route"),
    ] {
        if let Some(text) = status.optional_text(key)? {
            out.insert(name.to_owned(), text.into());
        }
    }
    Ok(())
}

/// Writes `iamActions`, whose items are objects or, in older documents, mere names.
pub(super) fn iam(operation: &ObjectReader<'_>, out: &mut Map<String, Value>) -> Result<(), Error> {
    let Some(items) = operation.optional_list("iamActions")? else {
        return Ok(());
    };
    let mut actions = Vec::new();
    for (at, item) in items {
        if let Value::String(name) = item {
            // Inferred: in all documents seen, all actions but one are required.
            actions.push(json!({ "name": name, "required": true }));
            continue;
        }
        let action = operation.item(at, item, "an IAM action")?;
        let mut said = Map::new();
        said.insert("name".to_owned(), action.text("name")?.into());
        if let Some(required) = action.optional_flag("required")? {
            said.insert("required".to_owned(), required.into());
        }
        actions.push(Value::Object(said));
    }
    if !actions.is_empty() {
        out.insert("x-iam-actions".to_owned(), actions.into());
    }
    Ok(())
}

/// The security requirement of a signed call in the OpenAPI form.
pub(super) fn signed() -> Value {
    json!([{ "oAuth2AuthCode": [] }])
}
