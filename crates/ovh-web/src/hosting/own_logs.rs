//! Own logs: statistics and logs of a single domain, and who may read them.

use ovh_runtime::{Call, Error, Secret};

use super::family::{handle, reads};
use crate::Listing;
use crate::handle::Hosting;
use crate::pending::{Pending, Removal};
use crate::types::{
    ListOwnLogUsers, ListOwnLogs, LogUser, LogUserUpdate, NewOwnLogUser, OwnLogTokenQuery,
    OwnLogUserChangePassword, OwnLogs as OwnLogsObject,
};

handle! {
    /// The own logs of a hosting's domains.
    OwnLogs
}

impl OwnLogs {
    reads! {
        own_logs: OwnLogsObject, by ListOwnLogs;
        ids, ids_with, /// Their numbers.
        i64;
        /// One of them.
        get(id: i64) id => *id
    }

    /// A token that opens the logs without a password.
    pub fn token(&self, query: &OwnLogTokenQuery) -> Call<Secret> {
        let raw = self.hosting.raw().own_logs();
        raw.token(self.hosting.service_name(), query)
    }

    /// Who may read one of them.
    #[must_use]
    pub fn users(&self, id: i64) -> LogUsers {
        LogUsers {
            hosting: self.hosting.clone(),
            id,
        }
    }
}

/// The users who may read one of the own logs. Their changes have no task: wait for the user.
#[derive(Clone, Debug)]
pub struct LogUsers {
    hosting: Hosting,
    id: i64,
}

impl LogUsers {
    /// All of them.
    pub fn list(&self) -> Listing<LogUser> {
        self.list_with(&ListOwnLogUsers::default())
    }

    /// Those that the filters let through.
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

    /// Their logins.
    pub fn logins(&self) -> Call<Vec<String>> {
        self.list().ids()
    }

    /// One of them.
    pub fn get(&self, login: &str) -> Call<LogUser> {
        let raw = self.hosting.raw().own_log_users();
        raw.get(self.hosting.service_name(), self.id, login)
    }

    /// Lets one more read them.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn create(&self, user: &NewOwnLogUser) -> Result<Pending<LogUser>, Error> {
        let raw = self.hosting.raw().own_log_users();
        raw.create(self.hosting.service_name(), self.id, user)
            .reply()
            .await?;
        Ok(self.pending(&user.login))
    }

    /// Changes a user.
    ///
    /// # Errors
    ///
    /// Those of the call.
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
    ///
    /// # Errors
    ///
    /// Those of the call.
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

    /// Removes a user.
    ///
    /// # Errors
    ///
    /// Those of the call.
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
