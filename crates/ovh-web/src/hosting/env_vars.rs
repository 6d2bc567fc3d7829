//! Environment variables of a hosting's scripts.

use ovh_runtime::{Error, Secret};

use super::resource::{Collection, handle, operations, reads};
use crate::task::Task;
use crate::types::{EnvVar, EnvVarType, EnvVarUpdate, ListEnvVars, NewEnvVar};

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
    /// Creates a variable.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is a masked password, as in a copy of a variable.
    pub async fn create(&self, variable: &NewEnvVar) -> Result<Task<EnvVar>, Error> {
        check_value(variable)?;
        let raw = self.hosting.raw().env_vars();
        let task = raw.create(self.hosting.service_name(), variable).await?;
        Ok(self.changing(task, &variable.key))
    }

    operations! {
        [env_vars |variables| &variables.hosting]

        /// Changes the value of a variable. Its type stays.
        async fn update(key: &str, value: impl Into<Secret>) -> Task<EnvVar>
            => env_vars.update(key, &EnvVarUpdate::new().value(value.into()))
            = |variables, task| variables.changing(task, key);

        /// Deletes a variable.
        async fn delete(key: &str) -> Task = |variables, task| variables.removing(task, key);
    }
}

/// Returns an error for a password of asterisks.
///
/// Inferred: the API masks passwords, so that a copy of a variable has no password.
pub(crate) fn check_value(variable: &NewEnvVar) -> Result<(), Error> {
    let value = variable.value.expose();
    let is_masked = !value.is_empty() && value.chars().all(|letter| letter == '*');
    if variable.type_ != EnvVarType::Password || !is_masked {
        return Ok(());
    }
    let message = format!(
        "the value of the variable `{}` is masked: expected a password; nothing was sent",
        variable.key
    );
    Err(Error::invalid_argument(message)
        .hint("the API does not return passwords: set the value")
        .build())
}
