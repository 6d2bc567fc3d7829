//! Dumps: the content of a database, kept for a while.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::hosting::Hosting;
use super::resources::{Key, Kind, Resource};
use crate::clock::Moment;
use crate::response::Refusal;
use crate::routes::ExtraRoute;

/// Guess: the time for which a dump is kept.
const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 3600);

/// A dump. Its content is fixed when it is ordered.
pub(crate) fn resource(
    id: u64,
    database: &str,
    date: &str,
    content: &str,
    now: Moment,
) -> Resource {
    let shown = json!({
        "creationDate": now.rfc3339(),
        "databaseName": database,
        "deletionDate": (now + KEPT_FOR).rfc3339(),
        "id": id,
        "type": date,
    });
    Resource::created(shown).with_hidden(content)
}

impl Hosting {
    pub(crate) fn dump(&self, id: &str) -> Result<&Resource, Refusal> {
        self.resources.get(Kind::Dump, &Key::parse(id))
    }

    /// The token that gives access to the file of a dump.
    pub(crate) fn dump_token(&self, dump: &Resource) -> String {
        let label = format!("dump {} of {}", dump.number("id"), self.service);
        self.ids.key(&label, 32)
    }

    /// A `hosting.web.dump`.
    pub(crate) fn dump_json(&self, dump: &Resource, origin: &str) -> Value {
        let service = utf8_percent_encode(&self.service, NON_ALPHANUMERIC);
        let (id, token) = (dump.number("id"), self.dump_token(dump));
        let path = ExtraRoute::DOWNLOAD.path;
        let url = format!("{origin}{path}{service}/{id}?token={token}");
        let mut value = dump.json();
        value["url"] = (dump.text("status") != "creating").then_some(url).into();
        value["orphan"] = self.database(dump.text("databaseName")).is_err().into();
        value
    }

    /// Deletes the dumps whose time is over.
    pub(super) fn delete_old_dumps(&mut self, now: Moment) {
        let is_old = |dump: &Resource| dump.moment("deletionDate").is_some_and(|end| end <= now);
        self.resources.remove_where(Kind::Dump, is_old);
    }
}
