//! How long things take to compile, beside each other on one machine.
//!
//! Dependencies are built before. Then each repeat builds everything once in turn, so that a busy
//! moment of the machine meets all of them, each time only the one crate that is measured. Beside
//! the time on the clock there is the time that the processors worked, which other programs disturb
//! less.

use super::caller;
use super::count::{CLIENT, cargo};
use super::scratch::Scratch;
use super::stock::{self, Style};
use crate::failure::Failure;
use crate::say;
use crate::sources::{self, Sources};
use crate::workspace::Workspace;
use ovh_web_codegen::Input;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Instant, SystemTime};

/// How a crate is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Check,
    Dev,
    Release,
}

impl Mode {
    const fn args(self) -> &'static [&'static str] {
        match self {
            Self::Check => &["check"],
            Self::Dev => &["build"],
            Self::Release => &["build", "--release"],
        }
    }

    /// The head of a column.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Dev => "dev build",
            Self::Release => "release build",
        }
    }
}

/// What is built.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) title: &'static str,
    package: &'static str,
    features: &'static [&'static str],
    pub(super) lines: usize,
}

/// One kind of build, as often as it was measured.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    /// Seconds on the clock.
    pub(super) wall: Vec<f64>,
    /// Seconds of work of all processors, where the system tells.
    pub(super) cpu: Vec<f64>,
}

/// Subjects that are compared with each other; the first of them is what the others are measured
/// against.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) modes: &'static [Mode],
    pub(super) subjects: Vec<Subject>,
    /// By subject, then by mode.
    pub(super) times: Vec<Vec<Times>>,
}

/// All that was measured.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) rustc: String,
    pub(super) processors: usize,
    pub(super) repeats: u32,
    pub(super) operations: usize,
    pub(super) groups: Vec<Group>,
}

/// Makes the crates, builds what they need, and measures.
pub(super) fn run(
    workspace: &Workspace,
    repeats: u32,
    out: &mut dyn Write,
) -> Result<Measured, Failure> {
    let (scratch, mut groups, operations) = prepare(workspace)?;
    for group in &mut groups {
        // What the group before has touched must be fresh again: nothing else is to be built while
        // one crate is measured.
        for mode in group.modes {
            for subject in &group.subjects {
                say(
                    out,
                    format!("preparing {}, {}", subject.title, mode.title()),
                )?;
                build(&scratch, subject, *mode, &[])?;
            }
        }
        for repeat in 1..=repeats {
            for (column, mode) in group.modes.iter().enumerate() {
                for (row, subject) in group.subjects.iter().enumerate() {
                    let (wall, cpu) = measure(&scratch, subject, *mode)?;
                    let times = &mut group.times[row][column];
                    times.wall.push(wall);
                    times.cpu.extend(cpu);
                    say(
                        out,
                        format!(
                            "{repeat}/{repeats} {}, {}: {wall:.2} s",
                            subject.title,
                            mode.title()
                        ),
                    )?;
                }
            }
        }
    }
    let rustc = std::process::Command::new("rustc")
        .arg("--version")
        .output();
    Ok(Measured {
        rustc: rustc.map_or_else(
            |_| "rustc".to_owned(),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        ),
        processors: std::thread::available_parallelism().map_or(1, usize::from),
        repeats,
        operations,
        groups,
    })
}

/// Writes all crates that are measured, and says what is compared with what.
fn prepare(workspace: &Workspace) -> Result<(Scratch, Vec<Group>, usize), Failure> {
    let mut documents = Vec::new();
    for section in Sources::parse(&workspace.read(sources::PATH)?)?.sections {
        documents.push(Input::new(section.file(), workspace.read(&section.file())?));
    }
    let mut scratch = Scratch::new(workspace)?;
    let mut crates = Vec::new();
    let mut callers = Vec::new();
    let lines = |text: &str| text.lines().count();
    let (ours, operations) = caller::of_client(&workspace.read("schema/surface.txt")?)?;
    for (style, package, caller_package, title, caller_title) in [
        (
            Style::Builder,
            "stock-builder",
            "awaits-stock-builder",
            "stock progenitor, builder",
            "of stock progenitor, builder",
        ),
        (
            Style::Positional,
            "stock-positional",
            "awaits-stock-positional",
            "stock progenitor, positional",
            "of stock progenitor, positional",
        ),
    ] {
        let stock = stock::generate(&documents, style)?;
        let (source, awaited) = caller::of_stock(&stock, style);
        if stock.operations != operations || awaited != operations {
            return Err(Failure::new(format!(
                "stock progenitor has {} operations and its user awaits {awaited}, but our client \
                 has {operations} - run `cargo xtask regen` first",
                stock.operations
            )));
        }
        scratch.add(package, "stock", &stock.dependencies, &stock.source)?;
        let dependencies = format!(
            "stock = {{ package = \"{package}\", path = \"../{package}\" }}\n{}",
            stock.dependencies
        );
        scratch.add(
            caller_package,
            &caller_package.replace('-', "_"),
            &dependencies,
            &source,
        )?;
        crates.push(Subject {
            title,
            package,
            features: &[],
            lines: lines(&stock.source),
        });
        callers.push(Subject {
            title: caller_title,
            package: caller_package,
            features: &[],
            lines: lines(&source),
        });
    }
    let counts = super::Counts::of(workspace)?;
    let client = |title, features| Subject {
        title,
        package: CLIENT,
        features,
        lines: counts.lines,
    };
    crates.push(client("ovh-web-client", &[]));
    crates.push(client("ovh-web-client, full-serde", &["full-serde"]));
    scratch.add(
        "awaits-ovh-web-client",
        "awaits_ovh_web_client",
        "ovh-runtime = { path = \"../crates/ovh-runtime\" }\n\
         ovh-web-client = { path = \"../crates/ovh-web-client\" }\n",
        &ours,
    )?;
    callers.push(Subject {
        title: "of ovh-web-client",
        package: "awaits-ovh-web-client",
        features: &[],
        lines: lines(&ours),
    });
    scratch.finish(workspace)?;
    let groups = vec![
        Group::new(
            "The generated crate alone",
            &[Mode::Check, Mode::Dev, Mode::Release],
            crates,
        ),
        Group::new(
            "A user's crate that awaits every operation",
            &[Mode::Dev, Mode::Release],
            callers,
        ),
    ];
    Ok((scratch, groups, operations))
}

