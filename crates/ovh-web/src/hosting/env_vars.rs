//! Environment variables of a hosting's scripts.

use ovh_runtime::{Error, Secret};

use super::resource::{handle, reads};
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
        /// Reads a variable.
        get(key: &str) key => key
    }

    /// Creates a variable.
    pub async fn create(&self, variable: &NewEnvVar) -> Result<Task<EnvVar>, Error> {
        let raw = self.hosting.raw().env_vars();
        let task = raw.create(self.hosting.service_name(), variable).await?;
        Ok(self.with_output(Task::started(&self.hosting, task), &variable.key))
    }

    /// Changes the value of a variable. Its type stays.
    pub async fn update(&self, key: &str, value: impl Into<Secret>) -> Result<Task<EnvVar>, Error> {
        let raw = self.hosting.raw().env_vars();
        let body = EnvVarUpdate::new().value(value.into());
        let task = raw.update(self.hosting.service_name(), key, &body).await?;
        Ok(self.with_output(Task::started(&self.hosting, task), key))
    }

    /// Deletes a variable.
    pub async fn delete(&self, key: &str) -> Result<Task, Error> {
        let raw = self.hosting.raw().env_vars();
        let task = raw.delete(self.hosting.service_name(), key).await?;
        let (what, key) = (format!("the variable {key}"), key.to_owned());
        Ok(Task::started(&self.hosting, task)
            .removing(what, move |hosting| hosting.env_vars().get(&key)))
    }

    fn with_output(&self, task: Task, key: &str) -> Task<EnvVar> {
        let key = key.to_owned();
        task.with_output(move |hosting| hosting.env_vars().get(&key))
    }
}
