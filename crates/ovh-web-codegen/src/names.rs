//! Names: what routes, schemas and enum values are called in Rust.
//!
//! `schema/names.toml` is the lock: a name that is in it never changes by itself. What is not in it
//! yet gets a name from its route or its schema name alone, never from what else is in the
//! document, so that adding a route renames no other. [`operations`] and [`types`] make those
//! names, [`variants`] those of enum values, [`reserved`] keeps away from
//! the names that others have already, [`case`] does the letters, [`lock`] keeps them.

pub(crate) mod case;
pub(crate) mod lock;
pub(crate) mod operations;
pub(crate) mod reserved;
pub(crate) mod types;
pub(crate) mod variants;

pub(crate) use lock::{Lock, Name};
