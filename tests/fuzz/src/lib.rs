//! Inputs that nobody would write, against everything that reads one.
//!
//! A target is a plain function of bytes. The bytes are no input as they are but choices
//! ([`Choices`]): they decide which real document is taken and what is changed in it, so that most
//! of what comes out gets past the first check. The function panics where a promise is broken; a
//! panic, a hang and memory without bounds are what is looked for.
//!
//! | module | what is fuzzed |
//! |---|---|
//! | `generator` | schema documents, overlays, names and docs through the whole generator |
//! | `models` | every type of the generated client, alone, in lists and in pages |
//! | `refusals` | error bodies of any status |
//! | `settings` | `ovh.conf`, environment, and what is made of them |
//! | `headers` | `Date`, `Retry-After` and page headers on the road of a call |
//! | `sandbox` | the sandbox's HTTP and JSON edge |
//!
//! Three callers share the targets: the tests of this package (a few runs, fixed seeds), its
//! program (`--runs`, `--seed`), and libFuzzer, which follows coverage (`libfuzzer/`). What was
//! found once is kept as a test of the crate that was mended.

mod choices;
pub mod driver;
mod generator;
mod headers;
mod json;
mod models;
mod refusals;
mod road;
mod sandbox;
mod settings;
mod text;

pub use choices::Choices;

/// Something that reads input.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name on the command line.
    pub name: &'static str,
    /// Feeds it what the bytes choose.
    pub run: fn(&[u8]),
    /// The number of bytes that the largest input needs.
    pub most: usize,
    /// The number of runs in a test, small enough to take seconds.
    pub short: u64,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target {
        name: "generator",
        run: generator::target,
        most: 1024,
        short: 40,
    },
    Target {
        name: "models",
        run: models::target,
        most: 2048,
        short: 2_000,
    },
    Target {
        name: "refusals",
        run: refusals::target,
        most: 512,
        short: 2_000,
    },
    Target {
        name: "settings",
        run: settings::target,
        most: 512,
        short: 2_000,
    },
    Target {
        name: "headers",
        run: headers::target,
        most: 256,
        short: 1_000,
    },
    Target {
        name: "sandbox",
        run: sandbox::target,
        most: 1024,
        short: 500,
    },
];

/// The target of that name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
