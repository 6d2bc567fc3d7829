//! Writes a comparison as Markdown: the impact, the numbers, the breaking changes, then the rest.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Bump, Change, Diff, Effect, Impact, ItemKind};
use crate::escape::code;

/// The changes of one module, or of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The module.
    pub name: String,
    /// List items of Markdown.
    pub lines: Vec<String>,
}

impl Diff {
    /// Writes the whole comparison; `version` is the published one.
    #[must_use]
    pub fn to_markdown(&self, title: &str, version: Option<&str>) -> String {
        let mut out = format!("# {title}\n\n");
        let Some(impact) = self.impact() else {
            out.push_str("Nothing changed for users of the client.\n");
            return out;
        };
        let _ = writeln!(
            out,
            "**{}** for users of the client: {}.\n\n{}\n\n{}\n",
            match impact {
                Impact::Breaking => "Breaking",
                Impact::Additive => "Additive",
                Impact::Docs => "Documentation only",
            },
            self.summary(),
            bump(self.bump(), version),
            self.table(),
        );
        for (title, groups) in [
            ("What breaks", self.breaks()),
            ("What else changed", self.rest()),
        ] {
            if !groups.is_empty() {
                let _ = writeln!(out, "## {title}\n");
            }
            for Group { name, lines } in groups {
                let _ = writeln!(out, "### {name}\n\n{}\n", lines.join("\n"));
            }
        }
        out.truncate(out.trim_end().len());
        out + "\n"
    }

    /// A table that counts new, changed and removed items of each kind.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = String::from("| | new | changed | gone |\n|---|---:|---:|---:|");
        for (kind, name) in [
            (ItemKind::Operation, "methods"),
            (ItemKind::Page, "methods that give pages"),
            (ItemKind::Query, "optional query values"),
            (ItemKind::Type, "types"),
            (ItemKind::Constructor, "constructors"),
            (ItemKind::Trait, "traits"),
            (ItemKind::Field, "fields"),
            (ItemKind::Value, "enum values"),
            (ItemKind::Command, "commands"),
            (ItemKind::Flag, "flags"),
            (ItemKind::Wire, "names in requests and responses"),
            (ItemKind::Iam, "IAM actions of methods"),
            (ItemKind::Deprecated, "deprecations"),
            (ItemKind::Task, "methods with or without a task"),
            (ItemKind::Fact, "other facts of methods"),
            (ItemKind::Doc, "documentation"),
        ] {
            let [new, changed, gone] = [Effect::New, Effect::Changed, Effect::Gone]
                .map(|effect| self.items(kind, |change| change.effect == effect).len());
            if new + changed + gone > 0 {
                let _ = write!(out, "\n| {name} | {new} | {changed} | {gone} |");
            }
        }
        out
    }

    /// The breaking changes by module, one line each.
    #[must_use]
    pub fn breaks(&self) -> Vec<Group> {
        let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let all = self.changes.iter();
        for change in all.filter(|change| change.impact == Impact::Breaking) {
            let silent = if change.silent {
                "**No compiler error:** "
            } else {
                ""
            };
            let keep = if change.relaxed { KEEP } else { "" };
            let line = format!("- {silent}{}{}{keep}", change.headline(), guess(change));
            groups.entry(&change.module).or_default().push(line);
        }
        named(groups)
    }

    /// The other changes by module.
    #[must_use]
    pub fn rest(&self) -> Vec<Group> {
        let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut grouped: BTreeMap<(&str, ItemKind, &str), Vec<String>> = BTreeMap::new();
        // Frequent changes have their own groups after the modules.
        let (mut pages, mut iam, mut docs) = (Vec::new(), Vec::new(), Vec::new());
        for change in &self.changes {
            let item = || format!("`{}`", change.item);
            let line = || format!("- {}", change.headline());
            let module = change.module.as_str();
            match (change.impact, change.effect, change.kind) {
                (Impact::Breaking, ..) => {}
                (_, _, ItemKind::Doc) => docs.push(item()),
                (_, _, ItemKind::Iam) => iam.push(line()),
                (_, Effect::New, ItemKind::Page) => pages.push(item()),
                (
                    _,
                    Effect::New,
                    ItemKind::Field | ItemKind::Query | ItemKind::Value | ItemKind::Flag,
                ) => {
                    let key = (module, change.kind, change.parent());
                    grouped.entry(key).or_default().push(part(change));
                }
                _ => groups.entry(module).or_default().push(line()),
            }
        }
        for ((module, kind, parent), items) in grouped {
            let noun = match kind {
                ItemKind::Value => "value",
                ItemKind::Query => "optional value",
                ItemKind::Flag => "flag",
                _ => "field",
            };
            let plural = if items.len() == 1 { "" } else { "s" };
            let line = format!("- `{parent}`, new {noun}{plural} {}", list(&items));
            groups.entry(module).or_default().push(line);
        }
        let one = |text: &str, items: &[String]| vec![format!("- {text}: {}", list(items))];
        let lists = "These lists that were there give pages of objects too";
        let mut groups = named(groups);
        for (name, is_empty, lines) in [
            ("Pages", pages.is_empty(), one(lists, &pages)),
            ("IAM actions", iam.is_empty(), iam),
            (
                "Documentation",
                docs.is_empty(),
                one("Documented differently", &docs),
            ),
        ] {
            let name = name.to_owned();
            groups.extend((!is_empty).then_some(Group { name, lines }));
        }
        groups
    }
}

