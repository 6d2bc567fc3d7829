//! `cargo xtask regen`: writes the generated files, or checks them.
//!
//! Both compute the same list of changes, which is then written or printed.

mod table;

use crate::failure::Failure;
use crate::lint::limits::{self, Limits};
use crate::revisions;
use crate::say;
use crate::sources::{self, Sources, inputs};
use crate::workspace::{Change, Workspace};
use ovh_web_codegen::{Inputs, Output, diff};
use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder of the generated client, relative to the root.
const CLIENT: &str = "crates/ovh-web-client/src";
/// The folder of the documents that the sandbox embeds.
const SANDBOX: &str = "crates/ovh-web-sandbox/src/generated";
const DOCS: &str = "schema/docs.toml";
const NAMES: &str = "schema/names.toml";
const SURFACE: &str = "schema/surface.txt";

/// Write the generated client, the names lock and the surface.
///
/// Nothing is written unless all of it could be generated; files that no longer belong there are
/// removed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write nothing; print what differs as a unified diff and fail if anything does.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Generates and then writes, or with `--check` compares.
///
/// # Errors
/// If an input is malformed, a file cannot be written, or (with `--check`) one differs.
pub fn run(workspace: &Workspace, args: &Args, out: &mut dyn Write) -> Result<(), Failure> {
    let inputs = inputs(&|path| workspace.read_if_there(path))?;
    let output = ovh_web_codegen::generate(&inputs)?;
    let table = table::text(&output.api);
    let wanted = files(&output, &table)?;
    let changes = changes(workspace, &wanted)?;
    let edited = edited_by_hand(workspace)?;
    if args.check {
        compare("regen", &changes, out)?;
        return match edited.is_empty() {
            true => Ok(()),
            false => Err(Failure::of(edited)),
        };
    }
    refuse_unknown(workspace, &inputs, &output)?;
    workspace.apply(&changes)?;
    summarize(workspace, &changes, wanted.len(), &output, out)?;
    for line in edited {
        say(out, format!("note: {line}"))?;
    }
    Ok(())
}

/// Refuses new documentation of unknown items. Committed entries were valid once and are only listed.
fn refuse_unknown(workspace: &Workspace, inputs: &Inputs, output: &Output) -> Result<(), Failure> {
    if output.report.leftovers.is_empty() {
        return Ok(());
    }
    let Ok(committed) = revisions::committed(workspace, "HEAD") else {
        return Ok(());
    };
    let former = ovh_web_codegen::generate(&Inputs {
        docs: committed.docs,
        ..inputs.clone()
    })?;
    let new = output.report.leftovers.iter();
    let new = new.filter(|item| !former.report.leftovers.contains(item));
    let lines: Vec<String> = new
        .map(|item| format!("{DOCS}: no document has {item} - correct the entry or remove it"))
        .collect();
    match lines.is_empty() {
        true => Ok(()),
        false => Err(Failure::of(lines)),
    }
}

/// Every generated file with its content, from the root on.
fn files<'a>(output: &'a Output, table: &'a str) -> Result<Vec<(PathBuf, &'a str)>, Failure> {
    if output.files.is_empty() {
        // Going on would remove the whole client as stale.
        return Err(Failure::new(
            "the generator made no files - this is a bug of the generator",
        ));
    }
    let below = |folder: &'static str, files: &'a BTreeMap<String, String>| {
        let files = files.iter();
        files.map(move |(path, text)| (Path::new(folder).join(path), text.as_str()))
    };
    let single = [
        (PathBuf::from(NAMES), output.names.as_str()),
        (PathBuf::from(SURFACE), output.surface.as_str()),
        (PathBuf::from(table::PATH), table),
    ];
    let client = below(CLIENT, &output.files);
    let sandbox = below(SANDBOX, &output.documents);
    Ok(client.chain(sandbox).chain(single).collect())
}

/// Returns the changes that make the workspace hold exactly the `wanted` files.
fn changes(workspace: &Workspace, wanted: &[(PathBuf, &str)]) -> Result<Vec<Change>, Failure> {
    let mut changes = Vec::new();
    for (path, text) in wanted {
        changes.extend(workspace.change(path, Some(text))?);
    }
    let known: BTreeSet<&Path> = wanted.iter().map(|(path, _)| path.as_path()).collect();
    for folder in [CLIENT, SANDBOX] {
        let is_wanted = |path: &Path| known.contains(path);
        changes.extend(stale(workspace, Path::new(folder), &is_wanted)?);
    }
    changes.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(changes)
}

/// The changes that remove generated files that are no longer wanted; a handwritten one is an error.
pub(crate) fn stale(
    workspace: &Workspace,
    folder: &Path,
    is_wanted: &dyn Fn(&Path) -> bool,
) -> Result<Vec<Change>, Failure> {
    let mut changes = Vec::new();
    for path in workspace.files_below(folder)? {
        if is_wanted(&path) {
            continue;
        }
        if let Some(change) = workspace.change(&path, None)? {
            // The documents of the sandbox have no comment that marks them.
            let is_document = folder == Path::new(SANDBOX);
            if !is_document && !is_generated(change.old.as_deref().unwrap_or_default()) {
                return Err(Failure::new(format!(
                    "{}: this file is not generated, but is in a folder of generated files - \
                     move it elsewhere, or remove it",
                    path.display()
                )));
            }
            changes.push(change);
        }
    }
    Ok(changes)
}

