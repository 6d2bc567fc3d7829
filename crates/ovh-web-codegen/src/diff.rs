//! What became of one generated client in the next, told to a person and judged for its users.
//!
//! [`between`] compares two [`ApiDescription`]s, so that everything is said in the words that users
//! compile against: enums are open, so a new value harms nobody; models are `#[non_exhaustive]`, so
//! a new field neither; optional query values are setters; required arguments are positional, so
//! one more of them breaks every caller. [`program::uses`] writes the proof: code that uses
//! everything of the old client, and compiles with the new one exactly where no [`Change`] says
//! that it breaks.
//!
//! [`surface::read`] makes a description of `schema/surface.txt`, for whoever has nothing else of
//! the last run.

mod compare;
mod facts;
mod items;
mod markdown;
mod operations;
pub mod program;
mod renames;
pub mod surface;
mod types;

pub use markdown::{Group, list};

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::description::ApiDescription;
use crate::escape::code;

/// The consequence of a change for users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Only texts and facts differ; no code notices.
    Docs,
    /// Programs go on compiling, and there is more for them.
    Additive,
    /// A program that uses the item has to be changed.
    Breaking,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Docs => "docs",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        })
    }
}

/// Whether something came, went, or became different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It was not there before.
    New,
    /// It was there and is there, differently.
    Changed,
    /// It is there no more.
    Gone,
}

/// The kind of item that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A method of the client.
    Operation,
    /// The method that gives a list in pages of whole objects, beside the one that gives it plain.
    Page,
    /// The struct of a method's optional values.
    QueryType,
    /// An optional value of a query.
    Query,
    /// A model, a body, an enum or a switch.
    Type,
    /// The constructor of a body.
    Constructor,
    /// A field of a model or a body.
    Field,
    /// A value of an enum.
    Value,
    /// The name or value that an item has in requests and responses.
    Wire,
    /// The IAM actions that an operation needs.
    Iam,
    /// The deprecation of an operation.
    Deprecated,
    /// Whether an operation starts a task.
    Task,
    /// Anything else that OVHcloud says of an operation.
    Fact,
    /// Our documentation.
    Doc,
}

/// The likely replacement of a removed item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// The names of the replacement.
    pub names: Vec<String>,
    /// The names, and why, in Markdown: `` `jobs::read` (same route) ``.
    pub text: String,
    /// `true` if the document says so, and nothing is guessed.
    pub certain: bool,
}

impl Guess {
    fn new<'a>(names: impl IntoIterator<Item = &'a str>, why: &str, certain: bool) -> Self {
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let text = format!("`{}` ({why})", names.join("`, `"));
        Self {
            names,
            text,
            certain,
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The consequence for users.
    pub verdict: Verdict,
    /// Whether the item came, went, or became different.
    pub effect: Effect,
    /// The kind of item.
    pub sort: ItemKind,
    /// The module of operations, or the group of types.
    pub module: String,
    /// The item: `crons::list`, `ListCrons.command`, `Cron`, `NewCron::new`, `Cron.email`,
    /// `TaskStatus::Done`.
    pub item: String,
    /// The items that came or went with it: fields, setters, values.
    pub parts: Vec<String>,
    /// The description, in Markdown.
    pub text: String,
    /// The replacement.
    pub guess: Option<Guess>,
    /// Breaking though the compiler says nothing: the same code means something else now.
    pub silent: bool,
    /// A requirement that went, which the overlay can keep.
    pub relaxed: bool,
}

/// All changes, with their meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// The changes by module, the gravest first.
    pub changes: Vec<Change>,
}

/// What becomes of the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bump {
    /// Nothing changed: nothing to publish.
    None,
    /// The last number goes up.
    Patch,
    /// The first number that is not 0 goes up, or the second while the first is 0.
    Breaking,
}

