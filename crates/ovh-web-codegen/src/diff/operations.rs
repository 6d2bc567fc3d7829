//! What became of the operations: their methods, parameters, optional values and responses.

#[cfg(test)]
pub(super) mod tests;

use super::facts::{list, told};
use super::{Change, Effect, ItemKind, Verdict, accepts, renames};
use crate::description::{ApiDescription, Operation, Page, Query, Value};
use crate::escape::{code, plain_or_code};

/// An operation with its route.
pub(super) type At<'a> = (&'a str, &'a Operation);

/// The text of a method that came.
pub(super) fn came(api: &ApiDescription, (route, of): At<'_>) -> String {
    let mut names: Vec<&str> = of.arguments.iter().map(|value| &*value.name).collect();
    names.extend(of.query.is_some().then_some("query"));
    let mut text = format!("{}, `({}) -> {}`", code(route), names.join(", "), of.reply);
    let mut add = |more: String| {
        text.push_str(", ");
        text.push_str(&more);
    };
    if let Some(page) = &of.page {
        add(format!("pages of `{}` with `{}`", page.item, page.verb));
    }
    if of.facts.starts_task {
        add("starts a task".to_owned());
    }
    if !of.facts.iam.is_empty() {
        add(format!("IAM {}", list(&of.facts.iam)));
    }
    if let Some(stability) = &of.facts.stability
        && stability != crate::emit::row::STABLE
    {
        add(plain_or_code(stability).into_owned());
    }
    if let Some(deprecation) = &of.facts.deprecation {
        add(told(api, route, deprecation));
    }
    text
}

/// The text of a method that went.
pub(super) fn gone(new: &ApiDescription, (route, of): At<'_>) -> String {
    let deprecation = of.facts.deprecation.as_ref();
    let deprecated = deprecation.map(|deprecation| told(new, route, deprecation));
    let deprecated = deprecated.map_or_else(String::new, |text| format!(", which was {text}"));
    format!("{}{deprecated}", code(route))
}

/// What a caller writes: whether it has another form, or the same form with another meaning.
enum Call {
    Same,
    OtherForm,
    OtherMeaning,
}

fn call((route, before): At<'_>, (now, after): At<'_>) -> Call {
    let types = |of: &Operation| -> Vec<String> {
        let values = of.arguments.iter().map(|value| value.ty.clone());
        values
            .chain(of.query.iter().map(|query| query.name.clone()))
            .collect()
    };
    // Values of a path keep their place, whatever they are called.
    let names = |of: &Operation| -> Vec<String> {
        let values = of.arguments.iter().filter(|value| !value.in_path);
        values.map(|value| value.wire.clone()).collect()
    };
    if types(before) != types(after) {
        Call::OtherForm
    } else if renames::shape(route) != renames::shape(now) || names(before) != names(after) {
        Call::OtherMeaning
    } else {
        Call::Same
    }
}

/// Compares two versions of a method.
pub(super) fn changed(before: At<'_>, after: At<'_>) -> Option<Change> {
    let ((route, old), (now, new)) = (before, after);
    let call = call(before, after);
    let mut texts = Vec::new();
    if !matches!(call, Call::Same) {
        texts.extend(arguments(old, new));
        if renames::shape(route) != renames::shape(now) {
            texts.push("calls another route".to_owned());
        } else if texts.is_empty() {
            texts.push("takes its parameters in another order".to_owned());
        }
    }
    let silent = matches!(call, Call::OtherMeaning) && old.reply == new.reply;
    if silent {
        texts.push(super::SILENT.to_owned());
    }
    if old.reply != new.reply {
        let (now, was) = (&new.reply, &old.reply);
        texts.push(format!("returns `{now}`, returned `{was}`"));
    }
    if texts.is_empty() {
        return None;
    }
    let (verdict, effect, sort) = (Verdict::Breaking, Effect::Changed, ItemKind::Operation);
    let change = Change::new(
        verdict,
        effect,
        sort,
        &old.module,
        old.id(),
        texts.join("; "),
    );
    Some(Change { silent, ..change })
}

