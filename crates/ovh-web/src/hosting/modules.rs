//! Modules that are installed on a hosting: WordPress and the like.

use ovh_runtime::{Call, Error};

use super::family::handle;
use crate::types::{Module, ModuleUpgrade, NewModule};
use crate::wait::Work;
use crate::{Listing, Task};

/// Fact [C]: what the API's documentation asks of an administrator's password.
const SHORTEST_PASSWORD: usize = 8;

handle! {
    /// The modules that are installed on a hosting.
    Modules
}

impl Modules {
    /// All of them.
    pub fn list(&self) -> Listing<Module, i64> {
        Listing::new(
            self.hosting.clone(),
            |hosting| hosting.raw().modules().page(hosting.service_name()),
            |hosting| hosting.raw().modules().list(hosting.service_name()),
            |hosting, id| hosting.raw().modules().get(hosting.service_name(), *id),
        )
    }

    /// Their numbers: those of the installations, not of the catalogue.
    pub fn ids(&self) -> Call<Vec<i64>> {
        self.list().ids()
    }

    /// One of them.
    pub fn get(&self, id: i64) -> Call<Module> {
        let raw = self.hosting.raw().modules();
        raw.get(self.hosting.service_name(), id)
    }

    /// Installs a module of the catalogue ([`Client::modules`](crate::Client::modules)).
    ///
    /// It needs a free database; credentials and some failures arrive by e-mail. The task does not
    /// give the module, whose number the API does not tell: look for its path in the list.
    ///
    /// # Errors
    ///
    /// An administrator's password of fewer than eight characters, which the API is known to
    /// refuse ([`InvalidArgument`](crate::ErrorKind::InvalidArgument)); those of the call.
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

    /// Brings an installed module to a newer version.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn upgrade(&self, id: i64, to: &ModuleUpgrade) -> Result<Task<Module>, Error> {
        let raw = self.hosting.raw().modules();
        let task = raw.upgrade(self.hosting.service_name(), id, to).await?;
        let task = Task::started(&self.hosting, task).taking(Work::Day);
        Ok(task.giving(move |hosting| hosting.modules().get(id)))
    }

    /// Removes an installed module.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn uninstall(&self, id: i64) -> Result<Task, Error> {
        let raw = self.hosting.raw().modules();
        let task = raw.uninstall(self.hosting.service_name(), id).await?;
        let what = format!("the module {id}");
        Ok(Task::started(&self.hosting, task)
            .removing(what, move |hosting| hosting.modules().get(id)))
    }
}