impl Bump {
    /// The version after `version`; nothing if that is no version.
    #[must_use]
    pub fn after(self, version: &str) -> Option<String> {
        let plain = version.split(['+', '-']).next().unwrap_or_default();
        let numbers: Vec<u64> = plain
            .split('.')
            .map(|number| number.parse().ok())
            .collect::<Option<_>>()?;
        let [major, minor, patch] = numbers[..] else {
            return None;
        };
        Some(match (self, major) {
            (Self::None, _) => format!("{major}.{minor}.{patch}"),
            (Self::Patch, _) => format!("{major}.{minor}.{}", patch + 1),
            (Self::Breaking, 0) => format!("0.{}.0", minor + 1),
            (Self::Breaking, _) => format!("{}.0.0", major + 1),
        })
    }
}

impl Change {
    /// A change without a guess, which the compiler sees if it is breaking.
    pub(crate) fn new(
        verdict: Verdict,
        effect: Effect,
        sort: ItemKind,
        module: &str,
        item: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            verdict,
            effect,
            sort,
            module: module.to_owned(),
            item: item.into(),
            parts: Vec::new(),
            text: text.into(),
            guess: None,
            silent: false,
            relaxed: false,
        }
    }

    /// Whether the use of `item` is what this change speaks of: its own, or that of a part of it.
    #[must_use]
    pub fn covers(&self, item: &str) -> bool {
        item == self.item || self.parts.iter().any(|part| part == item)
    }

    /// The change in one line of Markdown.
    #[must_use]
    pub fn headline(&self) -> String {
        markdown::headline(self)
    }

    /// The type that a field or a value belongs to.
    #[must_use]
    pub fn parent(&self) -> &str {
        let end = self.item.find(['.', ':']).unwrap_or(self.item.len());
        &self.item[..end]
    }
}

impl Diff {
    /// Returns the gravest verdict; `None` if nothing changed.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        self.changes.iter().map(|change| change.verdict).max()
    }

    /// What becomes of the version.
    #[must_use]
    pub fn bump(&self) -> Bump {
        match self.verdict() {
            None => Bump::None,
            Some(Verdict::Docs | Verdict::Additive) => Bump::Patch,
            Some(Verdict::Breaking) => Bump::Breaking,
        }
    }

    /// Counts the changes with that verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        let counted = self.changes.iter();
        counted.filter(|change| change.verdict == verdict).count()
    }

    /// One line: `2 breaking, 31 additive, 4 docs`.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.changes.is_empty() {
            return "no change for users".to_owned();
        }
        let parts: Vec<String> = [Verdict::Breaking, Verdict::Additive, Verdict::Docs]
            .into_iter()
            .filter(|verdict| self.count(*verdict) > 0)
            .map(|verdict| format!("{} {verdict}", self.count(verdict)))
            .collect();
        parts.join(", ")
    }

    /// Writes everything for a person, under the title given; `version` is the published one.
    #[must_use]
    pub fn to_markdown(&self, title: &str, version: Option<&str>) -> String {
        markdown::write(self, title, version)
    }

    /// The items of a kind in the changes that `is_it` selects, those included that are parts of a
    /// new or removed item: the page method and the query struct of a method. Query structs are types.
    #[must_use]
    pub fn items(&self, kind: ItemKind, is_it: impl Fn(&Change) -> bool) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for change in self.changes.iter().filter(|change| is_it(change)) {
            let is_type = kind == ItemKind::Type && change.sort == ItemKind::QueryType;
            if change.sort == kind || is_type {
                found.insert(change.item.as_str());
            }
            if change.sort == ItemKind::Operation {
                found.extend(
                    change
                        .parts
                        .iter()
                        .map(String::as_str)
                        .filter(|part| match kind {
                            ItemKind::Operation => part.contains("::"),
                            ItemKind::Type => !part.contains([':', '.']),
                            _ => false,
                        }),
                );
            }
        }
        found
    }

    /// A table of how many items of each sort came, changed and went.
    #[must_use]
    pub fn table(&self) -> String {
        markdown::table(self)
    }

    /// What users have to act on, by module, a line each.
    #[must_use]
    pub fn breaks(&self) -> Vec<Group> {
        markdown::breaks(self)
    }

    /// Everything that does not break, by module.
    #[must_use]
    pub fn rest(&self) -> Vec<Group> {
        markdown::rest(self)
    }
}

