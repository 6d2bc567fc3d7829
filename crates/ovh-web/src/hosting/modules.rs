//! Installed modules: WordPress and the like.

use ovh_runtime::Error;

use super::resource::{Collection, handle, operations, pending, reads};
use crate::task::Task;
use crate::types::{Module, ModuleUpgrade, NewModule};
use crate::wait::Work;

/// Documented: the minimum length of an administrator's password.
const SHORTEST_PASSWORD: usize = 8;

handle! {
    /// The modules that are installed on a hosting. The catalog has other ids.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::{ListModuleCatalog, NewModule};
    ///
    /// let modules = client.hosting("example.ovh").modules();
    /// for module in modules.list().await? {
    ///     println!("{}: {}", module.path, module.status);
    /// }
    /// let latest = ListModuleCatalog::default().latest(true);
    /// let catalog = client.modules().list_with(&latest).await?;
    /// if let Some(wordpress) = catalog.iter().find(|module| module.name == "wordpress") {
    ///     let new = NewModule::new(wordpress.id).domain("blog.example.com").path("blog");
    ///     modules.install(&new).await?.wait().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    Modules
}

reads! {
    Modules: modules |modules| &modules.hosting;
    /// Reads a module.
    get(id: i64) -> Module, "module", "modules";
    ids: i64
}

pending! { Modules: modules(id: i64) -> Module, "module" }

impl Modules {
    /// Installs a module from the catalog ([`Client::modules`](crate::Client::modules)).
    ///
    /// It needs a free database. Credentials and some failures arrive by e-mail. The API does not
    /// return the module's id: find the module in the list by its path.
    ///
    /// Operation: `modules::install`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidArgument`](crate::ErrorKind::InvalidArgument) if the
    /// administrator's password has fewer than eight characters.
    pub async fn install(&self, module: &NewModule) -> Result<Task, Error> {
        if let Some(password) = &module.admin_password {
            let length = password.expose().chars().count();
            if length < SHORTEST_PASSWORD {
                return Err(Error::invalid_argument(format!(
                    "the administrator's password is too short: expected at least {SHORTEST_PASSWORD} characters, found {length}; nothing was sent"
                ))
                .build());
            }
        }
        let raw = self.hosting.raw().modules();
        let task = raw.install(self.hosting.service_name(), module).await?;
        Ok(Task::started(&self.hosting, task).taking(Work::Day))
    }

    operations! {
        [modules |modules| &modules.hosting]

        /// Upgrades a module.
        async fn upgrade(id: i64, to: &ModuleUpgrade) -> Task<Module> =
            |modules, task| modules.changing(task, id).taking(Work::Day);

        /// Uninstalls a module.
        async fn uninstall(id: i64) -> Task = |modules, task| modules.removing(task, id);
    }
}
