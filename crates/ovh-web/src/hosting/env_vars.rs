//! Environment variables of a hosting's scripts.

use ovh_runtime::{Error, Secret};

use super::resource::{Collection, handle, operations, reads};
use crate::Task;
use crate::types::{EnvVar, EnvVarUpdate, ListEnvVars, NewEnvVar};

handle! {
    /// The environment variables of a hosting.
    EnvVars
}

reads! {
    EnvVars: env_vars |variables| &variables.hosting;
    /// Reads a variable.
    get(key: &str) -> EnvVar, "variable", "variables";
    keys: String; keys_with: ListEnvVars
}

impl EnvVars {
    /// Changes the value of a variable. Its type stays.
    pub async fn update(&self, key: &str, value: impl Into<Secret>) -> Result<Task<EnvVar>, Error> {
        let raw = self.hosting.raw().env_vars();
        let body = EnvVarUpdate::new().value(value.into());
        let task = raw.update(self.hosting.service_name(), key, &body).await?;
        Ok(self.changing(task, key))
    }

    operations! {
        [env_vars |variables| &variables.hosting]

        /// Creates a variable.
        async fn create(variable: &NewEnvVar) -> Task<EnvVar> =
            |variables, task| variables.changing(task, &variable.key);

        /// Deletes a variable.
        async fn delete(key: &str) -> Task = |variables, task| variables.removing(task, key);
    }
}
