//! The entry for the changelog, as a draft: what a user reads before an update.

use crate::failure::Failure;
use crate::revisions;
use crate::workspace::{self, Workspace};
use ovh_web_codegen::diff::{Change, Diff, Effect, Impact, ItemKind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The heading of the draft's section.
const UNRELEASED: &str = "## Unreleased";

/// Lines by the headings of [Keep a Changelog](https://keepachangelog.com/), in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangelogEntry {
    sections: Vec<(&'static str, Vec<String>)>,
}

impl ChangelogEntry {
    /// The entry that tells these changes.
    #[must_use]
    pub fn of(diff: &Diff) -> Self {
        let sections = [
            ("Added", added(diff)),
            ("Changed", changed(diff)),
            ("Deprecated", deprecated(diff)),
            ("Removed", removed(diff)),
        ];
        let sections = sections.into_iter().filter(|(_, lines)| !lines.is_empty());
        Self {
            sections: sections.collect(),
        }
    }

    /// The entry as lines of Markdown.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (heading, lines) in &self.sections {
            out.extend([format!("### {heading}"), String::new()]);
            out.extend(lines.iter().cloned().chain([String::new()]));
        }
        out.pop();
        out
    }

    /// The change that remembers the lines for the next run.
    pub(super) fn remember(
        &self,
        workspace: &Workspace,
    ) -> Result<Option<workspace::Change>, Failure> {
        let lines = self.sections.iter().flat_map(|(_, lines)| lines);
        let text: String = lines.map(|line| format!("{line}\n")).collect();
        workspace.change(Path::new(LAST), Some(&text))
    }

    /// The changelog with the entry under `Unreleased`, in the place of the lines `own`, which an earlier
    /// run has put there. A line that stands there already is not put there twice.
    ///
    /// # Errors
    /// If there is no heading `Unreleased`.
    pub fn put_into(&self, changelog: &str, own: &[String]) -> Result<String, Failure> {
        let mut lines: Vec<String> = changelog.lines().map(str::to_owned).collect();
        let Some(begin) = lines.iter().position(|line| line.trim() == UNRELEASED) else {
            return Err(Failure::new(format!(
                "CHANGELOG.md has no heading `{UNRELEASED}` - add it above the last version"
            )));
        };
        let end = end_of(&lines, begin, "## ");
        let mut kept: Vec<String> = lines[begin..end].to_vec();
        kept.retain(|line| !own.contains(line));
        if kept.len() < end - begin {
            without_empty_headings(&mut kept);
            lines.splice(begin..end, kept);
        }
        for (heading, entries) in &self.sections {
            let end = end_of(&lines, begin, "## ");
            let title = format!("### {heading}");
            let missing: Vec<String> = entries
                .iter()
                .filter(|entry| !lines[begin..end].contains(entry))
                .cloned()
                .collect();
            if missing.is_empty() {
                continue;
            }
            let mut inside = lines[begin..end].iter();
            let place = inside.position(|line| line.trim() == title);
            let (from, end, heading) = match place.map(|place| begin + place) {
                Some(place) => (place, end_of(&lines, place, "##"), None),
                None => (begin, end, Some([String::new(), title, String::new()])),
            };
            // Behind the last line that is not blank.
            let last = lines[from..end]
                .iter()
                .rposition(|line| !line.trim().is_empty());
            let at = from + last.unwrap_or_default() + 1;
            lines.splice(at..at, heading.into_iter().flatten().chain(missing));
        }
        Ok(format!("{}\n", lines.join("\n").trim_end()))
    }
}

/// The file with the lines of the last run, relative to the root.
const LAST: &str = "target/pr-body/changelog";

/// The lines of the last run that are not committed.
pub(super) fn own(workspace: &Workspace, changelog: &str) -> Result<Vec<String>, Failure> {
    let last = workspace.read_if_there(LAST)?.unwrap_or_default();
    let committed = revisions::file_of(workspace, "HEAD", changelog).unwrap_or_default();
    let committed: Vec<&str> = committed.lines().collect();
    let own = last.lines().filter(|line| !committed.contains(line));
    Ok(own.map(str::to_owned).collect())
}

