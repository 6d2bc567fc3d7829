//! The maintainer's commands, each in a temporary workspace.

mod clients;
mod committed;
mod diff;
mod download;
mod fetch;
mod forms;
mod hostile;
mod killed;
mod lint;
mod pr_body;
mod pr_checks;
mod preview;
mod regen;
mod rehearsal;
mod support;
#[cfg(unix)]
mod workflow;
mod workflows;
