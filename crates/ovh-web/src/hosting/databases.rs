//! Databases of a hosting.

use ovh_runtime::{Call, Error, ErrorKind, List, Secret};

use super::family::{handle, reads};
use super::names;
use super::{Copies, Dump, Dumps, Hosting};
use crate::Task;
use crate::types::{
    self, DatabaseCapabilities, DatabaseChangePassword, DatabaseCreationCapabilities,
    DatabaseImport, DatabaseRequest, DatabaseRestore, ListDatabases, NewDatabase,
};
use crate::wait::{Found, Work};

handle! {
    /// The databases of a hosting.
    Databases
}

impl Databases {
    reads! {
        databases: types::Database, by ListDatabases;
        names, names_with, /// Their names.
        String;
        /// One of them.
        get(name: &str) name => name
    }

    /// What databases the offer lets you create.
    pub fn creation_capabilities(&self) -> Call<List<DatabaseCreationCapabilities>> {
        let raw = self.hosting.raw().databases();
        raw.creation_capabilities(self.hosting.service_name())
    }

    /// The database of a user, if there is one.
    ///
    /// # Errors
    ///
    /// Those of the calls.
    pub async fn of_user(&self, user: &str) -> Result<Option<types::Database>, Error> {
        // The API's filter compares by resemblance, so that it may let others through.
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
        // It may be the one that could not be read.
        unreadable.map_or(Ok(None), Err)
    }

    /// Creates a database. Its name is the API's choice; the task gives the database of the user
    /// that was named.
    ///
    /// # Errors
    ///
    /// Returns an error if the user is not in lower case, or does not start with the hosting's login
    /// where that is known ([`Hosting::with_login`]). A user that OVHcloud's guides do not allow
    /// (1 to 6 letters or digits after the login, 16 in all) is a warning in the log.
    pub async fn create(&self, database: &NewDatabase) -> Result<Task<types::Database>, Error> {
        names::check_database_user(&self.hosting, &database.user)?;
        let raw = self.hosting.raw().databases();
        let task = raw.create(self.hosting.service_name(), database).await?;
        let user = database.user.clone();
        Ok(
            Task::started(&self.hosting, task).finding(move |hosting, _| {
                let user = user.clone();
                async move {
                    Ok(match hosting.databases().of_user(&user).await? {
                        Some(database) => Found::There(database),
                        None => Found::Missing(
                            Error::builder(
                                ErrorKind::NotFound,
                                format!("there is no database of the user {user}"),
                            )
                            .build(),
                        ),
                    })
                }
            }),
        )
    }

    /// Deletes a database with everything in it, its dumps included.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn delete(&self, name: &str) -> Result<Task, Error> {
        let raw = self.hosting.raw().databases();
        let task = raw.delete(self.hosting.service_name(), name).await?;
        let (what, name) = (format!("the database {name}"), name.to_owned());
        Ok(Task::started(&self.hosting, task)
            .removing(what, move |hosting| hosting.databases().get(&name)))
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

    /// What can be done with it.
    pub fn capabilities(&self) -> Call<DatabaseCapabilities> {
        let raw = self.hosting.raw().databases();
        raw.capabilities(self.hosting.service_name(), &self.name)
    }

    /// Changes its password.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn change_password(
        &self,
        password: impl Into<Secret>,
    ) -> Result<Task<types::Database>, Error> {
        let raw = self.hosting.raw().databases();
        let body = DatabaseChangePassword::new(password);
        let task = raw
            .change_password(self.hosting.service_name(), &self.name, &body)
            .await?;
        Ok(self.giving(Task::started(&self.hosting, task)))
    }

    /// Brings it back to the state of a nightly backup. What was written since is lost.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn restore(&self, from: &DatabaseRestore) -> Result<Task<types::Database>, Error> {
        let raw = self.hosting.raw().databases();
        let task = raw
            .restore(self.hosting.service_name(), &self.name, from)
            .await?;
        Ok(self.giving(Task::started(&self.hosting, task).taking(Work::Day)))
    }

    /// Fills it from a document that was uploaded under `/me/document` before.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn import(&self, from: &DatabaseImport) -> Result<Task<types::Database>, Error> {
        let raw = self.hosting.raw().databases();
        let task = raw
            .import(self.hosting.service_name(), &self.name, from)
            .await?;
        Ok(self.giving(Task::started(&self.hosting, task).taking(Work::Day)))
    }

    /// Has its quota checked.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn request(&self, request: &DatabaseRequest) -> Result<Task<types::Database>, Error> {
        let raw = self.hosting.raw().databases();
        let task = raw
            .request(self.hosting.service_name(), &self.name, request)
            .await?;
        Ok(self.giving(Task::started(&self.hosting, task)))
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

    /// Its copies, which can be brought into another database.
    #[must_use]
    pub fn copies(&self) -> Copies {
        Copies::new(self.clone())
    }

    /// The task, which gives this database when it is done.
    pub(super) fn giving(&self, task: Task) -> Task<types::Database> {
        let name = self.name.clone();
        task.giving(move |hosting| hosting.databases().get(&name))
    }
}
