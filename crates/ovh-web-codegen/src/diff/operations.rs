//! What became of the operations: their methods, arguments, optional values, replies and facts.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::{Change, Effect, Sort, Verdict, accepts, renames};
use crate::description::{ApiDescription, Deprecation, Operation, Page, Value};
use crate::escape::{code, plain_or_code};

pub(super) fn compare(old: &ApiDescription, new: &ApiDescription) -> Vec<Change> {
    let mut changes = Vec::new();
    // A route that went while another came under its name: for users it is one method.
    let moved = |route: &str, from: &ApiDescription, to: &ApiDescription| -> Option<String> {
        let id = from.operations.get(route)?.id();
        let mut routes = to.operations.iter();
        let found = routes.find(|(other, operation)| {
            operation.id() == id && !from.operations.contains_key(*other)
        });
        found.map(|(other, _)| other.clone())
    };
    for (route, before) in &old.operations {
        let now = match new.operations.get_key_value(route) {
            Some((route, _)) => Some(route.clone()),
            None => moved(route, old, new),
        };
        let Some((now, after)) = now.and_then(|now| new.operations.get_key_value(&now)) else {
            changes.push(gone(route, before, old, new));
            continue;
        };
        if after.id() != before.id() {
            let text = format!("{} is called `{}` now", code(route), after.id());
            let mut change = of(before, Verdict::Breaking, Effect::Gone, text);
            change.guess = Some(format!("`{}` (certain: the same route)", after.id()));
            changes.push(change);
        } else {
            if now != route {
                changes.push(Change::new(
                    Verdict::Additive,
                    Effect::Changed,
                    Sort::Fact,
                    &before.family,
                    before.id(),
                    format!("is {}, was {}", code(now), code(route)),
                ));
            }
            let is_other_place = renames::shape(now) != renames::shape(route);
            changed(before, after, is_other_place, &mut changes);
            values(new, before, after, &mut changes);
        }
        facts(now, before, after, &mut changes);
    }
    for (route, after) in &new.operations {
        if !old.operations.contains_key(route) && moved(route, new, old).is_none() {
            changes.push(came(route, after));
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
        let operations = if count == 1 {
            "operation"
        } else {
            "operations"
        };
        let text = format!(
            "cannot be {} in {count} {operations}: a route of its own stands there now",
            code(word)
        );
        Change::new(
            Verdict::Docs,
            Effect::Changed,
            Sort::Fact,
            "path values",
            wire,
            text,
        )
    });
    told.collect()
}

fn of(operation: &Operation, verdict: Verdict, effect: Effect, text: impl Into<String>) -> Change {
    let item = operation.id();
    Change::new(
        verdict,
        effect,
        Sort::Operation,
        &operation.family,
        item,
        text,
    )
}

fn came(route: &str, operation: &Operation) -> Change {
    let mut arguments: Vec<&str> = operation
        .arguments
        .iter()
        .map(|value| value.name.as_str())
        .collect();
    if operation.query.is_some() {
        arguments.push("query");
    }
    let mut text = format!(
        "{}, `({}) -> {}`",
        code(route),
        arguments.join(", "),
        operation.reply
    );
    if let Some(page) = &operation.page {
        text.push_str(&format!(", pages of `{}`", page.item));
    }
    if operation.facts.starts_task {
        text.push_str(", starts a task");
    }
    if !operation.facts.iam.is_empty() {
        text.push_str(&format!(", IAM {}", list(&operation.facts.iam)));
    }
    if let Some(stability) = &operation.facts.stability
        && stability != crate::shape::row::STABLE
    {
        text.push_str(&format!(", {}", plain_or_code(stability)));
    }
    if let Some(deprecation) = &operation.facts.deprecation {
        text.push_str(&format!(", {}", told(deprecation)));
    }
    of(operation, Verdict::Additive, Effect::New, text)
}

fn gone(route: &str, before: &Operation, old: &ApiDescription, new: &ApiDescription) -> Change {
    let mut text = code(route);
    let mut guess = None;
    if let Some(deprecation) = &before.facts.deprecation {
        text.push_str(&format!(", which was {}", told(deprecation)));
    }
    if let Some(route) = renames::operation(route, old, new) {
        guess = Some(format!(
            "`{}` ({})",
            new.operations[route].id(),
            code(route)
        ));
    }
    of(before, Verdict::Breaking, Effect::Gone, text).with_guess(guess)
}

