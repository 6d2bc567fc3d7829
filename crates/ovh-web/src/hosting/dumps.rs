//! Dumps: saved states of a database.

use ovh_runtime::{Call, Error};

use super::Database;
use crate::Task;
use crate::listing::collect;
use crate::types::{self, ListDumps, NewDump};

/// The dumps of a database.
#[derive(Clone, Debug)]
pub struct Dumps {
    database: Database,
}

impl Dumps {
    pub(crate) const fn new(database: Database) -> Self {
        Self { database }
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list(&self) -> Result<Vec<types::Dump>, Error> {
        self.list_with(&ListDumps::default()).await
    }

    /// Those that the filters let through.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list_with(&self, filter: &ListDumps) -> Result<Vec<types::Dump>, Error> {
        let hosting = self.database.hosting();
        let raw = hosting.client().raw().dumps();
        let (service, name) = (hosting.service_name(), self.database.name());
        collect(
            || raw.page(service, name, filter),
            || raw.list(service, name, filter),
            |id: &i64| raw.get(service, name, *id),
        )
        .await
    }

    /// Their numbers.
    pub fn ids(&self) -> Call<Vec<i64>> {
        self.ids_with(&ListDumps::default())
    }

    /// The numbers of those that the filters let through.
    pub fn ids_with(&self, filter: &ListDumps) -> Call<Vec<i64>> {
        let hosting = self.database.hosting();
        let raw = hosting.client().raw().dumps();
        raw.list(hosting.service_name(), self.database.name(), filter)
    }

    /// Saves the state of the database.
    ///
    /// An e-mail is sent when it is done, unless the body says otherwise.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn create(&self, dump: &NewDump) -> Result<Task, Error> {
        let hosting = self.database.hosting();
        let raw = hosting.client().raw().dumps();
        let task = raw
            .create(hosting.service_name(), self.database.name(), dump)
            .await?;
        Ok(Task::started(hosting.clone(), task))
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

    /// Its number.
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.id
    }

    /// What the API says about it: when it was made, where it can be downloaded.
    pub fn get(&self) -> Call<types::Dump> {
        let hosting = self.database.hosting();
        let raw = hosting.client().raw().dumps();
        raw.get(hosting.service_name(), self.database.name(), self.id)
    }

    /// Brings the database back to the state of this dump. What was written since is lost.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn restore(&self) -> Result<Task, Error> {
        let hosting = self.database.hosting();
        let raw = hosting.client().raw().dumps();
        let task = raw
            .restore(hosting.service_name(), self.database.name(), self.id)
            .await?;
        Ok(Task::started(hosting.clone(), task))
    }

    /// Deletes the dump.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn delete(&self) -> Result<Task, Error> {
        let hosting = self.database.hosting();
        let raw = hosting.client().raw().dumps();
        let task = raw
            .delete(hosting.service_name(), self.database.name(), self.id)
            .await?;
        Ok(Task::started(hosting.clone(), task))
    }
}
