//! The names that most programs need: `use ovh_web::prelude::*;`.
//!
//! Some handles and models have the same name. Those handles are in [`handle`], so that the prelude,
//! the crate and [`hosting`] can be imported together with `types::*`:
//!
//! ```no_run
//! use ovh_web::hosting::*;
//! use ovh_web::types::*;
//! use ovh_web::*;
//!
//! async fn oldest(database: &handle::Database) -> Result<Option<Dump>, Error> {
//!     let dumps: Vec<Dump> = database.dumps().list().await?;
//!     Ok(dumps.into_iter().min_by_key(|dump| dump.creation_date))
//! }
//!
//! async fn scan(hosting: &handle::Hosting, read: &Hosting) -> Result<TaskInfo, Error> {
//!     let task: handle::Task = hosting.scan().await?;
//!     println!("scan of {}: task {}", read.service_name, task.id());
//!     task.wait().await
//! }
//! ```
//!
//! The modules `domain` and `webhosting` have other modules `client` and `types`: import their items by
//! name.

pub use crate::{
    Change, ChangeKind, Client, ClientBuilder, EnsureOptions, Ensured, Error, ErrorKind, Hostings,
    Listing, Pending, Removal, RetryPolicy, TaskInfo, TaskSet, WaitPolicy, handle, hosting, types,
};
