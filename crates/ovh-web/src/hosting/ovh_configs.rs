//! The `.ovhconfig` files of a hosting: PHP version, engine, container image and firewall.

use ovh_runtime::{Error, ErrorKind, List};

use super::resource::{Collection, handle, operations, pending, reads};
use crate::Listing;
use crate::ensure::same_folder;
use crate::task::Task;
use crate::types::{
    ListOvhConfigs, OvhConfig, OvhConfigCapabilities, OvhConfigChange, OvhConfigRecommendedValues,
    OvhConfigRollback,
};
use crate::wait::{Lookup, lookup};

handle! {
    /// The configurations (`.ovhconfig` files) of a hosting: PHP version, engine, container image,
    /// environment and firewall.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::{OvhConfigAvailableEngineVersion, OvhConfigChange};
    ///
    /// let configs = client.hosting("example.ovh").ovh_configs();
    /// let wanted = OvhConfigChange::new().engine_version(OvhConfigAvailableEngineVersion::V8_3);
    /// let done = configs.ensure("", &wanted).await?;
    /// // updated (engine_version: 8.1 -> 8.3)
    /// println!("{}", done.change);
    /// # Ok(())
    /// # }
    /// ```
    OvhConfigs
}

reads! {
    OvhConfigs: ovh_configs |configs| &configs.hosting;
    /// Reads a configuration.
    get(id: i64) -> OvhConfig, "configuration", "configurations";
    ids: i64; ids_with(filter: ListOvhConfigs)
}

pending! { OvhConfigs: ovh_configs(id: i64) -> OvhConfig, "configuration" }

impl OvhConfigs {
    operations! {
        [ovh_configs |configs| &configs.hosting]

        /// Lists the PHP versions, each with the container images that it runs in.
        fn capabilities() -> List<OvhConfigCapabilities>;

        /// Returns the settings that OVHcloud recommends.
        fn recommended_values() -> OvhConfigRecommendedValues;

        /// Changes a current configuration.
        ///
        /// Set every field: the effect of omitting one is undocumented. [`ensure`](Self::ensure)
        /// does this.
        async fn change(id: i64, change: &OvhConfigChange) -> Task<OvhConfig> =
            |configs, task| configs.current_after(task, id);

        /// Rolls a current configuration back to an old one of [`history`](Self::history).
        ///
        /// ```no_run
        /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
        /// let configs = client.hosting("example.ovh").ovh_configs();
        /// let current = configs.current("").await?;
        /// let mut history = configs.history().await?;
        /// history.retain(|old| old.path == current.path);
        /// if let Some(old) = history.iter().max_by_key(|old| old.creation_date) {
        ///     configs.rollback(current.id, old.id).await?.wait().await?;
        /// }
        /// # Ok(())
        /// # }
        /// ```
        async fn rollback(id: i64, old: i64) -> Task<OvhConfig>
            => ovh_configs.rollback(id, &OvhConfigRollback::new(old))
            = |configs, task| configs.current_after(task, id);

        /// Scans the hosting for `.ovhconfig` files again, after a change over FTP or SSH.
        async fn refresh() -> Task = |configs, task| configs.started(task);
    }

    /// Lists the old configurations of all folders, which can be rolled back to.
    pub fn history(&self) -> Listing<OvhConfig, i64> {
        self.list_with(&ListOvhConfigs::default().historical(true))
    }

    /// Returns the current configuration of a folder; `""` is the root, for the whole hosting.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::NotFound`] if the folder has none, and of kind
    /// [`ErrorKind::Conflict`] if it has several.
    pub async fn current(&self, folder: &str) -> Result<OvhConfig, Error> {
        let mut found = self
            .list_with(&ListOvhConfigs::default().historical(false))
            .await?;
        found.retain(|config| {
            let path = config.path.as_deref().unwrap_or_default();
            config.historical != Some(true) && same_folder(folder, path)
        });
        let service = self.hosting.service_name();
        let ids: Vec<_> = found.iter().map(|config| config.id.to_string()).collect();
        match (found.pop(), ids.len()) {
            (Some(config), 1) => Ok(config),
            (None, _) => {
                let message = format!("{service} has no configuration in the folder {folder:?}");
                Err(Error::builder(ErrorKind::NotFound, message)
                    .hint("a new `.ovhconfig` file is found after `refresh()`")
                    .build())
            }
            _ => {
                let message = format!(
                    "expected one configuration of {service} in the folder {folder:?}, found {}: {}",
                    ids.len(),
                    ids.join(", ")
                );
                Err(Error::builder(ErrorKind::Conflict, message)
                    .hint("choose one by its id, with `change`")
                    .build())
            }
        }
    }

    /// A task that returns the current configuration after a change of this one.
    fn current_after(&self, task: impl Into<crate::TaskInfo>, id: i64) -> Task<OvhConfig> {
        let configs = self.clone();
        self.started(task).finding(move |_| {
            let configs = configs.clone();
            async move {
                // Inferred: a change may keep the id, or make this configuration an old one.
                match lookup(configs.get(id).fresh().await)? {
                    Lookup::Found(config) if config.historical == Some(true) => {
                        let folder = config.path.unwrap_or_default();
                        // A stale list shows the old configuration, both or none.
                        match configs.current(&folder).await {
                            Ok(current) if current.id != id => Ok(Lookup::Found(current)),
                            Ok(_) => Ok(Lookup::Missing(not_listed(&folder))),
                            Err(error) if is_ambiguous(&error) => Ok(Lookup::Missing(error)),
                            Err(error) => Err(error),
                        }
                    }
                    other => Ok(other),
                }
            }
        })
    }
}

/// Returns `true` if a folder has no configuration, or several: a stale list may show that.
fn is_ambiguous(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Conflict)
}

fn not_listed(folder: &str) -> Error {
    let message = format!("the new configuration of the folder {folder:?} is not listed");
    Error::builder(ErrorKind::NotFound, message).build()
}