impl Group {
    pub(super) fn new(title: &'static str, modes: &'static [Mode], subjects: Vec<Subject>) -> Self {
        Self {
            title,
            modes,
            times: vec![vec![Times::default(); modes.len()]; subjects.len()],
            subjects,
        }
    }
}

/// Builds one crate and tells what cargo said.
fn build(
    scratch: &Scratch,
    subject: &Subject,
    mode: Mode,
    more: &[&str],
) -> Result<String, Failure> {
    let mut command = cargo(scratch.folder());
    command
        .args(mode.args())
        .args(["--package", subject.package])
        .args(
            subject
                .features
                .iter()
                .flat_map(|name| ["--features", name]),
        )
        .args(more)
        .env("CARGO_TARGET_DIR", scratch.folder().join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        // A cache of compilations would be measured instead of the compiler.
        .env("RUSTC_WRAPPER", "");
    let output = command
        .output()
        .map_err(|error| Failure::io("run", Path::new("cargo"), error))?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        Ok(text)
    } else {
        Err(Failure::new(format!(
            "{} does not build:\n{}",
            subject.title,
            text.trim()
        )))
    }
}

/// Builds one crate anew, and nothing else; seconds on the clock, and of work.
fn measure(
    scratch: &Scratch,
    subject: &Subject,
    mode: Mode,
) -> Result<(f64, Option<f64>), Failure> {
    let library = scratch.library(subject.package);
    File::options()
        .write(true)
        .open(&library)
        .and_then(|file| file.set_modified(SystemTime::now()))
        .map_err(|error| Failure::io("touch", &library, error))?;
    let worked = children();
    let start = Instant::now();
    let said = build(scratch, subject, mode, &["--offline", "--locked"])?;
    let wall = start.elapsed().as_secs_f64();
    let cpu = worked.zip(children()).map(|(before, after)| after - before);
    let built: Vec<&str> = said
        .lines()
        .filter_map(|line| {
            let line = line.trim_start();
            let rest = line
                .strip_prefix("Compiling ")
                .or(line.strip_prefix("Checking "))?;
            rest.split(' ').next()
        })
        .collect();
    if built == [subject.package] {
        Ok((wall, cpu))
    } else {
        Err(Failure::new(format!(
            "this was to build {} alone, but built {built:?} - this is a bug of the budget",
            subject.package
        )))
    }
}

/// Seconds that the processes which we started and which ended have worked. Linux tells.
pub(crate) fn children() -> Option<f64> {
    // The kernel counts in hundredths here, whatever its own clock does (proc(5), USER_HZ).
    const TICKS: f64 = 100.0;
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name before may hold blanks; cutime and cstime are the 14th and 15th after it.
    let mut words = text.rsplit_once(')')?.1.split_whitespace().skip(13);
    let user: f64 = words.next()?.parse().ok()?;
    let system: f64 = words.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A group with times that were not measured.
    pub(in super::super) fn invented() -> Measured {
        let subject = |title| Subject {
            title,
            package: "x",
            features: &[],
            lines: 10,
        };
        let mut group = Group::new(
            "Things",
            &[Mode::Check, Mode::Release],
            vec![subject("slow"), subject("fast")],
        );
        for (row, seconds) in [[4.0, 2.0, 3.0], [1.2, 0.5, 9.0]].into_iter().enumerate() {
            for column in 0..2 {
                group.times[row][column].wall = seconds.to_vec();
            }
        }
        group.times[0][0].cpu = vec![2.0, 2.0, 2.0];
        group.times[1][0].cpu = vec![1.0, 1.0, 1.0];
        Measured {
            rustc: "rustc 1".to_owned(),
            processors: 2,
            repeats: 3,
            operations: 7,
            groups: vec![group],
        }
    }
}
