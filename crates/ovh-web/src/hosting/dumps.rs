//! Dumps: saved states of a database.

use std::sync::Arc;

use ovh_runtime::{Call, Error};

use super::Database;
use super::created::Created;
use crate::types::{self, ListDumps, NewDump};
use crate::wait::Work;
use crate::{Listing, Task};

/// The dumps of a database.
#[derive(Clone, Debug)]
pub struct Dumps {
    database: Database,
}

impl Dumps {
    pub(crate) const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Lists the dumps.
    pub fn list(&self) -> Listing<types::Dump, i64> {
        self.list_with(&ListDumps::default())
    }

    /// Lists the dumps that match the filter.
    pub fn list_with(&self, filter: &ListDumps) -> Listing<types::Dump, i64> {
        Listing::new(
            (self.database.clone(), filter.clone()),
            |(of, filter)| {
                let raw = of.hosting().raw().dumps();
                raw.page(of.hosting().service_name(), of.name(), filter)
            },
            |(of, filter)| {
                let raw = of.hosting().raw().dumps();
                raw.list(of.hosting().service_name(), of.name(), filter)
            },
            |(of, _), id| of.dump(*id).get(),
        )
    }

    /// Returns the ids of the dumps.
    pub fn ids(&self) -> Call<Vec<i64>> {
        self.ids_with(&ListDumps::default())
    }

    /// Returns the ids of the dumps that match the filter.
    pub fn ids_with(&self, filter: &ListDumps) -> Call<Vec<i64>> {
        let hosting = self.database.hosting();
        let raw = hosting.raw().dumps();
        raw.list(hosting.service_name(), self.database.name(), filter)
    }

    /// Creates a dump of the database.
    ///
    /// OVHcloud sends an e-mail when it is done, unless the body disables that. The task returns
    /// the dump: the one it names, or the only new dump of the body's date.
    ///
    /// # Errors
    ///
    /// Waiting for the task returns an error of kind [`ErrorKind::Conflict`](crate::ErrorKind::Conflict)
    /// that lists the dumps, if more than one is new and matches.
    pub async fn create(&self, dump: &NewDump) -> Result<Task<types::Dump>, Error> {
        let hosting = self.database.hosting();
        // If the dumps cannot be listed, the new one is identified by its body alone.
        let before = self.ids().fresh().retries(0).await.ok();
        let raw = hosting.raw().dumps();
        let task = raw
            .create(hosting.service_name(), self.database.name(), dump)
            .await?;
        let known = Arc::new((self.clone(), before, dump.date.clone()));
        let started = Task::started(hosting, task).taking(Work::Day);
        Ok(started.finding(move |_, task| {
            let known = Arc::clone(&known);
            async move {
                let (dumps, before, date) = &*known;
                let created = Created {
                    what: format!("dump of {}", dumps.database.name()),
                    before: before.as_deref(),
                    id: |dump: &types::Dump| dump.id,
                };
                let get = |id| dumps.database.dump(id).get();
                created
                    .find(&task, get, dumps.list(), |dump| dump.type_ == *date)
                    .await
            }
        }))
    }
}

/// One dump of a database.
#[derive(Clone, Debug)]
pub struct Dump {
    database: Database,
    id: i64,
}

impl Dump {
    pub(crate) const fn new(database: Database, id: i64) -> Self {
        Self { database, id }
    }

    /// Returns the database.
    #[must_use]
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Returns its id.
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.id
    }

    /// Reads the dump: creation date, download URL.
    pub fn get(&self) -> Call<types::Dump> {
        let hosting = self.database.hosting();
        let raw = hosting.raw().dumps();
        raw.get(hosting.service_name(), self.database.name(), self.id)
    }

    /// Restores this dump into the database. Later writes are lost.
    pub async fn restore(&self) -> Result<Task<types::Database>, Error> {
        let hosting = self.database.hosting();
        let raw = hosting.raw().dumps();
        let task = raw
            .restore(hosting.service_name(), self.database.name(), self.id)
            .await?;
        Ok(self
            .database
            .with_output(Task::started(hosting, task).taking(Work::Day)))
    }

    /// Deletes the dump.
    pub async fn delete(&self) -> Result<Task, Error> {
        let hosting = self.database.hosting();
        let raw = hosting.raw().dumps();
        let task = raw
            .delete(hosting.service_name(), self.database.name(), self.id)
            .await?;
        let (what, dump) = (format!("the dump {}", self.id), self.clone());
        Ok(Task::started(hosting, task).removing(what, move |_| dump.get()))
    }
}
