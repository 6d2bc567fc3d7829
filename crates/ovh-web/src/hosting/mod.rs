//! Handles for the resources of a hosting.
//!
//! A handle is a name and a client: creating one sends nothing, and cloning it is cheap. Operations
//! without a method here are in [`Client::raw`]. Handles with the name of a model are in
//! [`handle`](crate::handle).

pub(crate) mod catalog;
pub(crate) mod cdn;
pub(crate) mod certificate;
pub(crate) mod copies;
mod created;
pub(crate) mod cron_text;
pub(crate) mod crons;
pub(crate) mod databases;
pub(crate) mod domains;
pub(crate) mod dumps;
pub(crate) mod email;
pub(crate) mod env_vars;
pub(crate) mod handle;
pub(crate) mod modules;
pub(crate) mod names;
pub(crate) mod ovh_configs;
pub(crate) mod own_logs;
pub(crate) mod resource;
pub(crate) mod runtimes;
pub(crate) mod service_infos;
pub(crate) mod tasks;
pub(crate) mod users;
pub(crate) mod websites;

use ovh_runtime::{Call, Error, List};

pub use catalog::ModuleCatalog;
pub use copies::Copies;
pub use crons::Crons;
pub use databases::Databases;
pub use domains::Domains;
pub use dumps::{Dumps, HostingDumps};
pub use email::EmailOptions;
pub use env_vars::EnvVars;
pub use modules::Modules;
pub use ovh_configs::OvhConfigs;
pub use own_logs::LogUsers;
pub use runtimes::Runtimes;
pub use service_infos::ServiceInfos;
pub use tasks::Tasks;
pub use users::Users;
pub use websites::{Deployments, Websites};

use cdn::Cdn;
use certificate::Certificate;
use databases::Database;
use email::Email;
use own_logs::OwnLogs;

use crate::hosting::handle::Hosting;
use crate::task::Task;
use crate::types::{
    self, AbuseState, ChartSeries, HostingAction, HostingRequest, HostingUpdate, ListHosting,
    Snapshot, SnapshotRestore, SshKey, StatisticsPeriod, StatisticsType,
};
use crate::wait::{Lookup, Work, lookup};
use crate::{Change, ChangeKind, Client, Listing, TaskInfo};
use resource::operations;

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

    /// Lists the current incidents of web hosting, of the whole platform.
    ///
    /// The list is empty if there are none: read it before investigating a failure.
    ///
    /// Operation: `hosting::incidents`.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// for incident in client.incidents().await? {
    ///     println!("incident: {incident}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn incidents(&self) -> Call<Vec<String>> {
        self.raw().hosting().incidents()
    }
}

