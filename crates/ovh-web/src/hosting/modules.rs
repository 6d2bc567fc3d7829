//! Modules that are installed on a hosting: WordPress and the like.

use ovh_runtime::{Call, Error};

use super::Hosting;
use crate::Task;
use crate::listing::collect;
use crate::types::{Module, NewModule};

/// The modules that are installed on a hosting.
#[derive(Clone, Debug)]
pub struct Modules {
    hosting: Hosting,
}

impl Modules {
    pub(crate) const fn new(hosting: Hosting) -> Self {
        Self { hosting }
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list(&self) -> Result<Vec<Module>, Error> {
        let (raw, service) = (
            self.hosting.client().raw().modules(),
            self.hosting.service_name(),
        );
        collect(
            || raw.page(service),
            || raw.list(service),
            |id: &i64| raw.get(service, *id),
        )
        .await
    }

    /// Their numbers: those of the installations, not of the catalogue.
    pub fn ids(&self) -> Call<Vec<i64>> {
        let raw = self.hosting.client().raw().modules();
        raw.list(self.hosting.service_name())
    }

    /// One of them.
    pub fn get(&self, id: i64) -> Call<Module> {
        let raw = self.hosting.client().raw().modules();
        raw.get(self.hosting.service_name(), id)
    }

    /// Installs a module of the catalogue ([`Client::modules`](crate::Client::modules)).
    ///
    /// It needs a free database; credentials and some failures arrive by e-mail.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn install(&self, module: &NewModule) -> Result<Task, Error> {
        let raw = self.hosting.client().raw().modules();
        let task = raw.install(self.hosting.service_name(), module).await?;
        Ok(Task::started(self.hosting.clone(), task))
    }

    /// Removes an installed module.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn uninstall(&self, id: i64) -> Result<Task, Error> {
        let raw = self.hosting.client().raw().modules();
        let task = raw.uninstall(self.hosting.service_name(), id).await?;
        Ok(Task::started(self.hosting.clone(), task))
    }
}
