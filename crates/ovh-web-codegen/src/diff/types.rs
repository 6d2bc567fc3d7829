//! Compares types: models and their fields, bodies and their constructors, enums and their values.

#[cfg(test)]
mod tests;

use super::items::Item;
use super::{Change, Effect, Impact, ItemKind, accepts, base_type};
use crate::description::{ApiDescription, Field, Presence, Type, TypeKind};
use crate::escape::code;

/// The text of a new type: its fields or values.
pub(super) fn came(kind: &TypeKind) -> String {
    let fields = kind.fields().iter().map(|field| code(&field.name));
    let values = kind.values().into_iter().flatten();
    let names: Vec<String> = fields.chain(values.map(|(wire, _)| code(wire))).collect();
    match names.as_slice() {
        [] => kind.name().to_owned(),
        names => format!("{}: {}", kind.name(), super::list(names)),
    }
}

/// The text of a removed type.
pub(super) fn gone(item: &Type) -> String {
    let origin = item.origin.strip_suffix(" body").unwrap_or(&item.origin);
    format!("{} of {}", item.kind.name(), code(origin))
}

/// Compares two versions of a type, without its fields and values.
pub(super) fn changed(item: &Item<'_>, before: &Type, after: &Type) -> Vec<Change> {
    let mut changes = Vec::new();
    let [now, was] = [after, before].map(|item| item.kind.name());
    if now != was {
        changes.push(item.breaks(format!("is {} now, was {}", a(now), a(was))));
    }
    if before.origin != after.origin {
        let [now, was] = [after, before].map(|item| code(&item.origin));
        let text = format!("is made of {now}, was of {was}");
        changes.push(item.change(Impact::Docs, Effect::Changed, text));
    }
    changes.extend(doc(item, &before.doc, &after.doc));
    changes
}

fn a(noun: &str) -> String {
    let article = if noun.starts_with("enum") { "an" } else { "a" };
    format!("{article} {noun}")
}

/// The change of the documentation.
fn doc(item: &Item<'_>, before: &str, after: &str) -> Option<Change> {
    let change = item.change(Impact::Docs, Effect::Changed, "");
    let kind = ItemKind::Doc;
    (before != after).then_some(Change { kind, ..change })
}

/// The text of a new field.
pub(super) fn field_came(field: &Field) -> String {
    match field.presence {
        Presence::Required => format!("`{}`, required", field.ty),
        _ => format!("`{}`", field.spelled()),
    }
}

/// Compares two versions of a field.
pub(super) fn field(item: &Item<'_>, before: &Field, after: &Field) -> Vec<Change> {
    let mut changes = Vec::new();
    if before.spelled() != after.spelled() || before.has_setter() && !after.has_setter() {
        changes.push(Change {
            relaxed: before.presence == Presence::Required && after.has_setter(),
            ..item.breaks(difference(before, after))
        });
    }
    changes.extend(super::wire(item, &after.wire, &before.wire));
    changes.extend(doc(item, &before.doc, &after.doc));
    changes
}

/// The text of a changed field.
fn difference(before: &Field, after: &Field) -> String {
    let (old, new) = (before.spelled(), after.spelled());
    let types = format!("`{new}`, was `{old}`");
    if base_type(&before.ty) != base_type(&after.ty) {
        return format!("is {types}");
    }
    match (before.presence, after.presence) {
        (Presence::Read, _) if old.starts_with("Option<") => format!("is never null now: {types}"),
        (Presence::Read, _) => format!("can be null now: {types}"),
        (_, Presence::Required) => format!("is required now: {types}"),
        (Presence::Required, _) => format!("is optional now: {types}"),
        (_, Presence::Nullable) => format!("can be cleared now: {types}"),
        (Presence::Nullable, _) => format!("can no longer be cleared: {types}"),
        _ => format!("is {types}"),
    }
}

/// Compares the arguments of a body's `new`.
pub(super) fn constructor(
    item: &Item<'_>,
    api: &ApiDescription,
    old: &[Field],
    new: &[Field],
) -> Option<Change> {
    let is_required = |field: &&Field| field.presence == Presence::Required;
    let [old, new] = [old, new].map(|fields| fields.iter().filter(is_required).collect::<Vec<_>>());
    let same = |f: fn(&Field) -> &str| old.iter().map(|it| f(it)).eq(new.iter().map(|it| f(it)));
    let is_same = same(|field| &field.wire);
    if is_same && same(|field| &field.ty) {
        return None;
    }
    let mut pairs = old.iter().zip(&new);
    let fits = old.len() == new.len() && pairs.all(|(old, new)| accepts(api, &new.ty, &old.ty));
    let [now, was] = [&new, &old].map(|fields| {
        let all = fields
            .iter()
            .map(|field| format!("{}: {}", field.name, field.ty));
        all.collect::<Vec<_>>().join(", ")
    });
    let mut text = format!("takes `({now})`, took `({was})`");
    let silent = fits && !is_same;
    if silent {
        text.push_str(&format!("; {}", super::SILENT));
    }
    let impact = match fits && is_same {
        true => Impact::Additive,
        false => Impact::Breaking,
    };
    Some(Change {
        silent,
        ..item.change(impact, Effect::Changed, text)
    })
}

/// The text of a removed value: the code that still sends it.
pub(super) fn value_gone(name: &str, kind: &TypeKind, wire: &str) -> String {
    let value = match kind {
        TypeKind::Numbers(_) => format!("{name}::from({wire})"),
        _ => format!("{name}::from({wire:?})"),
    };
    format!("write {} if it is still needed", code(&value))
}

/// Compares the wire values of a variant.
pub(super) fn value(
    item: &Item<'_>,
    (name, of): (&str, &Type),
    was: &str,
    now: &str,
) -> Option<Change> {
    let mut change = super::wire(item, now, was)?;
    // Another variant has the old wire value now.
    if let Some(moved) = of.kind.values().and_then(|values| values.get(was)) {
        change
            .text
            .push_str(&format!(", which is `{name}::{moved}` now"));
        (change.impact, change.kind, change.silent) = (Impact::Breaking, ItemKind::Value, true);
    }
    Some(change)
}
