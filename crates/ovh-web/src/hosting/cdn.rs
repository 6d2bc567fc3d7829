//! The CDN of a hosting: its domains, their options, and its operations.

use ovh_runtime::{Call, Error, List};

use super::resource::handle;
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
    /// Reads the CDN.
    pub fn get(&self) -> Call<CdnObject> {
        self.hosting.raw().cdn().get(self.hosting.service_name())
    }

    /// Lists the options that the offer includes.
    pub fn available_options(&self) -> Call<List<CdnAvailableOption>> {
        let raw = self.hosting.raw().cdn();
        raw.available_options(self.hosting.service_name())
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
        let what = format!("the CDN's operation {id}");
        Pending::resumed(&self.hosting, what, move |hosting| read(hosting, id))
    }
}

/// One domain of a CDN.
#[derive(Clone, Debug)]
pub struct CdnDomain {
    hosting: Hosting,
    name: String,
}

impl CdnDomain {
    /// Reads the domain.
    pub fn get(&self) -> Call<CdnDomainObject> {
        let raw = self.hosting.raw().cdn_domains();
        raw.get(self.hosting.service_name(), &self.name)
    }

    /// Empties the cache, all of it or what matches a pattern.
    pub async fn purge(&self, what: &CdnDomainPurgeQuery) -> Result<Pending<CdnOperation>, Error> {
        let raw = self.hosting.raw().cdn_domains();
        let begun = raw
            .purge(self.hosting.service_name(), &self.name, what)
            .await?;
        Ok(operation(&self.hosting, begun))
    }

    /// Applies changed options.
    pub async fn refresh(&self) -> Result<Pending<CdnOperation>, Error> {
        let raw = self.hosting.raw().cdn_domains();
        let begun = raw.refresh(self.hosting.service_name(), &self.name).await?;
        Ok(operation(&self.hosting, begun))
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

fn operation(hosting: &Hosting, begun: CdnOperation) -> Pending<CdnOperation> {
    let (id, what) = (begun.id, format!("the CDN's operation {}", begun.id));
    Pending::new(hosting, what, Some(begun), move |hosting| read(hosting, id))
}

fn read(hosting: &Hosting, id: i64) -> Call<CdnOperation> {
    let raw = hosting.raw().cdn_operations();
    raw.get(hosting.service_name(), id)
}
