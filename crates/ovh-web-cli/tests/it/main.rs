//! The tool against a sandbox, in one process with a linked clock.

mod fleet;
mod guide;
mod output;
mod secrets;
mod support;
mod table;
mod usage;
