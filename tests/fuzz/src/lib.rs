//! Fuzz targets for everything that reads untrusted input.
//!
//! A target is a function of bytes that panics if a guarantee is broken. `generator` and `models` read
//! the bytes as `Choices`: which real input is taken, and what is changed in it. libFuzzer runs the
//! targets (`fuzz_targets`); the test `short` does so with a few inputs.

#![expect(clippy::missing_panics_doc, reason = "a panic is a finding")]

mod choices;
mod generator;
mod json;
mod models;
mod responses;
mod sandbox;
mod settings;

pub use generator::fuzz as generator;
pub use models::fuzz as models;
pub use responses::fuzz as responses;
pub use sandbox::fuzz as sandbox;
pub use settings::fuzz as settings;
