//! Compares operations: methods, parameters, optional values and responses.

#[cfg(test)]
pub(super) mod tests;

use super::facts::{deprecation, list};
use super::items::{At, Item};
use super::{Change, Effect, Impact, accepts};
use crate::description::{ApiDescription, Field, Operation, Page, Presence};
use crate::escape::{code, plain_or_code};
use crate::names::operations::shape;

/// The text of a new method.
pub(super) fn came(api: &ApiDescription, (route, of): At<'_>) -> String {
    let mut names: Vec<&str> = of.arguments.iter().map(|value| &*value.name).collect();
    names.extend(of.query.is_some().then_some("query"));
    let mut parts = vec![
        code(route),
        format!("`({}) -> {}`", names.join(", "), of.response),
    ];
    let page = of.page.iter();
    parts.extend(page.map(|page| format!("pages of `{}` with `{}`", page.item, page.verb)));
    if of.facts.starts_task {
        parts.push("starts a task".to_owned());
    }
    if !of.facts.iam.is_empty() {
        parts.push(format!("IAM {}", list(&of.facts.iam)));
    }
    let command = of.command.iter();
    parts
        .extend(command.map(|command| format!("command `{}{}`", super::items::TOOL, command.path)));
    let stability = of.facts.stability.iter();
    let stability = stability.filter(|text| *text != crate::note::STABLE);
    parts.extend(stability.map(|text| plain_or_code(text).into_owned()));
    let deprecated = of.facts.deprecation.iter();
    parts.extend(deprecated.map(|of| deprecation(api, route, of)));
    parts.join(", ")
}

/// The text of a removed method.
pub(super) fn gone(new: &ApiDescription, (route, of): At<'_>) -> String {
    let was = of.facts.deprecation.as_ref();
    let was = was.map(|was| format!(", which was {}", deprecation(new, route, was)));
    code(route) + &was.unwrap_or_default()
}

/// The effect of a change on the code of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CallCode {
    Same,
    /// The call no longer compiles.
    OtherForm,
    /// The call compiles and sends another request.
    OtherMeaning,
}

fn call((route, before): At<'_>, (now, after): At<'_>) -> CallCode {
    let types = |of: &Operation| -> Vec<String> {
        let values = of.arguments.iter().map(|value| value.ty.clone());
        let query = of.query.iter().map(|query| query.name.clone());
        values.chain(query).collect()
    };
    // Path values keep their place under any name.
    let names = |of: &Operation| -> Vec<String> {
        let values = of
            .arguments
            .iter()
            .filter(|value| value.presence != Presence::Path);
        values.map(|value| value.wire.clone()).collect()
    };
    if types(before) != types(after) {
        CallCode::OtherForm
    } else if shape(route) != shape(now) || names(before) != names(after) {
        CallCode::OtherMeaning
    } else {
        CallCode::Same
    }
}

/// Compares two versions of a method.
pub(super) fn changed(item: &Item<'_>, before: At<'_>, after: At<'_>) -> Option<Change> {
    let ((route, old), (now, new)) = (before, after);
    let call = call(before, after);
    let mut texts = Vec::new();
    if call != CallCode::Same {
        texts.extend(arguments(old, new));
        if shape(route) != shape(now) {
            texts.push("calls another route".to_owned());
        } else if texts.is_empty() {
            texts.push("takes its parameters in another order".to_owned());
        }
    }
    let silent = call == CallCode::OtherMeaning && old.response == new.response;
    if silent {
        texts.push(super::SILENT.to_owned());
    }
    if old.response != new.response {
        let (now, was) = (&new.response, &old.response);
        texts.push(format!("returns `{now}`, returned `{was}`"));
    }
    broken(item, &texts, silent)
}

/// A breaking change, if there are texts.
fn broken(item: &Item<'_>, texts: &[String], silent: bool) -> Option<Change> {
    let change = item.breaks(texts.join("; "));
    (!texts.is_empty()).then_some(Change { silent, ..change })
}

/// Compares the parameters.
fn arguments(old: &Operation, new: &Operation) -> Vec<String> {
    fn find<'a>(of: &'a Operation, wire: &str) -> Option<&'a Field> {
        of.arguments.iter().find(|value| value.wire == wire)
    }
    fn missing<'a>(of: &'a Operation, other: &Operation) -> Vec<&'a Field> {
        let values = of.arguments.iter();
        let missing = values.filter(|value| find(other, &value.wire).is_none());
        missing.collect()
    }
    let (gone, came) = (missing(old, new), missing(new, old));
    let mut texts = Vec::new();
    if let ([was], [now]) = (&gone[..], &came[..]) {
        let (was, now, ty) = (&was.name, &now.name, &now.ty);
        texts.push(format!("parameter `{was}` replaced by `{now}: {ty}`"));
    } else {
        let gone = gone.iter();
        texts.extend(gone.map(|value| format!("parameter `{}` removed", value.name)));
        let came = came.iter();
        texts.extend(came.map(|value| format!("parameter `{}: {}` added", value.name, value.ty)));
    }
    for value in &new.arguments {
        if let Some(was) = find(old, &value.wire).filter(|was| was.ty != value.ty) {
            let (name, ty, was) = (&value.name, &value.ty, &was.ty);
            texts.push(format!("parameter `{name}` is `{ty}`, was `{was}`"));
        }
    }
    match (&old.query, &new.query) {
        (None, Some(query)) => texts.push(format!(
            "optional values added, as a last parameter `&{}`",
            query.name
        )),
        (Some(query), None) => texts.push(format!("last parameter `&{}` removed", query.name)),
        _ => {}
    }
    texts
}

/// The text of a page method.
pub(super) fn pages(of: &Operation, page: &Page) -> String {
    let verb = of.verb.trim_end_matches('_');
    format!("pages of `{}`, beside `{verb}`", page.item)
}

/// Compares two versions of a page method.
pub(super) fn page(
    item: &Item<'_>,
    (before, page): (At<'_>, &Page),
    (after, now): (At<'_>, &Page),
) -> Option<Change> {
    let mut texts = Vec::new();
    if page.item != now.item {
        let (now, was) = (&now.item, &page.item);
        texts.push(format!("pages are of `{now}`, were of `{was}`"));
    }
    let call = call(before, after);
    if call != CallCode::Same {
        let id = before.1.id();
        texts.push(format!("changes its parameters as `{id}` does"));
    }
    let silent = call == CallCode::OtherMeaning && page.item == now.item;
    broken(item, &texts, silent)
}

/// Compares two versions of an optional value.
pub(super) fn setter(
    item: &Item<'_>,
    api: &ApiDescription,
    before: &Field,
    after: &Field,
) -> Option<Change> {
    if after.ty == before.ty {
        return super::wire(item, &after.wire, &before.wire);
    }
    let impact = match accepts(api, &after.ty, &before.ty) {
        true => Impact::Additive,
        false => Impact::Breaking,
    };
    let text = format!("is `{}`, was `{}`", after.ty, before.ty);
    Some(item.change(impact, Effect::Changed, text))
}
