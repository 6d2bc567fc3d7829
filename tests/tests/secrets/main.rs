//! No log, error, `Debug`, journal or URL shows a secret, with all logging turned on.
//!
//! A separate program, in which every test starts with `Log::keep()`. `tracing` caches for the whole
//! process whether a span is enabled: a span that is used before the log is installed stays disabled.

// The example `web_app` refers to its files from the root of the program.
#[path = "../../../crates/ovh-web-testing/examples/web_app/journey.rs"]
#[allow(dead_code, clippy::disallowed_methods, clippy::print_stdout)]
mod journey;
#[path = "../../../crates/ovh-web-testing/examples/web_app/report.rs"]
#[allow(
    dead_code,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr
)]
mod report;

mod examples;
mod fields;
mod journeys;
mod operations;
