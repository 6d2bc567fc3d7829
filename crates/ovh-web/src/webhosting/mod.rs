//! All sites of all hostings in one list, with the feature `webhosting-v2`.
//!
//! Version 2 of `/webhosting` (beta) lists them in pages. Where it is not available, the list comes
//! from version 1, with one request for each hosting.
//!
//! ```no_run
//! # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
//! let mut sites = client.sites().with_certificates().stream();
//! while let Some(site) = sites.next().await {
//!     let site = site?;
//!     println!("{}: {}", site.domain, site.certificate_expiry());
//! }
//! println!("source: {:?}", sites.source());
//! # Ok(())
//! # }
//! ```
//!
//! Operations without a method here are in [`Client::raw_webhosting`].

mod site;
mod stream;
mod websites;

use std::future::IntoFuture;

use ovh_runtime::{BoxFuture, Error};

pub use site::{CertificateExpiry, HostedSite, SitesSource};
pub use stream::SiteStream;
pub use websites::SiteWebsites;

#[doc(no_inline)]
pub use ovh_webhosting_client as client;
#[doc(no_inline)]
pub use ovh_webhosting_client::types;

use crate::Client;
use crate::listing::Split;

/// Inferred: the largest page is undocumented.
const PAGE_SIZE: u64 = 500;

impl Client {
    /// Returns the generated client, with every operation of version 2 of `/webhosting` (beta).
    #[must_use]
    pub fn raw_webhosting(&self) -> client::Client {
        client::Client::new(self.raw().core().clone())
    }

    /// Lists the sites of all hostings: each attached domain with its folder, offer and state.
    ///
    /// The first page of version 2 decides: if it is refused with 404, or with 403 for a missing
    /// permission, the list comes from version 1. Any other error is returned. Lazy: nothing is sent
    /// until the list is awaited or streamed.
    ///
    /// Requests for 100 hostings with 20 domains each:
    ///
    /// | source | requests |
    /// |---|---|
    /// | version 2, in pages of 500 | 4 |
    /// | version 2, [with certificates](Sites::with_certificates) | 104 |
    /// | version 1, if it is [chosen](Sites::source) | 101: the list of hostings, and one for each |
    /// | version 1, after version 2 was refused | 102 |
    pub fn sites(&self) -> Sites {
        Sites {
            client: self.clone(),
            page_size: PAGE_SIZE,
            certificates: false,
            source: None,
        }
    }
}

/// The list of all sites, fetched when awaited or streamed.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// let list = client.sites().with_certificates().await?;
/// for site in &list.sites {
///     println!("{} on {}: {}", site.domain, site.service_name, site.certificate_expiry());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a list does nothing until it is awaited or streamed"]
pub struct Sites {
    client: Client,
    page_size: u64,
    certificates: bool,
    /// `None` if the first page decides.
    source: Option<SitesSource>,
}

impl Sites {
    /// Sets the maximum page size. 0 counts as 1. Default: 500.
    ///
    /// If the server refuses the size of the first page, smaller ones are tried, and then the
    /// server's own.
    pub fn page_size(mut self, size: u64) -> Self {
        self.page_size = size.max(1);
        self
    }

    /// Reads from this version of the API only.
    ///
    /// [`SitesSource::V1`] saves the request for a first page that the account is known to be refused.
    /// With [`SitesSource::V2`], a refusal is an error.
    pub fn source(mut self, source: SitesSource) -> Self {
        self.source = Some(source);
        self
    }

    /// Reads the certificates of the sites, with one more request for each hosting.
    ///
    /// Version 1 has no expiry of certificates: from it, they stay unknown.
    pub fn with_certificates(mut self) -> Self {
        self.certificates = true;
        self
    }

    /// Streams the sites. Nothing is sent before the first poll.
    pub fn stream(self) -> SiteStream {
        SiteStream::new(self)
    }

    /// Returns all sites and their source, or the first error.
    pub async fn collect(self) -> Result<SiteList, Error> {
        let mut stream = self.stream();
        let mut sites = Vec::new();
        while let Some(site) = stream.next().await {
            sites.push(site?);
        }
        Ok(stream.into_list(sites))
    }

    /// Returns the sites that could be read, and the errors of the others.
    ///
    /// From version 1, a hosting that cannot be read costs only its own sites. At most 100 errors are
    /// kept; if there are more, the last one gives their number.
    ///
    /// # Errors
    ///
    /// Returns an error if a page of version 2, or the list of hostings, cannot be read.
    pub async fn split(self) -> Result<(SiteList, Vec<Error>), Error> {
        let mut stream = self.stream();
        let mut split = Split::default();
        while let Some(item) = stream.next().await {
            match item {
                Err(error) if stream.has_failed() => return Err(error),
                item => split.add(item),
            }
        }
        let (sites, errors) = split.finish();
        Ok((stream.into_list(sites), errors))
    }
}

impl IntoFuture for Sites {
    type Output = Result<SiteList, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.collect())
    }
}

/// All sites of the account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SiteList {
    /// The sites.
    pub sites: Vec<HostedSite>,
    /// The version of the API that they come from.
    pub source: SitesSource,
}
