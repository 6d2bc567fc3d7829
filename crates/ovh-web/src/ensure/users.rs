//! FTP and SSH users: home and SSH access can be changed; the password counts at the creation only.

use ovh_runtime::{Call, Error};

use super::{Differences, Thing, differs, ensures, if_there, same_folder};
use crate::WaitPolicy;
use crate::handle::Hosting;
use crate::types::{NewUser, User, UserUpdate};

struct WithLogin<'a> {
    hosting: &'a Hosting,
    login: &'a str,
}

impl Thing for WithLogin<'_> {
    type Object = User;
    type New = NewUser;

    fn hosting(&self) -> &Hosting {
        self.hosting
    }

    fn what(&self) -> String {
        format!("the user {}", self.login)
    }

    async fn read(&self) -> Result<Option<User>, Error> {
        if_there(self.hosting.users().get(self.login)).await
    }

    fn look(&self, _: &User) -> Call<User> {
        self.hosting.users().get(self.login)
    }

    fn compare(&self, new: &NewUser, is: &User) -> Differences {
        let mut found = Differences::default();
        found.open("home", !same_folder(&new.home, &is.home));
        found.open(
            "ssh_state",
            differs(new.ssh_state.as_ref(), Some(&is.ssh_state)),
        );
        found
    }

    async fn create(&self, new: &NewUser, policy: WaitPolicy) -> Result<(), Error> {
        let task = self.hosting.users().create(new).await?;
        task.plain().wait_with(policy).await.map(drop)
    }

    async fn update(
        &self,
        new: &NewUser,
        _: &User,
        differences: &Differences,
        _: WaitPolicy,
    ) -> Result<(), Error> {
        let mut update = UserUpdate::new();
        if differences.has("home") {
            update = update.home(&*new.home);
        }
        if let (true, Some(state)) = (differences.has("ssh_state"), &new.ssh_state) {
            update = update.ssh_state(state.clone());
        }
        // Waiting is the caller's, with an eye on the values.
        let _ = self.hosting.users().update(self.login, &update).await?;
        Ok(())
    }

    async fn remove(&self, _: &User, policy: WaitPolicy) -> Result<(), Error> {
        let task = self.hosting.users().delete(self.login).await?;
        task.wait_with(policy).await.map(drop)
    }
}

ensures! {
    Users: NewUser => User,
    |this, login| WithLogin { hosting: this.hosting(), login }, |wanted| &wanted.login;
    "Sees to it that there is no such user. The files stay."
}
