//! `cargo xtask bench`: runs the benchmarks and writes `docs/benchmarks.md`.
//!
//! The benchmarks themselves are in `tests/benches`: this program does not depend on the client.

mod build;
mod stock;

use crate::cargo::{cargo, output, target};
use crate::failure::Failure;
use crate::say;
use crate::workspace::Workspace;
use chrono::NaiveDate;
use clap::ValueEnum;
use std::io::Write;
use std::process::Command;

const REPORT: &str = "docs/benchmarks.md";
const PACKAGE: &str = "ovh-web-benches";
const BENCHES: [&str; 3] = ["calls", "decode", "sandbox"];

/// Run the benchmarks and write docs/benchmarks.md.
///
/// Use a quiet machine. Nothing is compared with a limit.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Run these parts only, and keep the other sections.
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    only: Vec<Part>,
    /// Number of builds of each crate in the part `build`.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=50))]
    repeats: u32,
}

/// A section of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Requests that common tasks take.
    Requests,
    /// Time and allocations, measured with divan.
    Time,
    /// Compile times against unmodified progenitor.
    Build,
    /// The program `ovh-web`.
    Tool,
    /// A file of 100 sites on 20 hostings.
    Sites,
}

/// Runs the parts, and writes the report after each.
///
/// # Errors
/// Returns an error if something cannot be built, run or written.
pub fn run(
    workspace: &Workspace,
    args: &Args,
    today: NaiveDate,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    for part in Part::value_variants() {
        if !args.only.is_empty() && !args.only.contains(part) {
            continue;
        }
        let body = match part {
            Part::Requests => printed(workspace, "requests")?,
            Part::Sites => printed(workspace, "sites")?,
            Part::Time => time(workspace)?,
            Part::Build => build::measure(workspace, args.repeats, out)?,
            Part::Tool => tool(workspace)?,
        };
        say(out, &body)?;
        let name = part.to_possible_value();
        let name = name.as_ref().map_or("", |value| value.get_name());
        let body = format!("{}\n\n{}", environment(today), body.trim());
        let page = replace(&workspace.read(REPORT)?, name, &body)?;
        let path = workspace.root().join(REPORT);
        std::fs::write(&path, page).map_err(|error| Failure::io("write", &path, error))?;
    }
    say(out, format!("written to {REPORT}"))
}

/// Runs a program that prints a table.
fn printed(workspace: &Workspace, program: &str) -> Result<String, Failure> {
    let mut command = cargo(workspace.root());
    command.args(["run", "--quiet", "--locked", "--package", PACKAGE]);
    output(command.args(["--bin", program]))
}

/// Builds the tool as it is released, and measures it.
fn tool(workspace: &Workspace) -> Result<String, Failure> {
    let build = |package: &str, profile: &str| {
        let mut command = cargo(workspace.root());
        command.args(["build", "--quiet", "--locked", "--profile", profile]);
        output(command.args(["--package", package]))
    };
    build("ovh-web-cli", "dist")?;
    build(PACKAGE, "release")?;
    let folder = target(workspace)?;
    let program = folder.join("dist").join("ovh-web");
    output(Command::new(folder.join("release").join("tool")).arg(program))
}

fn time(workspace: &Workspace) -> Result<String, Failure> {
    let benches = BENCHES.iter().flat_map(|name| ["--bench", name]);
    let mut command = cargo(workspace.root());
    command.args(["bench", "--locked", "--package", PACKAGE]);
    let text = output(command.args(benches))?;
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    Ok(format!("```text\n{}\n```", lines.join("\n").trim()))
}

/// Date, processor, compiler and commit.
fn environment(today: NaiveDate) -> String {
    let said = |program: &str, args: &[&str]| output(Command::new(program).args(args)).ok();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(": "));
    let model = model.map_or(std::env::consts::ARCH, |(_, model)| model);
    let rustc = said("rustc", &["--version"]).unwrap_or_default();
    let rustc = rustc.split(" (").next().unwrap_or_default().trim();
    let commit = said("git", &["rev-parse", "--short", "HEAD"]).unwrap_or_default();
    format!(
        "*{today}: {processors} x {model}, {rustc}, commit {}*",
        commit.trim()
    )
}

/// Replaces the text between the two markers of a section.
fn replace(page: &str, name: &str, body: &str) -> Result<String, Failure> {
    let (begin, end) = (
        format!("<!-- bench: {name} -->\n"),
        format!("<!-- end: {name} -->"),
    );
    let parts = page
        .split_once(&begin)
        .and_then(|(head, rest)| Some((head, rest.split_once(&end)?.1)));
    let (head, tail) =
        parts.ok_or_else(|| Failure::new(format!("{REPORT} has no section `{name}`")))?;
    Ok(format!("{head}{begin}{body}\n{end}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_one_section_and_keeps_the_rest() {
        let page = "# Title\n<!-- bench: a -->\nold\n<!-- end: a -->\nby hand\n\
                    <!-- bench: b -->\nkept\n<!-- end: b -->\n";
        let new = replace(page, "a", "new").expect("a section");
        assert_eq!(new, page.replace("old", "new"));
        assert!(replace(page, "c", "new").is_err());
    }

    #[test]
    fn the_report_has_every_section() {
        let page = include_str!("../../docs/benchmarks.md");
        for part in Part::value_variants() {
            let name = part.to_possible_value().expect("a name");
            assert!(replace(page, name.get_name(), "").is_ok(), "{part:?}");
        }
    }
}
