//! Views of the state for assertions: copies of the current state. They have no secrets, because
//! the state has none.

mod resources;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::clock::Moment;
use crate::engine::Engine;
use crate::state::hosting::Hosting;
use crate::state::resources::{Key, Kind, Resource};

pub use resources::{
    AttachedDomain, CdnDomain, Certificate, Cron, Database, Deployment, Dump, EnvVar, LogUser,
    Module, Runtime, User, Website,
};

/// Defines a method for each kind of resource, which returns the views of a hosting.
macro_rules! lists {
    ($($(#[doc = $doc:literal])+ $name:ident: $view:ident = $kind:ident,)+) => {$(
        $(#[doc = $doc])+
        #[must_use]
        pub fn $name(&self, service: &str) -> Vec<$view> {
            self.list(service, Kind::$kind, $view::new)
        }
    )+};
}

/// Reads the state of a sandbox. An unknown service has no objects.
#[derive(Clone)]
pub struct State(pub(crate) Arc<Engine>);

/// A task that can still be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Task {
    /// The id.
    pub id: u64,
    /// The function: `database/create` and so on.
    pub function: String,
    /// `todo`, `doing`, `done`; or `error` or `cancelled` if a test ordered that.
    pub status: String,
    /// The object that it works on.
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
        self.read(service, |hosting, _| hosting.display_name.clone())
    }

    /// The tags.
    #[must_use]
    pub fn tags(&self, service: &str) -> BTreeMap<String, String> {
        self.read(service, |hosting, _| hosting.tags.clone())
    }

    /// The text that represents the files of a hosting: see
    /// [`Sandbox::write_files`](crate::Sandbox::write_files).
    #[must_use]
    pub fn files(&self, service: &str) -> String {
        self.read(service, |hosting, _| hosting.files.current().content)
    }

    /// The offer that a hosting is boosted to.
    #[must_use]
    pub fn boost(&self, service: &str) -> Option<String> {
        self.read(service, |hosting, _| hosting.boost.clone())
    }

    lists! {
        /// The attached domains, with the default domain.
        attached_domains: AttachedDomain = Domain,
        /// The databases.
        databases: Database = Database,
        /// The dumps, with those of deleted databases.
        dumps: Dump = Dump,
        /// The installed modules.
        modules: Module = Module,
        /// The users, with the primary one.
        users: User = User,
        /// The crons.
        crons: Cron = Cron,
        /// The environment variables.
        env_vars: EnvVar = EnvVar,
        /// The runtimes.
        runtimes: Runtime = Runtime,
        /// The websites with their deployments.
        websites: Website = Website,
        /// The users of all logs.
        log_users: LogUser = OwnLogUser,
        /// The domains on the CDN.
        cdn_domains: CdnDomain = CdnDomain,
    }

    /// The names of all DNS zones.
    #[must_use]
    pub fn zones(&self) -> Vec<String> {
        self.0.world().zones.keys().cloned().collect()
    }

    /// The staged records of a zone, as `www A 192.0.2.10` with `@` for the zone itself, sorted.
    #[must_use]
    pub fn zone_records(&self, zone: &str) -> Vec<String> {
        let mut world = self.0.world();
        let mut lines = world
            .zone(zone)
            .map_or_else(|_| Vec::new(), |it| it.lines());
        lines.sort();
        lines
    }

    /// Returns `true` if name servers answer with all records of a zone.
    #[must_use]
    pub fn is_zone_deployed(&self, zone: &str) -> bool {
        let mut world = self.0.world();
        world.settle_zones(self.0.clock.now());
        world.zone(zone).is_ok_and(|it| it.is_deployed())
    }

    /// The certificate.
    #[must_use]
    pub fn certificate(&self, service: &str) -> Option<Certificate> {
        let certificates = self.list(service, Kind::Certificate, Certificate::new);
        certificates.into_iter().next()
    }

    /// A database by its name.
    #[must_use]
    pub fn database(&self, service: &str, name: &str) -> Option<Database> {
        let mut databases = self.databases(service).into_iter();
        databases.find(|database| database.name == name)
    }

    /// The tasks that can still be read.
    #[must_use]
    pub fn tasks(&self, service: &str) -> Vec<Task> {
        self.read(service, |hosting, now| {
            let tasks = hosting.tasks.iter().map(|task| Task {
                id: task.id,
                function: task.job.function.to_owned(),
                status: task.status(now).to_owned(),
                object_id: task.job.object_id.clone(),
            });
            tasks.collect()
        })
    }

    fn list<T>(
        &self,
        service: &str,
        kind: Kind,
        view: fn(&Hosting, &Key, &Resource) -> T,
    ) -> Vec<T> {
        self.read(service, |hosting, _| {
            let all = hosting.resources.all(kind);
            all.map(|(key, resource)| view(hosting, key, resource))
                .collect()
        })
    }

    fn read<T: Default>(&self, service: &str, view: impl FnOnce(&Hosting, Moment) -> T) -> T {
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