/// Removes headings without an entry.
fn without_empty_headings(lines: &mut Vec<String>) {
    for at in (0..lines.len()).rev() {
        if lines[at].starts_with("### ") {
            let end = end_of(lines, at, "##");
            if lines[at + 1..end].iter().all(|line| line.trim().is_empty()) {
                lines.drain(at..end);
            }
        }
    }
}

/// The line behind the section that begins at `begin`.
fn end_of(lines: &[String], begin: usize, marker: &str) -> usize {
    let next = lines[begin + 1..]
        .iter()
        .position(|line| line.starts_with(marker));
    next.map_or(lines.len(), |offset| begin + 1 + offset)
}

fn added(diff: &Diff) -> Vec<String> {
    let mut methods: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let [mut types, mut fields, mut queries, mut pages, mut flags] = [const { Vec::new() }; 5];
    let new = |change: &&Change| change.effect == Effect::New && change.impact != Impact::Breaking;
    for change in diff.changes.iter().filter(new) {
        let item = change.item.as_str();
        match change.kind {
            ItemKind::Operation => {
                // Its page method came with it.
                for method in change.parts.iter().map(String::as_str).chain([item]) {
                    if let Some((module, verb)) = method.split_once("::") {
                        methods.entry(module).or_default().push(verb);
                    }
                }
            }
            ItemKind::Page => pages.push(item),
            ItemKind::Type => types.push(item),
            ItemKind::Field => fields.push(item),
            ItemKind::Query => queries.push(item),
            ItemKind::Flag => flags.push(item),
            ItemKind::QueryType => queries.extend(change.parts.iter().map(String::as_str)),
            ItemKind::Value => values
                .entry(change.parent())
                .or_default()
                .push(&change.text),
            _ => {}
        }
    }
    let entries = |what: &str, items: &[&str]| -> Vec<String> {
        const MANY: usize = 50;
        let items: BTreeSet<&&str> = items.iter().collect();
        let names: Vec<String> = items.iter().map(|item| format!("`{item}`")).collect();
        let lines = names.chunks(MANY);
        lines
            .map(|names| format!("* {what}: {}.", names.join(", ")))
            .collect()
    };
    let commands = diff.items(ItemKind::Command, |change| change.effect == Effect::New);
    let modules = methods.iter();
    let mut out: Vec<String> = modules
        .flat_map(|(module, verbs)| entries(&format!("`{module}`"), verbs))
        .collect();
    for (what, items) in [
        ("Lists in pages of whole objects", pages),
        ("Types", types),
        ("Fields", fields),
        ("Filters and options", queries),
        ("Commands", commands.into_iter().collect()),
        ("Flags", flags),
    ] {
        out.extend(entries(what, &items));
    }
    for (parent, texts) in values {
        const MANY: usize = 8;
        out.push(if texts.len() > MANY {
            format!("* `{parent}` has {} more values.", texts.len())
        } else {
            format!("* `{parent}` has {}.", texts.join(", "))
        });
    }
    out
}

fn changed(diff: &Diff) -> Vec<String> {
    let changes = diff.changes.iter();
    let changes = changes.filter(|change| match change.effect {
        Effect::Changed => true,
        // A flag that is required.
        Effect::New => change.impact == Impact::Breaking,
        Effect::Gone => false,
    });
    let mut out = Vec::new();
    let mut policies = Vec::new();
    for change in changes {
        match (change.impact, change.kind) {
            (Impact::Breaking, _) => out.push(format!("* **Breaking:** {}.", change.headline())),
            (_, ItemKind::Wire | ItemKind::Task) => out.push(format!("* {}.", change.headline())),
            (_, ItemKind::Iam) => policies.push(change),
            _ => {}
        }
    }
    const MANY: usize = 12;
    if policies.len() > MANY {
        let names: Vec<String> = policies
            .iter()
            .map(|change| format!("`{}`", change.item))
            .collect();
        out.push(format!(
            "* {} methods need other IAM actions, which a policy has to allow: {}.",
            names.len(),
            names.join(", ")
        ));
    } else {
        let lines = policies.iter();
        out.extend(lines.map(|change| format!("* IAM: {}.", change.headline())));
    }
    out
}

