//! The CDN of a hosting: its domains, their options, and its operations.

use ovh_runtime::{Call, List};

use super::resource::{handle, operations};
use crate::Pending;
use crate::handle::Hosting;
use crate::types::{
    Cdn as CdnObject, CdnAvailableOption, CdnDomain as CdnDomainObject, CdnDomainPurgeQuery,
    CdnOperation, CdnOption, CdnOptionUpdate, NewCdnOption,
};

handle! {
    /// The CDN of a hosting.
    Cdn
}

impl Cdn {
    operations! {
        [cdn |cdn| &cdn.hosting]

        /// Reads the CDN.
        fn get() -> CdnObject;

        /// Lists the options that the offer includes.
        fn available_options() -> List<CdnAvailableOption>;
    }

    /// Lists the domains served by the CDN.
    pub fn domains(&self) -> Call<List<CdnDomainObject>> {
        let raw = self.hosting.raw().cdn_domains();
        raw.list(self.hosting.service_name())
    }

    /// Returns the handle of a domain.
    #[must_use]
    pub fn domain(&self, name: impl Into<String>) -> CdnDomain {
        CdnDomain {
            hosting: self.hosting.clone(),
            name: name.into(),
        }
    }

    /// Lists the operations, running and finished.
    pub fn operations(&self) -> Call<List<CdnOperation>> {
        let raw = self.hosting.raw().cdn_operations();
        raw.list(self.hosting.service_name())
    }

    /// Returns an operation, to wait for.
    pub fn operation(&self, id: i64) -> Pending<CdnOperation> {
        pending(&self.hosting, id).resumed()
    }
}

/// One domain of a CDN.
#[derive(Clone, Debug)]
pub struct CdnDomain {
    hosting: Hosting,
    name: String,
}

impl CdnDomain {
    operations! {
        [cdn_domains |domain| &domain.hosting, &domain.name]

        /// Reads the domain.
        fn get() -> CdnDomainObject;

        /// Empties the cache, all of it or what matches a pattern.
        async fn purge(what: &CdnDomainPurgeQuery) -> Pending<CdnOperation> =
            |domain, operation| started(&domain.hosting, operation);

        /// Applies changed options.
        async fn refresh() -> Pending<CdnOperation> =
            |domain, operation| started(&domain.hosting, operation);
    }

    /// Lists the options of the domain. The route returns objects without paging.
    pub fn options(&self) -> Call<List<CdnOption>> {
        let raw = self.hosting.raw().cdn_options();
        raw.list(self.hosting.service_name(), &self.name)
    }

    /// Reads an option.
    pub fn option(&self, name: &str) -> Call<CdnOption> {
        let raw = self.hosting.raw().cdn_options();
        raw.get(self.hosting.service_name(), &self.name, name)
    }

    /// Adds an option.
    pub fn create_option(&self, option: &NewCdnOption) -> Call<CdnOption> {
        let raw = self.hosting.raw().cdn_options();
        raw.create(self.hosting.service_name(), &self.name, option)
    }

    /// Changes an option.
    pub fn update_option(&self, name: &str, update: &CdnOptionUpdate) -> Call<CdnOption> {
        let raw = self.hosting.raw().cdn_options();
        raw.update(self.hosting.service_name(), &self.name, name, update)
    }

    /// Deletes an option.
    pub fn delete_option(&self, name: &str) -> Call<()> {
        let raw = self.hosting.raw().cdn_options();
        raw.delete(self.hosting.service_name(), &self.name, name)
    }
}

fn started(hosting: &Hosting, operation: CdnOperation) -> Pending<CdnOperation> {
    pending(hosting, operation.id).with_first(operation)
}

fn pending(hosting: &Hosting, id: i64) -> Pending<CdnOperation> {
    let of = hosting.clone();
    Pending::new(hosting, format!("the CDN operation {id}"), move || {
        of.raw().cdn_operations().get(of.service_name(), id)
    })
}
