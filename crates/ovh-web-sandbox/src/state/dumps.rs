//! Dumps: a content of a database, kept for a while.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::databases::Content;
use super::hosting::Hosting;
use crate::clock::Moment;
use crate::reply::Refusal;
use crate::routes::ExtraRoute;

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

    /// The name of the file that a browser would save.
    pub(crate) fn file_name(&self) -> String {
        format!("{}-{}.sql", self.database, self.id)
    }

    /// Whether its content can be had already.
    pub(crate) fn is_ready(&self) -> bool {
        self.status != "creating"
    }

    /// A `hosting.web.database.dump`, whose content is at `url`.
    fn json(&self, url: &str) -> Value {
        let url = self.is_ready().then_some(url);
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

    /// What opens a dump to who has its address.
    pub(crate) fn dump_token(&self, dump: &Dump) -> String {
        let what = format!("dump {} of {}", dump.id, self.service);
        self.ids.key(&what, 32)
    }

    /// Where the content of a dump is served.
    fn dump_url(&self, dump: &Dump, origin: &str) -> String {
        let service = utf8_percent_encode(&self.service, NON_ALPHANUMERIC);
        let (id, token) = (dump.id, self.dump_token(dump));
        format!(
            "{origin}{}{service}/{id}?token={token}",
            ExtraRoute::DOWNLOAD.path
        )
    }

    /// A `hosting.web.database.dump`.
    pub(crate) fn database_dump_json(&self, dump: &Dump, origin: &str) -> Value {
        dump.json(&self.dump_url(dump, origin))
    }

    /// A `hosting.web.dump`, which also tells the database and whether that is still there.
    pub(crate) fn dump_json(&self, dump: &Dump, origin: &str) -> Value {
        let mut value = self.database_dump_json(dump, origin);
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
