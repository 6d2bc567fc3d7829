//! Handles for what a hosting consists of, a file a concept.
//!
//! A handle is a name and a client: making one sends nothing, and all of them are cheap to clone.
//! What they do not offer is one [`Client::raw`] away, on the same road.

mod catalog;
mod cdn;
mod certificate;
mod copies;
mod created;
pub(crate) mod cron_text;
mod crons;
mod databases;
mod domains;
mod dumps;
mod email;
mod env_vars;
mod family;
mod modules;
mod names;
mod own_logs;
mod runtimes;
mod tasks;
mod users;
mod websites;

use ovh_runtime::{Call, Error};

pub use catalog::ModuleCatalog;
pub use cdn::{Cdn, CdnDomain};
pub use certificate::{Certificate, CertificateOrder, CertificateRemoval};
pub use copies::Copies;
pub use crons::Crons;
pub use databases::{Database, Databases};
pub use domains::Domains;
pub use dumps::{Dump, Dumps};
pub use email::{Email, EmailOptions};
pub use env_vars::EnvVars;
pub use modules::Modules;
pub use own_logs::{LogUsers, OwnLogs};
pub use runtimes::Runtimes;
pub use tasks::Tasks;
pub use users::Users;
pub use websites::{Deployments, Websites};

pub use crate::handle::Hosting;
use crate::types::{self, HostingUpdate, ListHosting, Snapshot, SnapshotRestore};
use crate::wait::Work;
use crate::{Client, Listing, Task, TaskInfo};

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
        Hosting::new(self.clone(), service_name.into())
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
    pub fn list(&self) -> Listing<types::Hosting> {
        self.list_with(&ListHosting::default())
    }

    /// Those that the filters let through.
    pub fn list_with(&self, filter: &ListHosting) -> Listing<types::Hosting> {
        Listing::new(
            (self.client.clone(), filter.clone()),
            |(client, filter)| client.raw().hosting().page(filter),
            |(client, filter)| client.raw().hosting().list(filter),
            |(client, _), name| client.raw().hosting().get(name),
        )
    }

    /// The service names of the hostings that a domain is attached to.
    pub fn of_domain(&self, domain: &str) -> Call<Vec<String>> {
        self.client.raw().domains().find(domain)
    }

    /// Their service names.
    pub fn names(&self) -> Call<Vec<String>> {
        self.client.raw().hosting().list(&ListHosting::default())
    }
}

impl Hosting {
    /// What the API says about it: offer, addresses, quota, state.
    pub fn get(&self) -> Call<types::Hosting> {
        self.raw().hosting().get(self.service_name())
    }

    /// Changes what it is called in the control panel.
    pub fn update(&self, update: &HostingUpdate) -> Call<()> {
        self.raw().hosting().update(self.service_name(), update)
    }

    /// Brings all files back to the state of a backup. What was written since is lost.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn restore_snapshot(&self, backup: impl Into<Snapshot>) -> Result<Task, Error> {
        let body = SnapshotRestore::new(backup);
        let raw = self.raw().snapshots();
        let task = raw.restore(self.service_name(), &body).await?;
        Ok(Task::started(self, task).taking(Work::Days))
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

    /// The scripts that run on it at given hours.
    #[must_use]
    pub fn crons(&self) -> Crons {
        Crons::new(self.clone())
    }

    /// The variables that its scripts see.
    #[must_use]
    pub fn env_vars(&self) -> EnvVars {
        EnvVars::new(self.clone())
    }

    /// The interpreters that its domains can be served with.
    #[must_use]
    pub fn runtimes(&self) -> Runtimes {
        Runtimes::new(self.clone())
    }

    /// Its websites that come from a git repository.
    #[must_use]
    pub fn websites(&self) -> Websites {
        Websites::new(self.clone())
    }

    /// Statistics and logs of its single domains.
    #[must_use]
    pub fn own_logs(&self) -> OwnLogs {
        OwnLogs::new(self.clone())
    }

    /// The CDN in front of it.
    #[must_use]
    pub fn cdn(&self) -> Cdn {
        Cdn::new(self.clone())
    }

    /// The e-mail that its scripts send.
    #[must_use]
    pub fn email(&self) -> Email {
        Email::new(self.clone())
    }

    /// The e-mail options of its offer.
    #[must_use]
    pub fn email_options(&self) -> EmailOptions {
        EmailOptions::new(self.clone())
    }

    /// What it is doing.
    #[must_use]
    pub fn tasks(&self) -> Tasks {
        Tasks::new(self.clone())
    }

    /// A task that was started earlier, by its number. Nothing is sent before it is waited for.
    pub fn task(&self, id: i64) -> Task {
        Task::resumed(self.clone(), id)
    }

    /// A task that a call of [`Client::raw`] or [`Client::request`] returned, to be waited for. The
    /// response counts as the first sighting.
    ///
    /// ```
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::HostingRequest;
    ///
    /// # let request: HostingRequest = unimplemented!();
    /// let hosting = client.hosting("example.ovh");
    /// let task = client.raw().hosting().request(hosting.service_name(), &request).await?;
    /// println!("{}", hosting.adopt(task).wait().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn adopt(&self, task: impl Into<TaskInfo>) -> Task {
        Task::started(self, task)
    }
}
