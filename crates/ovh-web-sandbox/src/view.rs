//! Views of the state for assertions: copies, taken at the present of the clock. No secret is in
//! them, because none is kept.

mod generic_resources;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::clock::Moment;
use crate::engine::Engine;
use crate::state::hosting::Hosting;

pub use generic_resources::{CdnDomain, Cron, Deployment, EnvVar, LogUser, Runtime, Website};

/// Looks into the state of a sandbox. A service that does not exist has nothing.
#[derive(Clone)]
pub struct State(pub(crate) Arc<Engine>);

/// A domain and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttachedDomain {
    /// The name.
    pub domain: String,
    /// The folder.
    pub path: String,
    /// `creating`, `created`, `updating` or `deleting`.
    pub status: String,
    /// Whether a certificate shall cover it.
    pub ssl: bool,
    /// `active` or `none`.
    pub firewall: String,
    /// `active` or `none`.
    pub cdn: String,
    /// Whether the DNS zone was left alone.
    pub bypass_dns: bool,
    /// The status of the certificate of this domain alone.
    pub certificate: Option<String>,
}

/// A database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Database {
    /// The name.
    pub name: String,
    /// The user of the database.
    pub user: String,
    /// The engine: `mysql` and so on.
    pub engine: String,
    /// The engine's version.
    pub version: String,
    /// What it counts as: `sqlPerso` and so on.
    pub capability: String,
    /// `creating`, `created`, `dumping`, `restoring`, `updating`, `locked` or `deleting`.
    pub status: String,
    /// What stands in it: see [`Sandbox::write_database`](crate::Sandbox::write_database).
    pub content: String,
    /// How many dumps there are of it.
    pub dumps: usize,
    /// How often its password was changed.
    pub password_changes: u32,
}

/// A dump.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dump {
    /// The id.
    pub id: u64,
    /// The database that was dumped.
    pub database: String,
    /// `now`, `daily.1` or `weekly.1`.
    pub date: String,
    /// `creating`, `created` or `deleting`.
    pub status: String,
    /// What it saw.
    pub content: String,
}

/// An installed module.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Module {
    /// The id of the installation.
    pub id: u64,
    /// Which entry of the catalogue it is.
    pub module_id: u64,
    /// The domain under which it answers.
    pub domain: String,
    /// The folder.
    pub path: String,
    /// The administrator's name.
    pub admin_name: String,
    /// The language.
    pub language: String,
    /// The databases that it uses.
    pub databases: Vec<String>,
    /// `creating`, `created`, `updating` or `deleting`.
    pub status: String,
}

/// An FTP or SSH user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// The login.
    pub login: String,
    /// The home folder.
    pub home: String,
    /// `active`, `none` or `sftponly`.
    pub ssh: String,
    /// `rw` or `off`.
    pub state: String,
    /// `creating`, `created`, `updating` or `deleting`.
    pub status: String,
    /// Whether it is the user that comes with the hosting.
    pub primary: bool,
    /// How often its password was changed.
    pub password_changes: u32,
}

/// The certificate of a hosting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// `LETSENCRYPT` or `CUSTOM`.
    pub provider: String,
    /// `creating`, `importing`, `created`, `regenerating` or `deleting`.
    pub status: String,
    /// The names that it covers.
    pub domains: Vec<String>,
}

/// A task that can still be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Task {
    /// The id.
    pub id: u64,
    /// What it does: `database/create` and so on.
    pub function: String,
    /// `todo`, `doing`, `done`; or `error` or `cancelled` if that was asked for.
    pub status: String,
    /// What it works on.
    pub object_id: String,
}

impl State {
    /// The names of all hostings.
    #[must_use]
    pub fn hostings(&self) -> Vec<String> {
        self.0.world().hostings.keys().cloned().collect()
    }

    /// The name that a hosting shows in the control panel.
    #[must_use]
    pub fn display_name(&self, service: &str) -> Option<String> {
        self.look(service, |hosting, _| hosting.display_name.clone())
    }

    /// The tags.
    #[must_use]
    pub fn tags(&self, service: &str) -> BTreeMap<String, String> {
        self.look(service, |hosting, _| hosting.tags.clone())
    }

    /// What stands for the files of a hosting: see
    /// [`Sandbox::write_files`](crate::Sandbox::write_files).
    #[must_use]
    pub fn files(&self, service: &str) -> String {
        self.look(service, |hosting, _| hosting.files.present().content)
    }

