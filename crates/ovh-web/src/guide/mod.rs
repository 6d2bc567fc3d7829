//! Longer reading: what to do when something fails, how to test what you build, and how to come
//! from another client.
//!
//! Each page stands for itself. Their code is compiled, and run where it needs nothing but a
//! sandbox.

#[doc = include_str!("errors.md")]
pub mod errors {}

// Its lines need a crate that needs this one: they run with the tests of both.
#[cfg_attr(not(doctest), doc = include_str!("testing.md"))]
pub mod testing {}

#[doc = include_str!("other_clients.md")]
pub mod other_clients {}

#[doc = include_str!("differences.md")]
pub mod differences {}
