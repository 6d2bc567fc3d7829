//! A comparison in Markdown: the verdict, the numbers, what breaks, then the rest by module.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Bump, Change, Diff, Effect, ItemKind, Verdict};
use crate::escape::code;

/// Lines about one module, or one sort of change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The module.
    pub name: String,
    /// List items of Markdown.
    pub lines: Vec<String>,
}

pub(super) fn write(diff: &Diff, title: &str, version: Option<&str>) -> String {
    let mut out = format!("# {title}\n\n");
    let Some(verdict) = diff.verdict() else {
        out.push_str("Nothing changed for users of the client.\n");
        return out;
    };
    let _ = writeln!(
        out,
        "**{}** for users of the client: {}.\n\n{}\n\n{}\n",
        match verdict {
            Verdict::Breaking => "Breaking",
            Verdict::Additive => "Additive",
            Verdict::Docs => "Documentation only",
        },
        diff.summary(),
        bump(diff.bump(), version),
        table(diff),
    );
    for (title, groups) in [
        ("What breaks", breaks(diff)),
        ("What else changed", rest(diff)),
    ] {
        if !groups.is_empty() {
            let _ = writeln!(out, "## {title}\n");
        }
        for Group { name, lines } in groups {
            let _ = writeln!(out, "### {name}\n\n{}\n", lines.join("\n"));
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn bump(bump: Bump, version: Option<&str>) -> String {
    let next = version.and_then(|version| Some((version, bump.after(version)?)));
    let numbers = next.map_or_else(String::new, |(version, next)| {
        format!(": {version} becomes {next}")
    });
    match bump {
        Bump::None => "There is nothing to publish.".to_owned(),
        Bump::Patch => format!("The patch version goes up{numbers}."),
        Bump::Breaking => format!("The version goes up as for any breaking change{numbers}."),
    }
}

pub(super) fn table(diff: &Diff) -> String {
    let mut out = String::from("| | new | changed | gone |\n|---|---:|---:|---:|");
    for (sort, name) in [
        (ItemKind::Operation, "methods"),
        (ItemKind::Page, "methods that give pages"),
        (ItemKind::Query, "optional query values"),
        (ItemKind::Type, "types"),
        (ItemKind::Constructor, "constructors"),
        (ItemKind::Field, "fields"),
        (ItemKind::Value, "enum values"),
        (ItemKind::Wire, "names in requests and responses"),
        (ItemKind::Iam, "IAM actions of methods"),
        (ItemKind::Deprecated, "deprecations"),
        (ItemKind::Task, "methods with or without a task"),
        (ItemKind::Fact, "other facts of methods"),
        (ItemKind::Doc, "documentation"),
    ] {
        let count = |effect| diff.items(sort, |change| change.effect == effect).len();
        let counts = [Effect::New, Effect::Changed, Effect::Gone].map(count);
        if counts != [0, 0, 0] {
            let [new, changed, gone] = counts;
            let _ = write!(out, "\n| {name} | {new} | {changed} | {gone} |");
        }
    }
    out
}

/// What a maintainer can do about a requirement that went.
const KEEP: &str = "; the overlay can keep it required (`x-ovh-web-required`)";

pub(super) fn breaks(diff: &Diff) -> Vec<Group> {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let all = diff.changes.iter();
    for change in all.filter(|change| change.verdict == Verdict::Breaking) {
        let silent = if change.silent {
            "**No compiler error:** "
        } else {
            ""
        };
        let keep = if change.relaxed { KEEP } else { "" };
        let line = format!("- {silent}{}{}{keep}", headline(change), guess(change));
        groups.entry(&change.module).or_default().push(line);
    }
    named(groups)
}

fn named(groups: BTreeMap<&str, Vec<String>>) -> Vec<Group> {
    let groups = groups.into_iter();
    let group = |(name, lines): (&str, _)| Group {
        name: name.to_owned(),
        lines,
    };
    groups.map(group).collect()
}

pub(super) fn rest(diff: &Diff) -> Vec<Group> {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut grouped: BTreeMap<(&str, ItemKind, &str), Vec<String>> = BTreeMap::new();
    // What comes by the dozen stands together, behind the modules.
    let (mut pages, mut iam, mut docs) = (Vec::new(), Vec::new(), Vec::new());
    for change in &diff.changes {
        let item = || format!("`{}`", change.item);
        let module = change.module.as_str();
        match (change.verdict, change.effect, change.sort) {
            (Verdict::Breaking, ..) => {}
            (_, _, ItemKind::Doc) => docs.push(item()),
            (_, _, ItemKind::Iam) => iam.push(format!("- {}", headline(change))),
            (_, Effect::New, ItemKind::Page) => pages.push(item()),
            (_, Effect::New, ItemKind::Field | ItemKind::Query | ItemKind::Value) => {
                let key = (module, change.sort, change.parent());
                grouped.entry(key).or_default().push(part(change));
            }
            _ => {
                let lines = groups.entry(module).or_default();
                lines.push(format!("- {}", headline(change)));
            }
        }
    }
    for ((module, sort, parent), items) in grouped {
        let noun = match sort {
            ItemKind::Value => "value",
            ItemKind::Query => "optional value",
            _ => "field",
        };
        let plural = if items.len() == 1 { "" } else { "s" };
        let line = format!("- `{parent}`, new {noun}{plural} {}", list(&items));
        groups.entry(module).or_default().push(line);
    }
    let mut groups = named(groups);
    let mut add = |name: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let name = name.to_owned();
            groups.push(Group { name, lines });
        }
    };
    let one = |text: &str, items: &[String]| -> Vec<String> {
        let lines = (!items.is_empty()).then(|| format!("- {text}: {}", list(items)));
        lines.into_iter().collect()
    };
    add(
        "Pages",
        one(
            "These lists that were there give pages of objects too",
            &pages,
        ),
    );
    add("IAM actions", iam);
    add("Documentation", one("Documented differently", &docs));
    groups
}

/// A field or a value without the type that it is in.
fn part(change: &Change) -> String {
    let name = change.item.rsplit('.').next().unwrap_or_default();
    match change.sort {
        // The value says more than the variant.
        ItemKind::Value => change.text.clone(),
        ItemKind::Query => format!("`{name}`"),
        _ => format!("`{name}: {}", change.text.trim_start_matches('`')),
    }
}

/// A change in a line, without what takes its place.
pub(super) fn headline(change: &Change) -> String {
    let text = &change.text;
    let what = match (change.effect, change.sort) {
        (Effect::Gone, ItemKind::Field) => "is gone".to_owned(),
        (Effect::Gone, _) => format!("is gone: {text}"),
        (Effect::New, _) => format!("is new: {text}"),
        _ => text.clone(),
    };
    let parts: Vec<String> = change
        .parts
        .iter()
        // The constructor of a type goes with it.
        .filter(|part| change.effect != Effect::New && !part.ends_with("::new"))
        .map(|part| {
            let part = part.strip_prefix(&change.item).unwrap_or(part);
            code(part.trim_start_matches(['.', ':']))
        })
        .collect();
    let parts = match (parts.as_slice(), change.effect) {
        ([], _) => String::new(),
        (parts, Effect::Gone) => format!(", with {}", list(parts)),
        (parts, _) => format!(", without {}", list(parts)),
    };
    let colon = match (change.effect, change.sort) {
        (Effect::Changed, ItemKind::Operation) => ":",
        _ => "",
    };
    format!("`{}`{colon} {what}{parts}", change.item)
}

/// What takes the place of an item that is gone.
fn guess(change: &Change) -> String {
    match &change.guess {
        None => String::new(),
        Some(guess) if guess.certain => format!(" - renamed to {}", guess.text),
        Some(guess) => format!(" - probably now {}", guess.text),
    }
}

/// A list in a line: what is more than a person reads at once is folded, and counted.
#[must_use]
pub fn list(items: &[String]) -> String {
    const FEW: usize = 12;
    let Some((shown, more)) = items
        .split_at_checked(FEW)
        .filter(|(_, more)| !more.is_empty())
    else {
        return items.join(", ");
    };
    format!(
        "{} <details><summary>and {} more</summary>{}</details>",
        shown.join(", "),
        more.len(),
        more.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_says_how_sure_it_is() {
        let of = |guessed| {
            let (verdict, effect) = (Verdict::Breaking, Effect::Gone);
            let change = Change::new(verdict, effect, ItemKind::Type, "jobs", "Job", "x");
            guess(&Change {
                guess: guessed,
                ..change
            })
        };
        let work = |certain| Some(super::super::Guess::new(["Work"], "why", certain));
        assert_eq!(of(None), "");
        assert_eq!(of(work(false)), " - probably now `Work` (why)");
        assert_eq!(of(work(true)), " - renamed to `Work` (why)");
    }

    #[test]
    fn parts_of_one_type_share_a_line() {
        let of = |sort, names: &[&str]| {
            let change = |name: &&str| {
                let item = format!("Job.{name}");
                let (verdict, effect) = (Verdict::Additive, Effect::New);
                Change::new(verdict, effect, sort, "jobs", item, "`T`")
            };
            let changes = names.iter().map(change).collect();
            rest(&Diff { changes })[0].lines.clone()
        };
        for (sort, one, two) in [
            (
                ItemKind::Query,
                "optional value `a`",
                "optional values `a`, `b`",
            ),
            (ItemKind::Field, "field `a: T`", "fields `a: T`, `b: T`"),
            (ItemKind::Value, "value `T`", "values `T`, `T`"),
        ] {
            assert_eq!(of(sort, &["a"]), [format!("- `Job`, new {one}")]);
            assert_eq!(of(sort, &["a", "b"]), [format!("- `Job`, new {two}")]);
        }
    }

    #[test]
    fn long_lists_are_folded_and_counted() {
        let items = |count: usize| vec!["`x`".to_owned(); count];
        assert_eq!(list(&items(12)).matches("`x`").count(), 12);
        assert!(!list(&items(12)).contains("details"));
        let text = list(&items(14));
        assert!(text.contains("<summary>and 2 more</summary>`x`, `x`</details>"));
    }

    #[test]
    fn the_version_follows() {
        for (of, text) in [
            (Bump::None, "There is nothing to publish."),
            (
                Bump::Patch,
                "The patch version goes up: 0.1.0 becomes 0.1.1.",
            ),
            (
                Bump::Breaking,
                "The version goes up as for any breaking change: 0.1.0 becomes 0.2.0.",
            ),
        ] {
            assert_eq!(bump(of, Some("0.1.0")), text);
        }
        assert_eq!(bump(Bump::Patch, None), "The patch version goes up.");
    }
}
