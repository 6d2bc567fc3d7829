//! Statistics and logs of single domains, and the users who may read them.

use ovh_runtime::{Call, Error, Secret};

use super::resource::{handle, reads};
use crate::Listing;
use crate::handle::Hosting;
use crate::pending::{Pending, Removal};
use crate::types::{
    ListOwnLogUsers, ListOwnLogs, LogUser, LogUserUpdate, NewOwnLogUser, OwnLogTokenQuery,
    OwnLogUserChangePassword, OwnLogs as OwnLogsObject,
};

handle! {
    /// The statistics and logs of a hosting's domains.
    OwnLogs
}

impl OwnLogs {
    reads! {
        own_logs: OwnLogsObject, by ListOwnLogs;
        ids, ids_with, /// Their numbers.
        i64;
        /// Reads the logs of a domain.
        get(id: i64) id => *id
    }

    /// Creates a token that opens the logs without a password.
    pub fn token(&self, query: &OwnLogTokenQuery) -> Call<Secret> {
        let raw = self.hosting.raw().own_logs();
        raw.token(self.hosting.service_name(), query)
    }

    /// Returns the handle of the users who may read the logs.
    #[must_use]
    pub fn users(&self, id: i64) -> LogUsers {
        LogUsers {
            hosting: self.hosting.clone(),
            id,
        }
    }
}

/// The users who may read a domain's logs.
///
/// Changes have no task: wait for the user.
#[derive(Clone, Debug)]
pub struct LogUsers {
    hosting: Hosting,
    id: i64,
}

impl LogUsers {
    /// Lists the users.
    pub fn list(&self) -> Listing<LogUser> {
        self.list_with(&ListOwnLogUsers::default())
    }

    /// Lists the users that match the filter.
    pub fn list_with(&self, filter: &ListOwnLogUsers) -> Listing<LogUser> {
        Listing::new(
            (self.clone(), filter.clone()),
            |(of, filter)| {
                let raw = of.hosting.raw().own_log_users();
                raw.page(of.hosting.service_name(), of.id, filter)
            },
            |(of, filter)| {
                let raw = of.hosting.raw().own_log_users();
                raw.list(of.hosting.service_name(), of.id, filter)
            },
            |(of, _), login| of.get(login),
        )
    }

    /// Returns the logins.
    pub fn logins(&self) -> Call<Vec<String>> {
        self.list().ids()
    }

    /// Reads a user.
    pub fn get(&self, login: &str) -> Call<LogUser> {
        let raw = self.hosting.raw().own_log_users();
        raw.get(self.hosting.service_name(), self.id, login)
    }

    /// Creates a user.
    pub async fn create(&self, user: &NewOwnLogUser) -> Result<Pending<LogUser>, Error> {
        let raw = self.hosting.raw().own_log_users();
        raw.create(self.hosting.service_name(), self.id, user)
            .reply()
            .await?;
        Ok(self.pending(&user.login))
    }

    /// Changes a user.
    pub async fn update(
        &self,
        login: &str,
        update: &LogUserUpdate,
    ) -> Result<Pending<LogUser>, Error> {
        let raw = self.hosting.raw().own_log_users();
        raw.update(self.hosting.service_name(), self.id, login, update)
            .await?;
        Ok(self.pending(login))
    }

    /// Changes the password of a user.
    pub async fn change_password(
        &self,
        login: &str,
        password: impl Into<Secret>,
    ) -> Result<Pending<LogUser>, Error> {
        let raw = self.hosting.raw().own_log_users();
        let body = OwnLogUserChangePassword::new(password);
        raw.change_password(self.hosting.service_name(), self.id, login, &body)
            .reply()
            .await?;
        Ok(self.pending(login))
    }

    /// Deletes a user.
    pub async fn delete(&self, login: &str) -> Result<Removal<LogUser>, Error> {
        let raw = self.hosting.raw().own_log_users();
        raw.delete(self.hosting.service_name(), self.id, login)
            .reply()
            .await?;
        Ok(Removal::new(self.pending(login)))
    }

    fn pending(&self, login: &str) -> Pending<LogUser> {
        let (what, login, id) = (format!("the log user {login}"), login.to_owned(), self.id);
        Pending::new(&self.hosting, what, None, move |hosting| {
            hosting.own_logs().users(id).get(&login)
        })
    }
}
