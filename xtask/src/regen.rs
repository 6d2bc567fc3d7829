//! `cargo xtask regen`: writes the generated files, or checks them.
//!
//! Both compute the same list of changes, which is then written or printed.

mod commands;
mod sandbox;
mod skeleton;
mod table;

use crate::clients::{self, Generated};
use crate::failure::Failure;
use crate::lint::limits;
use crate::revisions;
use crate::say;
use crate::sources::{self, Sources};
use crate::workspace::{Change, Workspace};
use ovh_web_codegen::diff;
use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder of the documents that the sandbox embeds.
const SANDBOX: &str = "crates/ovh-web-sandbox/src/generated";

/// Write the generated clients, their names locks and surfaces.
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
    let clients = generate(workspace)?;
    let mut wanted = BTreeMap::new();
    for client in &clients {
        wanted.extend(files(client)?);
        wanted.extend(skeleton::files(workspace, client)?);
    }
    wanted.insert(Path::new(SANDBOX).join("mod.rs"), sandbox::root(&clients));
    wanted.extend(commands::files(workspace, &clients)?);
    wanted.insert(table::PATH.into(), table::text(workspace, &clients)?);
    let changes = changes(workspace, &clients, &wanted)?;
    let edited = edited_by_hand(workspace)?;
    if args.check {
        compare("regen", &changes, out)?;
        return match edited.is_empty() {
            true => Ok(()),
            false => Err(Failure::of(edited)),
        };
    }
    refuse_unknown(workspace, &clients)?;
    workspace.apply(&changes)?;
    summarize(workspace, &changes, wanted.len(), &clients, out)?;
    for line in edited {
        say(out, format!("note: {line}"))?;
    }
    Ok(())
}

/// Generates all clients; the errors of all are one.
pub(crate) fn generate(workspace: &Workspace) -> Result<Vec<Generated>, Failure> {
    let clients = clients::inputs(&|path| workspace.read_if_there(path))?;
    let mut failures = Vec::new();
    let mut all = Vec::new();
    for client in clients {
        match client.generate() {
            Ok(output) => all.push(Generated { client, output }),
            Err(failure) => failures.push(failure),
        }
    }
    match Failure::joined(failures) {
        None => Ok(all),
        Some(failure) => Err(failure),
    }
}

/// Refuses new documentation of unknown items. Committed entries were valid once and are only listed.
fn refuse_unknown(workspace: &Workspace, clients: &[Generated]) -> Result<(), Failure> {
    if clients
        .iter()
        .all(|it| it.output.report.leftovers.is_empty())
    {
        return Ok(());
    }
    let Ok(committed) = revisions::committed(workspace, "HEAD") else {
        return Ok(());
    };
    let mut lines = Vec::new();
    for Generated { client, output } in clients {
        let old = committed.iter().find(|old| old.name == client.name);
        let mut former = client.clone();
        former.inputs.docs = old.and_then(|old| old.inputs.docs.clone());
        let former = former.generate()?;
        let new = output.report.leftovers.iter();
        let new = new.filter(|item| !former.report.leftovers.contains(item));
        let file = client.file("docs.toml");
        lines.extend(new.map(|item| {
            format!("{file}: no document has {item} - correct the entry or remove it")
        }));
    }
    match lines.is_empty() {
        true => Ok(()),
        false => Err(Failure::of(lines)),
    }
}

/// Every generated file of a client with its content, from the root on.
fn files(generated: &Generated) -> Result<BTreeMap<PathBuf, String>, Failure> {
    let Generated { client, output } = generated;
    if output.files.is_empty() {
        // Going on would remove the whole client as stale.
        return Err(Failure::new(
            "the generator made no files - this is a bug of the generator",
        ));
    }
    let code = generated.code();
    let files = output.files.iter();
    let files = files.map(|(path, text)| (code.join(path), text.clone()));
    let single = [
        (client.file("names.toml").into(), output.names.clone()),
        (client.file("surface.txt").into(), output.surface.clone()),
    ];
    let mut all: BTreeMap<PathBuf, String> = files.chain(single).collect();
    if client.name != sources::MAIN {
        let file = format!("{}.rs", sandbox::module(&client.name));
        all.insert(Path::new(SANDBOX).join(file), output.table.clone());
    }
    let documents = output.documents.iter();
    all.extend(documents.map(|(name, text)| (Path::new(SANDBOX).join(name), text.clone())));
    Ok(all)
}

/// Returns the changes that make the workspace hold exactly the `wanted` files.
fn changes(
    workspace: &Workspace,
    clients: &[Generated],
    wanted: &BTreeMap<PathBuf, String>,
) -> Result<Vec<Change>, Failure> {
    let mut changes = Vec::new();
    for (path, text) in wanted {
        changes.extend(workspace.change(path, Some(text))?);
    }
    let folders = clients.iter().map(Generated::code);
    for folder in folders.chain([SANDBOX.into(), commands::FOLDER.into()]) {
        let is_wanted = |path: &Path| wanted.contains_key(path);
        changes.extend(stale(workspace, &folder, &is_wanted)?);
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
            let is_json = path.extension().is_some_and(|it| it == "json");
            let is_document = is_json && folder == Path::new(SANDBOX);
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
    clients: &[Generated],
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
    surface(changes, clients, out)?;
    let outputs = clients.iter();
    let outputs = outputs.map(|it| (it.client.name.as_str(), &it.output));
    if let Ok(diff) = revisions::since(workspace, "HEAD", outputs) {
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
    clients
        .iter()
        .try_for_each(|generated| tell(workspace, generated, clients.len() > 1, out))
}

/// Counts the lines of all surfaces that came and went.
fn surface(changes: &[Change], clients: &[Generated], out: &mut dyn Write) -> Result<(), Failure> {
    let (mut gone, mut added) = (Vec::new(), Vec::new());
    for Generated { client, .. } in clients {
        let file = client.file("surface.txt");
        let change = changes
            .iter()
            .find(|change| change.path == Path::new(&file));
        let text = |bytes: Option<&Vec<u8>>| {
            bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        let old = text(change.and_then(|change| change.old.as_ref())).unwrap_or_default();
        let new = text(change.and_then(|change| change.new.as_ref())).unwrap_or_default();
        let (old, new): (BTreeSet<_>, BTreeSet<_>) = (old.lines().collect(), new.lines().collect());
        gone.extend(old.difference(&new).map(|line| format!("  - {line}")));
        added.extend(new.difference(&old).map(|line| format!("  + {line}")));
    }
    let (count, count_gone) = (added.len(), gone.len());
    say(
        out,
        format!("surface: {count} lines added, {count_gone} removed"),
    )?;
    some(gone, out)?;
    some(added, out)
}

/// Prints the report of one client.
fn tell(
    workspace: &Workspace,
    Generated { client, output }: &Generated,
    is_one_of_many: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    if is_one_of_many {
        say(out, format!("{}:", client.name))?;
    }
    let report = &output.report;
    say(out, report)?;
    if !report.undocumented.is_empty() {
        let file = client.file("docs.toml");
        say(
            out,
            format!(
                "not documented yet - `cargo xtask pr-body` has entries to fill in for {file}:"
            ),
        )?;
        some(
            report.undocumented.iter().map(|item| format!("  ? {item}")),
            out,
        )?;
    }
    let (lines, files) = (report.lines, output.files.len());
    let [most_lines, most_files] = limits::of(workspace, &client.name, report.operations)?;
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
                 schema/{}/overlay.json",
                section.file(),
                section.client,
            ));
        }
    }
    Ok(lines)
}
