//! Sites as a file: how hostings, domains and DNS records have to be, with the feature `sites`.
//!
//! A plan compares the file with the account, and applying it makes the changes.

mod account;
mod apply;
mod compare;
mod hosting;
mod kind;
mod limits;
mod local_secrets;
mod place;
mod plan;
mod planner;
mod read;
mod saved;
mod secrets;
mod wanted;
mod zones;

pub use apply::{Applied, AppliedChange, ApplyOptions, Event, Outcome, Progress, Stop};
pub use kind::Kind;
pub use local_secrets::{LocalSecrets, generate_secret};
pub use place::{FileError, Mistake, Place};
pub use plan::{HostingPlan, Plan, PlannedChange, Unreadable};
pub use planner::Sites;
pub use saved::SavedPlan;
pub use secrets::{SecretError, SecretRef, SecretStore};
