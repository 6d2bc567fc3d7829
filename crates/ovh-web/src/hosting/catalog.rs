//! The catalogue of modules that can be installed. It is the same for every hosting, and open to
//! callers without credentials.

use ovh_runtime::Call;

use crate::types::{CatalogModule, ListModuleCatalog};
use crate::{Client, Listing};

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
    pub fn list(&self) -> Listing<CatalogModule, i64> {
        self.list_with(&ListModuleCatalog::default())
    }

    /// Those that the filters let through, such as only active ones or only the latest version.
    pub fn list_with(&self, filter: &ListModuleCatalog) -> Listing<CatalogModule, i64> {
        Listing::new(
            (self.client.clone(), filter.clone()),
            |(client, filter)| client.raw().module_catalog().page(filter),
            |(client, filter)| client.raw().module_catalog().list(filter),
            |(client, _), id| client.raw().module_catalog().get(*id),
        )
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
