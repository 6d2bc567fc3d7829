//! Databases: known by their user; nothing of them can be changed after the creation, and the
//! password counts at the creation only.

use ovh_runtime::{Call, Error};

use super::{Differences, Thing, ensures};
use crate::WaitPolicy;
use crate::hosting::Hosting;
use crate::types::{Database, NewDatabase};

struct OfUser<'a> {
    hosting: &'a Hosting,
    user: &'a str,
}

impl Thing for OfUser<'_> {
    type Object = Database;
    type New = NewDatabase;

    fn hosting(&self) -> &Hosting {
        self.hosting
    }

    fn what(&self) -> String {
        format!("the database of the user {}", self.user)
    }

    async fn read(&self) -> Result<Option<Database>, Error> {
        self.hosting.databases().of_user(self.user).await
    }

    fn look(&self, object: &Database) -> Call<Database> {
        self.hosting.databases().get(&object.name)
    }

    // The capacity shows nowhere in a database, and its size in other units than in a creation.
    fn compare(&self, new: &NewDatabase, is: &Database) -> Differences {
        let mut found = Differences::default();
        found.fixed("type_", new.type_.as_str() != is.type_.as_str());
        found.fixed(
            "version",
            new.version
                .as_ref()
                .is_some_and(|wanted| *wanted != is.version),
        );
        found
    }

    async fn create(&self, new: &NewDatabase, policy: WaitPolicy) -> Result<(), Error> {
        let task = self.hosting.databases().create(new).await?;
        task.plain().wait_with(policy).await.map(drop)
    }

    async fn update(
        &self,
        _: &NewDatabase,
        _: &Database,
        _: &Differences,
        _: WaitPolicy,
    ) -> Result<(), Error> {
        Ok(())
    }

    async fn remove(&self, object: &Database, policy: WaitPolicy) -> Result<(), Error> {
        let task = self.hosting.databases().delete(&object.name).await?;
        task.wait_with(policy).await.map(drop)
    }
}

ensures! {
    Databases: NewDatabase => Database,
    |this, user| OfUser { hosting: this.hosting(), user }, |wanted| &wanted.user;
    "Sees to it that a user has no database. What was in it is lost."
}
