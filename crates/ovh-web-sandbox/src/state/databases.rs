//! Databases. A text represents the tables of a database; dumps store it and restores bring it
//! back.

use serde_json::{Value, json};

use super::history::History;
use super::hosting::Hosting;
use super::resources::{Key, Kind, Resource};
use super::snapshots::age;
use crate::clock::Moment;
use crate::offers::versions;
use crate::response::Refusal;
use crate::rules::Rule;

pub(crate) struct NewDatabase<'a> {
    pub(crate) user: &'a str,
    pub(crate) engine: &'a str,
    pub(crate) version: &'a str,
    pub(crate) capability: &'a str,
    pub(crate) quota_mb: Option<i64>,
    pub(crate) mode: &'static str,
    /// The id of its extra SQL offer.
    pub(crate) extra: Option<u64>,
}

/// The name of the database of this user and engine.
///
/// Guess: the suffixes for PostgreSQL and Redis.
pub(crate) fn name_for(user: &str, engine: &str) -> String {
    let suffix = match engine {
        "postgresql" => "pgsql.db",
        "redis" => "redis.db",
        _ => "mysql.db",
    };
    format!("{user}.{suffix}")
}

pub(crate) fn port(engine: &str) -> u16 {
    match engine {
        "postgresql" => 5432,
        "redis" => 6379,
        _ => 3306,
    }
}

impl Hosting {
    pub(crate) fn database(&self, name: &str) -> Result<&Resource, Refusal> {
        self.resources.get(Kind::Database, &Key::text(name))
    }

    /// An empty database and its name.
    pub(crate) fn new_database(&mut self, new: &NewDatabase<'_>, now: Moment) -> (Key, Resource) {
        let name = name_for(new.user, new.engine);
        let extra = new.capability == "extraSqlPerso";
        let shown = json!({
            "databaseServiceDeprecated": false,
            "databaseType": if extra { "extra" } else { "included" },
            "guiURL": null,
            "lastCheck": null,
            "mode": new.mode,
            "name": name,
            "port": port(new.engine),
            "quotaSize": {"unit": "MB", "value": new.quota_mb.unwrap_or(self.plan().database_mb)},
            "server": name,
            "sqlpersoId": new.extra,
            "type": new.engine,
            "user": new.user,
            "version": new.version,
        });
        let mut content = History::default();
        content.write(String::new(), now);
        self.contents.insert(name.clone(), content);
        let hidden = json!({"capability": new.capability, "passwordChanges": 0});
        (
            Key::Text(name),
            Resource::created(shown).with_hidden(hidden),
        )
    }

    /// Returns an error if a database of this name exists.
    ///
    /// Guess: a new database is listed from the start, with the status `creating`.
    pub(crate) fn check_new_database(&self, user: &str, engine: &str) -> Result<(), Refusal> {
        let name = name_for(user, engine);
        match self.database(&name) {
            Ok(_) => Err(Refusal::conflict(format!(
                "A database named {name} already exists"
            ))),
            Err(_) => Ok(()),
        }
    }

    /// The content of a database; empty if there is none.
    pub(crate) fn content(&self, name: &str) -> String {
        let content = self.contents.get(name).map(History::current);
        content.unwrap_or_default()
    }

    /// Writes the content of a database. Returns `false` if there is no such database.
    pub(crate) fn write_database(&mut self, name: &str, content: String, now: Moment) -> bool {
        let found = self.database(name).is_ok();
        if let Some(contents) = self.contents.get_mut(name).filter(|_| found) {
            contents.write(content, now);
        }
        found
    }

    /// Removes the content of a deleted database, and its dumps where they go with it.
    pub(crate) fn database_deleted(&mut self, key: &Key) {
        let name = key.to_string();
        self.contents.remove(&name);
        if self.rules.enforces(Rule::DumpsGoWithDatabase) {
            let is_of = |dump: &Resource| dump.text("databaseName") == name;
            self.resources.remove_where(Kind::Dump, is_of);
        }
    }

    /// The current content, or the content of a nightly backup.
    pub(crate) fn content_of_date(
        &self,
        name: &str,
        date: &str,
        now: Moment,
    ) -> Result<String, Refusal> {
        self.database(name)?;
        let moment = now - age(date);
        let content = self.contents.get(name).and_then(|it| it.at(moment));
        // Guess: the refusal of a backup that is older than the database.
        content.ok_or_else(|| {
            Refusal::bad_request(format!(
                "There is no backup {date} of {name}: the database is younger than that"
            ))
        })
    }

    pub(crate) fn count_dumps(&self, database: &str) -> usize {
        let dumps = self.resources.values(Kind::Dump);
        dumps
            .filter(|dump| dump.text("databaseName") == database)
            .count()
    }

    /// A `hosting.web.database`.
    pub(crate) fn database_json(&self, database: &Resource) -> Value {
        let name = database.text("name");
        let versions = versions("", database.text("type")).unwrap_or_default();
        let mut value = database.json();
        value["dumps"] = self.count_dumps(name).into();
        value["quotaUsed"] = json!({"unit": "MB", "value": self.used_mb(name)});
        value["state"] = match self.has_space(database, 1.0) {
            true => "ok",
            false => "readonly",
        }
        .into();
        value["versionSupport"] = match versions.contains(&database.text("version")) {
            true => "stable",
            false => "deprecated",
        }
        .into();
        value
    }

    /// The size of a database: each character of the content counts as a megabyte.
    pub(crate) fn used_mb(&self, name: &str) -> f64 {
        let length = self.content(name).chars().count();
        f64::from(u32::try_from(length).unwrap_or(u32::MAX))
    }

    /// Returns `true` if a database uses at most this share of its quota.
    ///
    /// Guess: a database becomes read-only at once, and not at the next check.
    fn has_space(&self, database: &Resource, share: f64) -> bool {
        let quota = database.shown["quotaSize"]["value"].as_f64();
        !self.rules.enforces(Rule::DatabaseSpace)
            || self.used_mb(database.text("name")) <= quota.unwrap_or_default() * share
    }

    /// Returns an error if a database is full, or has too little space for a restore.
    pub(crate) fn check_space(&self, name: &str, restores: bool) -> Result<(), Refusal> {
        let share = if restores { 0.5 } else { 1.0 };
        let has_space = self.has_space(self.database(name)?, share);
        // Guess: a restore or an import is refused at once, with this wording.
        let refusal = || Refusal::bad_request("There is not enough space in the database");
        has_space.then_some(()).ok_or_else(refusal)
    }
}
