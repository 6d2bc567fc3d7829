//! Databases: their settings, and a content that dumps keep and restores bring back.

use std::time::Duration;

use serde_json::{Value, json};

use super::history::History;
use super::hosting::Hosting;
use super::tasks::Job;
use crate::clock::Moment;
use crate::reply::Refusal;
use crate::rules::Rule;

/// What stands in a database: a text that stands for its tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content(pub(crate) String);

/// One database.
#[derive(Clone)]
pub(crate) struct Database {
    pub(crate) name: String,
    pub(crate) user: String,
    pub(crate) kind: String,
    pub(crate) version: String,
    pub(crate) mode: &'static str,
    pub(crate) capability: String,
    pub(crate) quota_mb: i64,
    pub(crate) status: &'static str,
    pub(crate) task: Option<u64>,
    /// How often the password was changed; the password itself is not kept.
    pub(crate) password_changes: u32,
    contents: History<Content>,
    /// When its size was looked at last.
    pub(crate) last_check: Option<Moment>,
    /// The extra SQL offer that it belongs to.
    pub(crate) extra: Option<u64>,
}

/// What a new database is made of.
pub(crate) struct NewDatabase<'a> {
    pub(crate) user: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) version: Option<&'a str>,
    pub(crate) capability: &'a str,
    pub(crate) quota_mb: Option<i64>,
    pub(crate) mode: &'static str,
    pub(crate) extra: Option<u64>,
}

/// The engines, with the versions that a creation may ask for; the first is the default.
pub(crate) const ENGINES: &[(&str, &[&str])] = &[
    ("mysql", &["8.4", "8.0", "5.7"]),
    ("mariadb", &["11", "10.11"]),
    ("postgresql", &["15", "13", "12"]),
    ("redis", &["7.0", "6.0"]),
];

/// The versions of an engine.
pub(crate) fn versions(kind: &str) -> Option<(&'static str, &'static [&'static str])> {
    ENGINES.iter().find(|(name, _)| *name == kind).copied()
}

impl Database {
    /// The name that a database of this user and engine gets.
    ///
    /// Guess: the ending for PostgreSQL and Redis.
    pub(crate) fn name_for(user: &str, kind: &str) -> String {
        let suffix = match kind {
            "postgresql" => "pgsql.db",
            "redis" => "redis.db",
            _ => "mysql.db",
        };
        format!("{user}.{suffix}")
    }

    pub(crate) fn content(&self) -> Content {
        self.contents.present()
    }

    /// The content as it was a while ago, if the database was there then.
    pub(crate) fn content_at(&self, moment: Moment) -> Option<Content> {
        self.contents.at(moment)
    }

    pub(crate) fn write(&mut self, content: Content, now: Moment) {
        self.contents.write(content, now);
    }

    /// Makes it a database of another engine and version.
    pub(super) fn rebuild(&mut self, kind: &str, version: &str) {
        self.name = Self::name_for(&self.user, kind);
        kind.clone_into(&mut self.kind);
        version.clone_into(&mut self.version);
    }

    /// Whether its version can still be asked for.
    fn support(&self) -> &'static str {
        let offered = versions(&self.kind);
        match offered.is_some_and(|(_, list)| list.contains(&&*self.version)) {
            true => "stable",
            false => "deprecated",
        }
    }

    pub(super) fn settle(&mut self) {
        self.status = "created";
        self.task = None;
    }

    /// Each character of the content counts as a megabyte, so that it shows.
    pub(crate) fn used_mb(&self) -> f64 {
        let length = self.content().0.chars().count();
        f64::from(u32::try_from(length).unwrap_or(u32::MAX))
    }

    /// The host to connect to.
    pub(crate) fn server(&self) -> &str {
        &self.name
    }

    pub(crate) const fn port(kind: &str) -> u16 {
        match kind.as_bytes() {
            b"postgresql" => 5432,
            b"redis" => 6379,
            _ => 3306,
        }
    }

    /// A `hosting.web.database`.
    fn json(&self, dumps: usize, state: &str) -> Value {
        json!({
            "databaseServiceDeprecated": false,
            "databaseType": if self.capability == "extraSqlPerso" { "extra" } else { "included" },
            "dumps": dumps,
            "guiURL": null,
            "lastCheck": self.last_check.map(Moment::rfc3339),
            "mode": self.mode,
            "name": self.name,
            "port": Self::port(&self.kind),
            "quotaSize": {"unit": "MB", "value": self.quota_mb},
            "quotaUsed": {"unit": "MB", "value": self.used_mb()},
            "server": self.server(),
            "sqlpersoId": self.extra,
            "state": state,
            "status": self.status,
            "taskId": self.task,
            "type": self.kind,
            "user": self.user,
            "version": self.version,
            "versionSupport": self.support(),
        })
    }
}

