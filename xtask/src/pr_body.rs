//! `cargo xtask pr-body`: what to say in the pull request of a schema change.
//!
//! The text for a reviewer who has five minutes: title, verdict and version, what breaks, what to check
//! by hand, what is left to document, what else changed by module, a draft for the changelog, and the
//! surface. Each part has its own file.

pub mod changelog;
mod checks;
mod documents;
mod layout;
mod missing_docs;
mod renamed_docs;
mod surface;
mod title;

use crate::failure::Failure;
use crate::revisions::{self, Compared};
use crate::say;
use crate::workspace::Workspace;
use changelog::ChangelogEntry;
use layout::{Part, fit};
use ovh_web_codegen::diff::{Group, Impact};
use std::io::Write;
use std::path::Path;

const CHANGELOG: &str = "CHANGELOG.md";

/// Write the pull request of a schema change: title, verdict, what to check by hand, what to
/// document, what changed, and the entry for the changelog.
///
/// The sides are those of `cargo xtask diff`. Nothing is written to a file but with --changelog.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The old state.
    #[arg(default_value = "HEAD")]
    old: String,
    /// The new state.
    #[arg(default_value = ".")]
    new: String,
    /// Print the title alone.
    #[arg(long, conflicts_with = "changelog")]
    title: bool,
    /// Also add the draft of the entry under `Unreleased` in CHANGELOG.md. Lines that are already
    /// there are not repeated.
    #[arg(long)]
    pub(crate) changelog: bool,
}

/// Compares both sides and prints the pull request.
///
/// # Errors
/// If a side cannot be read, nothing can be generated from it, or CHANGELOG.md has no place for the
/// entry.
pub fn run(workspace: &Workspace, args: &Args, out: &mut dyn Write) -> Result<(), Failure> {
    let compared = revisions::compare(workspace, &args.old, &args.new)?;
    let title = title::of(&compared);
    if args.title {
        return say(out, title);
    }
    if args.changelog {
        let before = workspace.read(CHANGELOG)?;
        let entry = ChangelogEntry::of(&compared.diff);
        let after = entry.put_into(&before, &changelog::own(workspace, CHANGELOG)?)?;
        let changelog = workspace.change(Path::new(CHANGELOG), Some(&after))?;
        let changes = [changelog, entry.remember(workspace)?];
        workspace.apply(&changes.into_iter().flatten().collect::<Vec<_>>())?;
    }
    say(out, body(&title, &compared).trim_end())
}

/// GitHub accepts 65,536 characters, and the workflow adds a line.
const LIMIT: usize = 60_000;
/// A reader sees so many lines of a group at once.
const FEW: usize = 20;

/// The whole text, the title as its heading.
#[must_use]
pub fn body(title: &str, compared: &Compared) -> String {
    let diff = &compared.diff;
    let mut parts = vec![Part::whole(0, format!("# {title}\n"))];
    let Some(verdict) = diff.impact() else {
        parts.push(Part::whole(0, "Nothing changed for users of the client.\n"));
        return fit(&parts, LIMIT);
    };
    let version = match (&compared.version, compared.next_version()) {
        (Some(now), Some(next)) => format!(" Version {now} becomes {next}."),
        _ => String::new(),
    };
    let verdict = match verdict {
        Impact::Breaking => "Breaking",
        Impact::Additive => "Additive",
        Impact::Docs => "Documentation only",
    };
    let summary = diff.summary();
    let documents = documents::lines(&compared.clients);
    parts.push(Part::whole(
        0,
        format!("**{verdict}** for users of the client: {summary}.{version}\n\n{documents}\n"),
    ));
    let mut section = |rank: u8, heading: &str, inside: Vec<Part>| {
        if !inside.is_empty() {
            parts.push(Part::whole(rank, format!("{heading}\n")));
            parts.extend(inside.into_iter().map(|part| Part { rank, ..part }));
        }
    };
    section(2, BREAKS, groups(&diff.breaks()));
    let checks = compared.clients.iter().flat_map(checks::list).collect();
    section(
        3,
        "## Check by hand",
        folded("lines", None, usize::MAX, checks),
    );
    section(
        5,
        "<a name=\"document\"></a>\n\n## Document",
        compared
            .clients
            .iter()
            .flat_map(missing_docs::parts)
            .collect(),
    );
    let mut rest = vec![Part::whole(0, format!("{}\n", diff.table()))];
    rest.extend(groups(&diff.rest()));
    section(4, "## What changed", rest);
    let entry = ChangelogEntry::of(diff).lines();
    let what = "lines, which `pr-body --changelog` writes";
    let entry = folded(what, Some("markdown"), 0, entry);
    section(1, "## Changelog, as a draft", entry);
    let surface = compared.clients.iter().flat_map(|client| {
        let what = format!("lines of <code>{}/surface.txt</code>", client.folder());
        let mut parts = folded(&what, Some("diff"), 2 * FEW, surface::lines(client));
        if let ([part], false) = (&mut parts[..], client.label().is_empty()) {
            part.open.insert_str(0, &format!("`{}`:\n\n", client.name));
        }
        parts
    });
    section(6, "## Surface", surface.collect());
    fit(&parts, LIMIT)
}

/// The heading of what breaks, with a name for links: GitHub gives none to headings of a pull request.
const BREAKS: &str = "<a name=\"breaks\"></a>\n\n## What breaks\n\nBy module of the client. Code that uses one of \
                      these items no longer compiles; a line says so where it compiles and means something else. \
                      A script that runs one of these commands fails. \
                      All other code is untouched: enums and models are `#[non_exhaustive]`, so new values and \
                      fields break nothing.";

/// A part for each group, under its name.
fn groups(groups: &[Group]) -> Vec<Part> {
    let groups = groups.iter().map(|group| {
        let part = Part::folded(0, FEW, "changes", group.lines.clone());
        let open = format!("### {}\n\n{}", group.name, part.open);
        Part { open, ..part }
    });
    groups.collect()
}

/// One part with these lines, as code of a language if one is given; no part if there are no lines.
fn folded(what: &str, language: Option<&str>, few: usize, lines: Vec<String>) -> Vec<Part> {
    if lines.is_empty() {
        return Vec::new();
    }
    let part = Part::folded(0, few, what, lines);
    vec![match language {
        Some(language) => part.fenced(language),
        None => part,
    }]
}
