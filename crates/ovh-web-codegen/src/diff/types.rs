//! What became of the types: models and their fields, bodies and their constructors, enums and
//! their values.

#[cfg(test)]
mod tests;

use super::{Change, Effect, ItemKind, Verdict, accepts};
use crate::description::{ApiDescription, Field, Form, Presence, Type};
use crate::escape::code;

/// The text of a type that came: what is in it, in short.
pub(super) fn came(form: &Form) -> String {
    let names: Vec<String> = match form {
        Form::Read(fields) | Form::Write(fields) => {
            fields.iter().map(|field| code(&field.name)).collect()
        }
        Form::Words(values) | Form::Numbers(values) => {
            values.keys().map(|wire| code(wire)).collect()
        }
        Form::Switch => Vec::new(),
    };
    match names.as_slice() {
        [] => form.name().to_owned(),
        names => format!("{}: {}", form.name(), super::list(names)),
    }
}

/// The text of a type that went.
pub(super) fn gone(item: &Type) -> String {
    let origin = item.origin.strip_suffix(" body").unwrap_or(&item.origin);
    format!("{} of {}", item.form.name(), code(origin))
}

/// Compares two versions of a type, without its content.
pub(super) fn changed(name: &str, before: &Type, after: &Type) -> Vec<Change> {
    let change = |verdict, sort, text: String| {
        Change::new(verdict, Effect::Changed, sort, &after.group, name, text)
    };
    let mut changes = Vec::new();
    let [now, was] = [after, before].map(|item| item.form.name());
    if now != was {
        let text = format!("is {} now, was {}", a(now), a(was));
        changes.push(change(Verdict::Breaking, ItemKind::Type, text));
    }
    if before.origin != after.origin {
        let [now, was] = [after, before].map(|item| code(&item.origin));
        let text = format!("is made of {now}, was of {was}");
        changes.push(change(Verdict::Docs, ItemKind::Type, text));
    }
    if before.doc != after.doc {
        changes.push(change(Verdict::Docs, ItemKind::Doc, String::new()));
    }
    changes
}

fn a(noun: &str) -> String {
    let article = if noun.starts_with("enum") { "an" } else { "a" };
    format!("{article} {noun}")
}

/// The text of a field that came.
pub(super) fn field_came(field: &Field) -> String {
    match field.presence {
        Presence::Required => format!("`{}`, required", field.ty),
        _ => format!("`{}`", field.spelled()),
    }
}

/// Compares two versions of a field.
pub(super) fn field(name: &str, item: &Type, field: &Field, now: &Field) -> Vec<Change> {
    let change = |verdict, sort, text: String| {
        let name = format!("{name}.{}", field.name);
        Change::new(verdict, Effect::Changed, sort, &item.group, name, text)
    };
    let mut changes = Vec::new();
    if field.spelled() != now.spelled() || field.has_setter() && !now.has_setter() {
        let required = Presence::Required;
        changes.push(Change {
            relaxed: field.presence == required && now.has_setter(),
            ..change(Verdict::Breaking, ItemKind::Field, difference(field, now))
        });
    }
    if field.wire != now.wire {
        changes.push(change(
            Verdict::Additive,
            ItemKind::Wire,
            super::wire(&now.wire, &field.wire),
        ));
    }
    if field.doc != now.doc {
        changes.push(change(Verdict::Docs, ItemKind::Doc, String::new()));
    }
    changes
}

/// How a field differs, in words where there are any.
fn difference(before: &Field, after: &Field) -> String {
    let base = super::base_type;
    let (old, new) = (before.spelled(), after.spelled());
    let types = format!("`{new}`, was `{old}`");
    if base(&before.ty) != base(&after.ty) {
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
    api: &ApiDescription,
    (name, item): (&str, &Type),
    old: &[Field],
    new: &[Field],
) -> Option<Change> {
    let required = |fields: &[Field]| -> Vec<Field> {
        let fields = fields.iter();
        fields
            .filter(|field| field.presence == Presence::Required)
            .cloned()
            .collect()
    };
    let (old, new) = (required(old), required(new));
    let same = |f: fn(&Field) -> &str| old.iter().map(f).eq(new.iter().map(f));
    let is_same = same(|field| &field.wire);
    if is_same && same(|field| &field.ty) {
        return None;
    }
    let mut pairs = old.iter().zip(&new);
    let fits = old.len() == new.len() && pairs.all(|(old, new)| accepts(api, &new.ty, &old.ty));
    let spelled = |fields: &[Field]| -> String {
        let fields = fields.iter();
        let all = fields.map(|field| format!("{}: {}", field.name, field.ty));
        all.collect::<Vec<_>>().join(", ")
    };
    let mut text = format!("takes `({})`, took `({})`", spelled(&new), spelled(&old));
    let silent = fits && !is_same;
    if silent {
        text.push_str(&format!("; {}", super::SILENT));
    }
    let verdict = if fits && is_same {
        Verdict::Additive
    } else {
        Verdict::Breaking
    };
    let (effect, sort) = (Effect::Changed, ItemKind::Constructor);
    let change = Change::new(
        verdict,
        effect,
        sort,
        &item.group,
        format!("{name}::new"),
        text,
    );
    Some(Change { silent, ..change })
}

/// The text of a value that went: what to write now.
pub(super) fn value_gone(name: &str, form: &Form, wire: &str) -> String {
    let value = match form {
        Form::Numbers(_) => format!("{name}::from({wire})"),
        _ => format!("{name}::from({wire:?})"),
    };
    format!("write {} if it is still needed", code(&value))
}

/// How a variant that is still there differs: it stands for another value.
pub(super) fn value(
    (name, item): (&str, &Type),
    (variant, was, now): (&str, &str, &str),
) -> Option<Change> {
    if was == now {
        return None;
    }
    let mut text = super::wire(now, was);
    // The value that it stood for has another variant.
    let moved = match &item.form {
        Form::Words(values) | Form::Numbers(values) => values.get(was),
        _ => None,
    };
    if let Some(moved) = moved {
        text.push_str(&format!(", which is `{name}::{moved}` now"));
    }
    let (verdict, sort) = match moved {
        Some(_) => (Verdict::Breaking, ItemKind::Value),
        None => (Verdict::Additive, ItemKind::Wire),
    };
    let full = format!("{name}::{variant}");
    let change = Change::new(verdict, Effect::Changed, sort, &item.group, full, text);
    Some(Change {
        silent: moved.is_some(),
        ..change
    })
}
