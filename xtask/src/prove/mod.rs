//! `cargo xtask prove`: what is claimed, measured, and written to `docs/proof.md`.
//!
//! A part is a file here: how it is measured, and a pure `report` from the measured values to its
//! section. A new part is one more file and one more line in `PARTS`. What measures the client
//! are programs of the tests (`tests/benches`), since these commands know nothing of the client.

mod build;
mod calls;
mod decode;
mod document;
mod figures;
mod first_use;
mod machine;
mod plot;
mod program;
mod scale;
mod secrets;
mod soak;
mod waits;

use crate::budget;
use crate::failure::Failure;
use crate::say;
use crate::workspace::Workspace;
use chrono::NaiveDate;
use clap::builder::PossibleValuesParser;
use document::Section;
use figures::Target;
use program::Programs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where the report is committed; drawings lie beside it.
const REPORT: &str = "docs/proof.md";

/// Measure what is claimed, and write docs/proof.md.
///
/// All of it takes an hour and more, half of which is the soak; on a busy machine the figures are
/// worth little. Fails if something could not be measured, and not if a target is missed: the
/// report says so.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Run these parts only, and leave the others of the report as they are.
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = PossibleValuesParser::new(PARTS.map(|part| part.name)))]
    only: Vec<String>,
    /// A few minutes of it, to see that it works: written below the target folder, since the
    /// figures are too rough to be kept.
    #[arg(long)]
    quick: bool,
    /// How often each build is measured by the part `build`, which takes the longest of all.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=50))]
    repeats: u32,
}

/// A part of the report.
struct Part {
    name: &'static str,
    title: &'static str,
    run: fn(&mut Lab<'_>) -> Result<Outcome, Failure>,
}

/// All of them, in the order of the report.
const PARTS: [Part; 8] = [
    calls::PART,
    decode::PART,
    scale::PART,
    waits::PART,
    build::PART,
    first_use::PART,
    soak::PART,
    secrets::PART,
];

/// What a part has to work with.
struct Lab<'a> {
    workspace: &'a Workspace,
    programs: Programs,
    /// A folder for what is made on the way.
    scratch: PathBuf,
    quick: bool,
    repeats: u32,
    out: &'a mut dyn Write,
}

impl Lab<'_> {
    /// What is going on, for who waits.
    fn tell(&mut self, line: impl std::fmt::Display) -> Result<(), Failure> {
        say(self.out, line)
    }

    /// One number for the real thing, another for a quick look.
    const fn or_quick<T: Copy>(&self, real: T, quick: T) -> T {
        if self.quick { quick } else { real }
    }
}

/// What became of a part.
#[derive(Debug, Default)]
struct Outcome {
    targets: Vec<Target>,
    /// Markdown behind the targets.
    text: String,
    /// Drawings by their names, which the text refers to.
    drawings: Vec<(&'static str, String)>,
}

impl Outcome {
    fn body(&self) -> String {
        let mut body = String::new();
        if !self.targets.is_empty() {
            body.push_str(figures::HEAD);
            body.push_str(&figures::rows(&self.targets));
            body.push('\n');
        }
        body.push_str(&self.text);
        body
    }
}

/// Runs the parts and writes the report after each, so that what was measured is not lost when a
/// later one fails.
///
/// # Errors
/// If something cannot be built, measured or written.
pub fn run(
    workspace: &Workspace,
    args: &Args,
    today: NaiveDate,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let scratch = budget::target(workspace)?.join("prove");
    std::fs::create_dir_all(&scratch).map_err(|error| Failure::io("make", &scratch, error))?;
    let place = if args.quick {
        scratch.join("proof.md")
    } else {
        workspace.root().join(REPORT)
    };
    let order = PARTS.map(|part| part.name);
    let mut lab = Lab {
        workspace,
        programs: Programs::default(),
        scratch,
        quick: args.quick,
        repeats: args.repeats,
        out,
    };
    for part in &PARTS {
        if !args.only.is_empty() && !args.only.iter().any(|name| name == part.name) {
            continue;
        }
        lab.tell(format!("== {}", part.title))?;
        let outcome = (part.run)(&mut lab)?;
        let section = Section {
            title: part.title.to_owned(),
            stamp: machine::stamp(today),
            body: outcome.body(),
        };
        let old = std::fs::read_to_string(&place).unwrap_or_default();
        let mut sections = document::read(&old);
        sections.insert(part.name.to_owned(), document::section(&section));
        put(&place, &document::write(&order, &sections))?;
        for (name, drawing) in &outcome.drawings {
            put(&place.with_file_name(name), drawing)?;
        }
        lab.tell(outcome.body())?;
    }
    lab.tell(format!("written to {}", place.display()))
}

fn put(place: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder).map_err(|error| Failure::io("make", folder, error))?;
    }
    std::fs::write(place, text).map_err(|error| Failure::io("write", place, error))
}
