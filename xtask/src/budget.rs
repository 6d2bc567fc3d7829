//! `cargo xtask budget`: what the generated client costs, and whether that is within its limits.
//!
//! The numbers that are the same everywhere (lines, files, dependencies) have limits, which are
//! committed in `schema/budget.toml`, and going over one is a failure. Times are different on each
//! machine and at each moment: `--measure` prints them beside those of stock progenitor, measured
//! in the same run, and never fails because of them.

pub mod caller;
pub mod count;
pub mod limits;
mod measure;
pub(crate) use measure::children;
mod report;
mod scratch;
pub mod stock;

pub(crate) use scratch::target;

use crate::failure::Failure;
use crate::say;
use crate::workspace::Workspace;
use count::Counts;
use limits::Limits;
use std::io::Write;
use std::path::PathBuf;

/// Show what the generated client costs, and fail if that is over the limits.
///
/// Limits are in `schema/budget.toml`, with how to raise them. Times have none.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Measure too how long the client takes to compile, against stock progenitor. This takes
    /// minutes and downloads what stock progenitor's client stands on.
    #[arg(long)]
    measure: bool,
    /// How often each build is measured.
    #[arg(long, default_value_t = 3, requires = "measure", value_parser = clap::value_parser!(u32).range(1..=50))]
    repeats: u32,
    /// Write what was measured to this file too, as Markdown.
    #[arg(long, value_name = "FILE", requires = "measure")]
    out: Option<PathBuf>,
}

/// Seconds of the processor that each crate took, by what it is called.
pub(crate) type Seconds = Vec<(&'static str, Vec<f64>)>;

/// What compiling costs, measured, as Markdown; and what release builds took.
///
/// # Errors
/// If something cannot be built.
pub(crate) fn measured(
    workspace: &Workspace,
    repeats: u32,
    out: &mut dyn Write,
) -> Result<(String, Seconds), Failure> {
    let measured = measure::run(workspace, repeats, out)?;
    let alone = measured.groups.first();
    let times = alone.map(|group| {
        let subjects = group.subjects.iter().zip(&group.times);
        subjects
            .map(|(subject, modes)| {
                (
                    subject.title,
                    modes
                        .last()
                        .map_or_else(Vec::new, |times| times.cpu.clone()),
                )
            })
            .collect()
    });
    Ok((report::markdown(&measured), times.unwrap_or_default()))
}

/// Counts, measures if asked to, and compares with the limits.
///
/// # Errors
/// If the client is over a limit, or something cannot be read, counted or measured.
pub fn run(workspace: &Workspace, args: &Args, out: &mut dyn Write) -> Result<(), Failure> {
    let limits = Limits::parse(&workspace.read(limits::PATH)?)?;
    let counts = Counts::of(workspace)?;
    say(out, counts.table(&limits))?;
    if args.measure {
        let measured = measure::run(workspace, args.repeats, out)?;
        let text = report::markdown(&measured);
        say(out, &text)?;
        if let Some(path) = &args.out {
            std::fs::write(path, &text).map_err(|error| Failure::io("write", path, error))?;
        }
    }
    match limits.excess(&counts).as_slice() {
        [] => Ok(()),
        lines => Err(Failure::new(format!(
            "{} - make it smaller, or raise the limit in {} and say in the commit what it buys",
            lines.join("; "),
            limits::PATH
        ))),
    }
}
