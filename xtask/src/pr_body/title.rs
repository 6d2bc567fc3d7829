//! The title: what matters first, in the few words that a list of pull requests has room for.

use crate::revisions::Compared;
use ovh_web_codegen::diff::{Change, Diff, Effect, Impact, ItemKind};
use std::collections::BTreeSet;

/// `API change: 11 breaks: 6 methods, 4 fields, 1 type; 23 methods new (breaking, 0.2.0)`
pub(super) fn of(compared: &Compared) -> String {
    title(&compared.diff, compared.next_version().as_deref())
}

fn title(diff: &Diff, next: Option<&str>) -> String {
    let Some(verdict) = diff.impact() else {
        return "API change: nothing for users".to_owned();
    };
    let breaking = nouns(diff, |verdict, _| verdict == Impact::Breaking);
    let new = nouns(diff, |_, effect| effect == Effect::New);
    let mut parts = Vec::new();
    if !breaking.is_empty() {
        let all = breaking.iter().map(|(count, _)| count).sum();
        let nouns: Vec<&str> = breaking.iter().map(|(_, noun)| noun.as_str()).collect();
        parts.push(format!("{}: {}", count(all, "break"), nouns.join(", ")));
    }
    if !new.is_empty() {
        const FEW: usize = 3;
        let nouns: Vec<&str> = new
            .iter()
            .map(|(_, noun)| noun.as_str())
            .take(FEW)
            .collect();
        parts.push(format!("{} new", nouns.join(", ")));
    }
    let has_no_code = parts.is_empty();
    for (sort, one, many) in [
        (
            ItemKind::Iam,
            "method needs another IAM action",
            "methods need other IAM actions",
        ),
        (
            ItemKind::Deprecated,
            "deprecation changed",
            "deprecations changed",
        ),
        (
            ItemKind::Wire,
            "name changed in requests",
            "names changed in requests",
        ),
        (
            ItemKind::Fact,
            "fact of a method changed",
            "facts of methods changed",
        ),
        (ItemKind::Type, "schema renamed", "schemas renamed"),
        (ItemKind::Doc, "text changed", "texts changed"),
    ] {
        let of = |change: &Change| change.kind == sort && change.effect == Effect::Changed;
        let all = items(diff, of);
        let is_worth_it = matches!(sort, ItemKind::Iam | ItemKind::Deprecated | ItemKind::Wire);
        if all > 0 && (parts.is_empty() || is_worth_it) {
            parts.push(format!("{all} {}", if all == 1 { one } else { many }));
        }
    }
    let kind = match verdict {
        _ if has_no_code => "no code changes".to_owned(),
        verdict => verdict.to_string(),
    };
    let next = next.map_or_else(String::new, |next| format!(", {next}"));
    format!("API change: {} ({kind}{next})", parts.join("; "))
}

fn items(diff: &Diff, is_it: impl Fn(&Change) -> bool) -> usize {
    let all = diff.changes.iter().filter(|change| is_it(change));
    // Methods that came with a method are parts of it.
    let methods = all.flat_map(|change| {
        let parts = change.parts.iter();
        let parts = parts.filter(|part| change.kind == ItemKind::Operation && part.contains("::"));
        parts.chain([&change.item])
    });
    methods.collect::<BTreeSet<_>>().len()
}

/// Counts of each kind of item, the most important first.
fn nouns(diff: &Diff, is_it: impl Fn(Impact, Effect) -> bool) -> Vec<(usize, String)> {
    let sorts: [(&[ItemKind], &str); 6] = [
        (&[ItemKind::Operation, ItemKind::Page], "method"),
        (&[ItemKind::Type, ItemKind::QueryType], "type"),
        (&[ItemKind::Constructor], "constructor"),
        (&[ItemKind::Field], "field"),
        (&[ItemKind::Query], "optional value"),
        (&[ItemKind::Value], "enum value"),
    ];
    sorts
        .into_iter()
        .map(|(sorts, noun)| {
            let of = |change: &Change| {
                sorts.contains(&change.kind) && is_it(change.impact, change.effect)
            };
            let all = items(diff, of);
            (all, count(all, noun))
        })
        .filter(|(all, _)| *all > 0)
        .collect()
}

/// `1 field`, `2 fields`
pub(super) fn count(all: usize, noun: &str) -> String {
    format!("{all} {noun}{}", if all == 1 { "" } else { "s" })
}
