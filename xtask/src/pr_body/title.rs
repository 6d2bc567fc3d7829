//! The title: what happened, in the few words that a list of pull requests has room for.

use crate::sides::Compared;
use ovh_web_codegen::diff::{Effect, Sort, Verdict};
use std::collections::BTreeSet;

/// `API change: 28 operations new, 5 gone, 91 enum values new (breaking, 0.2.0)`
pub(super) fn of(compared: &Compared) -> String {
    let diff = &compared.diff;
    let Some(verdict) = diff.verdict() else {
        return "API change: nothing for users".to_owned();
    };
    let mut parts = Vec::new();
    for (sort, one, many) in [
        (Sort::Operation, "operation", "operations"),
        (Sort::Type, "type", "types"),
        (Sort::Field, "field", "fields"),
        (Sort::Value, "enum value", "enum values"),
    ] {
        let count = |effect| {
            let items: BTreeSet<&str> = diff
                .changes
                .iter()
                .filter(|change| change.sort == sort && change.effect == effect)
                .map(|change| change.item.as_str())
                .collect();
            items.len()
        };
        // What is in a new type is no news of its own.
        if sort == Sort::Field && parts.len() > 2 {
            continue;
        }
        let mut noun = Some(());
        for (effect, word) in [
            (Effect::New, "new"),
            (Effect::Changed, "changed"),
            (Effect::Gone, "gone"),
        ] {
            let number = count(effect);
            if number == 0 {
                continue;
            }
            let noun = match noun.take() {
                None => String::new(),
                Some(()) if number == 1 => format!(" {one}"),
                Some(()) => format!(" {many}"),
            };
            parts.push(format!("{number}{noun} {word}"));
        }
    }
    if parts.is_empty() {
        parts.push(diff.summary());
    }
    parts.truncate(4);
    let version = match (verdict, compared.next_version()) {
        (_, None) => verdict.to_string(),
        (Verdict::Docs, Some(next)) => format!("docs only, {next}"),
        (_, Some(next)) => format!("{verdict}, {next}"),
    };
    format!("API change: {} ({version})", parts.join(", "))
}
