//! Statistics and logs of single domains, and the users who may read them.

use ovh_runtime::Secret;

use super::resource::{Collection, handle, operations, reads};
use crate::hosting::handle::Hosting;
use crate::pending::{Pending, Removal};
use crate::types::{
    ListOwnLogUsers, ListOwnLogs, LogUser, LogUserUpdate, NewOwnLogUser, OwnLogTokenQuery,
    OwnLogUserChangePassword, OwnLogs as OwnLogsObject,
};

handle! {
    /// The statistics and logs of a hosting's domains.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// let logs = client.hosting("example.ovh").own_logs();
    /// for area in logs.list().await? {
    ///     println!("{}: {} {}", area.fqdn, area.logs, area.stats);
    ///     for user in logs.users(area.id).list().await? {
    ///         println!("read by {}", user.login);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    OwnLogs
}

reads! {
    OwnLogs: own_logs |logs| &logs.hosting;
    /// Reads the logs of a domain.
    get(id: i64) -> OwnLogsObject, "log", "logs";
    ids: i64; ids_with(filter: ListOwnLogs)
}

impl OwnLogs {
    operations! {
        [own_logs |logs| &logs.hosting]

        /// Creates a token that opens the logs without a password.
        fn token(query: &OwnLogTokenQuery) -> Secret;
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
/// A change has no task: wait for the returned [`Pending`] or [`Removal`].
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::types::NewOwnLogUser;
///
/// let users = client.hosting("example.ovh").own_logs().users(7);
/// let new = NewOwnLogUser::new("for the agency", "agency", "aLongPassword1");
/// let user = users.create(&new).await?.wait().await?;
/// println!("{}: {}", user.login, user.status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct LogUsers {
    hosting: Hosting,
    id: i64,
}

reads! {
    LogUsers: own_log_users |users| &users.hosting, users.id;
    /// Reads a user.
    get(login: &str) -> LogUser, "log user", "users";
    logins: String; logins_with(filter: ListOwnLogUsers)
}

impl LogUsers {
    operations! {
        [own_log_users |users| &users.hosting, users.id]

        /// Creates a user.
        async fn create(user: &NewOwnLogUser) -> Pending<LogUser> =
            |users| users.settling(&user.login);

        /// Changes a user.
        async fn update(login: &str, update: &LogUserUpdate) -> Pending<LogUser> =
            |users| users.settling(login);

        /// Deletes a user.
        async fn delete(login: &str) -> Removal<LogUser> =
            |users| Removal::new(users.settling(login));

        /// Changes the password of a user.
        async fn change_password(login: &str, password: impl Into<Secret>) -> Pending<LogUser>
            => own_log_users.change_password(login, &OwnLogUserChangePassword::new(password))
            = |users| users.settling(login);
    }
}
