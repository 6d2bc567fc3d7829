//! What the tests of facade and sandbox together stand on.
//!
//! The tests themselves are in `tests/tests/all`, one program with a module a subject; fixtures of
//! the generator's tests are in `tests/fixtures`. Here are the things they share: a sandbox and a
//! client tied to one clock ([`Scene`], [`LinkedClock`]), a server that is nothing but bytes
//! ([`RawServer`]), everything that was logged ([`Log`]), and the soak ([`soak::Soak`]), which a
//! test and a bench run. What concerns one crate alone is tested in that crate.

mod clock;
mod log;
mod scene;
mod server;
pub mod soak;

pub use clock::LinkedClock;
pub use log::Log;
pub use scene::{SERVICE, Scene, changes, fails};
pub use server::{Answer, RawServer, Seen};

/// The README, so that every Rust block in it is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[derive(Debug)]
pub struct Readme;
