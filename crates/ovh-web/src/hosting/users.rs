//! FTP and SSH users of a hosting.

use ovh_runtime::{Call, Error};

use super::Hosting;
use crate::Task;
use crate::listing::collect;
use crate::types::{ListUsers, NewUser, User};

/// The FTP and SSH users of a hosting.
#[derive(Clone, Debug)]
pub struct Users {
    hosting: Hosting,
}

impl Users {
    pub(crate) const fn new(hosting: Hosting) -> Self {
        Self { hosting }
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list(&self) -> Result<Vec<User>, Error> {
        self.list_with(&ListUsers::default()).await
    }

    /// Those that the filters let through.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list_with(&self, filter: &ListUsers) -> Result<Vec<User>, Error> {
        let (raw, service) = (
            self.hosting.client().raw().users(),
            self.hosting.service_name(),
        );
        collect(
            || raw.page(service, filter),
            || raw.list(service, filter),
            |login: &String| raw.get(service, login),
        )
        .await
    }

    /// Their logins.
    pub fn logins(&self) -> Call<Vec<String>> {
        self.logins_with(&ListUsers::default())
    }

    /// The logins of those that the filters let through.
    pub fn logins_with(&self, filter: &ListUsers) -> Call<Vec<String>> {
        let raw = self.hosting.client().raw().users();
        raw.list(self.hosting.service_name(), filter)
    }

    /// One of them.
    pub fn get(&self, login: &str) -> Call<User> {
        let raw = self.hosting.client().raw().users();
        raw.get(self.hosting.service_name(), login)
    }

    /// Creates a user, whose login begins with that of the hosting.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn create(&self, user: &NewUser) -> Result<Task, Error> {
        let raw = self.hosting.client().raw().users();
        let task = raw.create(self.hosting.service_name(), user).await?;
        Ok(Task::started(self.hosting.clone(), task))
    }

    /// Deletes a user. The files stay.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn delete(&self, login: &str) -> Result<Task, Error> {
        let raw = self.hosting.client().raw().users();
        let task = raw.delete(self.hosting.service_name(), login).await?;
        Ok(Task::started(self.hosting.clone(), task))
    }
}
