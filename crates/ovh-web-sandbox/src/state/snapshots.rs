//! Snapshots of a hosting: its files, the settings that are stored in files, and the contents of
//! its databases.

use std::time::Duration;

use serde_json::{Map, Value};

use super::history::Files;
use super::hosting::Hosting;
use super::resources::{Kind, Resource};
use crate::clock::Moment;

/// An earlier state of a hosting.
#[derive(Clone)]
pub(crate) struct Snapshot {
    files: Files,
    databases: Vec<(String, String)>,
}

/// The properties that a snapshot or a rollback restores.
const SETTINGS: [&str; 11] = [
    "appEnv",
    "container",
    "engineName",
    "engineVersion",
    "entryPoint",
    "environment",
    "fileExist",
    "httpFirewall",
    "language",
    "publicDir",
    "version",
];

pub(crate) fn settings(resource: &Resource) -> Map<String, Value> {
    let mut settings = resource.shown.clone();
    settings.retain(|name, _| SETTINGS.contains(&name.as_str()));
    settings
}

pub(super) fn age(backup: &str) -> Duration {
    let days = match backup {
        "now" => 0,
        "daily.2" => 2,
        "daily.3" => 3,
        "weekly.1" => 7,
        "weekly.2" => 14,
        _ => 1,
    };
    Duration::from_secs(days * 24 * 3600)
}

impl Hosting {
    /// Records files and settings for later snapshots.
    pub(crate) fn remember_files(&mut self, content: Option<String>, now: Moment) {
        let mut files = self.files.current();
        files.content = content.unwrap_or(files.content);
        files.settings = [Kind::OvhConfig, Kind::Configuration]
            .into_iter()
            .filter_map(|kind| Some((kind, settings(self.resources.current(kind)?))))
            .collect();
        self.files.write(files, now);
    }

    /// The snapshot with this name; `None` if the hosting is younger.
    pub(crate) fn snapshot(&self, backup: &str, now: Moment) -> Option<Snapshot> {
        let moment = now - age(backup);
        let contents = self.contents.iter();
        Some(Snapshot {
            files: self.files.at(moment)?,
            databases: contents
                .filter_map(|(name, contents)| Some((name.clone(), contents.at(moment)?)))
                .collect(),
        })
    }

    /// Restores a snapshot. Newer data that is not stored in files stays.
    pub(crate) fn restore_snapshot(&mut self, snapshot: &Snapshot, at: Moment) {
        for (kind, values) in &snapshot.files.settings {
            if let Some(resource) = self.resources.current_mut(*kind) {
                resource.shown.extend(values.clone());
            }
        }
        for (name, content) in &snapshot.databases {
            self.write_database(name, content.clone(), at);
        }
        self.remember_files(Some(snapshot.files.content.clone()), at);
    }
}
