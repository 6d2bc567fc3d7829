//! Tests of the facade with other HTTP engines.
//!
//! They need more crates than the rest, so `cargo test` does not run them; `.ci/run` does.
