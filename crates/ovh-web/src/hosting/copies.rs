//! Copies of a database, which can be restored into another one.

use super::databases::Database;
use super::resource::{Collection, operations, reads};
use crate::pending::Pending;
use crate::task::Task;
use crate::types::{self, DatabaseCopy, DatabaseCopyRestore};
use crate::wait::Work;

impl Database {
    /// Returns the handle of the copies, which can be restored into another database.
    #[must_use]
    pub fn copies(&self) -> Copies {
        Copies {
            database: self.clone(),
        }
    }
}

/// The copies of a database.
///
/// ```no_run
/// use ovh_web::types::DatabaseCopyRestore;
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
///
/// let hosting = client.hosting("example.ovh");
/// let copy = hosting.database("exampleold.mysql.db").copies().create().await?.wait().await?;
/// // This replaces the content of the other database.
/// let restore = DatabaseCopyRestore::new(copy.id).flush_database(true);
/// hosting.database("examplenew.mysql.db").copies().restore(&restore).await?.wait().await?;
/// # Ok(())
/// # }
/// ```
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

        /// Creates a copy. There is no task: wait for the copy itself, which takes minutes.
        ///
        /// The sandbox's `fail_next_task("database_copies::create")` makes it fail nevertheless.
        async fn create() -> Pending<DatabaseCopy> =
            |copies, copy| Collection::settling(copies, &copy.id).with_first(copy);

        /// Restores a copy of another database into this one.
        ///
        /// OVHcloud's guides want half of this one's quota to be free.
        async fn restore(from: &DatabaseCopyRestore) -> Task<types::Database> =
            |copies, task| copies.database.changing(task).taking(Work::Day);

        /// Deletes a copy.
        fn delete(id: &str) -> ();
    }

    /// Returns a copy that was started earlier, to wait for.
    pub fn pending(&self, id: impl Into<String>) -> Pending<DatabaseCopy> {
        let pending = Collection::settling(self, id).resumed();
        pending.taking(Work::Day)
    }
}
