//! Sites as a file: how hostings, domains and DNS records have to be, with the feature `sites`.
//!
//! A plan compares the file with the account, and applying it makes the changes.

mod entries;
mod file;
mod kind;
mod merge;
mod names;
mod node;
mod place;
mod placeholders;
mod plan;
mod resolve;
mod schema;
mod secrets;
mod wanted;

pub use file::SitesFile;
pub use kind::Kind;
pub use place::{FileError, Mistake, Place};
pub use plan::{HostingPlan, Plan, PlannedChange, Unreadable};
pub use secrets::{SecretError, SecretRef, SecretStore};
