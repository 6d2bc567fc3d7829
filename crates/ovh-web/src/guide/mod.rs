//! Guides: errors, testing, and coming from other clients.
//!
//! The code in each guide is compiled, and run if it needs only a sandbox.

#[doc = include_str!("errors.md")]
pub mod errors {}

// Its code needs a crate that depends on this one, so the tests of both run it.
#[cfg_attr(not(doctest), doc = include_str!("testing.md"))]
pub mod testing {}

#[doc = include_str!("other_clients.md")]
pub mod other_clients {}

#[doc = include_str!("differences.md")]
pub mod differences {}
