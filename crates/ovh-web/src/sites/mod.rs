//! Sites as a file: how hostings, domains and DNS records have to be, with the feature `sites`.
//!
//! A plan compares the file with the account, and applying it makes the changes.

mod account;
mod apply;
mod compare;
mod entries;
mod file;
mod hosting;
mod import;
mod kind;
mod limits;
mod local_secrets;
mod merge;
mod names;
mod node;
mod place;
mod placeholders;
mod plan;
mod planner;
mod read;
mod resolve;
mod saved;
mod schema;
mod secrets;
mod wanted;
mod zones;

pub use apply::{Applied, AppliedChange, ApplyOptions, Event, Outcome, Progress, Stop};
pub use file::SitesFile;
pub use import::{Imported, import};
pub use kind::Kind;
pub use local_secrets::{LocalSecrets, generate_secret};
pub use place::{FileError, Mistake, Place};
pub use plan::{HostingPlan, Plan, PlannedChange, Unreadable};
pub use planner::Sites;
pub use saved::SavedPlan;
pub use secrets::{SecretError, SecretRef, SecretStore};
