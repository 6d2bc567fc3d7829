//! The tool against a sandbox, in one process with a linked clock.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod completion;
mod every;
mod exits;
mod fleet;
mod golden;
mod guide;
mod hints;
mod hostile;
#[cfg(target_os = "linux")]
mod interactive;
mod interrupts;
mod manual;
mod output;
mod probe;
mod proxy;
mod rules;
mod secrets;
#[cfg(target_os = "linux")]
mod shells;
mod sites;
mod sites_end;
mod sites_exits;
mod sites_guide;
mod sites_hostings;
mod sites_output;
#[cfg(target_os = "linux")]
mod sites_terminal;
mod support;
mod table;
#[cfg(target_os = "linux")]
mod terminal;
mod usage;