    /// The offer to which a hosting is boosted.
    #[must_use]
    pub fn boost(&self, service: &str) -> Option<String> {
        self.look(service, |hosting, _| hosting.boost.clone())
    }

    /// The attached domains, that of the hosting itself included.
    #[must_use]
    pub fn attached_domains(&self, service: &str) -> Vec<AttachedDomain> {
        self.look(service, |hosting, _| {
            hosting
                .domains
                .values()
                .map(|domain| AttachedDomain {
                    domain: domain.domain.clone(),
                    path: domain.path.clone(),
                    status: domain.status.to_owned(),
                    ssl: domain.ssl,
                    firewall: domain.firewall.clone(),
                    cdn: domain.cdn.clone(),
                    bypass_dns: domain.bypass_dns,
                    certificate: domain.certificate.as_ref().map(|it| it.status.to_owned()),
                })
                .collect()
        })
    }

    /// The certificate.
    #[must_use]
    pub fn certificate(&self, service: &str) -> Option<Certificate> {
        self.look(service, |hosting, _| {
            hosting.certificate.as_ref().map(|certificate| Certificate {
                provider: certificate.provider().to_owned(),
                status: certificate.status.to_owned(),
                domains: certificate.domains.clone(),
            })
        })
    }

    /// The databases.
    #[must_use]
    pub fn databases(&self, service: &str) -> Vec<Database> {
        self.look(service, |hosting, _| {
            hosting
                .databases
                .values()
                .map(|database| Database {
                    name: database.name.clone(),
                    user: database.user.clone(),
                    engine: database.kind.clone(),
                    version: database.version.clone(),
                    capability: database.capability.clone(),
                    status: database.status.to_owned(),
                    content: database.content().0,
                    dumps: hosting.count_dumps(&database.name),
                    password_changes: database.password_changes,
                })
                .collect()
        })
    }

    /// A database by its name.
    #[must_use]
    pub fn database(&self, service: &str, name: &str) -> Option<Database> {
        self.databases(service)
            .into_iter()
            .find(|database| database.name == name)
    }

    /// The dumps, those of deleted databases included.
    #[must_use]
    pub fn dumps(&self, service: &str) -> Vec<Dump> {
        self.look(service, |hosting, _| {
            hosting
                .dumps
                .values()
                .map(|dump| Dump {
                    id: dump.id,
                    database: dump.database.clone(),
                    date: dump.kind.clone(),
                    status: dump.status.to_owned(),
                    content: dump.content.0.clone(),
                })
                .collect()
        })
    }

    /// The installed modules.
    #[must_use]
    pub fn modules(&self, service: &str) -> Vec<Module> {
        self.look(service, |hosting, _| {
            hosting
                .modules
                .values()
                .map(|module| Module {
                    id: module.id,
                    module_id: module.catalogue_id,
                    domain: module.domain.clone(),
                    path: module.path.clone(),
                    admin_name: module.admin_name.clone(),
                    language: module.language.clone(),
                    databases: module.databases.iter().map(|d| d.name.clone()).collect(),
                    status: module.status.to_owned(),
                })
                .collect()
        })
    }

    /// The users, the primary one included.
    #[must_use]
    pub fn users(&self, service: &str) -> Vec<User> {
        self.look(service, |hosting, _| {
            hosting
                .users
                .iter()
                .map(|(login, user)| User {
                    login: login.clone(),
                    home: user.home.clone(),
                    ssh: user.ssh.clone(),
                    state: user.state.clone(),
                    status: user.status.to_owned(),
                    primary: user.primary,
                    password_changes: user.password_changes,
                })
                .collect()
        })
    }

    /// The tasks that can still be read.
    #[must_use]
    pub fn tasks(&self, service: &str) -> Vec<Task> {
        self.look(service, |hosting, now| {
            hosting
                .tasks
                .iter()
                .map(|task| Task {
                    id: task.id,
                    function: task.function.to_owned(),
                    status: task.status(now).to_owned(),
                    object_id: task.object_id().to_owned(),
                })
                .collect()
        })
    }

    fn look<T: Default>(&self, service: &str, view: impl FnOnce(&mut Hosting, Moment) -> T) -> T {
        let now = self.0.clock.now();
        match self.0.world().hosting(service, now) {
            Ok(hosting) => view(hosting, now),
            Err(_) => T::default(),
        }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("hostings", &self.hostings())
            .finish_non_exhaustive()
    }
}
