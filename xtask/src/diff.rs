//! `cargo xtask diff`: what a change of the documents means for users of the client.
//!
//! Where the two sides come from is in [`revisions`]. What is compared and said is the
//! generator's business: `ovh_web_codegen::diff`.

use crate::failure::Failure;
use crate::revisions::{self, Compared};
use crate::say;
use crate::workspace::Workspace;
use ovh_web_codegen::diff::Impact;
use ovh_web_codegen::escape;
use serde_json::json;
use std::io::Write;

/// Explain a change of the documents in Markdown: what is new, what changed, what is gone, what
/// breaks for users of the client, and what becomes of the version.
///
/// Each side is a revision of git, the file of a document, or `.` for the working tree. A document
/// stands for its section; the other sections are those of the working tree. Names never move
/// between the sides: what is new is named after what was there.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The old state.
    #[arg(default_value = "HEAD")]
    old: String,
    /// The new state.
    #[arg(default_value = ".")]
    new: String,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

/// Generates both sides, compares them and prints.
///
/// # Errors
/// If a side cannot be read, or nothing can be generated from it.
pub fn run(workspace: &Workspace, args: &Args, out: &mut dyn Write) -> Result<(), Failure> {
    let compared = revisions::compare(workspace, &args.old, &args.new)?;
    if args.json {
        let text = serde_json::to_string_pretty(&report(&compared))
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?;
        return say(out, escape::json(&text));
    }
    let title = format!("From {} to {}", compared.old, compared.new);
    let text = compared
        .diff
        .to_markdown(&title, compared.version.as_deref());
    say(out, text.strip_suffix('\n').unwrap_or(&text))
}

/// The same as the Markdown, for programs.
fn report(compared: &Compared) -> serde_json::Value {
    let diff = &compared.diff;
    json!({
        "old": compared.old,
        "new": compared.new,
        "impact": diff.impact(),
        "bump": diff.bump(),
        "version": compared.version,
        "next_version": compared.next_version(),
        "breaking": diff.count(Impact::Breaking),
        "additive": diff.count(Impact::Additive),
        "docs": diff.count(Impact::Docs),
        "changes": diff.changes,
    })
}
