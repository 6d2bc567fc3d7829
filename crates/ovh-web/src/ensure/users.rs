//! FTP and SSH users: home and SSH access can be changed; the password is only written.

use ovh_runtime::{Call, Error};

use super::{Differences, Resource, Seen, ensures, if_there, same_folder};
use crate::handle::Hosting;
use crate::types::{NewUser, User, UserUpdate};
use crate::{Task, WaitPolicy};

struct WithLogin<'a> {
    hosting: &'a Hosting,
    login: &'a str,
}

impl Resource for WithLogin<'_> {
    type Object = User;
    type New = NewUser;

    fn hosting(&self) -> &Hosting {
        self.hosting
    }

    fn what(&self) -> String {
        format!("the user {}", self.login)
    }

    async fn read(&self) -> Result<Option<Seen<User>>, Error> {
        if_there(self.hosting.users().get(self.login)).await
    }

    fn look(&self, _: &User) -> Call<User> {
        self.hosting.users().get(self.login)
    }

    fn compare(&self, new: &NewUser, seen: &Seen<User>) -> Differences {
        let (is, mut found) = (&seen.object, Differences::new(&seen.corrected));
        found.open_text("home", &new.home, &is.home, same_folder);
        found.open("ssh_state", new.ssh_state.as_ref(), Some(&is.ssh_state));
        found.secret("password");
        found
    }

    async fn create(&self, new: &NewUser) -> Result<Task, Error> {
        Ok(self.hosting.users().create(new).await?.plain())
    }

    async fn update(
        &self,
        new: &NewUser,
        _: &User,
        differences: &Differences,
        policy: WaitPolicy,
    ) -> Result<(), Error> {
        let users = self.hosting.users();
        if differences.has("password") {
            let password = new.password.clone();
            let task = users.change_password(self.login, password).await?;
            task.plain().wait_with(policy).await?;
        }
        let mut update = UserUpdate::new();
        if differences.has("home") {
            update = update.home(&*new.home);
        }
        if let (true, Some(state)) = (differences.has("ssh_state"), &new.ssh_state) {
            update = update.ssh_state(state.clone());
        }
        if differences.has("home") || differences.has("ssh_state") {
            // The caller waits and compares the values.
            let _ = users.update(self.login, &update).await?;
        }
        Ok(())
    }

    async fn remove(&self, _: &User) -> Result<Task, Error> {
        self.hosting.users().delete(self.login).await
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
    |this, login| WithLogin { hosting: this.hosting(), login }, |wanted| &wanted.login;
    "Deletes a user, if there is one. The files stay."
}
