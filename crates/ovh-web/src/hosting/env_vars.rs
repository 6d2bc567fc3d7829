//! Environment variables that the scripts of a hosting see.

use ovh_runtime::{Error, Secret};

use super::family::{handle, reads};
use crate::Task;
use crate::types::{EnvVar, EnvVarUpdate, ListEnvVars, NewEnvVar};

handle! {
    /// The environment variables of a hosting.
    EnvVars
}

impl EnvVars {
    reads! {
        env_vars: EnvVar, by ListEnvVars;
        keys, keys_with, /// Their names.
        String;
        /// One of them.
        get(key: &str) key => key
    }

    /// Sets a variable that is not there yet.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn create(&self, variable: &NewEnvVar) -> Result<Task<EnvVar>, Error> {
        let raw = self.hosting.raw().env_vars();
        let task = raw.create(self.hosting.service_name(), variable).await?;
        Ok(self.giving(Task::started(&self.hosting, task), &variable.key))
    }

    /// Gives a variable another value. Its type stays.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn update(&self, key: &str, value: impl Into<Secret>) -> Result<Task<EnvVar>, Error> {
        let raw = self.hosting.raw().env_vars();
        let body = EnvVarUpdate::new().value(value.into());
        let task = raw.update(self.hosting.service_name(), key, &body).await?;
        Ok(self.giving(Task::started(&self.hosting, task), key))
    }

    /// Removes a variable.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn delete(&self, key: &str) -> Result<Task, Error> {
        let raw = self.hosting.raw().env_vars();
        let task = raw.delete(self.hosting.service_name(), key).await?;
        let (what, key) = (format!("the variable {key}"), key.to_owned());
        Ok(Task::started(&self.hosting, task)
            .removing(what, move |hosting| hosting.env_vars().get(&key)))
    }

    fn giving(&self, task: Task, key: &str) -> Task<EnvVar> {
        let key = key.to_owned();
        task.giving(move |hosting| hosting.env_vars().get(&key))
    }
}