fn deprecated(diff: &Diff) -> Vec<String> {
    let changes = diff.changes.iter();
    changes
        .filter(|change| change.kind == ItemKind::Deprecated)
        .map(|change| format!("* {}.", change.headline()))
        .collect()
}

fn removed(diff: &Diff) -> Vec<String> {
    let gone = diff.changes.iter();
    gone.filter(|change| change.effect == Effect::Gone)
        .map(|change| {
            // The constructor and the traits of a type go with it.
            let is_named = |part: &&String| !part.ends_with("::new") && !part.contains(": ");
            let parts = change.parts.iter().filter(is_named);
            let parts: Vec<String> = parts.map(|part| format!("`{part}`")).collect();
            let parts = match parts.as_slice() {
                [] => String::new(),
                parts => format!(", with {}", parts.join(", ")),
            };
            let now = match &change.guess {
                Some(guess) if guess.certain => format!("; renamed to {}", guess.text),
                Some(guess) => format!("; see {}", guess.text),
                None if change.kind == ItemKind::Value => format!("; {}", change.text),
                None => String::new(),
            };
            format!("* **Breaking:** `{}`{parts}{now}.", change.item)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> ChangelogEntry {
        ChangelogEntry {
            sections: vec![
                ("Added", vec!["* `crons`: `pause`.".to_owned()]),
                ("Removed", vec!["* **Breaking:** `crons::stop`.".to_owned()]),
            ],
        }
    }

    #[test]
    fn an_entry_goes_under_its_heading_and_not_twice() {
        let before = "# Changelog\n\n## Unreleased\n\n### Added\n\n* Old.\n\n## 0.1.0\n\n### Removed\n\n* Older.\n";
        let after = draft().put_into(before, &[]).expect("a place");
        assert_eq!(
            after,
            "# Changelog\n\n## Unreleased\n\n### Added\n\n* Old.\n* `crons`: `pause`.\n\n\
             ### Removed\n\n* **Breaking:** `crons::stop`.\n\n## 0.1.0\n\n### Removed\n\n* Older.\n"
        );
        assert_eq!(draft().put_into(&after, &[]).expect("a place"), after);
    }

    #[test]
    fn a_later_run_replaces_what_it_wrote() {
        let before =
            "# Changelog\n\n## Unreleased\n\n### Added\n\n* Old.\n\n## 0.1.0\n\n* Older.\n";
        let first = draft().put_into(before, &[]).expect("a place");
        let own: Vec<String> = draft()
            .sections
            .into_iter()
            .flat_map(|(_, lines)| lines)
            .collect();
        let later = ChangelogEntry {
            sections: vec![("Added", vec!["* `crons`: `stop`.".to_owned()])],
        };
        let after = later.put_into(&first, &own).expect("a place");
        assert_eq!(
            after,
            "# Changelog\n\n## Unreleased\n\n### Added\n\n* Old.\n* `crons`: `stop`.\n\n## 0.1.0\n\n* Older.\n"
        );
        assert_eq!(
            ChangelogEntry::default()
                .put_into(&first, &own)
                .expect("a place"),
            before
        );
    }

    #[test]
    fn missing_headings_are_added() {
        let after = draft().put_into("## Unreleased\n", &[]).expect("a place");
        assert!(
            after.starts_with("## Unreleased\n\n### Added\n\n* `crons`"),
            "{after}"
        );
        let error = draft()
            .put_into("# Changelog\n", &[])
            .expect_err("no place");
        assert!(error.to_string().contains("Unreleased"), "{error}");
    }
}
