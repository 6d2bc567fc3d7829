//! The committed limits, and what is over them.

use super::count::Counts;
use crate::failure::Failure;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Where the limits are committed.
pub const PATH: &str = "schema/budget.toml";

/// How much the client may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Lines of all files, documentation included.
    pub lines: usize,
    /// Lines of the longest file.
    pub longest_file: usize,
    /// Files.
    pub files: usize,
    /// Crates below the client.
    pub crates: usize,
    /// What each of these crates is for, by its name.
    pub purposes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    limits: Table,
    crates: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    lines: usize,
    longest_file: usize,
    files: usize,
    crates: usize,
}

impl Limits {
    /// Reads the committed file.
    ///
    /// # Errors
    /// If it is no TOML, a limit is missing, or there is one that we do not know.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let file: File = toml::from_str(text).map_err(|error: toml::de::Error| {
            Failure::new(format!("{PATH}: {}", error.message()))
        })?;
        Ok(Self {
            lines: file.limits.lines,
            longest_file: file.limits.longest_file,
            files: file.limits.files,
            crates: file.limits.crates,
            purposes: file.crates,
        })
    }

    /// A sentence for each limit that is passed, and for each crate that nobody accounts for.
    #[must_use]
    pub fn excess(&self, counts: &Counts) -> Vec<String> {
        let mut found = Vec::new();
        let mut over = |what: &str, key: &str, now: usize, limit: usize| {
            if now > limit {
                found.push(format!(
                    "{what} {now}, which is {} over the limit of {limit} (`{key}`)",
                    now - limit
                ));
            }
        };
        over("lines: the client has", "lines", counts.lines, self.lines);
        over(
            &format!("longest file: {} has", counts.longest.0),
            "longest_file",
            counts.longest.1,
            self.longest_file,
        );
        over("files: the client has", "files", counts.files, self.files);
        over(
            "crates: below the client there are",
            "crates",
            counts.crates.len(),
            self.crates,
        );
        for (name, version) in &counts.crates {
            if !self.purposes.contains_key(name) {
                found.push(format!(
                    "crates: {name} {version} is below the client, and `[crates]` does not say \
                     what for"
                ));
            }
        }
        for name in self.purposes.keys() {
            if !counts.crates.iter().any(|(known, _)| known == name) {
                found.push(format!(
                    "crates: {name} is in `[crates]`, but no longer below the client"
                ));
            }
        }
        found
    }
}
