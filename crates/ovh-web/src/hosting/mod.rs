//! Handles for what a hosting consists of, a file a concept.
//!
//! A handle is a name and a client: making one sends nothing, and all of them are cheap to clone.
//! What they do not offer is one [`Client::raw`] away, on the same road.

mod catalog;
mod certificate;
mod databases;
mod domains;
mod dumps;
mod modules;
mod users;

use std::fmt;
use std::sync::Arc;

use ovh_runtime::{Call, Error};

pub use catalog::ModuleCatalog;
pub use certificate::{Certificate, CertificateOrder, CertificateRemoval};
pub use databases::{Database, Databases};
pub use domains::Domains;
pub use dumps::{Dump, Dumps};
pub use modules::Modules;
pub use users::Users;

use crate::listing::collect;
use crate::types::{self, ListHosting};
use crate::{Client, Task};

impl Client {
    /// All hostings of the account.
    #[must_use]
    pub fn hostings(&self) -> Hostings {
        Hostings {
            client: self.clone(),
        }
    }

    /// One hosting by its service name, such as `example.cluster01.hosting.ovh.net`.
    #[must_use]
    pub fn hosting(&self, service_name: impl Into<String>) -> Hosting {
        Hosting {
            client: self.clone(),
            service_name: Arc::from(service_name.into()),
        }
    }

    /// The catalogue of modules that can be installed on a hosting.
    #[must_use]
    pub fn modules(&self) -> ModuleCatalog {
        ModuleCatalog::new(self.clone())
    }
}

/// The hostings of the account.
#[derive(Clone, Debug)]
pub struct Hostings {
    client: Client,
}

impl Hostings {
    /// All of them, with what the API says about each.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list(&self) -> Result<Vec<types::Hosting>, Error> {
        self.list_with(&ListHosting::default()).await
    }

    /// Those that the filters let through.
    ///
    /// # Errors
    ///
    /// Those of the calls; the first object that does not decode.
    pub async fn list_with(&self, filter: &ListHosting) -> Result<Vec<types::Hosting>, Error> {
        let raw = self.client.raw().hosting();
        collect(
            || raw.page(filter),
            || raw.list(filter),
            |name: &String| raw.get(name),
        )
        .await
    }

    /// Their service names.
    pub fn names(&self) -> Call<Vec<String>> {
        self.client.raw().hosting().list(&ListHosting::default())
    }
}

/// One hosting.
#[derive(Clone)]
pub struct Hosting {
    client: Client,
    service_name: Arc<str>,
}

impl Hosting {
    /// Its service name.
    #[must_use]
    pub fn service_name(&self) -> &str {
        &self.service_name
    }

    /// The client that calls for it.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// What the API says about it: offer, addresses, quota, state.
    pub fn get(&self) -> Call<types::Hosting> {
        self.client.raw().hosting().get(&self.service_name)
    }

    /// The domains that are served from it.
    #[must_use]
    pub fn domains(&self) -> Domains {
        Domains::new(self.clone())
    }

    /// Its SSL certificate.
    #[must_use]
    pub fn certificate(&self) -> Certificate {
        Certificate::new(self.clone())
    }

    /// Its databases.
    #[must_use]
    pub fn databases(&self) -> Databases {
        Databases::new(self.clone())
    }

    /// One of its databases, by name.
    #[must_use]
    pub fn database(&self, name: impl Into<String>) -> Database {
        Database::new(self.clone(), name.into())
    }

    /// The modules (WordPress and the like) that are installed on it.
    #[must_use]
    pub fn modules(&self) -> Modules {
        Modules::new(self.clone())
    }

    /// Its FTP and SSH users.
    #[must_use]
    pub fn users(&self) -> Users {
        Users::new(self.clone())
    }

    /// A task that was started earlier, by its number. Whether there is one shows with the first
    /// look.
    pub fn task(&self, id: i64) -> Task {
        Task::resumed(self.clone(), id)
    }
}

impl fmt::Debug for Hosting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosting")
            .field("service_name", &self.service_name)
            .finish_non_exhaustive()
    }
}
