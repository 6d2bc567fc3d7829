//! Compares the facts of operations: IAM actions, deprecations, tasks, documentation.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::items::At;
use super::{Change, Effect, Impact, ItemKind, renames};
use crate::description::{ApiDescription, Deprecation, Operation};
use crate::escape::{code, plain_or_code};
use crate::names::operations::shape;

/// Compares the facts of operations that are still there, under any name.
pub(super) fn compare(old: &ApiDescription, new: &ApiDescription) -> Vec<Change> {
    let named = new.operations.iter();
    let named: BTreeMap<String, At<'_>> = named
        .map(|(route, of)| (of.id(), (route.as_str(), of)))
        .collect();
    let mut changes = Vec::new();
    for (route, before) in &old.operations {
        let same = || Some((route.as_str(), new.operations.get(route)?));
        if let Some(after) = named.get(&before.id()).copied().or_else(same) {
            operation((old, new), (route, before), after, &mut changes);
        }
    }
    changes.extend(reserved_values(old, new));
    changes
}

/// The newly reserved path values, each once for all operations.
fn reserved_values(old: &ApiDescription, new: &ApiDescription) -> Vec<Change> {
    let mut reserved: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (route, after) in &new.operations {
        let Some(before) = old.operations.get(route) else {
            continue;
        };
        for (wire, values) in &after.facts.reserved_values {
            let known = before.facts.reserved_values.iter();
            let known = known.filter(|(other, _)| other == wire);
            let known: Vec<&String> = known.flat_map(|(_, values)| values).collect();
            for value in values.iter().filter(|value| !known.contains(value)) {
                *reserved.entry((wire, value)).or_default() += 1;
            }
        }
    }
    let changes = reserved.into_iter().map(|((wire, value), count)| {
        let text = format!(
            "cannot be {} in {count} operation{}: the client refuses the value before sending, since another route has that segment",
            code(value),
            if count == 1 { "" } else { "s" },
        );
        let (kind, module) = (ItemKind::Fact, "path values");
        Change::new(Impact::Docs, Effect::Changed, kind, module, wire, text)
    });
    changes.collect()
}

fn operation(
    (old_api, new_api): (&ApiDescription, &ApiDescription),
    (route, before): At<'_>,
    (now, after): At<'_>,
    changes: &mut Vec<Change>,
) {
    use Impact::{Additive, Docs};
    use ItemKind::{Deprecated, Doc, Fact, Iam, Task};
    let (old, new) = (&before.facts, &after.facts);
    let mut add = |impact, kind, text: String| {
        let (item, module) = (&after.id(), &after.module);
        changes.push(Change::new(
            impact,
            Effect::Changed,
            kind,
            module,
            item,
            text,
        ));
    };
    if now != route {
        let text = format!("is {}, was {}", code(now), code(route));
        add(Additive, Fact, text);
    }
    let was = old.deprecation.as_ref();
    let was = was.map(|of| deprecation(old_api, route, of));
    let is = new.deprecation.as_ref();
    let is = is.map(|of| deprecation(new_api, now, of));
    match (was, is) {
        (None, Some(is)) => {
            let text = format!("is {is}; callers get a warning");
            add(Additive, Deprecated, text);
        }
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
    let credentials = ["needs credentials now", "no longer needs credentials"];
    let repeats = [
        "is no longer sent twice after a lost response",
        "may be sent twice now: it is retried after a lost response",
    ];
    let tasks = ["no longer starts a task", "starts a task now"];
    for (was, now, texts, kind) in [
        (old.anonymous, new.anonymous, credentials, Fact),
        (old.idempotent, new.idempotent, repeats, Fact),
        (old.starts_task, new.starts_task, tasks, Task),
    ] {
        if was != now {
            add(Additive, kind, texts[usize::from(now)].to_owned());
        }
    }
    if old.stability != new.stability {
        let [now, was] = [&new.stability, &old.stability]
            .map(|text| text.as_deref().map_or("unspecified".into(), plain_or_code));
        let text = format!("stability is {now}, was {was}");
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
        add(Docs, Doc, code(now));
    }
}

/// The text of a deprecation, with the method that replaces the operation.
pub(super) fn deprecation(api: &ApiDescription, route: &str, of: &Deprecation) -> String {
    let mut text = String::from("deprecated");
    for (lead, date) in [
        (" since ", &of.since),
        (", may be removed from ", &of.deletion),
    ] {
        if let Some(date) = date {
            text.push_str(lead);
            text.push_str(&plain_or_code(day(date)));
        }
    }
    if let Some(replacement) = &of.replacement {
        let method = replacing(api, route, replacement);
        let name = method.map_or_else(|| code(replacement), |of| format!("`{}`", of.id()));
        text.push_str(&format!(", replaced by {name}"));
    }
    text
}

/// The operation that replaces another. `replacement` is a path or a route; of several operations of a
/// path it is the one with the same HTTP method.
fn replacing<'a>(api: &'a ApiDescription, route: &str, replacement: &str) -> Option<&'a Operation> {
    let (method, path) = match replacement.split_once(' ') {
        Some((method, path)) => (method, path),
        None => (renames::method(route), replacement),
    };
    let all = api.operations.iter();
    let there: Vec<At<'_>> = all
        .filter(|(route, _)| shape(renames::path(route)) == shape(path))
        .map(|(route, of)| (route.as_str(), of))
        .collect();
    let same = there
        .iter()
        .find(|(route, _)| renames::method(route) == method);
    let only = there.first().filter(|_| there.len() == 1);
    same.or(only).map(|(_, of)| *of)
}

/// The day of a date with a time.
fn day(moment: &str) -> &str {
    let end = moment.find(['T', 't', ' ']).unwrap_or(moment.len());
    &moment[..end]
}

pub(super) fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| code(name)).collect();
    quoted.join(", ")
}
