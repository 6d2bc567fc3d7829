//! Stores the `ETag` and date of each download, for conditional requests.
//!
//! The file is in the build output, not in `schema/sources.toml`, because a server may change these
//! without a change of the document. Without it, the next download is unconditional.

use crate::download::Validator;
use crate::failure::Failure;
use crate::sources::{Section, sha256};
use crate::workspace::{Change, Workspace};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The path of the file, relative to the root.
const PATH: &str = "target/fetch/validators.toml";

/// The validators of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    url: String,
    /// The hash of the file that was made of that document.
    #[serde(default)]
    sha256: String,
    #[serde(flatten)]
    validator: Validator,
}

impl Entry {
    pub(super) fn new(url: String, validator: Validator) -> Self {
        Self {
            url,
            sha256: String::new(),
            validator,
        }
    }
}

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Validators {
    #[serde(default, rename = "document")]
    entries: Vec<Entry>,
}

impl Validators {
    /// Reads the file; empty if it cannot be read.
    pub(super) fn read(workspace: &Workspace) -> Self {
        let text = workspace.read_if_there(PATH).ok().flatten();
        let parsed = text.and_then(|text| toml::from_str(&text).ok());
        parsed.unwrap_or_default()
    }

    /// The version of the document at `url`, if the section's file was made from it.
    pub(super) fn of(
        &self,
        url: &str,
        workspace: &Workspace,
        section: &Section,
    ) -> Option<&Validator> {
        let entry = self.entries.iter().find(|entry| entry.url == url)?;
        let text = workspace.read_if_there(&section.file()).ok()??;
        let pin = section.pin.as_ref()?;
        (entry.sha256 == pin.sha256 && sha256(text.as_bytes()) == pin.sha256)
            .then_some(&entry.validator)
    }

    /// Stores the version of the document that `text` was made from.
    pub(super) fn remember(&mut self, entry: Entry, text: &str) {
        self.entries.retain(|other| other.url != entry.url);
        self.entries.push(Entry {
            sha256: sha256(text.as_bytes()),
            ..entry
        });
        self.entries.sort_by(|a, b| a.url.cmp(&b.url));
    }

    /// Returns the change of the file.
    pub(super) fn change(&self, workspace: &Workspace) -> Result<Option<Change>, Failure> {
        if self.entries.is_empty() {
            return Ok(None);
        }
        let text = toml::to_string(self)
            .map_err(|error| Failure::new(format!("{PATH} cannot be written: {error}")))?;
        workspace.change(Path::new(PATH), Some(&text))
    }
}
