//! Compares commands and their flags: what a script that runs the command line tool notices.

use super::items::Item;
use super::{Change, Effect, Guess, Impact};
use crate::description::{ApiDescription, Command, Flag, TypeKind};
use crate::escape::code;
use crate::names::operations::shape;

/// A command with its route.
type At<'a> = (&'a str, &'a Command);

/// Compares two versions of a command, without its flags.
pub(super) fn changed(item: &Item<'_>, before: At<'_>, after: At<'_>) -> Option<Change> {
    let ((route, old), (now, new)) = (before, after);
    let mut texts = Vec::new();
    if shape(route) != shape(now) {
        texts.push(format!("sends {}, sent {}", code(now), code(route)));
    }
    if old.values.len() != new.values.len() {
        let [now, was] = [new, old].map(values);
        texts.push(format!("takes {now}, took {was}"));
    }
    (!texts.is_empty()).then(|| item.breaks(texts.join("; ")))
}

fn values(of: &Command) -> String {
    match of.values.as_slice() {
        [] => "no value".to_owned(),
        values => code(&values.join(" ")),
    }
}

/// The text of a new flag.
pub(super) fn flag_came(flag: &Flag) -> String {
    match flag.is_required {
        true => format!("`{}`, required", flag.ty),
        false => format!("`{}`", flag.ty),
    }
}

/// The flag that sets the same value now.
pub(super) fn renamed(gone: &Flag, now: Option<&Command>) -> Option<Guess> {
    let mut flags = now?.flags.iter();
    let flag = flags.find(|flag| flag.place == gone.place)?;
    let name = format!("--{}", flag.name);
    Some(Guess::new([name.as_str()], "same value", true))
}

/// Compares two versions of a flag.
pub(super) fn flag(
    item: &Item<'_>,
    api: &ApiDescription,
    before: &Flag,
    after: &Flag,
) -> Option<Change> {
    let is_wider = accepts(api, &after.ty, &before.ty);
    let is_same = is_wider && accepts(api, &before.ty, &after.ty);
    if is_same && after.is_required == before.is_required {
        return None;
    }
    let is_stricter = after.is_required && !before.is_required;
    let impact = match is_wider && !is_stricter {
        true => Impact::Additive,
        false => Impact::Breaking,
    };
    let (now, was) = (flag_came(after), flag_came(before));
    let text = match after.is_required {
        true if is_same => "is required".to_owned(),
        false if is_same => "is no longer required".to_owned(),
        _ => format!("is {now}, was {was}"),
    };
    Some(item.change(impact, Effect::Changed, text))
}

/// Returns `true` if a flag of type `new` takes each text that one of type `old` took.
fn accepts(api: &ApiDescription, new: &str, old: &str) -> bool {
    let item = |ty: &str| {
        let item = ty.strip_prefix("Vec<").and_then(|it| it.strip_suffix('>'));
        (item.unwrap_or(ty).to_owned(), item.is_some())
    };
    let ((new, is_list), (old, was_list)) = (item(new), item(old));
    let (new, old) = (form(api, &new), form(api, &old));
    // A secret is not read from the arguments.
    let is_secret = [new, old].contains(&"secret");
    let is_wider = new == old || new == "text" && !is_secret || (old, new) == ("integer", "number");
    is_wider && (is_list || !was_list)
}

/// The form of the text that a flag of a type takes. Unknown values of an enum are taken.
fn form(api: &ApiDescription, ty: &str) -> &'static str {
    match ty {
        "Secret" => "secret",
        "bool" => "boolean",
        "Date" => "date",
        "DateTime" => "time",
        "IpAddr" => "address",
        "f32" | "f64" => "number",
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => "integer",
        _ => match api.types.get(ty).map(|of| &of.kind) {
            Some(TypeKind::Numbers(_)) => "integer",
            Some(TypeKind::Switch) => "boolean",
            _ => "text",
        },
    }
}
