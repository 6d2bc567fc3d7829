//! Checks before the merge that no test can do: a checkbox for each that applies to this change.

use super::missing_docs;
use super::title::count;
use crate::revisions::ClientChange;
use ovh_web_codegen::description::{Operation, TypeKind};
use ovh_web_codegen::diff::{Change, Effect, ItemKind, list as joined};
use ovh_web_codegen::escape::code;
use std::collections::BTreeSet;

/// Words in a name that make one think of a secret.
const SECRET_WORDS: [&str; 5] = ["password", "secret", "token", "credential", "private"];

/// The link to the section about breaks.
const BREAKS: &str = "(#user-content-breaks)";

/// The list, a line each.
pub(super) fn list(client: &ClientChange) -> Vec<String> {
    let relaxed = client.diff.changes.iter().filter(|change| change.relaxed);
    let undocumented = missing_docs::missing(client).len();
    let deprecated = changes(client, ItemKind::Deprecated, Effect::Changed);
    let slow = new_writes(client, |_, operation| !operation.facts.starts_task);
    // What each check found stands in the place of `{}`.
    let checks = [
        (
            breaks(client, |change| {
                change.guess.as_ref().is_some_and(|guess| !guess.certain)
            }),
            "**Replacements.** {} with \"probably now\": what stands in the same place, which is a guess. Compare \
             both, and correct the changelog where it is wrong.",
        ),
        (
            breaks(client, |change| change.silent),
            "**No compiler error.** {} where the same code means something else now. Say it in the changelog.",
        ),
        (
            in_text(&items(relaxed)),
            "**Requirement lost.** No longer required: {}. If the API still refuses a request without it, or for the \
             sake of compatibility, the overlay can keep it required (`x-ovh-web-required`).",
        ),
        (
            (undocumented > 0).then(|| count(undocumented, "new item")),
            "**Documentation.** {} without any: fill in the [entries below](#user-content-document).",
        ),
        (names(client), "**Names.** {}."),
        (
            in_text(&numbered(client)),
            "**Numbered names.** The plain name was taken: {}. Choose better ones in `{folder}/names.toml`.",
        ),
        (
            tasks(client),
            "**Task.** {}. A method that starts a task needs one in the facade (`Operation`) and in the sandbox.",
        ),
        (
            in_text(&slow),
            "**Slow without a task?** These writes start none: {}. If their work goes on after the response, \
             the facade should wait on the object's own status.",
        ),
        (repeated_writes(client), "**Sent twice?** {}"),
        (
            in_text(&lists(client)),
            "**Lists of ids alone.** No pages of objects are announced for {}. If the same route of another \
             section has them, name the type in the overlay (`x-expanded-response`).",
        ),
        (
            in_text(&secrets(client)),
            "**Secrets?** These are plain text and sound like a secret: {}. If they are, the overlay gives them \
             `format: password`.",
        ),
        (
            states(client),
            "**Status values.** {} Are any of these terminal or failure states that the facade waits for, or that the \
             sandbox shows?",
        ),
        (
            in_text(&items(deprecated)),
            "**Deprecations.** {}. Does the facade or an example use one?",
        ),
        (
            breaks(client, is_gone),
            "**Gone.** {} where a method or a type is gone. `cargo test` finds what still uses it; its name stays \
             under `[retired]` and is not given again.",
        ),
        (
            in_text(&repairs(client)),
            "**Repaired.** The documents get something wrong that was put right: {}.",
        ),
    ];
    let lines = checks
        .into_iter()
        .filter_map(|(found, text)| Some(text.replacen("{}", &found?, 1)));
    let (label, folder) = (client.label(), client.folder());
    lines
        .map(|line| format!("- [ ] {label}{}", line.replace("{folder}", &folder)))
        .collect()
}

fn changes(client: &ClientChange, sort: ItemKind, effect: Effect) -> impl Iterator<Item = &Change> {
    client
        .diff
        .changes
        .iter()
        .filter(move |change| change.kind == sort && change.effect == effect)
}

/// The new operations, with what is known of them: those whose method was not there before.
fn new_operations(client: &ClientChange) -> impl Iterator<Item = (String, &String, &Operation)> {
    let before: BTreeSet<String> = client
        .before
        .api
        .operations
        .values()
        .map(Operation::id)
        .collect();
    let operations = client.after.api.operations.iter();
    operations
        .filter(move |(_, operation)| !before.contains(&operation.id()))
        .map(|(route, operation)| (format!("`{}`", operation.id()), route, operation))
}

fn items<'a>(changes: impl Iterator<Item = &'a Change>) -> Vec<String> {
    changes.map(|change| format!("`{}`", change.item)).collect()
}

/// The items as one text; `None` if there are none.
fn in_text(items: &[String]) -> Option<String> {
    (!items.is_empty()).then(|| joined(items))
}

/// The number of breaks, with a link.
fn breaks(client: &ClientChange, is_it: impl Fn(&Change) -> bool) -> Option<String> {
    let all = client.diff.changes.iter();
    let all = all.filter(|change| is_it(change)).count();
    (all > 0).then(|| format!("[{}]{BREAKS}", count(all, "break")))
}

