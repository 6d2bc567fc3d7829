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
    let found = [
        guesses(compared),
        silent(compared),
        relaxed(compared),
        documentation(compared),
        names(compared),
        numbered(compared),
        tasks(compared),
        slow_writes(compared),
        repeated_writes(compared),
        lists(compared),
        secrets(compared),
        states(compared),
        deprecations(compared),
        gone(compared),
        repairs(compared),
    ];
    let lines = found.into_iter().flatten();
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

/// The text with the items in the place of `{}`; `None` if there are none.
fn about(items: &[String], text: &str) -> Option<String> {
    (!items.is_empty()).then(|| text.replacen("{}", &joined(items), 1))
}

/// The number of breaks, with a link.
fn breaks(compared: &Compared, is_it: impl Fn(&&Change) -> bool) -> Option<String> {
    let all = compared.diff.changes.iter().filter(is_it).count();
    (all > 0).then(|| format!("[{}]{BREAKS}", count(all, "break")))
}

fn guesses(compared: &Compared) -> Option<String> {
    let guessed = |change: &&Change| change.guess.as_ref().is_some_and(|guess| !guess.certain);
    let breaks = breaks(compared, guessed)?;
    Some(format!(
        "**Replacements.** {breaks} with \"probably now\": what stands in the same place, which is a guess. Compare \
         both, and correct the changelog where it is wrong."
    ))
}

fn silent(compared: &Compared) -> Option<String> {
    let breaks = breaks(compared, |change| change.silent)?;
    Some(format!(
        "**No compiler error.** {breaks} where the same code means something else now. Say it in the changelog."
    ))
}

fn relaxed(compared: &Compared) -> Option<String> {
    let all = items(compared.diff.changes.iter().filter(|change| change.relaxed));
    about(
        &all,
        "**Requirement lost.** No longer required: {}. If the API still refuses a request without it, or for the \
          sake of compatibility, the overlay can keep it required (`x-ovh-web-required`).",
    )
}

fn documentation(compared: &Compared) -> Option<String> {
    let missing = missing_docs::missing(compared).len();
    (missing > 0).then(|| {
        format!(
            "**Documentation.** {} without any: fill in the [entries below](#user-content-document).",
            count(missing, "new item")
        )
    })
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
            "**Names.** {} with a name made by rule, free to change in `schema/names.toml` until it is released: {}.",
            counts.join(" and "),
            joined(&[methods, types].concat())
        )
    })
}

fn tasks(compared: &Compared) -> Option<String> {
    let told: Vec<String> = changes(compared, ItemKind::Task, Effect::Changed)
        .map(Change::headline)
        .collect();
    (!told.is_empty()).then(|| {
        format!(
            "**Task.** {}. A method that starts a task needs one in the facade (`Operation`) and in the sandbox.",
            told.join("; ")
        )
    })
}

fn numbered(compared: &Compared) -> Option<String> {
    let api = &compared.after.api;
    let mut found: Vec<String> = Vec::new();
    for (id, route, _) in new_operations(compared) {
        let plain = id.trim_matches('`').rsplit_once('_');
        let other = plain.and_then(|(plain, number)| {
            number.parse::<u32>().ok()?;
            api.operations.iter().find(|(_, other)| other.id() == plain)
        });
        found.extend(
            other.map(|(other, _)| format!("{id} of {} beside {}", code(route), code(other))),
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
            found.push(format!("`{}` of {one} beside {other}", change.item));
        }
    }
    about(
        &found,
        "**Numbered names.** The plain name was taken: {}. Choose better ones in `schema/names.toml`.",
    )
}

fn slow_writes(compared: &Compared) -> Option<String> {
    let slow = new_writes(compared, |_, operation| !operation.facts.starts_task);
    about(
        &slow,
        "**Slow without a task?** These writes start none: {}. If their work goes on after the reply, \
          the facade should wait on the object's own status.",
    )
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
    let text = about(
        &repeated,
        "**Sent twice?** These are repeated after a lost response, being PUT or DELETE: {}. If a repeat can do \
          harm, the overlay has to say so (`x-ovh-web-idempotent`).",
    )?;
    Some(text + &marked)
}

fn new_writes(compared: &Compared, is_meant: impl Fn(&str, &Operation) -> bool) -> Vec<String> {
    let mut found: Vec<String> = new_operations(compared)
        .filter(|(_, route, operation)| !route.starts_with("GET ") && is_meant(route, operation))
        .map(|(id, _, _)| id)
        .collect();
    found.sort_unstable();
    found
}

fn lists(compared: &Compared) -> Option<String> {
    let plain: Vec<String> = new_operations(compared)
        .filter(|(_, route, operation)| {
            let is_scalar = matches!(operation.reply.as_str(), "Vec<String>" | "Vec<i64>");
            route.starts_with("GET ") && is_scalar && operation.page.is_none()
        })
        .map(|(id, _, _)| id)
        .collect();
    about(
        &plain,
        "**Lists of ids alone.** No pages of objects are announced for {}. If the same route of another \
          section has them, name the type in the overlay (`x-expanded-response`).",
    )
}

fn secrets(compared: &Compared) -> Option<String> {
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
    about(
        &found,
        "**Secrets?** These are plain text and sound like a secret: {}. If they are, the overlay gives them \
          `format: password`.",
    )
}

fn states(compared: &Compared) -> Option<String> {
    let of = |effect| {
        items(changes(compared, ItemKind::Value, effect).filter(|change| {
            let parent = change.parent();
            parent.ends_with("Status") || parent.ends_with("State")
        }))
    };
    let told: Vec<String> = [("New", of(Effect::New)), ("Gone", of(Effect::Gone))]
        .iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(word, values)| format!("{word}: {}.", joined(values)))
        .collect();
    (!told.is_empty()).then(|| {
        format!(
            "**Status values.** {} Are any of these terminal or failure states that the facade waits for, or that the \
             sandbox shows?",
            told.join(" ")
        )
    })
}

fn deprecations(compared: &Compared) -> Option<String> {
    let all = items(changes(compared, ItemKind::Deprecated, Effect::Changed));
    about(
        &all,
        "**Deprecations.** {}. Does the facade or an example use one?",
    )
}

fn gone(compared: &Compared) -> Option<String> {
    let sorts = [
        ItemKind::Operation,
        ItemKind::Page,
        ItemKind::QueryType,
        ItemKind::Type,
    ];
    let breaks = breaks(compared, |change| {
        change.effect == Effect::Gone && sorts.contains(&change.kind)
    })?;
    Some(format!(
        "**Gone.** {breaks} where a method or a type is gone. `cargo test` finds what still uses it; its name stays \
         under `[retired]` and is not given again."
    ))
}

fn repairs(compared: &Compared) -> Option<String> {
    let old = &compared.before.report.repairs;
    let new: Vec<String> = compared
        .after
        .report
        .repairs
        .iter()
        .filter(|repair| !old.contains(repair))
        .map(|repair| code(&repair.to_string()))
        .collect();
    about(
        &new,
        "**Repaired.** The documents get something wrong that was put right: {}.",
    )
}
