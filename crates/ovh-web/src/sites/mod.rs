//! Sites as a file: how hostings, domains and DNS records have to be, with the feature `sites`.
//!
//! [`SitesFile`] reads the file, [`Sites::plan`] compares it with the account, and [`Sites::apply`]
//! makes the changes and waits for their work. [`import()`] writes a file from an account.
//!
//! ```no_run
//! # async fn example(client: ovh_web::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use ovh_web::sites::{ApplyOptions, Event, LocalSecrets, Sites, SitesFile};
//!
//! let text = std::fs::read_to_string("sites.toml")?;
//! let file = SitesFile::parse("sites.toml", &text, |name| std::env::var(name).ok())?;
//! let sites = Sites::new(&client, file).secrets(LocalSecrets::in_folder("."));
//!
//! let plan = sites.plan().await?;
//! for (of, change) in plan.changes() {
//!     println!("{of}: {change}");
//! }
//! let progress = |event: Event<'_>| {
//!     if let Event::Ended(change) = event {
//!         println!("{}: {} {}", change.of, change.planned.name, change.outcome);
//!     }
//! };
//! let applied = sites.apply(&ApplyOptions::new(), &progress).await?;
//! println!("complete: {}", applied.is_complete());
//! # Ok(())
//! # }
//! ```
//!
//! There is no state besides the file: objects are known by their names. What the file does not name
//! is left alone, unless it says that a kind is pruned. Each change is made with `ensure`, so that a
//! run that failed or was killed is completed by the next one, and nothing is created twice.
//!
//! Secrets are references ([`SecretRef`]), which a [`SecretStore`] resolves when an object is created
//! or written.

mod account;
mod apply;
mod budget;
mod compare;
mod entries;
mod file;
mod hosting;
mod import;
mod kind;
mod letters;
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
pub use letters::is_invisible;
pub use local_secrets::{LocalSecrets, generate_secret};
pub use place::{FileError, Mistake, Place};
pub use plan::{HostingPlan, Plan, PlannedChange, Unreadable};
pub use planner::Sites;
pub use saved::SavedPlan;
pub use secrets::{SecretError, SecretRef, SecretStore};
