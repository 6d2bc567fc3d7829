//! Environment variables: the value can be changed, the type cannot.

use ovh_runtime::{Call, Error};

use super::{Differences, Thing, ensures, if_there};
use crate::WaitPolicy;
use crate::handle::Hosting;
use crate::types::{EnvVar, NewEnvVar};

struct Variable<'a> {
    hosting: &'a Hosting,
    key: &'a str,
}

impl Thing for Variable<'_> {
    type Object = EnvVar;
    type New = NewEnvVar;

    fn hosting(&self) -> &Hosting {
        self.hosting
    }

    fn what(&self) -> String {
        format!("the variable {}", self.key)
    }

    async fn read(&self) -> Result<Option<EnvVar>, Error> {
        if_there(self.hosting.env_vars().get(self.key)).await
    }

    fn look(&self, _: &EnvVar) -> Call<EnvVar> {
        self.hosting.env_vars().get(self.key)
    }

    fn compare(&self, new: &NewEnvVar, is: &EnvVar) -> Differences {
        let mut found = Differences::default();
        // Guess: the API may not show a password as it was written, so it counts at the creation
        // only, as every password does here.
        let is_password = is.type_.as_str() == "password";
        found.open(
            "value",
            !is_password && new.value.expose() != is.value.expose(),
        );
        found.fixed("type_", new.type_ != is.type_);
        found
    }

    async fn create(&self, new: &NewEnvVar, policy: WaitPolicy) -> Result<(), Error> {
        let task = self.hosting.env_vars().create(new).await?;
        task.plain().wait_with(policy).await.map(drop)
    }

    async fn update(
        &self,
        new: &NewEnvVar,
        _: &EnvVar,
        _: &Differences,
        policy: WaitPolicy,
    ) -> Result<(), Error> {
        let value = new.value.clone();
        let task = self.hosting.env_vars().update(self.key, value).await?;
        task.plain().wait_with(policy).await.map(drop)
    }

    async fn remove(&self, _: &EnvVar, policy: WaitPolicy) -> Result<(), Error> {
        let task = self.hosting.env_vars().delete(self.key).await?;
        task.wait_with(policy).await.map(drop)
    }
}

ensures! {
    EnvVars: NewEnvVar => EnvVar,
    |this, key| Variable { hosting: this.hosting(), key }, |wanted| &wanted.key;
    "Sees to it that there is no such variable."
}
