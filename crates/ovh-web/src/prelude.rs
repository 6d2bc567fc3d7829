//! The names that most programs need: `use ovh_web::prelude::*;`.
//!
//! Some handles and models have the same name, such as [`hosting::Database`] and
//! [`types::Database`]. The prelude has neither, only their modules, so that it can be imported
//! together with `types::*`. The handle of one hosting is then `hosting::Hosting`, and a task that a
//! method started is [`ovh_web::Task`](crate::Task):
//!
//! ```no_run
//! use ovh_web::prelude::*;
//! use ovh_web::types::*;
//!
//! async fn oldest(database: &hosting::Database) -> Result<Option<Dump>, Error> {
//!     let dumps: Vec<Dump> = database.dumps().list().await?;
//!     Ok(dumps.into_iter().min_by_key(|dump| dump.creation_date))
//! }
//! ```

pub use crate::{
    Change, ChangeKind, Client, ClientBuilder, EnsureOptions, Ensured, Error, ErrorKind, Hostings,
    Listing, Pending, Removal, RetryPolicy, TaskInfo, TaskSet, WaitPolicy, hosting, types,
};
