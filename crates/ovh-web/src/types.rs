//! The models of the generated client, and the filters of its lists.
//!
//! A resource has up to three types: the one that is read (`Database`), the body of a create
//! (`NewDatabase`), and the body of an update (`UserUpdate`). Required fields are arguments of
//! `new`; optional fields have chainable setters.
//!
//! `Debug` redacts passwords and other secrets. `Serialize` does not, since it writes the request
//! body: never log a serialized body.
//!
//! With the default feature `full-serde`, bodies can be deserialized from files, by Rust field
//! names or wire names. An unknown field is an error that suggests the nearest name:
//!
//! ```
//! # #[cfg(feature = "full-serde")] {
//! use ovh_web::types::NewDomain;
//!
//! let text = r#"
//!     domain = "shop.example.com"
//!     path = "shop"
//!     bypassDnsConfiguration = true
//! "#;
//! let error = toml::from_str::<NewDomain>(text).unwrap_err();
//! assert_eq!(
//!     error.message(),
//!     "unknown field `bypassDnsConfiguration`, did you mean `bypassDNSConfiguration`?"
//! );
//! # }
//! ```
//!
//! Enums are open: an unknown value is kept, displayed and sent back unchanged.
//!
//! # Copies
//!
//! A model converts into the body that creates the same object elsewhere, and into the one that
//! updates it; a value that cannot be read, such as a password, is an argument:
//!
//! ```
//! use ovh_web::types::{Cron, NewCron, NewUser, OvhConfig, OvhConfigChange, User};
//!
//! fn copies(cron: &Cron, user: &User) -> (NewCron, NewUser) {
//!     (NewCron::from(cron), NewUser::from_user(user, "aLongPassword1"))
//! }
//!
//! fn with_php(config: &OvhConfig, version: &str) -> OvhConfigChange {
//!     OvhConfigChange::from(config).engine_version(version)
//! }
//! ```
//!
//! Enums with the same values convert into each other.
//!
//! Each conversion lists the fields that it copies. An optional numeric ID, such as the runtime of a
//! domain, stays unset, since it identifies another object of the source's hosting; so do secrets, which
//! may be masked in responses. All other values are copied as they are. A body that updates has all
//! settings of the object: change some, and write it to the same object. Before you write a copy to
//! another one, look at these:
//!
//! - Variables: a value is a secret, so it is an argument. That of a `password` is masked; a mask is
//!   refused.
//! - Users: the login begins with that of the hosting, as does the user of a database. One whose `state`
//!   is `off` is copied as an enabled one, since a new user has no such field; `UserUpdate::from` has it.
//! - PHP: a version such as `AUTO` that is not [known](OvhConfigAvailableEngineVersion::is_known) cannot
//!   be written.
//! - Renewal: `delete_at_expiration` is copied too, and then deletes the other service.
//! - Crons: one that OVHcloud has suspended is copied as `suspended`: send `disabled`. `CronUpdate::from`
//!   replaces the description, and with it the key of [`Crons::ensure`](crate::hosting::Crons::ensure).
//! - Domains: a domain is attached to one hosting at a time. Detach it there first.
//! - Databases: the capacity is one of
//!   [`creation_capabilities`](crate::hosting::Databases::creation_capabilities) of the new hosting.
//!
//! A missing property of a response is corrected to a zero value, which a copy would write. Read
//! the source with [`strict_decoding`](crate::ClientBuilder::strict_decoding), or check that
//! `with_corrections` of the [call](crate::Call::with_corrections) or the
//! [list](crate::Listing::with_corrections) returns no corrections.
//!
//! # Unit tests
//!
//! With the feature `test-util`, each model that is read has `example`; see
//! [`guide::testing`](crate::guide::testing). An amount has `new` without that feature:
//!
//! ```
//! use ovh_web::types::Quantity;
//!
//! let (used, size) = (Quantity::new(250, "MB"), Quantity::new(1, "GB"));
//! assert_eq!(used.ratio(&size), Some(0.25));
//! assert_eq!(used.to_string(), "250 MB");
//! ```

pub use ovh_web_client::boosts::ListBoosts;
pub use ovh_web_client::cdn_domains::{
    CdnDomainLogsQuery, CdnDomainPurgeQuery, CdnDomainStatisticsQuery,
};
pub use ovh_web_client::cdn_logs::CdnLogSubscriptionsQuery;
pub use ovh_web_client::configuration::ConfigurationAvailableQuery;
pub use ovh_web_client::crons::ListCrons;
pub use ovh_web_client::databases::ListDatabases;
pub use ovh_web_client::domains::{DomainDetachQuery, ListDomains};
pub use ovh_web_client::dumps::{DumpListAllQuery, ListDumps};
pub use ovh_web_client::env_vars::ListEnvVars;
pub use ovh_web_client::freedom::ListFreedom;
pub use ovh_web_client::hosting::ListHosting;
pub use ovh_web_client::indy::ListIndy;
pub use ovh_web_client::local_seo_accounts::ListLocalSeoAccounts;
pub use ovh_web_client::logs::LogSubscriptionsQuery;
pub use ovh_web_client::module_catalog::ListModuleCatalog;
pub use ovh_web_client::ovh_configs::ListOvhConfigs;
pub use ovh_web_client::own_log_users::ListOwnLogUsers;
pub use ovh_web_client::own_logs::{ListOwnLogs, OwnLogTokenQuery};
pub use ovh_web_client::runtimes::{ListRuntimes, RuntimeAvailableTypesQuery};
pub use ovh_web_client::tasks::ListTasks;
pub use ovh_web_client::types::*;
pub use ovh_web_client::user_logs::ListUserLogs;
pub use ovh_web_client::users::ListUsers;
pub use ovh_web_client::websites::ListWebsites;

pub use ovh_runtime::{Date, DateTime, Nullable, Secret, TagFilters, UnknownValue};
