//! `cargo xtask pr-body`: what to say in the pull request of a schema change.
//!
//! The text for a reviewer who has five minutes: title, verdict and version, what to check by hand,
//! what is left to document, what changed family by family, the surface, and a draft for the
//! changelog. Each part is made of values in a file of its own; here they are put together.

pub mod changelog;
mod checks;
mod documents;
mod stubs;
mod surface;
mod title;

use crate::failure::Failure;
use crate::say;
use crate::sides::{self, Compared};
use crate::workspace::Workspace;
use changelog::Draft;
use ovh_web_codegen::diff::Verdict;
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

const CHANGELOG: &str = "CHANGELOG.md";

/// Write the pull request of a schema change: title, verdict, what to check by hand, what to
/// document, what changed, and the entry for the changelog.
///
/// The sides are those of `cargo xtask diff`. Nothing is written to a file but with --changelog.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What there was: what is committed, unless you say otherwise.
    #[arg(default_value = "HEAD")]
    old: String,
    /// What there is.
    #[arg(default_value = ".")]
    new: String,
    /// Print the title alone.
    #[arg(long, conflicts_with = "changelog")]
    title: bool,
    /// Put the draft of the entry under `Unreleased` in CHANGELOG.md too; what stands there already
    /// is not put there twice.
    #[arg(long)]
    pub(crate) changelog: bool,
}

/// Compares both sides and prints the pull request.
///
/// # Errors
/// If a side cannot be read, nothing can be generated from it, or CHANGELOG.md has no place for the
/// entry.
pub fn run(workspace: &Workspace, args: &Args, out: &mut dyn Write) -> Result<(), Failure> {
    let compared = sides::compare(workspace, &args.old, &args.new)?;
    let title = title::of(&compared);
    if args.title {
        return say(out, title);
    }
    if args.changelog {
        let before = workspace.read(CHANGELOG)?;
        let draft = Draft::of(&compared.diff);
        let after = draft.put_into(&before, &changelog::own(workspace, CHANGELOG)?)?;
        let changelog = workspace.change(Path::new(CHANGELOG), Some(&after))?;
        let changes = [changelog, draft.remember(workspace)?];
        workspace.apply(&changes.into_iter().flatten().collect::<Vec<_>>())?;
    }
    say(out, body(&title, &compared).trim_end())
}

/// The whole text, the title as its heading.
#[must_use]
pub fn body(title: &str, compared: &Compared) -> String {
    let mut out = format!("# {title}\n");
    let Some(verdict) = compared.diff.verdict() else {
        out.push_str("\nNothing changed for users of the client.\n");
        return out;
    };
    let version = match (&compared.version, compared.next_version()) {
        (Some(now), Some(next)) => format!(" Version {now} becomes {next}."),
        _ => String::new(),
    };
    let verdict = match verdict {
        Verdict::Breaking => "Breaking",
        Verdict::Additive => "Additive",
        Verdict::Docs => "Documentation only",
    };
    let _ = writeln!(
        out,
        "\n**{verdict}** for users of the client: {}.{version}\n\n{}",
        compared.diff.summary(),
        documents::lines(&compared.before, &compared.after)
    );
    let mut section = |heading: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "\n## {heading}\n\n{}", text.trim_end());
        }
    };
    section("Check by hand", &checks::list(compared));
    section("Document", &stubs::text(compared));
    let story = compared.diff.to_markdown("", None);
    section("What changed", &story_alone(&story));
    section("Surface", &surface::text(compared));
    section("Changelog, as a draft", &Draft::of(&compared.diff).text());
    out
}

/// The story without title and verdict, which stand above already, its headings one step down.
fn story_alone(story: &str) -> String {
    let begin = story.find("| | new").unwrap_or(0);
    let lines = story[begin..]
        .lines()
        .map(|line| match line.strip_prefix("## ") {
            Some(heading) => format!("### {heading}"),
            None => line.to_owned(),
        });
    lines.collect::<Vec<_>>().join("\n")
}