/// `true` if the first line of a file says that it is generated.
fn is_generated(bytes: &[u8]) -> bool {
    let first = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    String::from_utf8_lossy(first)
        .to_lowercase()
        .contains("generated")
}

/// Prints a unified diff of the changes, and fails if there are any.
pub(crate) fn compare(
    command: &str,
    changes: &[Change],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    for change in changes {
        let path = change.path.display().to_string().replace('\\', "/");
        let side = |letter: &str, bytes: &Option<Vec<u8>>| match bytes {
            Some(bytes) => (
                format!("{letter}/{path}"),
                String::from_utf8_lossy(bytes).into_owned(),
            ),
            None => ("/dev/null".to_owned(), String::new()),
        };
        let (old_name, old) = side("a", &change.old);
        let (new_name, new) = side("b", &change.new);
        let diff = TextDiff::from_lines(&old, &new);
        let text = diff.unified_diff().header(&old_name, &new_name).to_string();
        // An empty file that comes or goes has no lines to show.
        let text = if text.is_empty() {
            format!("--- {old_name}\n+++ {new_name}\n")
        } else {
            text
        };
        say(out, text.strip_suffix('\n').unwrap_or(&text))?;
    }
    match changes.len() {
        0 => Ok(()),
        count => Err(Failure::new(format!(
            "files that are out of date: {count} - run `cargo xtask {command}` and commit the result"
        ))),
    }
}

/// Summarizes the changes in a few lines.
fn summarize(
    workspace: &Workspace,
    changes: &[Change],
    all: usize,
    output: &Output,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let removed = changes.iter().filter(|change| change.new.is_none()).count();
    let written = changes.len() - removed;
    let unchanged = all - written;
    say(
        out,
        format!("files: {written} written, {removed} removed, {unchanged} unchanged"),
    )?;
    let files = changes.iter().map(|change| {
        let sign = match (&change.old, &change.new) {
            (None, _) => '+',
            (_, None) => '-',
            _ => '~',
        };
        format!("  {sign} {}", change.path.display())
    });
    some(files, out)?;
    let is_surface = |change: &&Change| change.path == Path::new(SURFACE);
    let surface = changes.iter().find(is_surface);
    let text =
        |bytes: Option<&Vec<u8>>| bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let old = text(surface.and_then(|change| change.old.as_ref())).unwrap_or_default();
    let new = text(surface.and_then(|change| change.new.as_ref())).unwrap_or_default();
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (old.lines().collect(), new.lines().collect());
    let gone: Vec<_> = old
        .difference(&new)
        .map(|line| format!("  - {line}"))
        .collect();
    let added: Vec<_> = new
        .difference(&old)
        .map(|line| format!("  + {line}"))
        .collect();
    let (count, count_gone) = (added.len(), gone.len());
    say(
        out,
        format!("surface: {count} lines added, {count_gone} removed"),
    )?;
    some(gone, out)?;
    some(added, out)?;
    if let Ok(diff) = revisions::since(workspace, "HEAD", output) {
        let summary = diff.summary();
        say(
            out,
            format!("for users, since the last commit: {summary} - `cargo xtask diff` explains it"),
        )?;
        let breaking = |change: &&diff::Change| change.impact == diff::Impact::Breaking;
        let breaks = diff.changes.iter().filter(breaking);
        some(
            breaks.map(|change| format!("  ! {}", change.headline())),
            out,
        )?;
    }
    let report = &output.report;
    say(out, report)?;
    if !report.undocumented.is_empty() {
        say(
            out,
            "not documented yet - `cargo xtask pr-body` has entries to fill in for schema/docs.toml:",
        )?;
        some(
            report.undocumented.iter().map(|item| format!("  ? {item}")),
            out,
        )?;
    }
    let (mut most_lines, mut most_files) = (String::new(), String::new());
    if let Some(text) = workspace.read_if_there(limits::PATH)? {
        let limits = Limits::parse(&text)?;
        most_lines = format!(" of {}", limits.lines);
        most_files = format!(" of {}", limits.files);
    }
    let (lines, files) = (report.lines, output.files.len());
    say(
        out,
        format!("budget: lines {lines}{most_lines}, files {files}{most_files}"),
    )
}

/// Prints the first few of `lines`; `git diff` shows the rest.
fn some(lines: impl IntoIterator<Item = String>, out: &mut dyn Write) -> Result<(), Failure> {
    const FEW: usize = 8;
    let mut lines = lines.into_iter();
    for line in lines.by_ref().take(FEW) {
        say(out, line)?;
    }
    match lines.count() {
        0 => Ok(()),
        more => say(out, format!("  and {more} more")),
    }
}

/// A line for each document that differs from the one that was fetched.
fn edited_by_hand(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let mut lines = Vec::new();
    for section in Sources::parse(&workspace.read(sources::PATH)?)?.sections {
        let hash = sources::sha256(workspace.read(&section.file())?.as_bytes());
        if section.pin.as_ref().is_none_or(|pin| pin.sha256 != hash) {
            lines.push(format!(
                "{} is not the file that was fetched - fetch it again, and put corrections into \
                 schema/overlay.json",
                section.file()
            ));
        }
    }
    Ok(lines)
}
