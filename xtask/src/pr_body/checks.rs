//! Checks before the merge that no test can do: a checkbox for each that applies to this change.

use super::missing_docs;
use super::title::count;
use crate::revisions::Compared;
use ovh_web_codegen::description::{Form, Operation};
use ovh_web_codegen::diff::{Change, Effect, ItemKind, list as joined};
use ovh_web_codegen::escape::code;
use std::collections::BTreeSet;

/// Words in a name that make one think of a secret.
const SECRET_WORDS: [&str; 5] = ["password", "secret", "token", "credential", "private"];

/// The link to the section about breaks.
const BREAKS: &str = "(#user-content-breaks)";

/// The list, a line each.
pub(super) fn list(compared: &Compared) -> Vec<String> {
    let relaxed = compared.diff.changes.iter().filter(|change| change.relaxed);
    let undocumented = missing_docs::missing(compared).len();
    let deprecated = changes(compared, ItemKind::Deprecated, Effect::Changed);
    let slow = new_writes(compared, |_, operation| !operation.facts.starts_task);
    // What each check found stands in the place of `{}`.
    let checks = [
        (
            breaks(compared, |change| {
                change.guess.as_ref().is_some_and(|guess| !guess.certain)
            }),
            "**Replacements.** {} with \"probably now\": what stands in the same place, which is a guess. Compare \
             both, and correct the changelog where it is wrong.",
        ),
        (
            breaks(compared, |change| change.silent),
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
        (names(compared), "**Names.** {}."),
        (
            in_text(&numbered(compared)),
            "**Numbered names.** The plain name was taken: {}. Choose better ones in `schema/names.toml`.",
        ),
        (
            tasks(compared),
            "**Task.** {}. A method that starts a task needs one in the facade (`Operation`) and in the sandbox.",
        ),
        (
            in_text(&slow),
            "**Slow without a task?** These writes start none: {}. If their work goes on after the response, \
             the facade should wait on the object's own status.",
        ),
        (repeated_writes(compared), "**Sent twice?** {}"),
        (
            in_text(&lists(compared)),
            "**Lists of ids alone.** No pages of objects are announced for {}. If the same route of another \
             section has them, name the type in the overlay (`x-expanded-response`).",
        ),
        (
            in_text(&secrets(compared)),
            "**Secrets?** These are plain text and sound like a secret: {}. If they are, the overlay gives them \
             `format: password`.",
        ),
        (
            states(compared),
            "**Status values.** {} Are any of these terminal or failure states that the facade waits for, or that the \
             sandbox shows?",
        ),
        (
            in_text(&items(deprecated)),
            "**Deprecations.** {}. Does the facade or an example use one?",
        ),
        (
            breaks(compared, is_gone),
            "**Gone.** {} where a method or a type is gone. `cargo test` finds what still uses it; its name stays \
             under `[retired]` and is not given again.",
        ),
        (
            in_text(&repairs(compared)),
            "**Repaired.** The documents get something wrong that was put right: {}.",
        ),
    ];
    let lines = checks
        .into_iter()
        .filter_map(|(found, text)| Some(text.replacen("{}", &found?, 1)));
    lines.map(|line| format!("- [ ] {line}")).collect()
}

fn changes(compared: &Compared, sort: ItemKind, effect: Effect) -> impl Iterator<Item = &Change> {
    compared
        .diff
        .changes
        .iter()
        .filter(move |change| change.kind == sort && change.effect == effect)
}

/// The new operations, with what is known of them: those whose method was not there before.
fn new_operations(compared: &Compared) -> impl Iterator<Item = (String, &String, &Operation)> {
    let before: BTreeSet<String> = compared
        .before
        .api
        .operations
        .values()
        .map(Operation::id)
        .collect();
    let operations = compared.after.api.operations.iter();
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
fn breaks(compared: &Compared, is_it: impl Fn(&Change) -> bool) -> Option<String> {
    let all = compared.diff.changes.iter();
    let all = all.filter(|change| is_it(change)).count();
    (all > 0).then(|| format!("[{}]{BREAKS}", count(all, "break")))
}

fn names(compared: &Compared) -> Option<String> {
    // Names that came back were released once.
    let names: toml::Table = compared.lock.parse().unwrap_or_default();
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
    let new = |sort| items(changes(compared, sort, Effect::New).filter(is_free));
    let (methods, types) = (new(ItemKind::Operation), new(ItemKind::Type));
    let counts: Vec<String> = [(&methods, "operation"), (&types, "type")]
        .into_iter()
        .filter(|(items, _)| !items.is_empty())
        .map(|(items, noun)| count(items.len(), noun))
        .collect();
    (!counts.is_empty()).then(|| {
        format!(
            "{} with a name made by rule, free to change in `schema/names.toml` until it is released: {}",
            counts.join(" and "),
            joined(&[methods, types].concat())
        )
    })
}

fn tasks(compared: &Compared) -> Option<String> {
    let changes = changes(compared, ItemKind::Task, Effect::Changed);
    let lines: Vec<String> = changes.map(Change::headline).collect();
    (!lines.is_empty()).then(|| lines.join("; "))
}

fn numbered(compared: &Compared) -> Vec<String> {
    let api = &compared.after.api;
    let mut found: Vec<String> = Vec::new();
    for (id, route, _) in new_operations(compared) {
        let plain = id.trim_matches('`').rsplit_once('_');
        let other = plain.and_then(|(plain, number)| {
            number.parse::<u32>().ok()?;
            api.operations.iter().find(|(_, other)| other.id() == plain)
        });
        found.extend(
            other.map(|(other, _)| format!("{id} of {}, because of {}", code(route), code(other))),
        );
    }
    for change in changes(compared, ItemKind::Type, Effect::New) {
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

fn repeated_writes(compared: &Compared) -> Option<String> {
    let repeated = new_writes(compared, |_, operation| operation.facts.idempotent);
    let marked = new_writes(compared, |route, operation| {
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

fn new_writes(compared: &Compared, is_meant: impl Fn(&str, &Operation) -> bool) -> Vec<String> {
    let mut found: Vec<String> = new_operations(compared)
        .filter(|(_, route, operation)| !route.starts_with("GET ") && is_meant(route, operation))
        .map(|(id, _, _)| id)
        .collect();
    found.sort_unstable();
    found
}

fn lists(compared: &Compared) -> Vec<String> {
    new_operations(compared)
        .filter(|(_, route, operation)| {
            let is_scalar = matches!(operation.response.as_str(), "Vec<String>" | "Vec<i64>");
            route.starts_with("GET ") && is_scalar && operation.page.is_none()
        })
        .map(|(id, _, _)| id)
        .collect()
}

fn secrets(compared: &Compared) -> Vec<String> {
    let sounds_secret = |name: &str| {
        let name = name.to_lowercase();
        SECRET_WORDS.iter().any(|word| name.contains(word))
    };
    let mut found = Vec::new();
    for (name, item) in &compared.after.api.types {
        let (Form::Read(fields) | Form::Write(fields)) = &item.form else {
            continue;
        };
        let known = match compared.before.api.types.get(name).map(|item| &item.form) {
            Some(Form::Read(fields) | Form::Write(fields)) => fields.as_slice(),
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

fn states(compared: &Compared) -> Option<String> {
    let of = |effect| {
        items(changes(compared, ItemKind::Value, effect).filter(|change| {
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

fn repairs(compared: &Compared) -> Vec<String> {
    let old = &compared.before.report.repairs;
    let new = compared.after.report.repairs.iter();
    let new = new.filter(|repair| !old.contains(repair));
    new.map(|repair| code(&repair.to_string())).collect()
}
