//! Environment variables of a hosting's scripts.

use ovh_runtime::{Error, Secret};

use super::resource::{Collection, handle, operations, pending, reads};
use crate::task::Task;
use crate::types::{EnvVar, EnvVarType, EnvVarUpdate, ListEnvVars, NewEnvVar};

handle! {
    /// The environment variables of a hosting.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::{EnvVarType, NewEnvVar};
    ///
    /// let variables = client.hosting("example.ovh").env_vars();
    /// for variable in variables.list().await? {
    ///     println!("{}: {}", variable.key, variable.type_);
    /// }
    /// let wanted = NewEnvVar::new("APP_ENV", EnvVarType::String, "production");
    /// println!("{}", variables.plan(&wanted).await?);
    /// // Waits until the variable is ready.
    /// let done = variables.ensure(&wanted).await?.or_conflict()?;
    /// println!("{}: {}", done.object.key, done.change);
    /// # Ok(())
    /// # }
    /// ```
    EnvVars
}

reads! {
    EnvVars: env_vars |variables| &variables.hosting;
    /// Reads a variable.
    get(key: &str) -> EnvVar, "variable", "variables";
    keys: String; keys_with(filter: ListEnvVars)
}

pending! { EnvVars: env_vars(key: &str) -> EnvVar, "variable" }

impl EnvVars {
    /// Creates a variable.
    ///
    /// Operation: `env_vars::create`.
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

    /// Changes the value of a variable. Its type stays.
    ///
    /// Operation: `env_vars::update`.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is a masked password. The variable is read before a value of
    /// asterisks is sent, since other types may have one.
    pub async fn update(&self, key: &str, value: impl Into<Secret>) -> Result<Task<EnvVar>, Error> {
        let value = value.into();
        if is_mask(&value) && self.get(key).await?.type_ == EnvVarType::Password {
            return Err(masked(key));
        }
        let raw = self.hosting.raw().env_vars();
        let body = EnvVarUpdate::new().value(value);
        let task = raw.update(self.hosting.service_name(), key, &body).await?;
        Ok(self.changing(task, key))
    }

    operations! {
        [env_vars |variables| &variables.hosting]

        /// Deletes a variable.
        async fn delete(key: &str) -> Task = |variables, task| variables.removing(task, key);
    }
}

/// Returns an error for a password of asterisks.
///
/// Inferred: the API masks passwords, so that a copy of a variable has no password.
pub(crate) fn check_value(variable: &NewEnvVar) -> Result<(), Error> {
    match variable.type_ == EnvVarType::Password && is_mask(&variable.value) {
        true => Err(masked(&variable.key)),
        false => Ok(()),
    }
}

fn is_mask(value: &Secret) -> bool {
    let value = value.expose();
    !value.is_empty() && value.chars().all(|letter| letter == '*')
}

fn masked(key: &str) -> Error {
    let message = format!(
        "the value of the variable `{key}` is masked: expected a password; nothing was sent"
    );
    Error::invalid_argument(message)
        .hint("the API does not return passwords: set the value")
        .build()
}
