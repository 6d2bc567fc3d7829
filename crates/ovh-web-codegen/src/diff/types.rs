//! What became of the types: models and their fields, bodies and their constructors, enums and
//! their values.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::{Change, Effect, Sort, Verdict, accepts, renames};
use crate::description::{ApiDescription, Field, Form, Presence, Type};
use crate::escape::code;

pub(super) fn compare(old: &ApiDescription, new: &ApiDescription) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, before) in &old.types {
        match new.types.get(name) {
            None => {
                let guess = guess(name, old, new);
                let origin = before.origin.strip_suffix(" body");
                let origin = origin.unwrap_or(&before.origin);
                let text = format!("{} of {}", before.form.name(), code(origin));
                let change = of(name, before, Verdict::Breaking, Effect::Gone, text);
                changes.push(change.with_guess(guess));
            }
            Some(after) => compare_one((old, new), name, before, after, &mut changes),
        }
    }
    for (name, after) in &new.types {
        if !old.types.contains_key(name) {
            let text = format!("{}{}", after.form.name(), inside(&after.form));
            changes.push(of(name, after, Verdict::Additive, Effect::New, text));
        }
    }
    changes
}

/// What a type of that name and sort is called now.
fn guess(name: &str, old: &ApiDescription, new: &ApiDescription) -> Option<String> {
    renames::of_type(name, old, new).map(|(other, is_certain)| {
        if is_certain {
            format!("`{other}` (certain: the same schema)")
        } else {
            format!("`{other}`")
        }
    })
}

fn of(name: &str, item: &Type, verdict: Verdict, effect: Effect, text: String) -> Change {
    Change::new(verdict, effect, Sort::Type, &item.group, name, text)
}

/// What is in a new type, in short.
fn inside(form: &Form) -> String {
    const FEW: usize = 12;
    let names: Vec<&str> = match form {
        Form::Read(fields) | Form::Write(fields) => {
            fields.iter().map(|field| field.name.as_str()).collect()
        }
        Form::Words(values) | Form::Numbers(values) => values.keys().map(String::as_str).collect(),
        Form::Switch => Vec::new(),
    };
    let mut shown: Vec<String> = names.iter().take(FEW).map(|name| code(name)).collect();
    if names.len() > FEW {
        shown.push(format!("and {} more", names.len() - FEW));
    }
    if shown.is_empty() {
        String::new()
    } else {
        format!(": {}", shown.join(", "))
    }
}

fn compare_one(
    (old_api, api): (&ApiDescription, &ApiDescription),
    name: &str,
    before: &Type,
    after: &Type,
    changes: &mut Vec<Change>,
) {
    match (&before.form, &after.form) {
        (Form::Read(old), Form::Read(new)) => fields(name, after, old, new, changes),
        (Form::Write(old), Form::Write(new)) => {
            fields(name, after, old, new, changes);
            constructor(api, name, after, old, new, changes);
        }
        (Form::Words(old), Form::Words(new)) | (Form::Numbers(old), Form::Numbers(new)) => {
            values(name, after, old, new, changes);
        }
        (Form::Switch, Form::Switch) => {}
        (old, new) => {
            let text = format!("is {} now, was {}", a(new.name()), a(old.name()));
            let change = of(name, after, Verdict::Breaking, Effect::Changed, text);
            changes.push(change.with_guess(guess(name, old_api, api)));
        }
    }
    if before.origin != after.origin {
        let [now, was] = [after, before].map(|item| code(&item.origin));
        let text = format!("is made of {now}, was of {was}");
        changes.push(of(name, after, Verdict::Docs, Effect::Changed, text));
    }
    if before.doc != after.doc {
        changes.push(Change::new(
            Verdict::Docs,
            Effect::Changed,
            Sort::Doc,
            &after.group,
            name,
            "",
        ));
    }
}

