//! What is read and written: the types of the generated client, and the filters of its lists.
//!
//! For one thing there are up to three types: what is read (`Database`), what a creation takes
//! (`NewDatabase`), what an update takes (`UserUpdate`). What a creation cannot do without are the
//! arguments of `new`; everything else has a chainable setter.
//!
//! `Debug` redacts passwords and other secrets, `Serialize` does not: it writes what is sent to the
//! API. Do not log a serialized body.
//!
//! With the feature `full-serde`, which is on by default, a body can be read from a file, by the names
//! of its fields or by those on the wire. An unknown key is an error that names the nearest field:
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
//! Enums are open: a value that this version has no name for is kept, printed and sent back as it
//! came.

pub use ovh_web_client::cdn_domains::CdnDomainPurgeQuery;
pub use ovh_web_client::crons::ListCrons;
pub use ovh_web_client::databases::ListDatabases;
pub use ovh_web_client::domains::{DomainDetachQuery, ListDomains};
pub use ovh_web_client::dumps::ListDumps;
pub use ovh_web_client::env_vars::ListEnvVars;
pub use ovh_web_client::hosting::ListHosting;
pub use ovh_web_client::module_catalog::ListModuleCatalog;
pub use ovh_web_client::own_log_users::ListOwnLogUsers;
pub use ovh_web_client::own_logs::{ListOwnLogs, OwnLogTokenQuery};
pub use ovh_web_client::runtimes::{ListRuntimes, RuntimeAvailableTypesQuery};
pub use ovh_web_client::tasks::ListTasks;
pub use ovh_web_client::types::*;
pub use ovh_web_client::users::ListUsers;
pub use ovh_web_client::websites::ListWebsites;

pub use ovh_runtime::{Date, DateTime, Nullable, Secret, UnknownValue};
