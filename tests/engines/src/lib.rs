//! Tests of the facade with other HTTP engines, and with each TLS library.
//!
//! They need more crates than the rest, so `cargo test` does not run them; `.ci/run` does.
