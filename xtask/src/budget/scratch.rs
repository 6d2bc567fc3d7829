//! A workspace below the target folder in which builds are measured.
//!
//! Nothing is measured in place: a build is measured by touching a file, and other builds of the
//! real workspace should not notice.

use super::count::{CLIENT, cargo};
use crate::failure::Failure;
use crate::workspace::Workspace;
use std::fs;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Our crates that are copied.
const COPIED: [&str; 2] = ["ovh-runtime", CLIENT];

/// The folder, with crates in it.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: PathBuf,
    members: Vec<String>,
}

impl Scratch {
    /// Makes the folder and copies our own crates into it.
    pub(super) fn new(workspace: &Workspace) -> Result<Self, Failure> {
        let mut scratch = Self {
            folder: target(workspace)?.join("budget"),
            members: Vec::new(),
        };
        for name in COPIED {
            let from = format!("crates/{name}");
            let mut manifest = parse(&workspace.read(&format!("{from}/Cargo.toml"))?)?;
            // These may ask for crates that are not copied, and nothing here builds them.
            for key in ["dev-dependencies", "example", "bench", "test"] {
                manifest.remove(key);
            }
            scratch.write(&format!("{from}/Cargo.toml"), &manifest.to_string())?;
            // A file that was removed since the last time must not stay.
            let source = scratch.folder.join(&from).join("src");
            if source.exists() {
                fs::remove_dir_all(&source).map_err(|e| Failure::io("remove", &source, e))?;
            }
            for file in workspace.files_below(&Path::new(&from).join("src"))? {
                let file = file.display().to_string().replace('\\', "/");
                if file.ends_with(".rs") || file.ends_with(".md") || file.ends_with(".json") {
                    scratch.write(&file, &workspace.read(&file)?)?;
                }
            }
            scratch.members.push(from);
        }
        Ok(scratch)
    }

    /// Adds a crate of one file.
    pub(super) fn add(
        &mut self,
        package: &str,
        library: &str,
        dependencies: &str,
        source: &str,
    ) -> Result<(), Failure> {
        let manifest = format!(
            "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
             publish = false\n\n[lib]\nname = \"{library}\"\ndoctest = false\n\n\
             [dependencies]\n{dependencies}"
        );
        self.write(&format!("{package}/Cargo.toml"), &manifest)?;
        self.write(&format!("{package}/src/lib.rs"), source)?;
        self.members.push(package.to_owned());
        Ok(())
    }

    /// Writes the manifest of all of it, with our versions and our lock, so that what is measured
    /// is what is committed.
    pub(super) fn finish(&self, workspace: &Workspace) -> Result<(), Failure> {
        let mut root = parse(&workspace.read("Cargo.toml")?)?;
        let ours = root.remove("workspace").and_then(|value| match value {
            Value::Table(table) => Some(table),
            _ => None,
        });
        let mut table = ours.ok_or_else(|| Failure::new("Cargo.toml: there is no [workspace]"))?;
        let members = self.members.iter().cloned().map(Value::String).collect();
        table.insert("members".to_owned(), Value::Array(members));
        table.remove("exclude");
        table.remove("default-members");
        let mut manifest = Table::new();
        manifest.insert("workspace".to_owned(), Value::Table(table));
        self.write("Cargo.toml", &manifest.to_string())?;
        self.write("Cargo.lock", &workspace.read("Cargo.lock")?)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The `lib.rs` of a package.
    pub(super) fn library(&self, package: &str) -> PathBuf {
        let ours = COPIED.contains(&package);
        let folder = self.folder.join(if ours { "crates" } else { "" });
        folder.join(package).join("src/lib.rs")
    }

    fn write(&self, path: &str, text: &str) -> Result<(), Failure> {
        let place = self.folder.join(path);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).map_err(|error| Failure::io("make", folder, error))?;
        }
        fs::write(&place, text).map_err(|error| Failure::io("write", &place, error))
    }
}

fn parse(text: &str) -> Result<Table, Failure> {
    text.parse()
        .map_err(|error| Failure::new(format!("a manifest is no TOML: {error}")))
}

/// Where cargo builds.
pub(crate) fn target(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let output = cargo(workspace.root())
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .map_err(|error| Failure::io("run", Path::new("cargo metadata"), error))?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|_| {
        Failure::new(format!(
            "cargo metadata says nothing that we understand: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))
    })?;
    let target = metadata["target_directory"].as_str();
    target
        .map(PathBuf::from)
        .ok_or_else(|| Failure::new("cargo metadata names no target folder"))
}
