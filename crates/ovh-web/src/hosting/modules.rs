//! Installed modules: WordPress and the like.

use ovh_runtime::{Call, Error};

use super::resource::handle;
use crate::types::{Module, ModuleUpgrade, NewModule};
use crate::wait::Work;
use crate::{Listing, Task};

/// Documented: the minimum length of an administrator's password.
const SHORTEST_PASSWORD: usize = 8;

handle! {
    /// The modules that are installed on a hosting.
    Modules
}

impl Modules {
    /// Lists the modules.
    pub fn list(&self) -> Listing<Module, i64> {
        Listing::new(
            self.hosting.clone(),
            |hosting| hosting.raw().modules().page(hosting.service_name()),
            |hosting| hosting.raw().modules().list(hosting.service_name()),
            |hosting, id| hosting.raw().modules().get(hosting.service_name(), *id),
        )
    }

    /// Returns the ids of the installed modules; the catalog has other ids.
    pub fn ids(&self) -> Call<Vec<i64>> {
        self.list().ids()
    }

    /// Reads a module.
    pub fn get(&self, id: i64) -> Call<Module> {
        let raw = self.hosting.raw().modules();
        raw.get(self.hosting.service_name(), id)
    }

    /// Installs a module from the catalog ([`Client::modules`](crate::Client::modules)).
    ///
    /// It needs a free database. Credentials and some failures arrive by e-mail. The API does not
    /// return the module's id: find the module in the list by its path.
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
                    "the administrator's password of a module has at least {SHORTEST_PASSWORD} characters, this one has {length}; nothing was sent"
                ))
                .build());
            }
        }
        let raw = self.hosting.raw().modules();
        let task = raw.install(self.hosting.service_name(), module).await?;
        Ok(Task::started(&self.hosting, task).taking(Work::Day))
    }

    /// Upgrades a module.
    pub async fn upgrade(&self, id: i64, to: &ModuleUpgrade) -> Result<Task<Module>, Error> {
        let raw = self.hosting.raw().modules();
        let task = raw.upgrade(self.hosting.service_name(), id, to).await?;
        let task = Task::started(&self.hosting, task).taking(Work::Day);
        Ok(task.with_output(move |hosting| hosting.modules().get(id)))
    }

    /// Uninstalls a module.
    pub async fn uninstall(&self, id: i64) -> Result<Task, Error> {
        let raw = self.hosting.raw().modules();
        let task = raw.uninstall(self.hosting.service_name(), id).await?;
        let what = format!("the module {id}");
        Ok(Task::started(&self.hosting, task)
            .removing(what, move |hosting| hosting.modules().get(id)))
    }
}
