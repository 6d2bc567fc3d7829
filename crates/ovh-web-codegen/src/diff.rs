//! Compares two generated clients, and reports what changes for users.
//!
//! [`between`] compares two [`ApiDescription`]s, so that a report uses the names in the client. Enums
//! are open and models are `#[non_exhaustive]`, so new values and fields are additive. Optional query
//! values are setters. Required arguments are positional, so a new one is breaking.
//!
//! [`program::uses`] writes a program that uses every item of the old client. With the new client it
//! compiles, except for the uses that a [`Change`] reports as breaking.

mod commands;
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

use self::items::{Item, TOOL};
use crate::description::ApiDescription;
use crate::escape::code;

/// The consequence of a change for users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Only texts and facts differ.
    Docs,
    /// Existing programs compile; there are new items.
    Additive,
    /// A program that uses the item must change.
    Breaking,
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Docs => "docs",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        })
    }
}

/// The effect of a change on an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The item is new.
    New,
    /// The item differs.
    Changed,
    /// The item is removed.
    Gone,
}

/// The kind of item that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A method of the client.
    Operation,
    /// A method that returns a list as pages of objects.
    Page,
    /// The struct of a method's optional values.
    QueryType,
    /// An optional value of a query.
    Query,
    /// A model, a body, an enum or a switch.
    Type,
    /// A constructor of a body.
    Constructor,
    /// A comparison of a type, or the conversion of another type into it.
    Trait,
    /// A field of a model or a body.
    Field,
    /// A value of an enum.
    Value,
    /// A command of the command line tool.
    Command,
    /// A flag of a command.
    Flag,
    /// The name or value that an item has in requests and responses.
    Wire,
    /// The IAM actions that an operation needs.
    Iam,
    /// The deprecation of an operation.
    Deprecated,
    /// The start of a task by an operation.
    Task,
    /// Another fact of an operation.
    Fact,
    /// Our documentation.
    Doc,
}

/// The likely replacement of a removed item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// The names of the replacement.
    pub names: Vec<String>,
    /// The names and the reason, in Markdown: `` `jobs::read` (same route) ``.
    pub text: String,
    /// `true` if the documents prove the replacement.
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
    pub impact: Impact,
    /// The effect on the item.
    pub effect: Effect,
    /// The kind of item.
    pub kind: ItemKind,
    /// The module of operations, or the group of types.
    pub module: String,
    /// The item: `crons::list`, `ListCrons.command`, `Cron`, `NewCron::new`, `Cron.email`,
    /// `TaskStatus::Done`, `ovh-web crons list`, `ovh-web crons list --email`.
    pub item: String,
    /// The fields, setters and values that are new or removed with the item.
    pub parts: Vec<String>,
    /// The description, in Markdown.
    pub text: String,
    /// The replacement.
    pub guess: Option<Guess>,
    /// `true` if old code compiles and means something else.
    pub silent: bool,
    /// `true` if a property is no longer required; the overlay can keep it required.
    pub relaxed: bool,
}

/// All changes between two clients.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// The changes by module.
    pub changes: Vec<Change>,
}

/// The change of the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bump {
    /// Nothing changed: nothing to publish.
    None,
    /// Increments the last number.
    Patch,
    /// Increments the major version, or the minor version while the major version is 0.
    Breaking,
}

impl Bump {
    /// Returns the next version; `None` if `version` is not a version.
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
    /// A change without a replacement.
    pub(crate) fn new(
        impact: Impact,
        effect: Effect,
        kind: ItemKind,
        module: &str,
        item: &str,
        text: impl Into<String>,
    ) -> Self {
        Self {
            impact,
            effect,
            kind,
            module: module.to_owned(),
            item: item.to_owned(),
            parts: Vec::new(),
            text: text.into(),
            guess: None,
            silent: false,
            relaxed: false,
        }
    }

    /// Returns `true` if the change is of `item`, or `item` is one of its parts.
    #[must_use]
    pub fn covers(&self, item: &str) -> bool {
        item == self.item || self.parts.iter().any(|part| part == item)
    }

    /// The type that a field or a value belongs to, or the command of a flag.
    #[must_use]
    pub fn parent(&self) -> &str {
        if let Some((command, _)) = self.item.split_once(" --") {
            return command;
        }
        let end = self.item.find(['.', ':']).unwrap_or(self.item.len());
        &self.item[..end]
    }
}

