//! The story of a change for a person: the verdict, the numbers, what breaks, then family by
//! family.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Bump, Change, Diff, Effect, Sort, Verdict};

pub(super) fn write(diff: &Diff, title: &str, version: Option<&str>) -> String {
    let mut out = format!("# {title}\n\n");
    let Some(verdict) = diff.verdict() else {
        out.push_str("Nothing changed for users of the client.\n");
        return out;
    };
    let _ = writeln!(
        out,
        "**{}** for users of the client: {}.\n\n{}\n",
        match verdict {
            Verdict::Breaking => "Breaking",
            Verdict::Additive => "Additive",
            Verdict::Docs => "Documentation only",
        },
        diff.summary(),
        bump(diff.bump(), version)
    );
    out.push_str(&table(diff));
    out.push_str(&breaks(diff));
    out.push_str(&pages(diff));
    let told_below = |change: &&Change| !is_new_page(change);
    let families: BTreeSet<&str> = diff
        .changes
        .iter()
        .filter(told_below)
        .map(|change| change.family.as_str())
        .collect();
    for family in families {
        let changes: Vec<&Change> = diff
            .changes
            .iter()
            .filter(|change| change.family == family)
            .filter(told_below)
            .collect();
        let _ = writeln!(out, "\n## {family}");
        for (effect, title) in [
            (Effect::New, "New"),
            (Effect::Changed, "Changed"),
            (Effect::Gone, "Gone"),
        ] {
            let lines = lines(&changes, effect);
            if !lines.is_empty() {
                let _ = writeln!(out, "\n{title}:\n\n{}", lines.join("\n"));
            }
        }
        let documented: Vec<String> = changes
            .iter()
            .filter(|change| change.sort == Sort::Doc)
            .map(|change| format!("`{}`", change.item))
            .collect();
        if !documented.is_empty() {
            let _ = writeln!(out, "\nDocumented differently: {}.", documented.join(", "));
        }
    }
    out
}

fn bump(bump: Bump, version: Option<&str>) -> String {
    let next = version.and_then(|version| Some((version, bump.after(version)?)));
    let numbers = next.map_or_else(String::new, |(version, next)| {
        format!(": {version} becomes {next}")
    });
    match bump {
        Bump::None => "There is nothing to publish.".to_owned(),
        Bump::Patch => format!("The last number of the version goes up{numbers}."),
        Bump::Breaking => format!("The version goes up as for any breaking change{numbers}."),
    }
}

/// How many of each sort came, changed and went.
fn table(diff: &Diff) -> String {
    let mut out = String::from("| | new | changed | gone |\n|---|---:|---:|---:|\n");
    for (sort, name) in [
        (Sort::Operation, "operations"),
        (Sort::Page, "lists with pages of objects"),
        (Sort::Query, "optional query values"),
        (Sort::Type, "types"),
        (Sort::Constructor, "constructors"),
        (Sort::Field, "fields"),
        (Sort::Value, "enum values"),
        (Sort::Fact, "facts of operations"),
        (Sort::Doc, "documentation"),
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
        let counts = [Effect::New, Effect::Changed, Effect::Gone].map(count);
        if counts != [0, 0, 0] {
            let [new, changed, gone] = counts;
            let _ = writeln!(out, "| {name} | {new} | {changed} | {gone} |");
        }
    }
    out
}

/// What users have to act on, in one list.
fn breaks(diff: &Diff) -> String {
    let breaking: Vec<&Change> = diff
        .changes
        .iter()
        .filter(|change| change.verdict == Verdict::Breaking)
        .collect();
    if breaking.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n## What breaks\n\n");
    for change in breaking {
        let _ = writeln!(out, "- {}{}", headline(change), guess(change));
    }
    out
}

/// Lists that give whole objects now: they come by the dozen, and in one place they are soon read.
fn pages(diff: &Diff) -> String {
    let pages: Vec<String> = diff
        .changes
        .iter()
        .filter(|change| is_new_page(change))
        .map(|change| format!("`{}`", change.item))
        .collect();
    match pages.len() {
        0 => String::new(),
        1 => format!(
            "\n## Pages\n\nA list that was there gives its objects in pages now: {}.\n",
            pages[0]
        ),
        many => format!(
            "\n## Pages\n\n{many} lists that were there give their objects in pages now: {}.\n",
            pages.join(", ")
        ),
    }
}

fn is_new_page(change: &Change) -> bool {
    (change.sort, change.effect) == (Sort::Page, Effect::New)
}

/// A change in a line, without what it may have become.
pub(super) fn headline(change: &Change) -> String {
    let what = match (change.effect, change.sort) {
        (Effect::Gone, Sort::Value | Sort::Field) => "is gone".to_owned(),
        (Effect::Gone, _) => format!("is gone: {}", change.text),
        (Effect::New, _) => format!("is new: {}", change.text),
        _ => change.text.clone(),
    };
    format!("`{}` {what}", change.item)
}

/// What it may have become.
fn guess(change: &Change) -> String {
    match &change.guess {
        None => String::new(),
        Some(guess) if change.effect == Effect::Changed => format!(" - what it was is {guess}"),
        Some(guess) if change.is_certain() => format!(" - renamed to {guess}"),
        Some(guess) => format!(" - probably renamed to {guess}, which is a guess"),
    }
}

