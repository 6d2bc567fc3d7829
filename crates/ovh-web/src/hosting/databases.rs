//! Databases of a hosting.

use ovh_runtime::{Call, Error};

use super::{Dump, Dumps, Hosting};
use crate::Task;
use crate::listing::collect;
use crate::types::{self, ListDatabases, NewDatabase};

/// The databases of a hosting.
#[derive(Clone, Debug)]
pub struct Databases {
    hosting: Hosting,
}

impl Databases {
    pub(crate) const fn new(hosting: Hosting) -> Self {
        Self { hosting }
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list(&self) -> Result<Vec<types::Database>, Error> {
        self.list_with(&ListDatabases::default()).await
    }

    /// Those that the filters let through.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list_with(&self, filter: &ListDatabases) -> Result<Vec<types::Database>, Error> {
        let (raw, service) = (
            self.hosting.client().raw().databases(),
            self.hosting.service_name(),
        );
        collect(
            || raw.page(service, filter),
            || raw.list(service, filter),
            |name: &String| raw.get(service, name),
        )
        .await
    }

    /// Their names.
    pub fn names(&self) -> Call<Vec<String>> {
        self.names_with(&ListDatabases::default())
    }

    /// The names of those that the filters let through.
    pub fn names_with(&self, filter: &ListDatabases) -> Call<Vec<String>> {
        let raw = self.hosting.client().raw().databases();
        raw.list(self.hosting.service_name(), filter)
    }

    /// One of them.
    pub fn get(&self, name: &str) -> Call<types::Database> {
        let raw = self.hosting.client().raw().databases();
        raw.get(self.hosting.service_name(), name)
    }

    /// Creates a database.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn create(&self, database: &NewDatabase) -> Result<Task, Error> {
        let raw = self.hosting.client().raw().databases();
        let task = raw.create(self.hosting.service_name(), database).await?;
        Ok(Task::started(self.hosting.clone(), task))
    }

    /// Deletes a database with everything in it, its dumps included.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn delete(&self, name: &str) -> Result<Task, Error> {
        let raw = self.hosting.client().raw().databases();
        let task = raw.delete(self.hosting.service_name(), name).await?;
        Ok(Task::started(self.hosting.clone(), task))
    }
}

/// One database of a hosting.
#[derive(Clone, Debug)]
pub struct Database {
    hosting: Hosting,
    name: String,
}

impl Database {
    pub(crate) const fn new(hosting: Hosting, name: String) -> Self {
        Self { hosting, name }
    }

    /// Its name, such as `example.mysql.db`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The hosting that it belongs to.
    #[must_use]
    pub const fn hosting(&self) -> &Hosting {
        &self.hosting
    }

    /// What the API says about it.
    pub fn get(&self) -> Call<types::Database> {
        self.hosting.databases().get(&self.name)
    }

    /// Deletes it with everything in it.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn delete(&self) -> Result<Task, Error> {
        self.hosting.databases().delete(&self.name).await
    }

    /// Its dumps: the states that it can be brought back to.
    #[must_use]
    pub fn dumps(&self) -> Dumps {
        Dumps::new(self.clone())
    }

    /// One of its dumps, by number.
    #[must_use]
    pub fn dump(&self, id: i64) -> Dump {
        Dump::new(self.clone(), id)
    }
}
