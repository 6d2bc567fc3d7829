//! What a person has to look at before the merge, since no test can know it: each a box to tick,
//! and only those that this change gives reason for.

use crate::sides::Compared;
use ovh_web_codegen::description::{Form, Operation};
use ovh_web_codegen::diff::{Change, Effect, Sort, Verdict};
use ovh_web_codegen::escape::code;
use std::collections::BTreeSet;

/// Words in a name that make one think of a secret.
const SECRET_WORDS: [&str; 5] = ["password", "secret", "token", "credential", "private"];

/// The list, a line each; nothing if there is nothing to look at.
pub(super) fn list(compared: &Compared) -> String {
    let found = [
        guesses(compared),
        names(compared),
        numbered(compared),
        slow_writes(compared),
        repeated_writes(compared),
        lists(compared),
        secrets(compared),
        states(compared),
        deprecations(compared),
        gone(compared),
        silent(compared),
        repairs(compared),
    ];
    let lines: Vec<String> = found
        .into_iter()
        .flatten()
        .map(|line| format!("- [ ] {line}"))
        .collect();
    lines.join("\n")
}

fn changes(compared: &Compared, sort: Sort, effect: Effect) -> impl Iterator<Item = &Change> {
    compared
        .diff
        .changes
        .iter()
        .filter(move |change| change.sort == sort && change.effect == effect)
}

/// The new operations, with what is known of them.
fn new_operations(compared: &Compared) -> impl Iterator<Item = (String, &String, &Operation)> {
    let before: BTreeSet<&String> = compared.before.api.operations.keys().collect();
    let operations = compared.after.api.operations.iter();
    operations
        .filter(move |(route, _)| !before.contains(route))
        .map(|(route, operation)| (format!("`{}`", operation.id()), route, operation))
}

fn joined(items: &[String]) -> String {
    // What is to be looked at has to be seen: only what is a change of the whole API is cut.
    const MANY: usize = 60;
    let more = items.len().saturating_sub(MANY);
    let mut text = items[..items.len() - more].join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

fn guesses(compared: &Compared) -> Option<String> {
    let guessed: Vec<String> = compared
        .diff
        .changes
        .iter()
        .filter(|change| change.effect == Effect::Gone)
        .filter_map(|change| {
            let guess = change.guess.as_deref()?;
            (!change.is_certain()).then(|| format!("`{}` as {guess}", change.item))
        })
        .collect();
    (!guessed.is_empty()).then(|| {
        format!(
            "**Renamed?** Recognised by likeness, which is a guess: {}. Read both before the changelog says so.",
            joined(&guessed)
        )
    })
}

fn names(compared: &Compared) -> Option<String> {
    let operations = new_operations(compared).map(|(id, _, _)| id);
    let types =
        changes(compared, Sort::Type, Effect::New).map(|change| format!("`{}`", change.item));
    let mut named: Vec<String> = operations.collect();
    named.sort_unstable();
    named.extend(types);
    (!named.is_empty()).then(|| {
        format!(
            "**Names.** Given by rule, and free to change in `schema/names.toml` until they are released: {}.",
            joined(&named)
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
    for change in changes(compared, Sort::Type, Effect::New) {
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
    (!found.is_empty()).then(|| {
        format!(
            "**Numbered names.** The plain name was taken: {}. Choose better ones in `schema/names.toml`.",
            joined(&found)
        )
    })
}

fn slow_writes(compared: &Compared) -> Option<String> {
    let slow = new_writes(compared, |operation| !operation.facts.starts_task);
    (!slow.is_empty()).then(|| {
        format!(
            "**Slow without a task?** These writes start none: {}. If their work goes on after the reply, \
             the facade should wait on the object's own status.",
            joined(&slow)
        )
    })
}

fn repeated_writes(compared: &Compared) -> Option<String> {
    let repeated = new_writes(compared, |operation| operation.facts.idempotent);
    (!repeated.is_empty()).then(|| {
        format!(
            "**Sent twice?** These are repeated after a lost reply, being PUT or DELETE: {}. If a repeat can do \
             harm, the overlay has to say so (`x-ovh-web-idempotent`).",
            joined(&repeated)
        )
    })
}

fn new_writes(compared: &Compared, is_meant: impl Fn(&Operation) -> bool) -> Vec<String> {
    let mut found: Vec<String> = new_operations(compared)
        .filter(|(_, route, operation)| !route.starts_with("GET ") && is_meant(operation))
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
    (!plain.is_empty()).then(|| {
        format!(
            "**Lists of ids alone.** No pages of objects are announced for {}. If the same route of another \
             section has them, name the type in the overlay (`x-expanded-response`).",
            joined(&plain)
        )
    })
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
    (!found.is_empty()).then(|| {
        format!(
            "**Secrets?** These are plain text and sound like a secret: {}. If they are, the overlay gives them \
             `format: password`.",
            joined(&found)
        )
    })
}

fn states(compared: &Compared) -> Option<String> {
    let values: Vec<String> = changes(compared, Sort::Value, Effect::New)
        .filter(|change| {
            let parent = change.item.split("::").next().unwrap_or_default();
            let is_new_type = !compared.before.api.types.contains_key(parent);
            !is_new_type && (parent.ends_with("Status") || parent.ends_with("State"))
        })
        .map(|change| format!("`{}`", change.item))
        .collect();
    (!values.is_empty()).then(|| {
        format!(
            "**Waiting.** New values of a status: {}. Is any of them an end, or a failure, that the facade waits for \
             and the sandbox shows?",
            joined(&values)
        )
    })
}

fn deprecations(compared: &Compared) -> Option<String> {
    let told: Vec<String> = changes(compared, Sort::Fact, Effect::Changed)
        .filter(|change| change.is_deprecation())
        .map(Change::headline)
        .collect();
    (!told.is_empty()).then(|| {
        format!(
            "**Deprecations.** {}. Does the facade or an example use one?",
            joined(&told)
        )
    })
}

fn gone(compared: &Compared) -> Option<String> {
    let gone: Vec<String> = changes(compared, Sort::Operation, Effect::Gone)
        .chain(changes(compared, Sort::Page, Effect::Gone))
        .chain(changes(compared, Sort::Type, Effect::Gone))
        .map(|change| format!("`{}`", change.item))
        .collect();
    (!gone.is_empty()).then(|| {
        format!(
            "**Gone.** {}. `cargo test` finds what still uses them; their names stay under `[retired]` and are not \
             given again.",
            joined(&gone)
        )
    })
}

fn silent(compared: &Compared) -> Option<String> {
    let silent: Vec<String> = compared
        .diff
        .changes
        .iter()
        .filter(|change| change.silent && change.verdict == Verdict::Breaking)
        .map(Change::headline)
        .collect();
    (!silent.is_empty()).then(|| {
        format!(
            "**No compiler tells.** The same code means something else now: {}. Say it in the changelog.",
            joined(&silent)
        )
    })
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
    (!new.is_empty()).then(|| {
        format!(
            "**Repaired.** The documents get something wrong that was put right: {}.",
            joined(&new)
        )
    })
}
