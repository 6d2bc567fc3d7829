//! Dumps: a content of a database, kept for a while.

use std::time::Duration;

use serde_json::{Value, json};

use super::databases::Content;
use super::hosting::Hosting;
use crate::clock::Moment;
use crate::reply::Refusal;

/// Guess: how long a dump is kept.
const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 3600);

/// One dump.
#[derive(Clone)]
pub(crate) struct Dump {
    pub(crate) id: u64,
    pub(crate) database: String,
    pub(crate) kind: String,
    pub(crate) creation: Moment,
    pub(crate) deletion: Moment,
    pub(crate) status: &'static str,
    pub(crate) task: Option<u64>,
    /// What the dump saw. It is fixed when the dump is asked for.
    pub(crate) content: Content,
}

impl Dump {
    pub(crate) fn creating(
        id: u64,
        database: &str,
        kind: &str,
        content: Content,
        now: Moment,
    ) -> Self {
        Self {
            id,
            database: database.to_owned(),
            kind: kind.to_owned(),
            creation: now,
            deletion: now + KEPT_FOR,
            status: "creating",
            task: None,
            content,
        }
    }

    /// A `hosting.web.database.dump`.
    pub(crate) fn json(&self) -> Value {
        // Dumps are not served for download: the address is made up and reserved for examples.
        let url = (self.status != "creating").then(|| {
            format!(
                "https://dumps.example.net/{}/{}.sql.gz",
                self.database, self.id
            )
        });
        json!({
            "creationDate": self.creation.rfc3339(),
            "deletionDate": self.deletion.rfc3339(),
            "id": self.id,
            "status": self.status,
            "taskId": self.task,
            "type": self.kind,
            "url": url,
        })
    }
}

impl Hosting {
    /// A dump of a certain database, or of any.
    pub(crate) fn dump(&self, id: &str, database: Option<&str>) -> Result<&Dump, Refusal> {
        id.parse()
            .ok()
            .and_then(|id: u64| self.dumps.get(&id))
            .filter(|dump| database.is_none_or(|name| dump.database == name))
            .ok_or_else(|| Refusal::no_object(id))
    }

    /// A `hosting.web.dump`, which also tells the database and whether that is still there.
    pub(crate) fn dump_json(&self, dump: &Dump) -> Value {
        let mut value = dump.json();
        value["databaseName"] = dump.database.clone().into();
        value["orphan"] = (!self.databases.contains_key(&dump.database)).into();
        value
    }

    pub(super) fn release_dump(&mut self, id: u64) {
        if let Some(dump) = self.dumps.get_mut(&id) {
            dump.status = "created";
            dump.task = None;
        }
    }

    pub(super) fn settle_dump(&mut self, id: u64) {
        let Some(dump) = self.dumps.get_mut(&id) else {
            return;
        };
        dump.status = "created";
        dump.task = None;
        let database = dump.database.clone();
        self.settle_database(&database);
    }
}