fn a(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

fn fields(name: &str, item: &Type, old: &[Field], new: &[Field], changes: &mut Vec<Change>) {
    let change = |field: &Field, verdict, effect, sort, text: String| {
        let item_name = format!("{name}.{}", field.name);
        Change::new(verdict, effect, sort, &item.group, item_name, text)
    };
    for field in old {
        let Some(now) = new.iter().find(|other| other.name == field.name) else {
            let text = format!("`{}`", field.spelled());
            let guess = renames::field(field, old, new).map(|(other, is_certain)| {
                if is_certain {
                    format!("`{other}` (certain: the same property)")
                } else {
                    format!("`{other}`")
                }
            });
            let gone = change(field, Verdict::Breaking, Effect::Gone, Sort::Field, text);
            changes.push(gone.with_guess(guess));
            continue;
        };
        if field.spelled() != now.spelled() || field.presence != now.presence {
            let text = difference(field, now);
            changes.push(change(
                field,
                Verdict::Breaking,
                Effect::Changed,
                Sort::Field,
                text,
            ));
        }
        if field.wire != now.wire {
            let text = format!("travels as {}, was {}", code(&now.wire), code(&field.wire));
            changes.push(change(
                field,
                Verdict::Additive,
                Effect::Changed,
                Sort::Field,
                text,
            ));
        }
        if field.doc != now.doc {
            changes.push(change(
                field,
                Verdict::Docs,
                Effect::Changed,
                Sort::Doc,
                String::new(),
            ));
        }
    }
    for field in new {
        if !old.iter().any(|other| other.name == field.name) {
            let text = match field.presence {
                Presence::Required => format!("`{}`, required", field.ty),
                _ => format!("`{}`", field.spelled()),
            };
            changes.push(change(
                field,
                Verdict::Additive,
                Effect::New,
                Sort::Field,
                text,
            ));
        }
    }
}

/// How a field differs, in words where there are any.
fn difference(before: &Field, after: &Field) -> String {
    let base = crate::shape::spelling::base_type;
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
        (Presence::Nullable, _) => format!("cannot be cleared any more: {types}"),
        _ => format!("is {types}"),
    }
}

/// The arguments of a body's `new`.
fn constructor(
    api: &ApiDescription,
    name: &str,
    item: &Type,
    old: &[Field],
    new: &[Field],
    changes: &mut Vec<Change>,
) {
    let required = |fields: &[Field]| -> Vec<Field> {
        let fields = fields.iter();
        fields
            .filter(|field| field.presence == Presence::Required)
            .cloned()
            .collect()
    };
    let (old, new) = (required(old), required(new));
    let same = |f: fn(&Field) -> &str| old.iter().map(f).eq(new.iter().map(f));
    if same(|field| &field.wire) && same(|field| &field.ty) {
        return;
    }
    let fits = old.len() == new.len()
        && old
            .iter()
            .zip(&new)
            .all(|(old, new)| accepts(api, &new.ty, &old.ty));
    let is_same = same(|field| &field.wire);
    let spelled = |fields: &[Field]| -> String {
        let fields = fields.iter();
        fields
            .map(|field| format!("{}: {}", field.name, field.ty))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut text = format!("takes `({})`, took `({})`", spelled(&new), spelled(&old));
    if fits && !is_same {
        text.push_str("; a call still compiles, and sends something else");
    }
    let verdict = if fits && is_same {
        Verdict::Additive
    } else {
        Verdict::Breaking
    };
    let mut change = Change::new(
        verdict,
        Effect::Changed,
        Sort::Constructor,
        &item.group,
        format!("{name}::new"),
        text,
    );
    change.silent = fits && !is_same;
    changes.push(change);
}

fn values(
    name: &str,
    item: &Type,
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
    changes: &mut Vec<Change>,
) {
    let change = |variant: &str, verdict, effect, text: String, guess: Option<String>| {
        let full = format!("{name}::{variant}");
        let change = Change::new(verdict, effect, Sort::Value, &item.group, full, text);
        change.with_guess(guess)
    };
    for (wire, variant) in old {
        if new.get(wire) == Some(variant) {
            continue;
        }
        if let Some(now) = new.get(wire) {
            let guess = format!("`{now}` (certain: the same value)");
            let text = code(wire);
            let mut gone = change(variant, Verdict::Breaking, Effect::Gone, text, Some(guess));
            // Another value may have taken its name.
            gone.silent = new.values().any(|other| other == variant);
            changes.push(gone);
        } else if let Some((other, _)) = new.iter().find(|(_, other)| *other == variant) {
            let text = format!("is {} on the wire, was {}", code(other), code(wire));
            changes.push(change(
                variant,
                Verdict::Additive,
                Effect::Changed,
                text,
                None,
            ));
        } else {
            let came = new.keys().filter(|wire| !old.contains_key(*wire));
            let guess = renames::value(wire, came).map(code);
            let text = code(wire);
            changes.push(change(
                variant,
                Verdict::Breaking,
                Effect::Gone,
                text,
                guess,
            ));
        }
    }
    for (wire, variant) in new {
        if !old.contains_key(wire) && !old.values().any(|other| other == variant) {
            let text = code(wire);
            changes.push(change(variant, Verdict::Additive, Effect::New, text, None));
        }
    }
}