impl Diff {
    /// Joins the changes of several clients. Names of a client with a prefix get it, as its operation IDs
    /// have: `domain/records::list`.
    #[must_use]
    pub fn joined<'a>(clients: impl IntoIterator<Item = (&'a str, &'a Self)>) -> Self {
        let changes = clients.into_iter().flat_map(|(prefix, diff)| {
            diff.changes.iter().map(move |change| {
                let name = |name: &String| match prefix {
                    "" => name.clone(),
                    // The path of a command has the prefix.
                    _ if name.starts_with(TOOL) => name.clone(),
                    prefix => format!("{prefix}/{name}"),
                };
                Change {
                    module: name(&change.module),
                    item: name(&change.item),
                    parts: change.parts.iter().map(name).collect(),
                    ..change.clone()
                }
            })
        });
        Self {
            changes: changes.collect(),
        }
    }

    /// Returns the greatest impact; `None` if nothing changed.
    #[must_use]
    pub fn impact(&self) -> Option<Impact> {
        self.changes.iter().map(|change| change.impact).max()
    }

    /// The change of the version.
    #[must_use]
    pub fn bump(&self) -> Bump {
        match self.impact() {
            None => Bump::None,
            Some(Impact::Docs | Impact::Additive) => Bump::Patch,
            Some(Impact::Breaking) => Bump::Breaking,
        }
    }

    /// Counts the changes with that impact.
    #[must_use]
    pub fn count(&self, impact: Impact) -> usize {
        let counted = self.changes.iter();
        counted.filter(|change| change.impact == impact).count()
    }

    /// One line: `2 breaking, 31 additive, 4 docs`.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.changes.is_empty() {
            return "no change for users".to_owned();
        }
        let parts: Vec<String> = [Impact::Breaking, Impact::Additive, Impact::Docs]
            .into_iter()
            .filter(|impact| self.count(*impact) > 0)
            .map(|impact| format!("{} {impact}", self.count(impact)))
            .collect();
        parts.join(", ")
    }

    /// The items of a kind in the changes that `is_it` selects, with the parts of a new or removed
    /// method: its page method, its query struct, which counts as a type, its command and its flags.
    #[must_use]
    pub fn items(&self, kind: ItemKind, is_it: impl Fn(&Change) -> bool) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for change in self.changes.iter().filter(|change| is_it(change)) {
            let is_type = kind == ItemKind::Type && change.kind == ItemKind::QueryType;
            if change.kind == kind || is_type {
                found.insert(change.item.as_str());
            }
            let parts = change.parts.iter().map(String::as_str);
            found.extend(parts.filter(|part| match (part.strip_prefix(TOOL), kind) {
                (Some(words), ItemKind::Command) => !words.contains(" --"),
                (Some(words), ItemKind::Flag) => words.contains(" --"),
                (None, ItemKind::Operation) if change.kind == kind => part.contains("::"),
                (None, ItemKind::Type) if change.kind == ItemKind::Operation => {
                    !part.contains([':', '.'])
                }
                _ => false,
            }));
        }
        found
    }
}

/// Compares an old client with a new one.
#[must_use]
pub fn between(old: &ApiDescription, new: &ApiDescription) -> Diff {
    let mut changes = compare::items(old, new);
    changes.extend(facts::compare(old, new));
    changes.sort_by(|a, b| {
        (&a.module, a.effect, a.kind, &a.item, &a.text)
            .cmp(&(&b.module, b.effect, b.kind, &b.item, &b.text))
    });
    Diff { changes }
}

/// The warning about a call that compiles and means something else.
const SILENT: &str = "the same code still compiles, and sends something else";

/// The change of an item's name or value in requests and responses.
fn wire(item: &Item<'_>, now: &str, was: &str) -> Option<Change> {
    let (is, was_code) = (code(now), code(was));
    let text = format!("is {is} in requests and responses, was {was_code}");
    let change = item.change(Impact::Additive, Effect::Changed, text);
    let kind = ItemKind::Wire;
    (now != was).then_some(Change { kind, ..change })
}

/// The text of a type without its `Option`.
fn base_type(ty: &str) -> &str {
    let inner = ty.strip_prefix("Option<");
    inner
        .and_then(|inner| inner.strip_suffix('>'))
        .unwrap_or(ty)
}

/// Returns `true` if a value of type `old` is accepted as `impl Into<new>`.
fn accepts(api: &ApiDescription, new: &str, old: &str) -> bool {
    use crate::description::TypeKind;
    new == old
        || match (old, api.types.get(new).map(|item| &item.kind)) {
            ("String", Some(TypeKind::Words(_))) | ("i64", Some(TypeKind::Numbers(_))) => true,
            ("String", None) => new == "Secret",
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(sort: ItemKind, effect: Effect, item: &str) -> Change {
        Change::new(Impact::Breaking, effect, sort, "jobs", item, "`a job`")
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
    fn accepts_types_that_convert() {
        use crate::description::{Type, TypeKind};
        let of = |kind| Type {
            origin: String::new(),
            group: String::new(),
            kind,
            traits: Vec::new(),
            constructors: Default::default(),
            doc: String::new(),
        };
        let mut api = ApiDescription::default();
        api.types
            .insert("Word".to_owned(), of(TypeKind::Words(Default::default())));
        api.types.insert(
            "Number".to_owned(),
            of(TypeKind::Numbers(Default::default())),
        );
        api.types
            .insert("Model".to_owned(), of(TypeKind::Read(Vec::new())));
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
    fn joined_changes_have_their_clients_prefix() {
        let mut one = change(ItemKind::Operation, Effect::Gone, "jobs::list");
        one.parts = vec!["jobs::page".to_owned()];
        let diff = Diff { changes: vec![one] };
        let joined = Diff::joined([("", &diff), ("domain", &diff)]);
        let [ours, theirs] = &joined.changes[..] else {
            panic!("{joined:?}");
        };
        assert_eq!(*ours, diff.changes[0]);
        assert_eq!(theirs.module, "domain/jobs");
        assert!(theirs.covers("domain/jobs::list") && theirs.covers("domain/jobs::page"));
        let methods = joined.items(ItemKind::Operation, |_| true);
        assert_eq!(methods.len(), 4);
    }

    #[test]
    fn summary_omits_zero_counts() {
        let changes = vec![change(ItemKind::Type, Effect::Gone, "Job")];
        assert_eq!(Diff { changes }.summary(), "1 breaking");
    }

    #[test]
    fn headlines_fit_one_line() {
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
