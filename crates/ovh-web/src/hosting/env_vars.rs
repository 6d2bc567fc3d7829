//! Environment variables of a hosting's scripts.

use ovh_runtime::Secret;

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
    keys: String; keys_with(filter: ListEnvVars)
}

impl EnvVars {
    operations! {
        [env_vars |variables| &variables.hosting]

        /// Creates a variable.
        async fn create(variable: &NewEnvVar) -> Task<EnvVar> =
            |variables, task| variables.changing(task, &variable.key);

        /// Changes the value of a variable. Its type stays.
        async fn update(key: &str, value: impl Into<Secret>) -> Task<EnvVar>
            => env_vars.update(key, &EnvVarUpdate::new().value(value.into()))
            = |variables, task| variables.changing(task, key);

        /// Deletes a variable.
        async fn delete(key: &str) -> Task = |variables, task| variables.removing(task, key);
    }
}
