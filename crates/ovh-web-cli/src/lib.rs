//! The command line tool `ovh-web`, as a library that its program and its tests call.
//!
//! A generated table holds a command for each operation of OVHcloud's web hosting, sites and domains.

mod account;
mod body;
mod builtin;
pub mod command;
mod compare;
mod completion;
mod confirm;
mod documents;
mod dry_run;
mod exit;
mod expression;
mod failure;
mod fleet;
pub mod generated;
mod global;
mod interrupt;
mod invocation;
mod jq;
mod lookup;
mod output;
mod printable;
mod prompt;
mod read;
mod requests;
mod resume;
mod risk;
mod run;
mod secret_store;
mod secrets;
mod select;
mod session;
mod table;
mod tree;
mod usage;
mod validate;
mod wait;
mod write;

pub use exit::Exit;
pub use run::run;
pub use session::{Console, Session, Terminals};
pub use tree::root as whole_tree;