/// Compares an old client with a new one.
#[must_use]
pub fn between(old: &ApiDescription, new: &ApiDescription) -> Diff {
    let mut changes = compare::items(old, new);
    changes.extend(facts::compare(old, new));
    changes.sort_by(|a, b| {
        (&a.module, a.effect, a.sort, &a.item, &a.text)
            .cmp(&(&b.module, b.effect, b.sort, &b.item, &b.text))
    });
    Diff { changes }
}

/// The same call compiles, and no longer means the same.
const SILENT: &str = "the same code still compiles, and sends something else";

/// What travels under another name.
fn wire(now: &str, was: &str) -> String {
    format!(
        "is {} in requests and responses, was {}",
        code(now),
        code(was)
    )
}

/// Whether something of type `old` may be given where `impl Into<new>` is wanted.
fn accepts(api: &ApiDescription, new: &str, old: &str) -> bool {
    use crate::description::Form;
    new == old
        || match (old, api.types.get(new).map(|item| &item.form)) {
            ("String", Some(Form::Words(_))) | ("i64", Some(Form::Numbers(_))) => true,
            ("String", None) => new == "Secret",
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(sort: ItemKind, effect: Effect, item: &str) -> Change {
        Change::new(Verdict::Breaking, effect, sort, "jobs", item, "`a job`")
    }

    #[test]
    fn a_change_covers_its_item_and_its_parts() {
        let mut change = change(ItemKind::Type, Effect::Gone, "Job");
        change.parts = vec!["Job.email".to_owned(), "Job::Done".to_owned()];
        for (item, covered) in [
            ("Job", true),
            ("Job.email", true),
            ("Job::Done", true),
            ("Job.id", false),
            ("JobCreation", false),
            ("", false),
        ] {
            assert_eq!(change.covers(item), covered, "{item}");
        }
    }

    #[test]
    fn what_is_given_where_another_type_is_wanted_goes_on_compiling_where_it_converts() {
        use crate::description::{Form, Type};
        let of = |form| Type {
            origin: String::new(),
            group: String::new(),
            form,
            doc: String::new(),
        };
        let mut api = ApiDescription::default();
        api.types
            .insert("Word".to_owned(), of(Form::Words(Default::default())));
        api.types
            .insert("Number".to_owned(), of(Form::Numbers(Default::default())));
        api.types
            .insert("Model".to_owned(), of(Form::Read(Vec::new())));
        for (new, old, fits) in [
            ("i64", "i64", true),
            ("Word", "String", true),
            ("Number", "i64", true),
            ("Secret", "String", true),
            ("i64", "String", false),
            ("Model", "String", false),
            ("Number", "String", false),
            ("Word", "i64", false),
            ("Secret", "i64", false),
            ("String", "Word", false),
        ] {
            assert_eq!(accepts(&api, new, old), fits, "{old} as {new}");
        }
    }

    #[test]
    fn a_summary_names_only_what_there_is() {
        let changes = vec![change(ItemKind::Type, Effect::Gone, "Job")];
        assert_eq!(Diff { changes }.summary(), "1 breaking");
    }

    #[test]
    fn a_change_is_told_in_a_line() {
        for (effect, sort, line) in [
            (Effect::New, ItemKind::Type, "`Job` is new: `a job`"),
            (Effect::Changed, ItemKind::Type, "`Job` `a job`"),
            (Effect::Gone, ItemKind::Type, "`Job` is gone: `a job`"),
            (Effect::Gone, ItemKind::Field, "`Job` is gone"),
            (Effect::Gone, ItemKind::Value, "`Job` is gone: `a job`"),
        ] {
            assert_eq!(change(sort, effect, "Job").headline(), line);
        }
    }
}
