//! Helpers for tests that use facade and sandbox together.
//!
//! The tests are in `tests/tests`, one module per subject; fixtures of the generator's tests are in
//! `tests/fixtures`. Helpers: a sandbox and a client with one clock ([`Scene`], [`LinkedClock`]), a
//! server that sends given bytes ([`RawServer`], over TLS with any [`Certificate`]), the log
//! ([`Log`]), all other output ([`Shown`]), and the soak ([`soak::Soak`]). Tests of a single crate
//! are in that crate.

mod certificate;
mod log;
mod raw_server;
mod scene;
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "the support of the facade's tests"
)]
#[path = "../../crates/ovh-web/tests/support/server.rs"]
mod server;
mod shown;
pub mod soak;

pub use certificate::{Certificate, Files};
pub use log::Log;
pub use ovh_web_testing::LinkedClock;
pub use raw_server::RawServer;
pub use scene::{SERVICE, Scene, changes, fails};
pub use server::{Answer, Seen};
pub use shown::{CANARY, Shown};

/// The guide to testing, whose lines need a sandbox.
#[cfg(doctest)]
#[doc = include_str!("../../crates/ovh-web/src/guide/testing.md")]
#[derive(Debug)]
pub struct TestingGuide;

/// The recipes, which need a sandbox.
#[cfg(doctest)]
#[doc = include_str!("../../crates/ovh-web/src/guide/recipes.md")]
#[derive(Debug)]
pub struct Recipes;

/// The README, so that every Rust block in it is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[derive(Debug)]
pub struct Readme;
