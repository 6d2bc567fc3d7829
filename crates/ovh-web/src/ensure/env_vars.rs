//! Environment variables: the value can be changed, the type cannot.

use ovh_runtime::Error;

use super::{Differences, Observed, Reconcile, Update, ensures};
use crate::hosting::EnvVars;
use crate::hosting::env_vars::check_value;
use crate::task::Task;
use crate::types::{EnvVar, NewEnvVar};

impl Reconcile for EnvVars {
    type New = NewEnvVar;

    fn check(_: &str, new: &NewEnvVar) -> Result<(), Error> {
        check_value(new)
    }

    async fn find(&self, key: &str) -> Result<Option<String>, Error> {
        Ok(Some(key.to_owned()))
    }

    fn compare(_: &str, new: &NewEnvVar, is: &Observed<EnvVar>) -> Differences {
        let (is, mut differences) = Differences::of(is);
        let differs = new.value.expose() != is.value.expose();
        // Inferred: the API may not return a password as it was written.
        if differs && is.type_.as_str() == "password" {
            differences.secret("value");
        } else {
            differences.open_secret("value", differs);
        }
        differences.fixed("type_", new.type_ == is.type_, &new.type_, &is.type_);
        differences
    }

    async fn create(&self, _: &str, new: &NewEnvVar) -> Result<Task, Error> {
        Ok(Self::create(self, new).await?.plain())
    }

    async fn update(&self, to: Update<'_, Self>) -> Result<(), Error> {
        let task = Self::update(self, to.key, to.new.value.clone()).await?;
        task.plain().wait_with(to.policy).await.map(drop)
    }

    async fn remove(&self, key: &String) -> Result<Task, Error> {
        self.delete(key).await
    }
}

ensures! {
    /// | field | compared | can be changed | if `None` |
    /// |---|---|---|---|
    /// | `key` | identifies the variable | no | required |
    /// | `type_` | yes | no: a conflict | required |
    /// | `value` | yes; a `password` is unverified if the API returns another value | yes; a `password` with [`write_secrets`](crate::EnsureOptions::write_secrets) | required |
    EnvVars: NewEnvVar => EnvVar,
    key: &str = |wanted| &wanted.key;
    "Deletes a variable, if there is one."
}