fn named(groups: BTreeMap<&str, Vec<String>>) -> Vec<Group> {
    let groups = groups.into_iter();
    let group = |(name, lines): (&str, _)| Group {
        name: name.to_owned(),
        lines,
    };
    groups.map(group).collect()
}

/// The advice for a property that is no longer required.
const KEEP: &str = "; the overlay can keep it required (`x-ovh-web-required`)";

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

/// A field or a value without its type.
fn part(change: &Change) -> String {
    let name = change.item.rsplit('.').next().unwrap_or_default();
    match change.kind {
        // The wire value is clearer than the variant.
        ItemKind::Value => change.text.clone(),
        ItemKind::Query => format!("`{name}`"),
        ItemKind::Flag => format!("`{}`", change.item[change.parent().len()..].trim_start()),
        _ => format!("`{name}: {}", change.text.trim_start_matches('`')),
    }
}

impl Change {
    /// The change in one line of Markdown, without its replacement.
    #[must_use]
    pub fn headline(&self) -> String {
        let text = &self.text;
        let what = match (self.effect, self.kind) {
            (Effect::Gone, ItemKind::Field) => "is gone".to_owned(),
            (Effect::Gone, _) => format!("is gone: {text}"),
            (Effect::New, _) => format!("is new: {text}"),
            (Effect::Changed, _) => text.clone(),
        };
        // The constructor and the traits of a type are removed with it.
        let is_named = |part: &&String| !part.ends_with("::new") && !part.contains(": ");
        let parts = self.parts.iter().filter(is_named);
        let names = parts.map(|part| {
            let part = part.strip_prefix(&self.item).unwrap_or(part);
            code(part.trim_start_matches(['.', ':', ' ']))
        });
        let names: Vec<String> = names.collect();
        let parts = match self.effect {
            _ if names.is_empty() => String::new(),
            Effect::New => String::new(),
            Effect::Gone => format!(", with {}", list(&names)),
            Effect::Changed => format!(", without {}", list(&names)),
        };
        let is_method = (self.effect, self.kind) == (Effect::Changed, ItemKind::Operation);
        let colon = if is_method { ":" } else { "" };
        format!("`{}`{colon} {what}{parts}", self.item)
    }
}

/// The replacement of a removed item.
fn guess(change: &Change) -> String {
    match &change.guess {
        None => String::new(),
        Some(guess) if guess.certain => format!(" - renamed to {}", guess.text),
        Some(guess) => format!(" - probably now {}", guess.text),
    }
}

/// A list in one line; a long one is folded and counted.
#[must_use]
pub fn list(items: &[String]) -> String {
    const FEW: usize = 12;
    let (shown, more) = items.split_at(items.len().min(FEW));
    let shown = shown.join(", ");
    match more.len() {
        0 => shown,
        count => format!(
            "{shown} <details><summary>and {count} more</summary>{}</details>",
            more.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_state_their_certainty() {
        let of = |guessed| {
            let (impact, effect) = (Impact::Breaking, Effect::Gone);
            let change = Change::new(impact, effect, ItemKind::Type, "jobs", "Job", "x");
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
    fn groups_new_parts_of_a_type() {
        let of = |sort, names: &[&str]| {
            let change = |name: &&str| {
                let item = format!("Job.{name}");
                let (impact, effect) = (Impact::Additive, Effect::New);
                Change::new(impact, effect, sort, "jobs", &item, "`T`")
            };
            let changes = names.iter().map(change).collect();
            Diff { changes }.rest()[0].lines.clone()
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
    fn folds_long_lists() {
        let items = |count: usize| vec!["`x`".to_owned(); count];
        assert_eq!(list(&items(12)).matches("`x`").count(), 12);
        assert!(!list(&items(12)).contains("details"));
        let text = list(&items(14));
        assert!(text.contains("<summary>and 2 more</summary>`x`, `x`</details>"));
    }

    #[test]
    fn writes_the_next_version() {
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
