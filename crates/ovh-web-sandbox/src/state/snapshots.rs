//! Snapshots of a hosting: its files, the settings that are stored in files, and the contents of
//! its databases.

use std::time::Duration;

use serde_json::{Map, Value};

use super::hosting::Hosting;
use super::resources::{Kind, Resource};
use crate::clock::Moment;

/// The files of a hosting: a text that represents all of them, and the settings that OVHcloud
/// stores in files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    pub(crate) content: String,
    /// The settings by kind.
    settings: Vec<(Kind, Map<String, Value>)>,
}

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

/// The settings in a resource.
pub(crate) fn settings(resource: &Resource) -> Map<String, Value> {
    let mut settings = resource.shown.clone();
    settings.retain(|name, _| SETTINGS.contains(&name.as_str()));
    settings
}

/// The age of the backup with this name.
fn age(backup: &str) -> Duration {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    match backup {
        "daily.2" => DAY * 2,
        "daily.3" => DAY * 3,
        "weekly.1" => DAY * 7,
        "weekly.2" => DAY * 14,
        _ => DAY,
    }
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