fn names(client: &ClientChange) -> Option<String> {
    // Names that came back were released once.
    let names: toml::Table = client.lock.parse().unwrap_or_default();
    let retired = names.get("retired").and_then(toml::Value::as_table);
    let retired: BTreeSet<&str> = retired
        .into_iter()
        .flat_map(|table| table.values())
        .filter_map(toml::Value::as_str)
        .collect();
    let is_free = |change: &&Change| {
        let name = match change.kind {
            ItemKind::Type => format!("{}::{}", change.module, change.item),
            _ => change.item.clone(),
        };
        !retired.contains(name.as_str())
    };
    let new = |sort| items(changes(client, sort, Effect::New).filter(is_free));
    let (methods, types) = (new(ItemKind::Operation), new(ItemKind::Type));
    let counts: Vec<String> = [(&methods, "operation"), (&types, "type")]
        .into_iter()
        .filter(|(items, _)| !items.is_empty())
        .map(|(items, noun)| count(items.len(), noun))
        .collect();
    (!counts.is_empty()).then(|| {
        format!(
            "{} with a name made by rule, free to change in `{}/names.toml` until it is released: {}",
            counts.join(" and "),
            client.folder(),
            joined(&[methods, types].concat())
        )
    })
}

fn tasks(client: &ClientChange) -> Option<String> {
    let changes = changes(client, ItemKind::Task, Effect::Changed);
    let lines: Vec<String> = changes.map(Change::headline).collect();
    (!lines.is_empty()).then(|| lines.join("; "))
}

fn numbered(client: &ClientChange) -> Vec<String> {
    let api = &client.after.api;
    let mut found: Vec<String> = Vec::new();
    for (id, route, _) in new_operations(client) {
        let plain = id.trim_matches('`').rsplit_once('_');
        let other = plain.and_then(|(plain, number)| {
            number.parse::<u32>().ok()?;
            api.operations.iter().find(|(_, other)| other.id() == plain)
        });
        found.extend(
            other.map(|(other, _)| format!("{id} of {}, because of {}", code(route), code(other))),
        );
    }
    for change in changes(client, ItemKind::Type, Effect::New) {
        let plain = change.item.trim_end_matches(|c: char| c.is_ascii_digit());
        let other = api.types.get(plain.trim_end_matches("Spelling"));
        if let (Some(one), Some(other)) = (api.types.get(&change.item), other)
            && plain != change.item
            && one.origin != other.origin
        {
            let (one, other) = (code(&one.origin), code(&other.origin));
            found.push(format!("`{}` of {one}, because of {other}", change.item));
        }
    }
    found
}

fn repeated_writes(client: &ClientChange) -> Option<String> {
    let repeated = new_writes(client, |_, operation| operation.facts.idempotent);
    let marked = new_writes(client, |route, operation| {
        !route.starts_with("POST ") && !operation.facts.idempotent
    });
    let marked = match marked.is_empty() {
        true => String::new(),
        false => format!(" It says so already of {}.", joined(&marked)),
    };
    let repeated = in_text(&repeated)?;
    Some(format!(
        "These are repeated after a lost response, being PUT or DELETE: {repeated}. If a repeat can do harm, the \
         overlay has to say so (`x-ovh-web-idempotent`).{marked}"
    ))
}

fn new_writes(client: &ClientChange, is_meant: impl Fn(&str, &Operation) -> bool) -> Vec<String> {
    let mut found: Vec<String> = new_operations(client)
        .filter(|(_, route, operation)| !route.starts_with("GET ") && is_meant(route, operation))
        .map(|(id, _, _)| id)
        .collect();
    found.sort_unstable();
    found
}

fn lists(client: &ClientChange) -> Vec<String> {
    new_operations(client)
        .filter(|(_, route, operation)| {
            let is_scalar = matches!(operation.response.as_str(), "Vec<String>" | "Vec<i64>");
            route.starts_with("GET ") && is_scalar && operation.page.is_none()
        })
        .map(|(id, _, _)| id)
        .collect()
}

fn secrets(client: &ClientChange) -> Vec<String> {
    let sounds_secret = |name: &str| {
        let name = name.to_lowercase();
        SECRET_WORDS.iter().any(|word| name.contains(word))
    };
    let mut found = Vec::new();
    for (name, item) in &client.after.api.types {
        let (TypeKind::Read(fields) | TypeKind::Write(fields)) = &item.kind else {
            continue;
        };
        let known = match client.before.api.types.get(name).map(|item| &item.kind) {
            Some(TypeKind::Read(fields) | TypeKind::Write(fields)) => fields.as_slice(),
            _ => &[],
        };
        for field in fields {
            let is_new = !known.iter().any(|old| old.wire == field.wire);
            let is_open = matches!(field.ty.as_str(), "String" | "Option<String>");
            if is_new && is_open && sounds_secret(&field.wire) {
                found.push(format!("`{name}.{}`", field.name));
            }
        }
    }
    found
}

fn states(client: &ClientChange) -> Option<String> {
    let of = |effect| {
        items(changes(client, ItemKind::Value, effect).filter(|change| {
            let parent = change.parent();
            parent.ends_with("Status") || parent.ends_with("State")
        }))
    };
    let lines: Vec<String> = [("New", of(Effect::New)), ("Gone", of(Effect::Gone))]
        .iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(word, values)| format!("{word}: {}.", joined(values)))
        .collect();
    (!lines.is_empty()).then(|| lines.join(" "))
}

fn is_gone(change: &Change) -> bool {
    let is_item = matches!(
        change.kind,
        ItemKind::Operation | ItemKind::Page | ItemKind::QueryType | ItemKind::Type
    );
    change.effect == Effect::Gone && is_item
}

fn repairs(client: &ClientChange) -> Vec<String> {
    let old = &client.before.report.repairs;
    let new = client.after.report.repairs.iter();
    let new = new.filter(|repair| !old.contains(repair));
    new.map(|repair| code(&repair.to_string())).collect()
}
