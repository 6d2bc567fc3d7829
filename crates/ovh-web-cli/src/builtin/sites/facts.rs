//! A plan and its changes as values, for the formats that programs read.

use ovh_web::sites::{HostingPlan, Plan, PlannedChange};
use serde_json::{Map, Value, json};

use super::numbers::Numbers;
use super::text;
use crate::failure::{Failure, Outcome};
use crate::global::{Format, Globals};
use crate::validate;

/// The columns of a row.
pub(super) const COLUMNS: [&str; 8] = [
    "of",
    "kind",
    "name",
    "change",
    "fields",
    "unverified",
    "reason",
    "place",
];

/// Refuses columns that rows do not have, before anything is sent.
pub(super) fn check(globals: &Globals, columns: &[&'static str]) -> Outcome {
    let others = ["unverified", "hint"];
    validate::columns(globals, columns.iter().copied().chain(others))
}

/// The format, unless the output is text.
pub(super) fn format(globals: &Globals) -> Option<Format> {
    let json = globals.query.as_ref().map(|_| Format::Json);
    let rows = !globals.columns.is_empty() || globals.sort.is_some();
    globals
        .output
        .or(json)
        .or_else(|| rows.then_some(Format::Table))
}

/// `true` for formats with a row for each change.
pub(super) const fn has_rows(format: Format) -> bool {
    matches!(
        format,
        Format::Table | Format::JsonLines | Format::Csv | Format::Tsv
    )
}

/// The whole plan.
pub(super) fn plan(plan: &Plan, file: &str) -> Value {
    let mut value = json!({ "file": file, "numbers": Numbers::of(plan).to_json() });
    if let (Value::Object(value), Ok(Value::Object(parts))) =
        (&mut value, serde_json::to_value(plan))
    {
        value.extend(parts);
    }
    value
}

/// The rows of a hosting or a zone: its changes, then its problems.
pub(super) fn rows(part: &HostingPlan, format: Format) -> Vec<Value> {
    let of = &part.name;
    let changes = part.changes.iter().map(|it| row(of, it, format));
    let unreadable = part
        .unreadable
        .iter()
        .map(|it| json!({"of": of, "kind": it.kind, "change": "unreadable", "reason": it.message}));
    let error = part.error.iter().map(|error| {
        let failure = Failure::from(error);
        let mut row = json!({"of": of, "change": "error", "reason": failure.message});
        if let Some(hint) = failure.hint {
            row["hint"] = hint.into();
        }
        row
    });
    changes.chain(unreadable).chain(error).collect()
}

/// A change with the name of its hosting or zone.
pub(super) fn row(of: &str, planned: &PlannedChange, format: Format) -> Value {
    let change = &planned.change;
    let fields = match format {
        Format::Json | Format::JsonLines | Format::Yaml => json!(change.fields),
        _ => text::fields(change).collect::<Vec<_>>().join(", ").into(),
    };
    let mut row = Map::new();
    let mut add = |name: &str, value: Value| row.insert(name.to_owned(), value);
    add("of", of.into());
    add("kind", json!(planned.kind));
    add("name", planned.name.clone().into());
    add("change", json!(change.kind));
    add("fields", fields);
    if !change.unverified.is_empty() {
        add("unverified", json!(change.unverified));
    }
    if let Some(reason) = text::reason(planned) {
        add("reason", reason.into());
    }
    if let Some(place) = &planned.place {
        add("place", place.to_string().into());
    }
    Value::Object(row)
}
