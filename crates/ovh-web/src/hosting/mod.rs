//! Handles for the resources of a hosting, one file each.
//!
//! A handle is a name and a client: creating one sends nothing, and cloning it is cheap. Operations
//! without a method here are in [`Client::raw`].

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
mod modules;
mod names;
mod own_logs;
pub(crate) mod resource;
mod runtimes;
mod tasks;
mod users;
mod websites;

use ovh_runtime::{Call, Error};

pub use catalog::ModuleCatalog;
pub use cdn::{Cdn, CdnDomain};
pub use certificate::Certificate;
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
    /// Returns the handle of the account's hostings.
    #[must_use]
    pub fn hostings(&self) -> Hostings {
        Hostings {
            client: self.clone(),
        }
    }

    /// Returns the handle of a hosting, such as `example.cluster01.hosting.ovh.net`.
    #[must_use]
    pub fn hosting(&self, service_name: impl Into<String>) -> Hosting {
        Hosting::new(self.clone(), service_name.into())
    }

    /// Returns the handle of the catalog of installable modules.
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
    /// Lists the hostings with their details.
    pub fn list(&self) -> Listing<types::Hosting> {
        self.list_with(&ListHosting::default())
    }

    /// Lists the hostings that match the filter.
    pub fn list_with(&self, filter: &ListHosting) -> Listing<types::Hosting> {
        Listing::new(
            (self.client.clone(), filter.clone()),
            |(client, filter)| client.raw().hosting().page(filter),
            |(client, filter)| client.raw().hosting().list(filter),
            |(client, _), name| client.raw().hosting().get(name),
        )
    }

    /// Returns the service names of the hostings that a domain is attached to.
    pub fn of_domain(&self, domain: &str) -> Call<Vec<String>> {
        self.client.raw().domains().find(domain)
    }

    /// Returns the service names.
    pub fn names(&self) -> Call<Vec<String>> {
        self.client.raw().hosting().list(&ListHosting::default())
    }
}

macro_rules! handles {
    ($($name:ident: $handle:ident, $what:literal;)*) => {
        impl Hosting {
            $(#[doc = concat!("Returns the handle of the ", $what, ".")]
            #[must_use]
            pub fn $name(&self) -> $handle {
                $handle::new(self.clone())
            })*
        }
    };
}

handles! {
    domains: Domains, "attached domains";
    certificate: Certificate, "SSL certificate";
    databases: Databases, "databases";
    modules: Modules, "installed modules (WordPress and the like)";
    users: Users, "FTP and SSH users";
    crons: Crons, "crons";
    env_vars: EnvVars, "environment variables";
    runtimes: Runtimes, "runtimes, the interpreters that serve domains";
    websites: Websites, "websites deployed from git repositories";
    own_logs: OwnLogs, "statistics and logs of single domains";
    cdn: Cdn, "CDN";
    email: Email, "e-mail sent by scripts";
    email_options: EmailOptions, "offer's e-mail options";
    tasks: Tasks, "task list";
}

impl Hosting {
    /// Reads the hosting: offer, addresses, quota, state.
    pub fn get(&self) -> Call<types::Hosting> {
        self.raw().hosting().get(self.service_name())
    }

    /// Changes the display name in the control panel.
    pub fn update(&self, update: &HostingUpdate) -> Call<()> {
        self.raw().hosting().update(self.service_name(), update)
    }

    /// Restores all files from a backup. Later writes are lost.
    pub async fn restore_snapshot(&self, backup: impl Into<Snapshot>) -> Result<Task, Error> {
        let body = SnapshotRestore::new(backup);
        let call = self.raw().snapshots().restore(self.service_name(), &body);
        Ok(Task::started(self, call.await?).taking(Work::Days))
    }

    /// Returns the handle of a database.
    #[must_use]
    pub fn database(&self, name: impl Into<String>) -> Database {
        Database::new(self.clone(), name.into())
    }

    /// Returns the handle of a task, by its id. Sends nothing.
    pub fn task(&self, id: i64) -> Task {
        Task::resumed(self.clone(), id)
    }

    /// Returns the handle of a task from [`Client::raw`] or [`Client::request`].
    ///
    /// The response counts as the first poll.
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
