//! The integration tests of the runtime, in one program.

#![allow(
    missing_docs,
    unexpected_cfgs,
    reason = "types of a test, with the features of generated crates"
)]

mod corrections;
mod support;
