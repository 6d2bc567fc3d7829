//! `cargo xtask regen`: writes the generated files, or checks them.
//!
//! Both ways go the same road up to the list of changes; only then one writes and the other prints.

mod names;
mod table;

use crate::failure::Failure;
use crate::lint::limits::{self, Limits};
use crate::revisions;
use crate::say;
use crate::sources::{self, Sources};
use crate::workspace::{Change, Workspace};
use ovh_web_codegen::{Input, Inputs, Output, diff};
use similar::TextDiff;
use std::collections::BTreeSet;
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
        compare(&changes, out)?;
        return match edited.is_empty() {
            true => Ok(()),
            false => Err(Failure::of(edited)),
        };
    }
    refuse_unknown(workspace, &inputs, &output)?;
    workspace.apply(&changes)?;
    tell(workspace, &changes, wanted.len(), &output, out)?;
    tell_budget(workspace, &changes, &output, out)?;
    for line in edited {
        say(out, format!("note: {line}"))?;
    }
    Ok(())
}

/// Refuses documentation of nothing that was written since the last commit: what was committed
/// stood for something once, and is listed until somebody removes it.
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

/// Reads all that the generator wants to know, by a function that reads a file if it is there.
pub(crate) fn inputs(
    read: &dyn Fn(&str) -> Result<Option<String>, Failure>,
) -> Result<Inputs, Failure> {
    let needed = |path: &str| {
        read(path)?.ok_or_else(|| Failure::new(format!("cannot read {path}: it is not there")))
    };
    let sources = Sources::parse(&needed(sources::PATH)?)?;
    let mut inputs = Inputs {
        crate_name: Some("ovh_web_client".to_owned()),
        ..Inputs::default()
    };
    for section in &sources.sections {
        let text = needed(&section.file())?;
        inputs
            .documents
            .push(Input::new(format!("{}.json", section.name), text));
    }
    let optional = |name: &str| -> Result<Option<Input>, Failure> {
        let text = read(&format!("schema/{name}"))?;
        Ok(text.map(|text| Input::new(name, text)))
    };
    inputs.overlay = optional("overlay.json")?;
    inputs.names = optional("names.toml")?;
    inputs.docs = optional("docs.toml")?;
    inputs.surface = optional("surface.txt")?;
    Ok(inputs)
}

/// Every generated file with its content, from the root on.
fn files<'a>(output: &'a Output, table: &'a str) -> Result<Vec<(PathBuf, &'a str)>, Failure> {
    if output.files.is_empty() {
        // Going on would remove the whole client as stale.
        return Err(Failure::new(
            "the generator made no files - this is a bug of the generator",
        ));
    }
    let client = output
        .files
        .iter()
        .map(|(path, text)| (Path::new(CLIENT).join(path), text.as_str()));
    let sandbox = output
        .documents
        .iter()
        .map(|(path, text)| (Path::new(SANDBOX).join(path), text.as_str()));
    let single = [
        (PathBuf::from(NAMES), output.names.as_str()),
        (PathBuf::from(SURFACE), output.surface.as_str()),
        (PathBuf::from(table::PATH), table),
    ];
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
        for path in workspace.files_below(Path::new(folder))? {
            if known.contains(path.as_path()) {
                continue;
            }
            if let Some(change) = workspace.change(&path, None)? {
                let content = change.old.as_deref().unwrap_or_default();
                if folder == CLIENT && !is_generated(content) {
                    return Err(Failure::new(format!(
                        "{}: this file is not generated, but lies among those that are - \
                         move it elsewhere, or remove it",
                        path.display()
                    )));
                }
                changes.push(change);
            }
        }
    }
    changes.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(changes)
}

/// Whether a file says in its first line that it is generated: others are somebody's work.
fn is_generated(bytes: &[u8]) -> bool {
    let first = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    String::from_utf8_lossy(first)
        .to_lowercase()
        .contains("generated")
}

/// Prints what differs, and fails if anything does.
fn compare(changes: &[Change], out: &mut dyn Write) -> Result<(), Failure> {
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
        1 => Err(Failure::new(
            "1 file is not what the generator writes - run `cargo xtask regen` and commit it",
        )),
        n => Err(Failure::new(format!(
            "{n} files are not what the generator writes - run `cargo xtask regen` and commit them"
        ))),
    }
}