/// What a caller writes and gets.
fn changed(before: &Operation, after: &Operation, is_other_place: bool, changes: &mut Vec<Change>) {
    let mut texts = Vec::new();
    let types = |operation: &Operation| -> Vec<String> {
        let values = operation.arguments.iter().map(|value| value.ty.clone());
        let query = operation.query.as_ref().map(|query| query.name.clone());
        values.chain(query).collect()
    };
    // Values of a path keep their place, whatever they are called.
    let names = |operation: &Operation| -> Vec<String> {
        let values = operation.arguments.iter().filter(|value| !value.in_path);
        values.map(|value| value.wire.clone()).collect()
    };
    let is_other_form = types(before) != types(after);
    let is_other_meaning = !is_other_form && (is_other_place || names(before) != names(after));
    if is_other_form || is_other_meaning {
        let find = |values: &[Value], wire: &str| {
            let found = values.iter().find(|value| value.wire == wire);
            found.map(|value| value.ty.clone())
        };
        for value in &after.arguments {
            match find(&before.arguments, &value.wire) {
                None => texts.push(format!("wants `{}: {}` now", value.name, value.ty)),
                Some(ty) if ty != value.ty => {
                    texts.push(format!("`{}` is `{}`, was `{ty}`", value.name, value.ty));
                }
                Some(_) => {}
            }
        }
        for value in &before.arguments {
            if find(&after.arguments, &value.wire).is_none() {
                texts.push(format!("takes no `{}` any more", value.name));
            }
        }
        match (&before.query, &after.query) {
            (None, Some(query)) => texts.push(format!(
                "takes optional values now, as a last argument `&{}`",
                query.name
            )),
            (Some(_), None) => texts.push("takes no optional values any more".to_owned()),
            _ => {}
        }
        if is_other_place {
            texts.push("is another route".to_owned());
        } else if texts.is_empty() {
            texts.push("takes its arguments in another order".to_owned());
        }
        if is_other_meaning {
            texts.push("a call still compiles, and sends something else".to_owned());
        }
        let mut change = of(before, Verdict::Breaking, Effect::Changed, texts.join("; "));
        change.silent = is_other_meaning;
        changes.push(change);
    }
    if before.reply != after.reply {
        let text = format!("gives `{}`, gave `{}`", after.reply, before.reply);
        changes.push(of(before, Verdict::Breaking, Effect::Changed, text));
    }
    pages(before, after, is_other_form, changes);
}

fn pages(before: &Operation, after: &Operation, with_arguments: bool, changes: &mut Vec<Change>) {
    let mut add = |page: &Page, verdict, effect, text: String| {
        let item = format!("{}::{}", before.family, page.verb);
        let family = &before.family;
        changes.push(Change::new(verdict, effect, Sort::Page, family, item, text));
    };
    let of = |page: &Page| {
        format!(
            "pages of `{}`, beside `{}`",
            page.item,
            before.verb.trim_end_matches('_')
        )
    };
    match (&before.page, &after.page) {
        (None, Some(page)) => add(page, Verdict::Additive, Effect::New, of(page)),
        (Some(page), None) => add(page, Verdict::Breaking, Effect::Gone, of(page)),
        (Some(page), Some(now)) => {
            if page.item != now.item {
                let text = format!("pages are of `{}`, were of `{}`", now.item, page.item);
                add(page, Verdict::Breaking, Effect::Changed, text);
            }
            if with_arguments {
                let text = format!("takes what `{}` takes", before.id());
                add(page, Verdict::Breaking, Effect::Changed, text);
            }
        }
        (None, None) => {}
    }
}

