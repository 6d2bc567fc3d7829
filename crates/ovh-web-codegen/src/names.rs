//! The Rust names of routes, schemas and enum values.
//!
//! A name in the lock, `names.toml`, never changes by itself. A new name comes from the route or
//! the schema alone, so a new route renames no other. [`operations`], [`types`] and [`variants`]
//! propose names, [`reserved`] has the names that are taken, [`case`] changes the case, [`commands`] names
//! commands and flags, and [`lock`] keeps the names.

pub(crate) mod case;
pub(crate) mod commands;
pub(crate) mod lock;
pub(crate) mod operations;
pub(crate) mod reserved;
pub(crate) mod types;
pub(crate) mod variants;

pub(crate) use lock::{Lock, Name};