/// The hostings of the account.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// for hosting in client.hostings().list().await? {
///     println!("{}: {}, {}", hosting.service_name, hosting.offer, hosting.state);
/// }
/// let names = client.hostings().of_domain("shop.example.com").await?;
/// println!("shop.example.com is attached to {}", names.join(", "));
/// # Ok(())
/// # }
/// ```
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
    ///
    /// Operation: `hosting::list`.
    pub fn list_with(&self, filter: &ListHosting) -> Listing<types::Hosting> {
        Listing::new(
            (self.client.clone(), filter.clone()),
            |(client, filter)| client.raw().hosting().page(filter),
            |(client, filter)| client.raw().hosting().list(filter),
            |(client, _), name| client.raw().hosting().get(name),
        )
    }

    /// Returns the service names of the hostings that a domain is attached to.
    ///
    /// Operation: `domains::find`.
    pub fn of_domain(&self, domain: &str) -> Call<Vec<String>> {
        self.client.raw().domains().find(domain)
    }

    /// Returns the service names.
    ///
    /// Operation: `hosting::list`.
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
    dumps: HostingDumps, "dumps of all databases, including deleted ones";
    modules: Modules, "installed modules (WordPress and the like)";
    users: Users, "FTP and SSH users";
    crons: Crons, "crons";
    env_vars: EnvVars, "environment variables";
    ovh_configs: OvhConfigs, "configurations: PHP version, engine, firewall";
    service_infos: ServiceInfos, "contract: expiration and renewal";
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
    ///
    /// Operation: `hosting::get`.
    pub fn get(&self) -> Call<types::Hosting> {
        self.raw().hosting().get(self.service_name())
    }

    /// Changes the display name in the control panel.
    ///
    /// Operation: `hosting::update`.
    pub fn update(&self, update: &HostingUpdate) -> Call<()> {
        self.raw().hosting().update(self.service_name(), update)
    }

    operations! {
        [hosting |hosting| hosting]

        /// Returns usage statistics: hits, response time, CPU, connections.
        ///
        /// ```no_run
        /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
        /// use ovh_web::types::{StatisticsPeriod, StatisticsType};
        ///
        /// let hosting = client.hosting("example.ovh");
        /// let (period, metric) = (StatisticsPeriod::Weekly, StatisticsType::InHttpHits);
        /// for series in hosting.statistics(&period, &metric).await?.all()? {
        ///     let values = series.values.iter().filter_map(|point| point.value);
        ///     println!("{}: {} {}", series.serie_name, values.sum::<f64>(), series.unit);
        /// }
        /// # Ok(())
        /// # }
        /// ```
        fn statistics(period: &StatisticsPeriod, metric: &StatisticsType) -> List<ChartSeries>;

        /// Returns the restrictions of the hosting because of abuse.
        fn abuse_state() -> AbuseState;

        /// Returns the public SSH key that fetches from git repositories.
        fn ssh_key() -> SshKey;

        /// Replaces the SSH key pair, and returns the public key.
        ///
        /// Deployments fail until the repositories accept the new key.
        fn create_ssh_key() -> SshKey;

        /// Measures the disk space used: `quota_used` of [`get`](Self::get) after the task.
        ///
        /// ```no_run
        /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
        /// let hosting = client.hosting("example.ovh");
        /// hosting.measure_quota().await?.wait().await?;
        /// let info = hosting.get().await?;
        /// if let Some(share) = info.quota_used.and_then(|used| used.ratio(&info.quota_size)) {
        ///     println!("{:.1} % of the disk space is used", share * 100.0);
        /// }
        /// # Ok(())
        /// # }
        /// ```
        async fn measure_quota() -> Task
            => hosting.request(&HostingRequest::new(HostingAction::CheckQuota))
            = |hosting, task| Task::started(hosting, task);

        /// Empties the hosting's cache.
        async fn flush_cache() -> Task
            => hosting.request(&HostingRequest::new(HostingAction::FlushCache))
            = |hosting, task| Task::started(hosting, task);

        /// Scans the files for traces of an attack.
        async fn scan() -> Task
            => hosting.request(&HostingRequest::new(HostingAction::ScanAntihack))
            = |hosting, task| Task::started(hosting, task);
    }

    /// Returns the public SSH key, and creates the key pair if there is none.
    ///
    /// Parallel calls of a client and its clones run one after the other, so that one key is made.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// let key = client.hosting("example.ovh").ensure_ssh_key().await?;
    /// println!("add this deploy key to the repository: {}", key.public_key);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ensure_ssh_key(&self) -> Result<SshKey, Error> {
        let policy = self.client().wait_policy(Work::Hour);
        let _lock = self.exclusive("the SSH key", policy.deadline).await?;
        match self.find_ssh_key().await? {
            Some(key) => Ok(key),
            None => self.create_ssh_key().await,
        }
    }

    /// Returns the change that [`ensure_ssh_key`](Self::ensure_ssh_key) would make. Only reads.
    pub async fn plan_ssh_key(&self) -> Result<Change, Error> {
        Ok(Change::new(match self.find_ssh_key().await? {
            Some(_) => ChangeKind::Unchanged,
            None => ChangeKind::Created,
        }))
    }

    async fn find_ssh_key(&self) -> Result<Option<SshKey>, Error> {
        // Undocumented: a hosting without a key may return 404 or an empty key.
        Ok(match lookup(self.ssh_key().fresh().await)? {
            Lookup::Found(key) if !key.public_key.is_empty() => Some(key),
            _ => None,
        })
    }

    /// Restores all files from a backup. Later writes are lost.
    ///
    /// Operation: `snapshots::restore`.
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
    ///
    /// Once OVHcloud has archived the finished task, a wait returns an error of kind
    /// [`Gone`](crate::ErrorKind::Gone): the object shows the outcome.
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
