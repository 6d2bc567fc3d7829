//! What OVHcloud says of operations beyond their form, and what we say: IAM actions, deprecations,
//! tasks, documentation.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::operations::At;
use super::{Change, Effect, ItemKind, Verdict, renames};
use crate::description::{ApiDescription, Deprecation, Operation};
use crate::escape::{code, plain_or_code};

/// What OVHcloud and we say of operations that are still there, maybe under another name.
pub(super) fn compare(old: &ApiDescription, new: &ApiDescription) -> Vec<Change> {
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
        for (wire, words) in &after.facts.reserved_values {
            let known = before.facts.reserved_values.iter();
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
            "cannot be {} in {count} operation{}: the client refuses the value before sending, since another route has that segment",
            code(word),
            if count == 1 { "" } else { "s" },
        );
        let (verdict, effect) = (Verdict::Docs, Effect::Changed);
        Change::new(verdict, effect, ItemKind::Fact, "path values", wire, text)
    });
    told.collect()
}

fn of_one(
    (old_api, new_api): (&ApiDescription, &ApiDescription),
    (route, before): At<'_>,
    (now, after): At<'_>,
    changes: &mut Vec<Change>,
) {
    use ItemKind::{Deprecated, Fact, Iam};
    use Verdict::{Additive, Docs};
    let (old, new) = (&before.facts, &after.facts);
    let mut add = |verdict, sort, text: String| {
        let (item, module) = (after.id(), &after.module);
        changes.push(Change::new(
            verdict,
            Effect::Changed,
            sort,
            module,
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
            ItemKind::Task,
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
        add(Docs, ItemKind::Doc, code(now));
    }
}

/// What a deprecation says. A replacement is told as the method to call, if there is one.
pub(super) fn told(api: &ApiDescription, route: &str, deprecation: &Deprecation) -> String {
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

pub(super) fn list(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| code(word)).collect();
    quoted.join(", ")
}
