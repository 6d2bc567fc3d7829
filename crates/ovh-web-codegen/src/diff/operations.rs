//! What became of the operations: their methods, arguments, optional values, replies and facts.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::{Change, Effect, Sort, Verdict, accepts, renames};
use crate::description::{ApiDescription, Deprecation, Operation, Page, Query, Value};
use crate::escape::{code, plain_or_code};

/// An operation with its route.
pub(super) type At<'a> = (&'a str, &'a Operation);

/// What OVHcloud and we say of operations that are still there, maybe under another name.
pub(super) fn facts(old: &ApiDescription, new: &ApiDescription) -> Vec<Change> {
    let named: BTreeMap<String, At<'_>> = new
        .operations
        .iter()
        .map(|(route, of)| (of.id(), (route.as_str(), of)))
        .collect();
    let mut changes = Vec::new();
    for (route, before) in &old.operations {
        let same = || Some((route.as_str(), new.operations.get(route)?));
        if let Some(after) = named.get(&before.id()).copied().or_else(same) {
            of_one((old, new), (route, before), after, &mut changes);
        }
    }
    changes.extend(siblings(old, new));
    changes
}

/// What path values cannot be any more, once for all operations.
fn siblings(old: &ApiDescription, new: &ApiDescription) -> Vec<Change> {
    let mut refused: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (route, after) in &new.operations {
        let Some(before) = old.operations.get(route) else {
            continue;
        };
        for (wire, words) in &after.facts.siblings {
            let known = before.facts.siblings.iter();
            let known: Vec<&String> = known
                .filter(|(other, _)| other == wire)
                .flat_map(|(_, words)| words)
                .collect();
            for word in words.iter().filter(|word| !known.contains(word)) {
                *refused.entry((wire, word)).or_default() += 1;
            }
        }
    }
    let told = refused.into_iter().map(|((wire, word), count)| {
        let text = format!(
            "cannot be {} in {count} operation{}: another route has that segment",
            code(word),
            if count == 1 { "" } else { "s" },
        );
        let (verdict, effect) = (Verdict::Docs, Effect::Changed);
        Change::new(verdict, effect, Sort::Fact, "path values", wire, text)
    });
    told.collect()
}

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
        && stability != crate::shape::row::STABLE
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

/// How a method that is still there differs.
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
    let (verdict, effect, sort) = (Verdict::Breaking, Effect::Changed, Sort::Operation);
    let change = Change::new(
        verdict,
        effect,
        sort,
        &old.family,
        old.id(),
        texts.join("; "),
    );
    Some(Change { silent, ..change })
}

/// How the parameters differ.
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

/// How a page method that is still there differs.
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
    let item = format!("{}::{}", of.family, page.verb);
    let (effect, sort) = (Effect::Changed, Sort::Page);
    let text = texts.join("; ");
    let change = Change::new(Verdict::Breaking, effect, sort, &of.family, item, text);
    Some(Change { silent, ..change })
}

/// How an optional value that is still there differs.
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
        (verdict, Sort::Query, text)
    } else if now.wire != value.wire {
        (
            Verdict::Additive,
            Sort::Wire,
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
        &of.family,
        item,
        text,
    ))
}

fn of_one(
    (old_api, new_api): (&ApiDescription, &ApiDescription),
    (route, before): At<'_>,
    (now, after): At<'_>,
    changes: &mut Vec<Change>,
) {
    use Sort::{Deprecated, Fact, Iam};
    use Verdict::{Additive, Docs};
    let (old, new) = (&before.facts, &after.facts);
    let mut add = |verdict, sort, text: String| {
        let (item, family) = (after.id(), &after.family);
        changes.push(Change::new(
            verdict,
            Effect::Changed,
            sort,
            family,
            item,
            text,
        ));
    };
    if now != route {
        let text = format!("is {}, was {}", code(now), code(route));
        add(Additive, Fact, text);
    }
    let was = old.deprecation.as_ref().map(|of| told(old_api, route, of));
    let is = new.deprecation.as_ref().map(|of| told(new_api, now, of));
    match (was, is) {
        (None, Some(is)) => add(
            Additive,
            Deprecated,
            format!("is {is}; callers get a warning"),
        ),
        (Some(_), None) => add(Additive, Deprecated, "is no longer deprecated".to_owned()),
        (Some(was), Some(is)) if was != is => {
            add(Docs, Deprecated, format!("is {is}; it was {was}"));
        }
        _ => {}
    }
    if old.iam != new.iam {
        let [now, was] = [&new.iam, &old.iam].map(|actions| match actions.as_slice() {
            [] => "no IAM action".to_owned(),
            actions => list(actions),
        });
        add(Docs, Iam, format!("needs {now}, needed {was}"));
    }
    for (was, now, yes, no, sort) in [
        (
            old.anonymous,
            new.anonymous,
            "no longer needs credentials",
            "needs credentials now",
            Fact,
        ),
        (
            old.idempotent,
            new.idempotent,
            "may be sent twice now: it is retried after a lost response",
            "is no longer sent twice after a lost response",
            Fact,
        ),
        (
            old.starts_task,
            new.starts_task,
            "starts a task now",
            "no longer starts a task",
            Sort::Task,
        ),
    ] {
        if was != now {
            add(Additive, sort, if now { yes } else { no }.to_owned());
        }
    }
    if old.stability != new.stability {
        let [now, was] = [&new.stability, &old.stability]
            .map(|text| text.as_deref().map_or("nothing".into(), plain_or_code));
        let text = format!("OVHcloud says of its stability: {now} (was: {was})");
        add(Docs, Fact, text);
    }
    if old.secrets != new.secrets {
        let text = match new.secrets.as_slice() {
            [] => "carries no secrets any more".to_owned(),
            secrets => format!("carries secrets now: {}", list(secrets)),
        };
        add(Docs, Fact, text);
    }
    if before.doc != after.doc {
        add(Docs, Sort::Doc, code(now));
    }
}

/// What a deprecation says. A replacement is told as the method to call, if there is one.
fn told(api: &ApiDescription, route: &str, deprecation: &Deprecation) -> String {
    let mut text = String::from("deprecated");
    if let Some(since) = &deprecation.since {
        text.push_str(&format!(" since {}", plain_or_code(day(since))));
    }
    if let Some(deletion) = &deprecation.deletion {
        text.push_str(&format!(
            ", may be gone from {}",
            plain_or_code(day(deletion))
        ));
    }
    if let Some(replacement) = &deprecation.replacement {
        let method = replacing(api, route, replacement);
        let name = method.map_or_else(|| code(replacement), |of| format!("`{}`", of.id()));
        text.push_str(&format!(", replaced by {name}"));
    }
    text
}

/// The method of a replacement, which is a path, or a route: with the same HTTP method, or the only one.
fn replacing<'a>(api: &'a ApiDescription, route: &str, replacement: &str) -> Option<&'a Operation> {
    let (method, path) = match replacement.split_once(' ') {
        Some((method, path)) => (method, path),
        None => (renames::method(route), replacement),
    };
    let path = renames::shape(path);
    let there = || {
        let all = api.operations.iter();
        all.filter(|(route, _)| renames::shape(renames::path(route)) == path)
    };
    let same = there().find(|(route, _)| renames::method(route) == method);
    let only = || {
        let mut all = there();
        all.next().filter(|_| all.next().is_none())
    };
    same.or_else(only).map(|(_, of)| of)
}

/// The day of a moment.
fn day(moment: &str) -> &str {
    let end = moment.find(['T', 't', ' ']).unwrap_or(moment.len());
    &moment[..end]
}

fn list(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| code(word)).collect();
    quoted.join(", ")
}
