//! Dumps: saved states of a database, of one database or of all, including deleted ones.

use ovh_runtime::{Call, Error};

use super::created::Creation;
use super::databases::Database;
use super::resource::{Collection, handle, operations, pending, reads};
use crate::Listing;
use crate::task::Task;
use crate::types::{self, DumpListAllQuery, ListDumps, NewDump};
use crate::wait::Work;

impl Database {
    /// Returns the handle of the dumps, which can be restored.
    #[must_use]
    pub fn dumps(&self) -> Dumps {
        Dumps {
            database: self.clone(),
        }
    }

    /// Returns the handle of a dump, by its id.
    #[must_use]
    pub fn dump(&self, id: i64) -> Dump {
        Dump {
            database: self.clone(),
            id,
        }
    }
}

/// The dumps of a database.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::types::{DumpDate, NewDump};
///
/// let dumps = client.hosting("example.ovh").database("exampleshop.mysql.db").dumps();
/// for dump in dumps.list().await? {
///     println!("{}: of {}, deleted on {}", dump.id, dump.creation_date, dump.deletion_date);
/// }
/// let new = NewDump::new(DumpDate::Now).send_email(false);
/// let dump = dumps.create(&new).await?.wait().await?;
/// println!("created: {}", dump.id);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Dumps {
    pub(super) database: Database,
}

reads! {
    Dumps: dumps |dumps| dumps.database.hosting(), dumps.database.name();
    /// Reads a dump.
    get(id: i64) -> types::Dump, "dump", "dumps";
    ids: i64; ids_with(filter: ListDumps)
}

pending! { Dumps: dumps(id: i64) -> types::Dump, "dump" }

impl Dumps {
    /// Creates a dump of the database.
    ///
    /// OVHcloud sends an e-mail when it is done, unless the body disables that. Waiting for the
    /// task returns the dump: the one that the task names, or the only new one of the body's date.
    ///
    /// Operation: `dumps::create`.
    ///
    /// # Errors
    ///
    /// Waiting for the task returns an error of kind [`ErrorKind::Conflict`](crate::ErrorKind::Conflict)
    /// that lists the dumps, if more than one is new and matches.
    pub async fn create(&self, dump: &NewDump) -> Result<Task<types::Dump>, Error> {
        let (hosting, name) = (self.database.hosting(), self.database.name());
        let what = format!("dump of {name}");
        let creation = Creation::begin(self, what, |dump: &types::Dump| dump.id).await;
        let raw = hosting.raw().dumps();
        let task = raw.create(hosting.service_name(), name, dump).await?;
        let date = dump.date.clone();
        let task = Task::started(hosting, task).taking(Work::Day);
        Ok(creation.output_of(task, move |dump| dump.type_ == date))
    }
}

/// One dump of a database.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// let database = client.hosting("example.ovh").database("exampleshop.mysql.db");
/// let dump = database.dump(7);
/// println!("{}", dump.get().await?.creation_date);
/// // This replaces the content of the database.
/// dump.restore().await?.wait().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Dump {
    pub(super) database: Database,
    pub(super) id: i64,
}

impl Dump {
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
    ///
    /// Operation: `dumps::get`.
    pub fn get(&self) -> Call<types::Dump> {
        self.database.dumps().get(self.id)
    }

    operations! {
        [dumps |dump| dump.database.hosting(), dump.database.name(), dump.id]

        /// Restores this dump into the database. Later writes are lost.
        ///
        /// OVHcloud's guides want half of the quota to be free.
        async fn restore() -> Task<types::Database> =
            |dump, task| dump.database.changing(task).taking(Work::Day);

        /// Deletes the dump.
        async fn delete() -> Task = |dump, task| dump.database.dumps().removing(task, dump.id);
    }
}

handle! {
    /// The dumps of all databases of a hosting, including deleted databases.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// let dumps = client.hosting("example.ovh").dumps();
    /// // The last copies of deleted databases.
    /// for dump in dumps.orphans().await? {
    ///     let file = format!("{}.sql.gz", dump.id);
    ///     dumps.download(dump.id).to_file(file).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    HostingDumps
}

reads! {
    HostingDumps: dumps(list_all_page, list_all, get_any) |dumps| &dumps.hosting;
    /// Reads a dump.
    get(id: i64) -> types::HostingDump, "dump", "dumps";
    ids: i64; ids_with(filter: DumpListAllQuery)
}

impl HostingDumps {
    /// Lists the dumps of deleted databases.
    ///
    /// Which dumps stay is undocumented: a guide of OVHcloud says that deleting a database deletes
    /// its backups. Download a dump before you delete its database. In the sandbox,
    /// `HostingSeed::orphan_dumps` adds dumps of deleted databases, and
    /// `without_rule(Rule::DumpsGoWithDatabase)` keeps the dumps of a database that is deleted.
    pub fn orphans(&self) -> Listing<types::HostingDump, i64> {
        self.list_with(&DumpListAllQuery::default().orphan(true))
    }

    operations! {
        [dumps |dumps| &dumps.hosting]

        /// Deletes a dump. That of a deleted database may be the last copy of its data.
        async fn delete(id: i64) -> Task
            => dumps.delete_any(id)
            = |dumps, task| dumps.removing(task, id);
    }
}
