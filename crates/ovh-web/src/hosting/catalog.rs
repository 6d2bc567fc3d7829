//! The catalog of installable modules.
//!
//! It is the same for every hosting, and needs no credentials.

use ovh_runtime::Call;

use crate::types::{CatalogModule, ListModuleCatalog};
use crate::{Client, Listing};

/// The installable modules (WordPress and the like), with their versions.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::types::ListModuleCatalog;
///
/// let latest = ListModuleCatalog::default().latest(true);
/// for module in client.modules().list_with(&latest).await? {
///     println!("{}: {} {}, {}", module.id, module.name, module.version, module.size);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ModuleCatalog {
    client: Client,
}

impl ModuleCatalog {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client }
    }

    /// Lists the modules.
    pub fn list(&self) -> Listing<CatalogModule, i64> {
        self.list_with(&ListModuleCatalog::default())
    }

    /// Lists the modules that match the filter, such as only the latest versions.
    ///
    /// Operation: `module_catalog::list`.
    pub fn list_with(&self, filter: &ListModuleCatalog) -> Listing<CatalogModule, i64> {
        Listing::new(
            (self.client.clone(), filter.clone()),
            |(client, filter)| client.raw().module_catalog().page(filter),
            |(client, filter)| client.raw().module_catalog().list(filter),
            |(client, _), id| client.raw().module_catalog().get(*id),
        )
    }

    /// Returns the ids of the modules.
    pub fn ids(&self) -> Call<Vec<i64>> {
        self.list().ids()
    }

    /// Returns the ids of the modules that match the filter.
    pub fn ids_with(&self, filter: &ListModuleCatalog) -> Call<Vec<i64>> {
        self.list_with(filter).ids()
    }

    /// Reads a module: name, version, languages, size, requirements.
    ///
    /// Operation: `module_catalog::get`.
    pub fn get(&self, id: i64) -> Call<CatalogModule> {
        self.client.raw().module_catalog().get(id)
    }
}
