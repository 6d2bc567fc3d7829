//! FTP and SSH users of a hosting.

use ovh_runtime::{Error, Secret};

use super::names;
use super::resource::{Collection, handle, operations, pending, reads};
use crate::Pending;
use crate::task::Task;
use crate::types::{ListUsers, NewUser, User, UserChangePassword, UserUpdate};

handle! {
    /// The FTP and SSH users of a hosting.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::{NewUser, SshState};
    ///
    /// let users = client.hosting("example.ovh").users();
    /// for user in users.list().await? {
    ///     println!("{}: {}", user.login, user.home);
    /// }
    /// let wanted = NewUser::new("shop", "example-shop", "aLongPassword1");
    /// let wanted = wanted.ssh_state(SshState::None);
    /// println!("{}", users.plan(&wanted).await?);
    /// // Waits until the user is ready.
    /// let done = users.ensure(&wanted).await?.or_conflict()?;
    /// println!("{}: {}", done.object.login, done.change);
    /// # Ok(())
    /// # }
    /// ```
    Users
}

reads! {
    Users: users |users| &users.hosting;
    /// Reads a user.
    get(login: &str) -> User, "user", "users";
    logins: String; logins_with(filter: ListUsers)
}

pending! { Users: users(login: &str) -> User, "user" }

impl Users {
    /// Creates a user. The login must start with the hosting's login.
    ///
    /// Operation: `users::create`.
    ///
    /// # Errors
    ///
    /// Returns an error if the login is not in lower case, or does not start with the hosting's
    /// login, if [`Hosting::with_login`](crate::handle::Hosting::with_login) has set it. A login that
    /// breaks the rule of OVHcloud's guides (the hosting's login, `-` and a suffix, at most 20
    /// characters in all) is sent, and logged as a warning.
    pub async fn create(&self, user: &NewUser) -> Result<Task<User>, Error> {
        names::check_login(&self.hosting, &user.login)?;
        let raw = self.hosting.raw().users();
        let task = raw.create(self.hosting.service_name(), user).await?;
        Ok(self.changing(task, &user.login))
    }

    operations! {
        [users |users| &users.hosting]

        /// Changes the password of a user.
        async fn change_password(login: &str, password: impl Into<Secret>) -> Task<User>
            => users.change_password(login, &UserChangePassword::new(password))
            = |users, task| users.changing(task, login);

        /// Changes home, SSH access or state of a user.
        ///
        /// There is no task: wait for the user itself.
        async fn update(login: &str, update: &UserUpdate) -> Pending<User> = |users| users.settling(login);

        /// Deletes a user. The files stay.
        async fn delete(login: &str) -> Task = |users, task| users.removing(task, login);
    }
}
