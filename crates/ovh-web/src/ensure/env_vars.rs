//! Environment variables: the value can be changed, the type cannot.

use ovh_runtime::{Call, Error};

use super::{Differences, Resource, Seen, ensures, if_there};
use crate::handle::Hosting;
use crate::types::{EnvVar, NewEnvVar};
use crate::{Task, WaitPolicy};

struct Variable<'a> {
    hosting: &'a Hosting,
    key: &'a str,
}

impl Resource for Variable<'_> {
    type Object = EnvVar;
    type New = NewEnvVar;

    fn hosting(&self) -> &Hosting {
        self.hosting
    }

    fn what(&self) -> String {
        format!("the variable {}", self.key)
    }

    async fn read(&self) -> Result<Option<Seen<EnvVar>>, Error> {
        if_there(self.hosting.env_vars().get(self.key)).await
    }

    fn look(&self, _: &EnvVar) -> Call<EnvVar> {
        self.hosting.env_vars().get(self.key)
    }

    fn compare(&self, new: &NewEnvVar, seen: &Seen<EnvVar>) -> Differences {
        let (is, mut found) = (&seen.object, Differences::new(&seen.corrected));
        let differs = new.value.expose() != is.value.expose();
        // Inferred: the API may not return a password as it was written.
        if differs && is.type_.as_str() == "password" {
            found.secret("value");
        } else {
            found.open_secret("value", differs);
        }
        found.fixed("type_", new.type_ == is.type_, &new.type_, &is.type_);
        found
    }

    async fn create(&self, new: &NewEnvVar) -> Result<Task, Error> {
        Ok(self.hosting.env_vars().create(new).await?.plain())
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

    async fn remove(&self, _: &EnvVar) -> Result<Task, Error> {
        self.hosting.env_vars().delete(self.key).await
    }
}

ensures! {
    /// | field | compared | can be changed | if `None` |
    /// |---|---|---|---|
    /// | `key` | identifies the variable | no | required |
    /// | `type_` | yes | no: a conflict | required |
    /// | `value` | yes; a `password` is unverified if the API returns another value | yes; a `password` with [`write_secrets`](crate::EnsureOptions::write_secrets) | required |
    EnvVars: NewEnvVar => EnvVar,
    |this, key| Variable { hosting: this.hosting(), key }, |wanted| &wanted.key;
    "Deletes a variable, if there is one."
}