/// Says in a few lines what changed.
fn tell(
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
    let files: Vec<_> = changes
        .iter()
        .map(|change| {
            let sign = match (&change.old, &change.new) {
                (None, _) => '+',
                (_, None) => '-',
                _ => '~',
            };
            format!("  {sign} {}", change.path.display())
        })
        .collect();
    some(&files, out)?;
    let surface = changes
        .iter()
        .find(|change| change.path == Path::new(SURFACE));
    let text = |bytes: Option<&Vec<u8>>| {
        String::from_utf8_lossy(bytes.map_or(&[][..], Vec::as_slice)).into_owned()
    };
    let old = text(surface.and_then(|change| change.old.as_ref()));
    let new = text(surface.and_then(|change| change.new.as_ref()));
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (old.lines().collect(), new.lines().collect());
    let gone: Vec<_> = old
        .difference(&new)
        .map(|line| format!("  - {line}"))
        .collect();
    let added: Vec<_> = new
        .difference(&old)
        .map(|line| format!("  + {line}"))
        .collect();
    say(
        out,
        format!(
            "surface: {} lines added, {} removed",
            added.len(),
            gone.len()
        ),
    )?;
    some(&gone, out)?;
    some(&added, out)?;
    let lock = changes
        .iter()
        .find(|change| change.path == Path::new(NAMES));
    if let Some(lock) = lock {
        let (line, lines) = names::told(&text(lock.old.as_ref()), &text(lock.new.as_ref()));
        if let Some(line) = line {
            say(out, line)?;
            some(&lines, out)?;
        }
    }
    if let Ok(diff) = revisions::since(workspace, "HEAD", output) {
        say(
            out,
            format!(
                "for users, since the last commit: {} - `cargo xtask diff` explains it",
                diff.summary()
            ),
        )?;
        let breaking = |change: &&diff::Change| change.verdict == diff::Verdict::Breaking;
        let lines: Vec<_> = diff
            .changes
            .iter()
            .filter(breaking)
            .map(|change| format!("  ! {}", change.headline()))
            .collect();
        some(&lines, out)?;
    }
    say(out, &output.report)?;
    let missing: Vec<_> = output
        .report
        .undocumented
        .iter()
        .map(|item| format!("  ? {item}"))
        .collect();
    if !missing.is_empty() {
        say(
            out,
            "not documented yet - `cargo xtask pr-body` has entries to fill in for schema/docs.toml:",
        )?;
        some(&missing, out)?;
    }
    Ok(())
}

/// Prints the size of the client before and after, and its limits.
fn tell_budget(
    workspace: &Workspace,
    changes: &[Change],
    output: &Output,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let limits = match workspace.read_if_there(limits::PATH)? {
        Some(text) => Some(Limits::parse(&text)?),
        None => None,
    };
    let count = |bytes: &Option<Vec<u8>>| -> Option<usize> {
        bytes
            .as_ref()
            .map(|bytes| String::from_utf8_lossy(bytes).lines().count())
    };
    let (mut lines, mut files) = (output.report.lines, output.files.len());
    for change in changes
        .iter()
        .filter(|change| change.path.starts_with(CLIENT))
    {
        let (old, new) = (count(&change.old), count(&change.new));
        lines = (lines + old.unwrap_or(0)).saturating_sub(new.unwrap_or(0));
        files = (files + usize::from(old.is_some())).saturating_sub(usize::from(new.is_some()));
    }
    let step = |before: usize, now: usize, limit: Option<usize>| {
        let limit = limit.map_or_else(String::new, |limit| format!(" of {limit}"));
        if before == now || before == 0 {
            format!("{now}{limit}")
        } else {
            format!("{before} -> {now}{limit}")
        }
    };
    say(
        out,
        format!(
            "budget: lines {}, files {}",
            step(
                lines,
                output.report.lines,
                limits.as_ref().map(|limits| limits.lines)
            ),
            step(
                files,
                output.files.len(),
                limits.as_ref().map(|limits| limits.files)
            ),
        ),
    )?;
    if let Some(limits) = limits.filter(|limits| output.report.lines > limits.lines) {
        say(
            out,
            format!(
                "  ! {} lines over the limit in schema/budget.toml",
                output.report.lines - limits.lines
            ),
        )?;
    }
    Ok(())
}

/// Prints the first few of `lines`: more than that is for `git diff`.
fn some(lines: &[String], out: &mut dyn Write) -> Result<(), Failure> {
    const FEW: usize = 8;
    for line in lines.iter().take(FEW) {
        say(out, line)?;
    }
    match lines.len().saturating_sub(FEW) {
        0 => Ok(()),
        more => say(out, format!("  and {more} more")),
    }
}

/// A line for each document that is not the one that was fetched. Trying something out that way is
/// fine; committing it is not.
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
