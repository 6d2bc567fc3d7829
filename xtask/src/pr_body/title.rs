//! The title of the pull request: the most important changes first.

use crate::revisions::Compared;
use ovh_web_codegen::diff::{Diff, Effect, Impact, ItemKind};
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
        let nouns = new.iter().map(|(_, noun)| noun.as_str());
        let nouns: Vec<&str> = nouns.take(FEW).collect();
        parts.push(format!("{} new", nouns.join(", ")));
    }
    let has_no_code = parts.is_empty();
    for (sort, noun) in [
        (ItemKind::Iam, "IAM change"),
        (ItemKind::Deprecated, "deprecation change"),
        (ItemKind::Wire, "wire name change"),
        (ItemKind::Fact, "fact change"),
        (ItemKind::Type, "schema rename"),
        (ItemKind::Doc, "documentation change"),
    ] {
        let all = diff
            .items(sort, |change| change.effect == Effect::Changed)
            .len();
        let is_worth_it = matches!(sort, ItemKind::Iam | ItemKind::Deprecated | ItemKind::Wire);
        if all > 0 && (parts.is_empty() || is_worth_it) {
            parts.push(count(all, noun));
        }
    }
    let kind = match verdict {
        _ if has_no_code => "no code changes".to_owned(),
        verdict => verdict.to_string(),
    };
    let next = next.map_or_else(String::new, |next| format!(", {next}"));
    format!("API change: {} ({kind}{next})", parts.join("; "))
}

/// Counts of each kind of item, the most important first.
fn nouns(diff: &Diff, is_it: impl Fn(Impact, Effect) -> bool) -> Vec<(usize, String)> {
    let kinds: [(&[ItemKind], &str); 6] = [
        (&[ItemKind::Operation, ItemKind::Page], "method"),
        (&[ItemKind::Type], "type"),
        (&[ItemKind::Constructor], "constructor"),
        (&[ItemKind::Field], "field"),
        (&[ItemKind::Query], "optional value"),
        (&[ItemKind::Value], "enum value"),
    ];
    let counted = kinds.into_iter().map(|(kinds, noun)| {
        let items =
            |kind: &ItemKind| diff.items(*kind, |change| is_it(change.impact, change.effect));
        let all: BTreeSet<&str> = kinds.iter().flat_map(items).collect();
        (all.len(), count(all.len(), noun))
    });
    // Those of a new method are not counted again.
    let of_tool = [(ItemKind::Command, "command"), (ItemKind::Flag, "flag")];
    let of_tool = of_tool.map(|(kind, noun)| {
        let all = diff.changes.iter();
        let all = all.filter(|it| it.kind == kind && is_it(it.impact, it.effect));
        let all = all.count();
        (all, count(all, noun))
    });
    let counted = counted.chain(of_tool);
    counted.filter(|(all, _)| *all > 0).collect()
}

/// `1 field`, `2 fields`
pub(super) fn count(all: usize, noun: &str) -> String {
    format!("{all} {noun}{}", if all == 1 { "" } else { "s" })
}
