//! Generates two states of the documents and compares them.
//!
//! A state is the working tree, a git revision, or a document in a file.

use crate::cargo::output;
use crate::clients::{self, Client};
use crate::failure::Failure;
use crate::sources::{self, Sources};
use crate::workspace::Workspace;
use ovh_web_codegen::canonical::{canonicalize, to_text};
use ovh_web_codegen::diff::{Diff, between};
use ovh_web_codegen::document::Document;
use ovh_web_codegen::escape::one_line;
use ovh_web_codegen::overlay::Overlay;
use ovh_web_codegen::{Clashes, Input, Inputs, Output};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Two states of the documents and the difference between them.
#[derive(Debug)]
pub struct Compared {
    /// The name of the old state.
    pub old: String,
    /// The name of the new state.
    pub new: String,
    /// The clients of both states.
    pub clients: Vec<ClientChange>,
    /// The changes of all clients for users, with the prefixes of operation IDs.
    pub diff: Diff,
    /// The version of the crates.
    pub version: Option<String>,
}

/// A client in two states. A client that one of them lacks is empty there.
#[derive(Debug)]
pub struct ClientChange {
    /// The crate.
    pub name: String,
    /// The output generated from the old state.
    pub before: Output,
    /// The output generated from the new state.
    pub after: Output,
    /// The names lock of the old state.
    pub lock: String,
    /// Our documentation in the new state.
    pub docs: Option<String>,
    /// The changes for users, with the client's own names.
    pub diff: Diff,
}

impl ClientChange {
    /// The text that names the client in a list of all; empty for the main one.
    pub(crate) fn label(&self) -> String {
        match self.name.as_str() {
            sources::MAIN | "" => String::new(),
            name => format!("`{name}`: "),
        }
    }

    /// The folder with the client's files.
    pub(crate) fn folder(&self) -> String {
        format!("schema/{}", self.name)
    }
}

impl Compared {
    /// The version that follows.
    #[must_use]
    pub fn next_version(&self) -> Option<String> {
        self.diff.bump().after(self.version.as_deref()?)
    }
}

/// Generates both states and compares them.
///
/// # Errors
/// If a side cannot be read, or nothing can be generated from it.
pub fn compare(workspace: &Workspace, old: &str, new: &str) -> Result<Compared, Failure> {
    let (before, mut after) = (state(workspace, old)?, state(workspace, new)?);
    if before.is_section != after.is_section {
        return Err(Failure::new(format!(
            "{old} and {new} cannot be compared: only one of them is a section of {} - compare two documents, \
             or two states of its sections",
            sources::PATH
        )));
    }
    let mut outputs: BTreeMap<String, [Output; 2]> = BTreeMap::new();
    let mut locks = BTreeMap::new();
    for client in &before.clients {
        let lock = client.inputs.names.as_ref();
        locks.insert(client.name.clone(), lock.map(|input| input.text.clone()));
        let [output, _] = outputs.entry(client.name.clone()).or_default();
        *output = generate(old, client)?;
    }
    let mut docs = BTreeMap::new();
    for client in &mut after.clients {
        let [before, output] = outputs.entry(client.name.clone()).or_default();
        if !after.is_named {
            client.inputs.names = Some(Input::new("names.toml", &before.names));
            client.inputs.surface = Some(Input::new("surface.txt", &before.surface));
        }
        let text = client.inputs.docs.as_ref().map(|docs| docs.text.clone());
        docs.insert(client.name.clone(), text);
        *output = generate(new, client)?;
    }
    let clients = outputs
        .into_iter()
        .map(|(name, [before, after])| ClientChange {
            diff: between(&before.api, &after.api),
            lock: locks.remove(&name).flatten().unwrap_or_default(),
            docs: docs.remove(&name).flatten(),
            name,
            before,
            after,
        });
    let mut clients: Vec<ClientChange> = clients.collect();
    clients.sort_by_key(|client| client.name != sources::MAIN);
    let diffs = clients.iter();
    let diffs = diffs.map(|client| (sources::prefix(&client.name), &client.diff));
    Ok(Compared {
        old: shown(old),
        new: shown(new),
        diff: Diff::joined(diffs),
        clients,
        version: version(workspace)?,
    })
}

/// Compares the revision `old` with `after`, whose clients have their own names.
pub(crate) fn since<'a>(
    workspace: &Workspace,
    old: &str,
    after: impl IntoIterator<Item = (&'a str, &'a Output)>,
) -> Result<Diff, Failure> {
    let mut before = BTreeMap::new();
    for client in committed(workspace, old)? {
        before.insert(client.name.clone(), generate(old, &client)?);
    }
    let after = after.into_iter().map(|(name, after)| {
        let before = before.remove(name).unwrap_or_default();
        (sources::prefix(name), between(&before.api, &after.api))
    });
    let diffs: Vec<(&str, Diff)> = after.collect();
    Ok(Diff::joined(
        diffs.iter().map(|(prefix, diff)| (*prefix, diff)),
    ))
}

/// The inputs of one state.
struct State {
    clients: Vec<Client>,
    /// `true` if it has its own names; otherwise they come from the other state.
    is_named: bool,
    /// `false` for a document of another section.
    is_section: bool,
}

