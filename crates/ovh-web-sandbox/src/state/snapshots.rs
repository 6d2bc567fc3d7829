//! What a snapshot of a hosting holds: its files, the settings that are files too, and what stands
//! in its databases.

use std::time::Duration;

use serde_json::{Map, Value};

use super::databases::Content;
use super::generic_resources::Kind;
use super::hosting::Hosting;
use crate::clock::Moment;

/// The files of a hosting: a text that stands for all of them, and the settings that OVHcloud
/// keeps in files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    pub(crate) content: String,
    /// The settings by kind; those of a hosting have one present record each.
    settings: Vec<(Kind, Map<String, Value>)>,
}

/// A hosting as it was.
#[derive(Clone)]
pub(crate) struct Snapshot {
    files: Files,
    databases: Vec<(String, Content)>,
}

/// Which properties of a record a snapshot brings back.
const SETTINGS: [(Kind, &[&str]); 2] = [
    (
        Kind::OvhConfig,
        &[
            "container",
            "engineName",
            "engineVersion",
            "environment",
            "httpFirewall",
            "fileExist",
        ],
    ),
    (
        Kind::Configuration,
        &["appEnv", "entryPoint", "language", "publicDir", "version"],
    ),
];

/// How long ago a backup of this name was made.
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
    /// Notes the settings as they are now, for snapshots of later.
    pub(crate) fn remember_files(&mut self, content: Option<String>, now: Moment) {
        let mut files = self.files.present();
        files.content = content.unwrap_or(files.content);
        files.settings = SETTINGS
            .iter()
            .filter_map(|(kind, names)| {
                let record = self.records.present(*kind)?;
                let values = names
                    .iter()
                    .filter_map(|name| Some(((*name).to_owned(), record.shown.get(*name)?.clone())))
                    .collect();
                Some((*kind, values))
            })
            .collect();
        self.files.write(files, now);
    }

    /// What the backup of this name holds, unless the hosting is younger.
    pub(crate) fn snapshot(&self, backup: &str, now: Moment) -> Option<Snapshot> {
        let moment = now - age(backup);
        let databases = self.databases.iter();
        Some(Snapshot {
            files: self.files.at(moment)?,
            databases: databases
                .filter_map(|(name, database)| Some((name.clone(), database.content_at(moment)?)))
                .collect(),
        })
    }

    /// Brings a snapshot back. What came after it and is no file stays.
    pub(super) fn restore_snapshot(&mut self, snapshot: Snapshot, at: Moment) {
        for (kind, values) in snapshot.files.settings {
            if let Some(record) = self.records.present_mut(kind) {
                record.shown.extend(values);
            }
        }
        for (name, content) in snapshot.databases {
            if let Some(database) = self.databases.get_mut(&name) {
                database.write(content, at);
            }
        }
        self.remember_files(Some(snapshot.files.content), at);
    }
}
