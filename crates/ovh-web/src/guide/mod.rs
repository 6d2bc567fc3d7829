//! Guides: setup, recipes, errors, testing, and coming from other clients.
//!
//! The code in each guide is compiled, and run if it needs only a sandbox.

#[doc = include_str!("setup.md")]
pub mod setup {}

// The code of `recipes` and `testing` needs crates that depend on this one, so the tests of both
// run it.
#[cfg_attr(not(doctest), doc = include_str!("recipes.md"))]
pub mod recipes {}

#[doc = include_str!("errors.md")]
pub mod errors {}

#[cfg_attr(not(doctest), doc = include_str!("testing.md"))]
pub mod testing {}

#[doc = include_str!("other_clients.md")]
pub mod other_clients {}

#[doc = include_str!("differences.md")]
pub mod differences {}
