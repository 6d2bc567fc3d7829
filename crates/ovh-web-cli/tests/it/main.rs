//! The tool against a sandbox, in one process with a linked clock.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod every;
mod fleet;
mod golden;
mod guide;
mod hints;
mod output;
mod probe;
mod proxy;
mod rules;
mod secrets;
mod support;
mod table;
mod usage;
