//! FTP and SSH users: home and SSH access can be changed; the password is only written.

use ovh_runtime::Error;

use super::{Differences, Observed, Reconcile, Update, changed, ensures, same_folder};
use crate::hosting::{names, users::Users};
use crate::task::Task;
use crate::types::{NewUser, User, UserUpdate};

impl Reconcile for Users {
    type New = NewUser;

    async fn find(&self, login: &str) -> Result<Option<String>, Error> {
        Ok(Some(login.to_owned()))
    }

    fn check_create(&self, login: &str) -> Result<(), Error> {
        names::refuse(self.hosting(), names::LOGIN, login)
    }

    fn compare(_: &str, new: &NewUser, is: &Observed<User>) -> Differences {
        let (is, mut differences) = Differences::of(is);
        differences.open_text("home", &new.home, &is.home, same_folder);
        differences.open("ssh_state", new.ssh_state.as_ref(), Some(&is.ssh_state));
        differences.secret("password");
        differences
    }

    async fn create(&self, _: &str, new: &NewUser) -> Result<Task, Error> {
        Ok(Self::create(self, new).await?.plain())
    }

    async fn update(&self, to: Update<'_, Self>) -> Result<(), Error> {
        if to.differences.has("password") {
            let password = to.new.password.clone();
            let task = self.change_password(to.key, password).await?;
            task.plain().wait_with(to.policy).await?;
        }
        if to.differences.has("home") || to.differences.has("ssh_state") {
            let update = changed!(UserUpdate::new(), to, [home], [ssh_state]);
            let _ = Self::update(self, to.key, &update).await?;
        }
        Ok(())
    }

    async fn remove(&self, login: &String) -> Result<Task, Error> {
        self.delete(login).await
    }
}

ensures! {
    /// | field | compared | can be changed | if `None` |
    /// |---|---|---|---|
    /// | `login` | identifies the user | no | required |
    /// | `home` | yes, as a folder: a leading `./`, surrounding slashes and the absolute path are ignored | yes | required |
    /// | `password` | no: it cannot be read back, and is unverified | with [`write_secrets`](crate::EnsureOptions::write_secrets) | required |
    /// | `ssh_state` | yes | yes | a new user has the API's default |
    Users: NewUser => User,
    login: &str = |wanted| &wanted.login;
    "Deletes a user, if there is one. The files stay."
}
