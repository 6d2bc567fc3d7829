//! The catalogue of modules that can be installed. It is the same for every hosting, and open to
//! callers without credentials.

use ovh_runtime::{Call, Error};

use crate::Client;
use crate::listing::collect;
use crate::types::{CatalogModule, ListModuleCatalog};

/// The modules that can be installed: WordPress and the like, in their versions.
#[derive(Clone, Debug)]
pub struct ModuleCatalog {
    client: Client,
}

impl ModuleCatalog {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client }
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list(&self) -> Result<Vec<CatalogModule>, Error> {
        self.list_with(&ListModuleCatalog::default()).await
    }

    /// Those that the filters let through, such as only active ones or only the latest version.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list_with(&self, filter: &ListModuleCatalog) -> Result<Vec<CatalogModule>, Error> {
        let raw = self.client.raw().module_catalog();
        collect(
            || raw.page(filter),
            || raw.list(filter),
            |id: &i64| raw.get(*id),
        )
        .await
    }

    /// Their numbers.
    pub fn ids(&self) -> Call<Vec<i64>> {
        self.ids_with(&ListModuleCatalog::default())
    }

    /// The numbers of those that the filters let through.
    pub fn ids_with(&self, filter: &ListModuleCatalog) -> Call<Vec<i64>> {
        self.client.raw().module_catalog().list(filter)
    }

    /// One of them: name, version, languages, size, what it requires.
    pub fn get(&self, id: i64) -> Call<CatalogModule> {
        self.client.raw().module_catalog().get(id)
    }
}