/// The optional values of the query.
fn values(api: &ApiDescription, before: &Operation, after: &Operation, changes: &mut Vec<Change>) {
    let of = |operation: &Operation| -> Vec<Value> {
        let query = operation.query.as_ref();
        query.map(|query| query.values.clone()).unwrap_or_default()
    };
    let (old, new) = (of(before), of(after));
    let Some(query) = before.query.as_ref().or(after.query.as_ref()) else {
        return;
    };
    let mut add = |name: &str, verdict, effect, text: String| {
        let item = format!("{}.{name}", query.name);
        let family = &before.family;
        changes.push(Change::new(
            verdict,
            effect,
            Sort::Query,
            family,
            item,
            text,
        ));
    };
    for value in &old {
        match new.iter().find(|other| other.name == value.name) {
            None => add(
                &value.name,
                Verdict::Breaking,
                Effect::Gone,
                format!("optional value {} of `{}`", code(&value.wire), before.id()),
            ),
            Some(now) if now.ty != value.ty => {
                let verdict = if accepts(api, &now.ty, &value.ty) {
                    Verdict::Additive
                } else {
                    Verdict::Breaking
                };
                let text = format!("is `{}`, was `{}`", now.ty, value.ty);
                add(&value.name, verdict, Effect::Changed, text);
            }
            Some(now) if now.wire != value.wire => {
                let [now, was] = [&now.wire, &value.wire].map(|wire| code(wire));
                let text = format!("is sent as {now}, was sent as {was}");
                add(&value.name, Verdict::Additive, Effect::Changed, text);
            }
            Some(_) => {}
        }
    }
    for value in &new {
        if !old.iter().any(|other| other.name == value.name) {
            let text = format!("`{}`, for `{}`", value.ty, before.id());
            add(&value.name, Verdict::Additive, Effect::New, text);
        }
    }
}

/// What OVHcloud says beyond the form, and what we say.
fn facts(route: &str, before: &Operation, after: &Operation, changes: &mut Vec<Change>) {
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
    let (old, new) = (&before.facts, &after.facts);
    match (&old.deprecation, &new.deprecation) {
        (None, Some(now)) => add(
            Verdict::Additive,
            Sort::Fact,
            format!("is {}; callers get a warning", told(now)),
        ),
        (Some(_), None) => add(
            Verdict::Additive,
            Sort::Fact,
            "is no longer deprecated".to_owned(),
        ),
        (Some(was), Some(now)) if was != now => add(
            Verdict::Docs,
            Sort::Fact,
            format!("is {}; it was {}", told(now), told(was)),
        ),
        _ => {}
    }
    if old.iam != new.iam {
        let [now, was] = [&new.iam, &old.iam].map(|actions| match actions.as_slice() {
            [] => "no IAM action".to_owned(),
            actions => list(actions),
        });
        add(
            Verdict::Docs,
            Sort::Fact,
            format!("wants {now}, wanted {was}"),
        );
    }
    if old.anonymous != new.anonymous {
        let text = if new.anonymous {
            "needs no credentials any more"
        } else {
            "needs credentials now"
        };
        add(Verdict::Additive, Sort::Fact, text.to_owned());
    }
    if old.idempotent != new.idempotent {
        let text = if new.idempotent {
            "may be sent twice now: it is repeated after a failure"
        } else {
            "is no longer sent twice after a failure"
        };
        add(Verdict::Additive, Sort::Fact, text.to_owned());
    }
    if old.stability != new.stability {
        let [now, was] = [&new.stability, &old.stability]
            .map(|text| text.as_deref().map_or("nothing".into(), plain_or_code));
        let text = format!("OVHcloud says of its stability: {now} (was: {was})");
        add(Verdict::Docs, Sort::Fact, text);
    }
    if old.secrets != new.secrets {
        let text = match new.secrets.as_slice() {
            [] => "carries no secrets any more".to_owned(),
            secrets => format!("carries secrets now: {}", list(secrets)),
        };
        add(Verdict::Docs, Sort::Fact, text);
    }
    if before.doc != after.doc {
        add(Verdict::Docs, Sort::Doc, code(route));
    }
}

fn told(deprecation: &Deprecation) -> String {
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
        text.push_str(&format!(", replaced by {}", code(replacement)));
    }
    text
}

/// The day of a moment.
fn day(moment: &str) -> &str {
    moment.split('T').next().unwrap_or(moment)
}

fn list(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| code(word)).collect();
    quoted.join(", ")
}