/// The name of a state in the output.
fn shown(side: &str) -> String {
    match side {
        "." => "the working tree".to_owned(),
        side => match Path::new(side).file_name() {
            Some(name) if Path::new(side).is_file() => {
                one_line(&name.to_string_lossy()).into_owned()
            }
            _ => one_line(side).into_owned(),
        },
    }
}

fn state(workspace: &Workspace, text: &str) -> Result<State, Failure> {
    let file = Path::new(text);
    let clients = if text == "." {
        clients::inputs(&|path| workspace.read_if_there(path))?
    } else if file.is_file() {
        return from_file(workspace, file);
    } else {
        let commit = format!("{text}^{{commit}}");
        let args = ["rev-parse", "--verify", "--end-of-options", &commit];
        let hash = git(workspace, &args).map_err(|failure| {
            Failure::new(format!(
                "`{text}` is neither a file nor a git revision - name a document, a revision, or `.` \
                 for the working tree ({failure})"
            ))
        })?;
        committed(workspace, hash.trim())?
    };
    Ok(State {
        is_named: clients.iter().any(|client| client.inputs.names.is_some()),
        clients,
        is_section: true,
    })
}

/// A file of a revision.
pub(crate) fn file_of(
    workspace: &Workspace,
    revision: &str,
    path: &str,
) -> Result<String, Failure> {
    git(workspace, &["show", &format!("{revision}:./{path}")])
}

/// Reads the inputs of the generator from a revision.
pub(crate) fn committed(workspace: &Workspace, hash: &str) -> Result<Vec<Client>, Failure> {
    let list = git(
        workspace,
        &["ls-tree", "-r", "--name-only", hash, "schema/"],
    )?;
    let known: BTreeSet<&str> = list.lines().collect();
    // Before each client had a folder, all files were those of the main one.
    let is_flat = known.contains("schema/names.toml");
    let main = format!("/{}/", sources::MAIN);
    clients::inputs(&|path| {
        let path = match is_flat {
            true => path.replacen(&main, "/", 1),
            false => path.to_owned(),
        };
        if !known.contains(&*path) {
            return Ok(None);
        }
        let text = file_of(workspace, hash, &path)?;
        match is_flat && path == sources::PATH {
            true => sources::from_flat(&text).map(Some),
            false => Ok(Some(text)),
        }
    })
}

/// Reads the inputs with a document from a file in the place of its section.
fn from_file(workspace: &Workspace, file: &Path) -> Result<State, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::io("read", file, error))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let document = Document::parse(&name, text)?;
    let text = to_text(&canonicalize(&document.value));
    let sources = Sources::parse(&workspace.read(sources::PATH)?)?;
    let Some(section) = sources.section_of(&document) else {
        let inputs = Inputs {
            // The same name on both sides: it stands in what is generated.
            documents: vec![Input::new("document.json", text)],
            clashes: Clashes::Resolve,
            ..Inputs::default()
        };
        let client = Client {
            name: String::new(),
            sections: Vec::new(),
            inputs,
        };
        return Ok(State {
            clients: vec![client],
            is_named: false,
            is_section: false,
        });
    };
    let file_name = format!("{}.json", section.name);
    let mut clients = clients::inputs(&|path| workspace.read_if_there(path))?;
    // The others are the same on both sides.
    for client in clients.iter_mut().filter(|it| it.name == section.client) {
        let inputs = &mut client.inputs;
        for input in &mut inputs.documents {
            if input.name == file_name {
                input.text.clone_from(&text);
            }
        }
        if let Some(overlay) = &mut inputs.overlay {
            overlay.text = fitting(&overlay.text, &inputs.documents)?;
        }
        // What was published last says nothing of a document that was never ours.
        inputs.surface = None;
    }
    Ok(State {
        clients,
        is_named: false,
        is_section: true,
    })
}

/// The overlay of the working tree without the actions that change nothing in `documents`.
///
/// # Errors
/// Returns an error if the overlay or a document cannot be read.
pub fn fitting(text: &str, documents: &[Input]) -> Result<String, Failure> {
    let overlay = Overlay::parse("overlay.json", text)?;
    let mut parsed = Vec::new();
    for input in documents {
        parsed.push(Document::parse(&input.name, &input.text)?);
    }
    let fitting = overlay.apply_fitting(&mut parsed);
    let mut all: serde_json::Value = serde_json::from_str(text)
        .map_err(|error| Failure::new(format!("overlay.json: {error}")))?;
    all["actions"] = fitting
        .iter()
        .map(|index| all["actions"][index].clone())
        .collect();
    Ok(all.to_string())
}

fn generate(side: &str, client: &Client) -> Result<Output, Failure> {
    client
        .generate()
        .map_err(|failure| failure.within(&format!("nothing can be generated from {side}")))
}

/// The version that the crates have.
fn version(workspace: &Workspace) -> Result<Option<String>, Failure> {
    let Some(text) = workspace.read_if_there("Cargo.toml")? else {
        return Ok(None);
    };
    let manifest: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        Failure::new(format!("Cargo.toml is not valid TOML: {}", error.message()))
    })?;
    let version = manifest
        .get("workspace")
        .and_then(|table| table.get("package")?.get("version")?.as_str());
    Ok(version.map(str::to_owned))
}

/// Runs git and returns its output.
fn git(workspace: &Workspace, args: &[&str]) -> Result<String, Failure> {
    output(Command::new("git").current_dir(workspace.root()).args(args))
}