impl Hosting {
    /// A database that is there, with whatever status.
    pub(crate) fn database(&mut self, name: &str) -> Result<&mut Database, Refusal> {
        self.databases
            .get_mut(name)
            .ok_or_else(|| Refusal::no_object(name))
    }

    /// Adds a database that shows as `creating` until its task is done.
    ///
    /// Guess: that a new database is listed from the start, with that status. The enum has it.
    pub(crate) fn add_database(
        &mut self,
        new: &NewDatabase<'_>,
        task: u64,
        now: Moment,
    ) -> Result<String, Refusal> {
        let (kind, versions) = versions(new.kind)
            .ok_or_else(|| Refusal::bad_value("$.type", "this engine is not offered"))?;
        let version = new.version.unwrap_or(versions[0]);
        if !versions.contains(&version) {
            return Err(Refusal::bad_value(
                "$.version",
                format!("{kind} is offered in {}", versions.join(", ")),
            ));
        }
        let name = Database::name_for(new.user, kind);
        if self.databases.contains_key(&name) {
            return Err(Refusal::conflict(format!(
                "A database named {name} already exists"
            )));
        }
        let mut database = Database {
            name: name.clone(),
            user: new.user.to_owned(),
            kind: kind.to_owned(),
            version: version.to_owned(),
            mode: new.mode,
            capability: new.capability.to_owned(),
            quota_mb: new.quota_mb.unwrap_or(self.plan().database_mb),
            status: "creating",
            task: Some(task),
            password_changes: 0,
            contents: History::default(),
            last_check: None,
            extra: new.extra,
        };
        database.write(Content::default(), now);
        self.databases.insert(name.clone(), database);
        Ok(name)
    }

    /// Starts a task on a database, which is busy until then.
    pub(crate) fn work_on_database(
        &mut self,
        name: &str,
        status: &'static str,
        now: Moment,
        job: Job,
    ) -> Result<u64, Refusal> {
        if self.database(name)?.task.is_some() {
            return Err(Refusal::busy());
        }
        let task = self.start(now, job);
        let database = self.database(name)?;
        database.status = status;
        database.task = Some(task);
        Ok(task)
    }

    pub(super) fn settle_database(&mut self, name: &str) {
        if let Some(database) = self.databases.get_mut(name) {
            database.settle();
        }
    }

    /// The content that a dump or a restore of this date means: the present one, or that of a
    /// nightly backup.
    pub(crate) fn content_of_date(
        &mut self,
        name: &str,
        date: &str,
        now: Moment,
    ) -> Result<Content, Refusal> {
        let database = self.database(name)?;
        let day = Duration::from_secs(24 * 3600);
        let moment = match date {
            "daily.1" => now - day,
            "weekly.1" => now - day * 7,
            _ => now,
        };
        // Guess: how the API refuses a backup that is older than the database.
        database.content_at(moment).ok_or_else(|| {
            Refusal::bad_request(format!(
                "There is no backup {date} of {name}: the database is younger than that"
            ))
        })
    }

    /// How many dumps there are of a database.
    pub(crate) fn count_dumps(&self, database: &str) -> usize {
        self.dumps
            .values()
            .filter(|dump| dump.database == database)
            .count()
    }

    pub(crate) fn database_json(&self, database: &Database) -> Value {
        let state = match self.has_space(database, 1.0) {
            true => "ok",
            false => "readonly",
        };
        database.json(self.count_dumps(&database.name), state)
    }

    /// Returns `true` if a database uses at most this share of its quota.
    ///
    /// Guess: that a database is read-only at once, and not from the next check on.
    fn has_space(&self, database: &Database, share: f64) -> bool {
        let quota = i32::try_from(database.quota_mb).unwrap_or(i32::MAX);
        !self.rules.enforces(Rule::DatabaseSpace) || database.used_mb() <= f64::from(quota) * share
    }

    /// Checks that a database can be written to, or restored, for which half of it must be free.
    pub(crate) fn check_space(&self, name: &str, restores: bool) -> Result<(), Refusal> {
        let database = self.databases.get(name);
        let share = if restores { 0.5 } else { 1.0 };
        match database.is_none_or(|database| self.has_space(database, share)) {
            true => Ok(()),
            // Guess: that a restore or an import is refused at once, and the words.
            false => Err(Refusal::bad_request(
                "There is not enough space in the database",
            )),
        }
    }
}
