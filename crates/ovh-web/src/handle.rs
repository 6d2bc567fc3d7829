//! Handles of single objects, which have the names of their models.
//!
//! `handle::Database` makes calls, and [`types::Database`](crate::types::Database) is what they read.
//! The [`prelude`](crate::prelude) has both modules: import their items by name, or one module by a
//! glob. All other handles are in [`hosting`](crate::hosting).

#[cfg(feature = "domain")]
pub use crate::domain::zone::Zone;
pub use crate::hosting::cdn::{Cdn, CdnDomain};
pub use crate::hosting::certificate::Certificate;
pub use crate::hosting::databases::Database;
pub use crate::hosting::dumps::Dump;
pub use crate::hosting::email::Email;
pub use crate::hosting::handle::Hosting;
pub use crate::hosting::own_logs::OwnLogs;
pub use crate::task::Task;