/// The lines of one effect: operations first, then types with what is in them.
fn lines(changes: &[&Change], effect: Effect) -> Vec<String> {
    let mut out = Vec::new();
    let mut grouped: BTreeMap<(Sort, Verdict, String), Vec<&Change>> = BTreeMap::new();
    for change in changes
        .iter()
        .filter(|change| change.effect == effect && change.sort != Sort::Doc)
    {
        let is_short = effect != Effect::Changed && change.guess.is_none();
        match change.sort {
            Sort::Value | Sort::Field | Sort::Query if is_short => {
                let key = (change.sort, change.verdict, change.parent().to_owned());
                grouped.entry(key).or_default().push(change);
            }
            _ => {
                let text = match change.text.as_str() {
                    "" => String::new(),
                    text if change.effect == Effect::Changed => format!(" {text}"),
                    text => format!(": {text}"),
                };
                out.push(format!(
                    "- `{}`{text}{}{}",
                    change.item,
                    guess(change),
                    mark(change.verdict)
                ));
            }
        }
    }
    for ((sort, verdict, parent), changes) in grouped {
        let noun = match (sort, changes.len()) {
            (Sort::Value, 1) => "value",
            (Sort::Value, _) => "values",
            (Sort::Query, 1) => "optional value",
            (Sort::Query, _) => "optional values",
            (_, 1) => "field",
            _ => "fields",
        };
        let items: Vec<String> = changes.iter().map(|change| part(change)).collect();
        out.push(format!(
            "- `{parent}`, {noun} {}{}",
            items.join(", "),
            mark(verdict)
        ));
    }
    out
}

/// A field or a value without the type that it is in.
fn part(change: &Change) -> String {
    match change.sort {
        // What travels says more than the variant.
        Sort::Value => change.text.clone(),
        Sort::Query => {
            let name = change.item.rsplit('.').next().unwrap_or_default();
            format!("`{name}`")
        }
        _ => {
            let name = change.item.rsplit('.').next().unwrap_or_default();
            let text = change.text.trim_start_matches('`');
            format!("`{name}: {text}")
        }
    }
}

/// What is worth a mark: most changes of this API are additive.
const fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Breaking => " - **breaking**",
        Verdict::Additive => "",
        Verdict::Docs => " - docs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_says_how_sure_it_is() {
        let of = |effect, guessed: Option<&str>| {
            let change = Change::new(Verdict::Breaking, effect, Sort::Type, "jobs", "Job", "x");
            guess(&change.with_guess(guessed.map(str::to_owned)))
        };
        assert_eq!(of(Effect::Gone, None), "");
        assert_eq!(
            of(Effect::Gone, Some("`Work`")),
            " - probably renamed to `Work`, which is a guess"
        );
        assert_eq!(
            of(Effect::Gone, Some("`Work` (certain: the same schema)")),
            " - renamed to `Work` (certain: the same schema)"
        );
        assert_eq!(
            of(Effect::Changed, Some("`Work`")),
            " - what it was is `Work`"
        );
    }

    #[test]
    fn a_part_is_told_without_the_type_that_it_is_in() {
        let of = |sort, item: &str, text: &str| {
            part(&Change::new(
                Verdict::Additive,
                Effect::New,
                sort,
                "jobs",
                item,
                text,
            ))
        };
        assert_eq!(of(Sort::Value, "Status::Done", "`done`"), "`done`");
        assert_eq!(of(Sort::Query, "ListJobs.name", "`String`"), "`name`");
        assert_eq!(of(Sort::Field, "Job.name", "`String`"), "`name: String`");
    }

    #[test]
    fn what_came_to_one_thing_stands_in_one_line() {
        let of = |sort, names: &[&str]| {
            let change = |name: &&str| {
                let item = format!("Job.{name}");
                Change::new(Verdict::Additive, Effect::New, sort, "jobs", item, "`T`")
            };
            let changes: Vec<Change> = names.iter().map(change).collect();
            lines(&changes.iter().collect::<Vec<_>>(), Effect::New)
        };
        for (sort, one, two) in [
            (
                Sort::Query,
                "optional value `a`",
                "optional values `a`, `b`",
            ),
            (Sort::Field, "field `a: T`", "fields `a: T`, `b: T`"),
            (Sort::Value, "value `T`", "values `T`, `T`"),
        ] {
            assert_eq!(of(sort, &["a"]), [format!("- `Job`, {one}")]);
            assert_eq!(of(sort, &["a", "b"]), [format!("- `Job`, {two}")]);
        }
    }

    #[test]
    fn the_version_follows() {
        for (of, text) in [
            (Bump::None, "There is nothing to publish."),
            (
                Bump::Patch,
                "The last number of the version goes up: 0.1.0 becomes 0.1.1.",
            ),
            (
                Bump::Breaking,
                "The version goes up as for any breaking change: 0.1.0 becomes 0.2.0.",
            ),
        ] {
            assert_eq!(bump(of, Some("0.1.0")), text);
        }
        assert_eq!(
            bump(Bump::Patch, None),
            "The last number of the version goes up."
        );
    }
}
