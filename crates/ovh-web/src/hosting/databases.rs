//! Databases of a hosting.

use ovh_runtime::{Call, Error, ErrorKind, List, Secret};

use super::names;
use super::resource::{Collection, handle, operations, pending, reads};
use crate::TaskInfo;
use crate::hosting::handle::Hosting;
use crate::task::Task;
use crate::types::{
    self, AvailableVersions, DatabaseCapabilities, DatabaseChangePassword,
    DatabaseCreationCapabilities, DatabaseImport, DatabaseRequest, DatabaseRestore, DatabaseType,
    ListDatabases, NewDatabase,
};
use crate::wait::{Lookup, Work};

handle! {
    /// The databases of a hosting.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::{DatabaseCapacity, NewDatabase, NewDatabaseType};
    ///
    /// let databases = client.hosting("example.ovh").databases();
    /// for database in databases.list().await? {
    ///     println!("{}: {} {}", database.name, database.type_, database.version);
    /// }
    /// let wanted = NewDatabase::new(DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql, "exampleshop");
    /// println!("{}", databases.plan(&wanted).await?);
    /// // Waits until the database is ready.
    /// let done = databases.ensure(&wanted).await?.or_conflict()?;
    /// println!("{}: {}", done.object.name, done.change);
    /// # Ok(())
    /// # }
    /// ```
    Databases
}

reads! {
    Databases: databases |databases| &databases.hosting;
    /// Reads a database.
    get(name: &str) -> types::Database, "database", "databases";
    names: String; names_with(filter: ListDatabases)
}

pending! { Databases: databases(name: &str) -> types::Database, "database" }

impl Databases {
    operations! {
        [databases |databases| &databases.hosting]

        /// Lists the kinds of database that can be created, each with the number that is left.
        ///
        /// All but [`ExtraSqlPerso`](crate::types::DatabaseCapacity::ExtraSqlPerso) are included in the
        /// offer. That one needs a pack, which is bought first: a creation orders nothing.
        ///
        /// ```no_run
        /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
        /// use ovh_web::types::{DatabaseCapacity, DatabaseType};
        ///
        /// let databases = client.hosting("example.ovh").databases();
        /// let mut kinds = databases.creation_capabilities().await?.all()?;
        /// kinds.retain(|kind| {
        ///     let is_included = kind.type_ != DatabaseCapacity::ExtraSqlPerso;
        ///     is_included && kind.available > 0 && kind.engines.contains(&DatabaseType::Mysql)
        /// });
        /// // The smallest that has room for 300 MB.
        /// kinds.sort_by_key(|kind| kind.quota.bytes());
        /// let kind = kinds.iter().find(|kind| kind.quota.bytes() >= Some(300_000_000));
        /// println!("{:?}", kind.map(|kind| &kind.type_));
        /// # Ok(())
        /// # }
        /// ```
        fn creation_capabilities() -> List<DatabaseCreationCapabilities>;

        /// Lists the versions of an engine that a new database may have, and its default one.
        ///
        /// The response has no support status, and no document says that the default version is a
        /// supported one: `version_support` of a database with that version shows it, such as another
        /// one of the account, or the new one.
        ///
        /// ```no_run
        /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
        /// use ovh_web::types::DatabaseVersionSupport;
        ///
        /// let databases = client.hosting("example.ovh").databases();
        /// for database in databases.list().await? {
        ///     if database.version_support == DatabaseVersionSupport::Deprecated {
        ///         let versions = databases.available_versions(&database.type_).await?;
        ///         println!("{}: {} -> {}", database.name, database.version, versions.default);
        ///     }
        /// }
        /// # Ok(())
        /// # }
        /// ```
        fn available_versions(engine: &DatabaseType) -> AvailableVersions;

        /// Deletes a database with its contents and dumps.
        async fn delete(name: &str) -> Task =
            |databases, task| databases.removing(task, name);
    }

