//! Copies of a database, which can be restored into another one.

use ovh_runtime::{Call, Error};

use super::Database;
use crate::pending::Pending;
use crate::types::{self, DatabaseCopy, DatabaseCopyRestore};
use crate::wait::Work;
use crate::{Listing, Task};

/// The copies of a database.
#[derive(Clone, Debug)]
pub struct Copies {
    database: Database,
}

impl Copies {
    pub(crate) const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Lists the copies.
    pub fn list(&self) -> Listing<DatabaseCopy> {
        Listing::new(
            self.database.clone(),
            |of| {
                let raw = of.hosting().raw().database_copies();
                raw.page(of.hosting().service_name(), of.name())
            },
            |of| {
                let raw = of.hosting().raw().database_copies();
                raw.list(of.hosting().service_name(), of.name())
            },
            |of, id| of.copies().get(id),
        )
    }

    /// Returns the ids of the copies.
    pub fn ids(&self) -> Call<Vec<String>> {
        self.list().ids()
    }

    /// Reads a copy.
    pub fn get(&self, id: &str) -> Call<DatabaseCopy> {
        let hosting = self.database.hosting();
        let raw = hosting.raw().database_copies();
        raw.get(hosting.service_name(), self.database.name(), id)
    }

    /// Creates a copy. There is no task: wait for the copy itself, which takes minutes.
    pub async fn create(&self) -> Result<Pending<DatabaseCopy>, Error> {
        let hosting = self.database.hosting();
        let raw = hosting.raw().database_copies();
        let copy = raw
            .create(hosting.service_name(), self.database.name())
            .await?;
        let (what, id) = (format!("the copy {}", copy.id), copy.id.clone());
        let copies = self.clone();
        Ok(Pending::new(hosting, what, Some(copy), move |_| {
            copies.get(&id)
        }))
    }

    /// Returns a copy that was started earlier, to wait for.
    pub fn pending(&self, id: impl Into<String>) -> Pending<DatabaseCopy> {
        let (id, copies) = (id.into(), self.clone());
        let what = format!("the copy {id}");
        Pending::resumed(self.database.hosting(), what, move |_| copies.get(&id)).taking(Work::Day)
    }

    /// Restores a copy of another database into this one.
    pub async fn restore(
        &self,
        from: &DatabaseCopyRestore,
    ) -> Result<Task<types::Database>, Error> {
        let hosting = self.database.hosting();
        let raw = hosting.raw().database_copies();
        let task = raw
            .restore(hosting.service_name(), self.database.name(), from)
            .await?;
        Ok(self
            .database
            .with_output(Task::started(hosting, task).taking(Work::Day)))
    }

    /// Deletes a copy.
    pub fn delete(&self, id: &str) -> Call<()> {
        let hosting = self.database.hosting();
        let raw = hosting.raw().database_copies();
        raw.delete(hosting.service_name(), self.database.name(), id)
    }
}
