//! FTP and SSH users of a hosting.

use ovh_runtime::{Error, Secret};

use super::names;
use super::resource::{handle, reads};
use crate::types::{ListUsers, NewUser, User, UserChangePassword, UserUpdate};
use crate::{Pending, Task};

handle! {
    /// The FTP and SSH users of a hosting.
    Users
}

impl Users {
    reads! {
        users: User, by ListUsers;
        logins, logins_with, /// Their logins.
        String;
        /// Reads a user.
        get(login: &str) login => login
    }

    /// Creates a user. The login must start with the hosting's login.
    ///
    /// # Errors
    ///
    /// Returns an error if the login is not in lower case, or does not start with the hosting's
    /// login where that is known ([`Hosting::with_login`](crate::Hosting::with_login)). A login
    /// outside the rule of OVHcloud's guides (the hosting's login, `-` and a suffix, 20 characters
    /// in all) is logged as a warning.
    pub async fn create(&self, user: &NewUser) -> Result<Task<User>, Error> {
        names::check_login(&self.hosting, &user.login)?;
        let raw = self.hosting.raw().users();
        let task = raw.create(self.hosting.service_name(), user).await?;
        Ok(self.with_output(Task::started(&self.hosting, task), &user.login))
    }

    /// Changes home, SSH access or state of a user.
    ///
    /// There is no task: wait for the user itself.
    pub async fn update(&self, login: &str, update: &UserUpdate) -> Result<Pending<User>, Error> {
        let raw = self.hosting.raw().users();
        raw.update(self.hosting.service_name(), login, update)
            .await?;
        let (what, login) = (format!("the user {login}"), login.to_owned());
        Ok(Pending::new(&self.hosting, what, None, move |hosting| {
            hosting.users().get(&login)
        }))
    }

    /// Changes the password of a user.
    pub async fn change_password(
        &self,
        login: &str,
        password: impl Into<Secret>,
    ) -> Result<Task<User>, Error> {
        let raw = self.hosting.raw().users();
        let body = UserChangePassword::new(password);
        let task = raw
            .change_password(self.hosting.service_name(), login, &body)
            .await?;
        Ok(self.with_output(Task::started(&self.hosting, task), login))
    }

    /// Deletes a user. The files stay.
    pub async fn delete(&self, login: &str) -> Result<Task, Error> {
        let raw = self.hosting.raw().users();
        let task = raw.delete(self.hosting.service_name(), login).await?;
        let (what, login) = (format!("the user {login}"), login.to_owned());
        Ok(Task::started(&self.hosting, task)
            .removing(what, move |hosting| hosting.users().get(&login)))
    }

    fn with_output(&self, task: Task, login: &str) -> Task<User> {
        let login = login.to_owned();
        task.with_output(move |hosting| hosting.users().get(&login))
    }
}
