//! Fuzz targets for everything that reads untrusted input.
//!
//! A target is a function of bytes that panics if a guarantee is broken. `generator` and `models` read
//! the bytes as `Choices`: which real input is taken, and what is changed in it. libFuzzer runs the
//! targets (`fuzz_targets`); the test `short` does so with a few inputs.

mod choices;
mod generator;
mod json;
mod models;
mod responses;
mod sandbox;
mod settings;

use choices::Choices;

/// Schema documents, overlays, names and docs, through the whole generator.
pub fn generator(data: &[u8]) {
    generator::fuzz(&mut Choices::new(data));
}

/// Every type of the generated client: alone, in lists and in pages.
pub fn models(data: &[u8]) {
    models::fuzz(&mut Choices::new(data));
}

/// Error bodies of any status, and the headers that a call reads.
pub fn responses(data: &[u8]) {
    responses::fuzz(data);
}

/// `ovh.conf`, environment variables and URLs.
pub fn settings(data: &[u8]) {
    settings::fuzz(data);
}

/// The sandbox's HTTP server and all of its routes.
pub fn sandbox(data: &[u8]) {
    sandbox::fuzz(data);
}
