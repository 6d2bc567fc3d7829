//! Copies of a database, which can be restored into another one.

use ovh_runtime::Error;

use super::Database;
use super::resource::{Collection, operations, reads};
use crate::Task;
use crate::pending::Pending;
use crate::types::{self, DatabaseCopy, DatabaseCopyRestore};
use crate::wait::Work;

/// The copies of a database.
#[derive(Clone, Debug)]
pub struct Copies {
    pub(super) database: Database,
}

reads! {
    Copies: database_copies |copies| copies.database.hosting(), copies.database.name();
    /// Reads a copy.
    get(id: &str) -> DatabaseCopy, "copy", "copies";
    ids: String
}

impl Copies {
    operations! {
        [database_copies |copies| copies.database.hosting(), copies.database.name()]

        /// Deletes a copy.
        fn delete(id: &str) -> ();
    }

    /// Creates a copy. There is no task: wait for the copy itself, which takes minutes.
    pub async fn create(&self) -> Result<Pending<DatabaseCopy>, Error> {
        let hosting = self.database.hosting();
        let raw = hosting.raw().database_copies();
        let call = raw.create(hosting.service_name(), self.database.name());
        let copy = call.await?;
        Ok(Collection::pending(self, &copy.id).with_first(copy))
    }

    /// Returns a copy that was started earlier, to wait for.
    pub fn pending(&self, id: impl Into<String>) -> Pending<DatabaseCopy> {
        let pending = Collection::pending(self, id).resumed();
        pending.taking(Work::Day)
    }

    /// Restores a copy of another database into this one.
    pub async fn restore(
        &self,
        from: &DatabaseCopyRestore,
    ) -> Result<Task<types::Database>, Error> {
        let hosting = self.database.hosting();
        let raw = hosting.raw().database_copies();
        let call = raw.restore(hosting.service_name(), self.database.name(), from);
        Ok(self.database.changing(call.await?).taking(Work::Day))
    }
}