    /// Returns the database of a user, or `None`.
    pub async fn of_user(&self, user: &str) -> Result<Option<types::Database>, Error> {
        // The API's filter matches loosely, so the result is checked.
        let filter = ListDatabases::default().user(user);
        let mut databases = self.list_with(&filter).stream();
        let mut unreadable = None;
        while let Some(database) = databases.next().await {
            match database {
                Ok(database) if database.user == user => return Ok(Some(database)),
                Ok(_) => {}
                Err(error) => unreadable = Some(error),
            }
        }
        // It may be the one that could not be decoded.
        unreadable.map_or(Ok(None), Err)
    }

    /// Creates a database.
    ///
    /// The API chooses the database's name. Waiting for the task returns the database of the given
    /// user.
    ///
    /// Operation: `databases::create`.
    ///
    /// # Errors
    ///
    /// Returns an error if the user is not in lower case, or does not start with the hosting's
    /// login, if [`Hosting::with_login`] has set it. A user that breaks the rule of OVHcloud's
    /// guides (1 to 6 letters or digits after the login, at most 16 in all) is sent, and logged as
    /// a warning.
    pub async fn create(&self, database: &NewDatabase) -> Result<Task<types::Database>, Error> {
        names::check_database_user(&self.hosting, &database.user)?;
        let raw = self.hosting.raw().databases();
        let task = raw.create(self.hosting.service_name(), database).await?;
        let (handle, user) = (self.clone(), database.user.clone());
        Ok(Task::started(&self.hosting, task).finding(move |_| {
            let (handle, user) = (handle.clone(), user.clone());
            async move {
                Ok(match handle.of_user(&user).await? {
                    Some(database) => Lookup::Found(database),
                    None => {
                        let message = format!("there is no database of the user {user}");
                        Lookup::Missing(Error::builder(ErrorKind::NotFound, message).build())
                    }
                })
            }
        }))
    }
}

/// One database of a hosting.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// let database = client.hosting("example.ovh").database("exampleshop.mysql.db");
/// let read = database.get().await?;
/// println!("{} of {} used", read.quota_used, read.quota_size);
/// database.change_password("aLongPassword1").await?.wait().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Database {
    hosting: Hosting,
    name: String,
}

impl Database {
    pub(crate) const fn new(hosting: Hosting, name: String) -> Self {
        Self { hosting, name }
    }

    /// Returns its name, such as `example.mysql.db`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the hosting.
    #[must_use]
    pub const fn hosting(&self) -> &Hosting {
        &self.hosting
    }

    /// Reads the database.
    ///
    /// Operation: `databases::get`.
    pub fn get(&self) -> Call<types::Database> {
        self.hosting.databases().get(&self.name)
    }

    operations! {
        [databases |database| &database.hosting, &database.name]

        /// Changes the password.
        async fn change_password(password: impl Into<Secret>) -> Task<types::Database>
            => databases.change_password(&DatabaseChangePassword::new(password))
            = |database, task| database.changing(task);

        /// Lists the operations that the database supports.
        fn capabilities() -> DatabaseCapabilities;

        /// Restores a nightly backup. Later writes are lost.
        ///
        /// OVHcloud's guides want half of the quota to be free.
        async fn restore(from: &DatabaseRestore) -> Task<types::Database> =
            |database, task| database.changing(task).taking(Work::Day);

        /// Imports a document that was uploaded to `/me/document`.
        async fn import(from: &DatabaseImport) -> Task<types::Database> =
            |database, task| database.changing(task).taking(Work::Day);

        /// Requests a check of the quota.
        async fn request(request: &DatabaseRequest) -> Task<types::Database> =
            |database, task| database.changing(task);
    }

    /// Deletes the database with its contents.
    ///
    /// Operation: `databases::delete`.
    pub async fn delete(&self) -> Result<Task, Error> {
        self.hosting.databases().delete(&self.name).await
    }

    /// Makes the task return this database.
    pub(super) fn changing(&self, task: impl Into<TaskInfo>) -> Task<types::Database> {
        self.hosting.databases().changing(task, &self.name)
    }
}