/// Compares the parameters.
fn arguments(old: &Operation, new: &Operation) -> Vec<String> {
    let find = |of: &Operation, wire: &str| {
        let mut values = of.arguments.iter();
        values.find(|value| value.wire == wire).cloned()
    };
    let missing = |of: &Operation, other: &Operation| -> Vec<Value> {
        let values = of.arguments.iter();
        values
            .filter(|value| find(other, &value.wire).is_none())
            .cloned()
            .collect()
    };
    let (gone, came) = (missing(old, new), missing(new, old));
    let mut texts = Vec::new();
    if let ([was], [now]) = (&gone[..], &came[..]) {
        let (was, now, ty) = (&was.name, &now.name, &now.ty);
        texts.push(format!("parameter `{was}` replaced by `{now}: {ty}`"));
    } else {
        let gone = gone
            .iter()
            .map(|value| format!("parameter `{}` removed", value.name));
        texts.extend(gone);
        let came = came.iter();
        texts.extend(came.map(|value| format!("parameter `{}: {}` added", value.name, value.ty)));
    }
    for value in &new.arguments {
        if let Some(was) = find(old, &value.wire).filter(|was| was.ty != value.ty) {
            let (name, ty, was) = (&value.name, &value.ty, was.ty);
            texts.push(format!("parameter `{name}` is `{ty}`, was `{was}`"));
        }
    }
    match (&old.query, &new.query) {
        (None, Some(query)) => {
            texts.push(format!(
                "optional values added, as a last parameter `&{}`",
                query.name
            ));
        }
        (Some(query), None) => {
            texts.push(format!("last parameter `&{}` removed", query.name));
        }
        _ => {}
    }
    texts
}

/// What a page method gives.
pub(super) fn pages(of: &Operation, page: &Page) -> String {
    format!(
        "pages of `{}`, beside `{}`",
        page.item,
        of.verb.trim_end_matches('_')
    )
}

/// Compares two versions of a page method.
pub(super) fn page(before: (At<'_>, &Page), after: (At<'_>, &Page)) -> Option<Change> {
    let ((before, page), (after, now)) = (before, after);
    let of = before.1;
    let mut texts = Vec::new();
    if page.item != now.item {
        texts.push(format!(
            "pages are of `{}`, were of `{}`",
            now.item, page.item
        ));
    }
    let call = call(before, after);
    if !matches!(call, Call::Same) {
        texts.push(format!("changes its parameters as `{}` does", of.id()));
    }
    if texts.is_empty() {
        return None;
    }
    let silent = matches!(call, Call::OtherMeaning) && page.item == now.item;
    let item = format!("{}::{}", of.module, page.verb);
    let (effect, sort) = (Effect::Changed, ItemKind::Page);
    let text = texts.join("; ");
    let change = Change::new(Verdict::Breaking, effect, sort, &of.module, item, text);
    Some(Change { silent, ..change })
}

/// Compares two versions of an optional value.
pub(super) fn setter(
    api: &ApiDescription,
    (of, query): (&Operation, &Query),
    value: &Value,
    now: &Value,
) -> Option<Change> {
    let (verdict, sort, text) = if now.ty != value.ty {
        let verdict = match accepts(api, &now.ty, &value.ty) {
            true => Verdict::Additive,
            false => Verdict::Breaking,
        };
        let text = format!("is `{}`, was `{}`", now.ty, value.ty);
        (verdict, ItemKind::Query, text)
    } else if now.wire != value.wire {
        (
            Verdict::Additive,
            ItemKind::Wire,
            super::wire(&now.wire, &value.wire),
        )
    } else {
        return None;
    };
    let item = format!("{}.{}", query.name, value.name);
    Some(Change::new(
        verdict,
        Effect::Changed,
        sort,
        &of.module,
        item,
        text,
    ))
}
