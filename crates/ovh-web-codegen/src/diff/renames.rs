//! Guesses what a thing that is gone is called now.
//!
//! Only where much speaks for it, and never more than a guess: nothing in a document says so.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::description::{ApiDescription, Field, Form};

/// How alike two texts are without case and separators, from 0 to 1.
pub(super) fn alike(a: &str, b: &str) -> f64 {
    let plain = |text: &str| -> Vec<char> {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let (a, b) = (plain(a), plain(b));
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 0.0;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    1.0 - ratio(row[b.len()], longest)
}

fn ratio(part: usize, whole: usize) -> f64 {
    // Names are short: the numbers are small.
    f64::from(u32::try_from(part).unwrap_or(u32::MAX))
        / f64::from(u32::try_from(whole.max(1)).unwrap_or(u32::MAX))
}

/// The one candidate that is clearly the best, if it is good enough.
fn best<'a, T>(candidates: impl Iterator<Item = (&'a T, f64)>, enough: f64) -> Option<&'a T>
where
    T: ?Sized,
{
    let mut all: Vec<(&T, f64)> = candidates.filter(|(_, score)| *score >= enough).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    match all[..] {
        [(only, _)] => Some(only),
        [(first, high), (_, next), ..] if high - next > 0.1 => Some(first),
        _ => None,
    }
}

/// The route that an operation has now: the same but for the names of its path values, or the one
/// that does the same under a name that is nearly the same.
pub(super) fn operation<'a>(
    route: &str,
    old: &ApiDescription,
    new: &'a ApiDescription,
) -> Option<&'a str> {
    let before = old.operations.get(route)?;
    let came = || {
        let routes = new.operations.iter();
        routes.filter(|(route, _)| !old.operations.contains_key(*route))
    };
    if let Some((same, _)) = came().find(|(other, _)| shape(other) == shape(route)) {
        return Some(same);
    }
    let method = |route: &str| route.split(' ').next().unwrap_or_default().to_owned();
    let types = |values: &[crate::description::Value]| -> Vec<String> {
        values.iter().map(|value| value.ty.clone()).collect()
    };
    best(
        came()
            .filter(|(other, after)| {
                method(other) == method(route)
                    && after.reply == before.reply
                    && types(&after.arguments) == types(&before.arguments)
            })
            .map(|(other, _)| (other.as_str(), alike(other, route))),
        0.85,
    )
}

/// A route without the names of its path values.
pub(super) fn shape(route: &str) -> String {
    let segments = route.split('/').map(|segment| {
        if segment.starts_with('{') {
            "{}"
        } else {
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The type that has become of one: from the same schema, or with nearly the same inside.
pub(super) fn of_type<'a>(
    name: &str,
    old: &ApiDescription,
    new: &'a ApiDescription,
) -> Option<(&'a str, bool)> {
    let before = old.types.get(name)?;
    let came = || {
        let types = new.types.iter();
        types.filter(|(name, after)| {
            !old.types.contains_key(*name)
                && std::mem::discriminant(&after.form) == std::mem::discriminant(&before.form)
        })
    };
    let same: Vec<&String> = came()
        .filter(|(_, after)| after.origin == before.origin)
        .map(|(name, _)| name)
        .collect();
    // What is made into two types now has not one that it became.
    if let [same] = same[..] {
        return Some((same, true));
    }
    let inside = parts(&before.form);
    if let Some(heir) = heir(name, old, new)
        && came().any(|(other, _)| other == heir)
    {
        let there = parts(&new.types.get(heir)?.form);
        let common = inside.intersection(&there).count();
        // In its place, and not something quite different.
        if ratio(common, inside.union(&there).count()) >= 0.5 {
            return Some((heir, false));
        }
    }
    let found = best(
        came().map(|(other, after)| {
            let there = parts(&after.form);
            let common = inside.intersection(&there).count();
            let all = inside.union(&there).count();
            let alike = alike(name, other);
            // Few parts say little: then the name has to speak for it too.
            let score = match inside.len() {
                0..=2 => ratio(common, all) * alike,
                _ => ratio(common, all) * 0.9 + alike * 0.1,
            };
            (other.as_str(), score)
        }),
        0.75,
    )?;
    Some((found, false))
}

/// The one type that is now wherever the old one was: in arguments, replies and fields.
fn heir<'a>(name: &str, old: &ApiDescription, new: &'a ApiDescription) -> Option<&'a str> {
    let mut places: Vec<(&str, &'a str)> = Vec::new();
    for (route, before) in &old.operations {
        // The same route, or the one that has taken its name.
        let mut named = new.operations.values();
        let after = new.operations.get(route);
        let after = after.or_else(|| named.find(|after| after.id() == before.id()));
        if let Some(after) = after {
            places.push((&before.reply, &after.reply));
            for value in &before.arguments {
                let values = after.arguments.iter();
                let now = values.filter(|other| other.wire == value.wire);
                places.extend(now.map(|other| (value.ty.as_str(), other.ty.as_str())));
            }
        }
    }
    for (of, before) in &old.types {
        let after = new.types.get(of).map(|after| &after.form);
        let (
            Form::Read(before) | Form::Write(before),
            Some(Form::Read(after) | Form::Write(after)),
        ) = (&before.form, after)
        else {
            continue;
        };
        for field in before {
            let now = after.iter().filter(|other| other.wire == field.wire);
            places.extend(now.map(|other| (field.ty.as_str(), other.ty.as_str())));
        }
    }
    let heirs: BTreeSet<&'a str> = places
        .into_iter()
        .filter(|(was, _)| inner(was) == name)
        .map(|(_, now)| inner(now))
        .collect();
    // Two heirs are none.
    heirs.first().copied().filter(|_| heirs.len() == 1)
}

/// The type that a spelling is about: `&Vec<Cron>` is about `Cron`.
fn inner(spelled: &str) -> &str {
    let from = spelled.rfind(['<', '&', ' ']).map_or(0, |at| at + 1);
    spelled[from..].trim_end_matches('>')
}

/// What is in a type, in a form that can be compared.
fn parts(form: &Form) -> BTreeSet<String> {
    match form {
        Form::Read(fields) | Form::Write(fields) => fields
            .iter()
            .map(|field| format!("{}: {}", field.wire, field.ty))
            .collect(),
        Form::Words(values) | Form::Numbers(values) => values.keys().cloned().collect(),
        Form::Switch => BTreeSet::new(),
    }
}

/// The field that has become of one: the same on the wire, or of the same type and nearly the same
/// name.
pub(super) fn field<'a>(gone: &Field, old: &[Field], new: &'a [Field]) -> Option<(&'a str, bool)> {
    let came = || {
        let fields = new.iter();
        fields.filter(|after| !old.iter().any(|field| field.name == after.name))
    };
    if let Some(same) = came().find(|after| after.wire == gone.wire) {
        return Some((&same.name, true));
    }
    let found = best(
        came()
            .filter(|after| base(&after.ty) == base(&gone.ty))
            .map(|after| (after.name.as_str(), alike(&after.wire, &gone.wire))),
        0.7,
    )?;
    Some((found, false))
}

fn base(ty: &str) -> &str {
    crate::shape::spelling::base_type(ty)
}

/// The value that has become of one: nearly the same word.
pub(super) fn value<'a>(gone: &str, came: impl Iterator<Item = &'a String>) -> Option<&'a str> {
    best(came.map(|other| (other.as_str(), alike(gone, other))), 0.8)
}
