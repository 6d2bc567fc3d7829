//! Compile times of the client against unmodified progenitor.
//!
//! Dependencies are built first. Each repeat then rebuilds every crate in turn, so that load on the
//! machine affects all of them.

use super::stock;
use crate::cargo::{cargo, output, target};
use crate::failure::Failure;
use crate::say;
use crate::sources::{self, Sources};
use crate::workspace::Workspace;
use ovh_web_codegen::Input;
use progenitor_impl::InterfaceStyle;
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The kinds of build: title and arguments of cargo.
const MODES: [(&str, &[&str]); 3] = [
    ("check", &["check"]),
    ("dev build", &["build"]),
    ("release build", &["build", "--release"]),
];

/// A crate to build.
struct Subject {
    package: &'static str,
    /// The workspace of the package.
    root: PathBuf,
    lines: usize,
    /// Seconds of each repeat, by mode.
    seconds: [Vec<f64>; MODES.len()],
}

/// Measures, and returns the section.
pub(super) fn measure(
    workspace: &Workspace,
    repeats: u32,
    out: &mut dyn Write,
) -> Result<String, Failure> {
    let folder = target(workspace)?.join("bench");
    let mut subjects = prepare(workspace, &folder.join("stock"))?;
    for subject in &subjects {
        say(
            out,
            format!("building {} and its dependencies", subject.package),
        )?;
        for (_, args) in MODES {
            build(subject, args, &folder)?;
        }
    }
    for repeat in 1..=repeats {
        for (mode, (title, args)) in MODES.into_iter().enumerate() {
            for subject in &mut subjects {
                clean(subject, &folder)?;
                let seconds = build(subject, args, &folder)?;
                say(
                    out,
                    format!(
                        "{repeat}/{repeats} {}, {title}: {seconds:.2} s",
                        subject.package
                    ),
                )?;
                subject.seconds[mode].push(seconds);
            }
        }
    }
    Ok(table(&subjects, repeats))
}

/// Generates the crates of progenitor into `folder`.
fn prepare(workspace: &Workspace, folder: &Path) -> Result<Vec<Subject>, Failure> {
    let mut documents = Vec::new();
    let sections = Sources::parse(&workspace.read(sources::PATH)?)?.sections;
    for section in sections.iter().filter(|it| it.client == sources::MAIN) {
        documents.push(Input::new(section.file(), workspace.read(&section.file())?));
    }
    let mut subjects = Vec::new();
    for (package, style) in [
        ("progenitor-builder", InterfaceStyle::Builder),
        ("progenitor-positional", InterfaceStyle::Positional),
    ] {
        let source = stock::generate(&documents, style)?;
        let manifest = format!(
            "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
             [dependencies]{}",
            stock::DEPENDENCIES
        );
        write(&folder.join(package).join("Cargo.toml"), &manifest)?;
        write(&folder.join(package).join("src/lib.rs"), &source)?;
        subjects.push(Subject {
            package,
            root: folder.to_owned(),
            lines: source.lines().count(),
            seconds: Default::default(),
        });
    }
    let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"progenitor-*\"]\n";
    write(&folder.join("Cargo.toml"), manifest)?;
    write(&folder.join("Cargo.lock"), &workspace.read("Cargo.lock")?)?;
    let mut lines = 0;
    for path in workspace.files_below(Path::new("crates/ovh-web-client/src"))? {
        lines += workspace.read(&path.to_string_lossy())?.lines().count();
    }
    subjects.push(Subject {
        package: "ovh-web-client",
        root: workspace.root().to_owned(),
        lines,
        seconds: Default::default(),
    });
    Ok(subjects)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::io("make", folder, error))?;
    }
    fs::write(path, text).map_err(|error| Failure::io("write", path, error))
}

/// Removes what was built of the package itself.
fn clean(subject: &Subject, folder: &Path) -> Result<(), Failure> {
    for profile in ["dev", "release"] {
        let mut command = cargo(&subject.root);
        command.args(["clean", "--package", subject.package, "--profile", profile]);
        output(command.env("CARGO_TARGET_DIR", folder.join("target")))?;
    }
    Ok(())
}

/// Builds the package, and returns the seconds of CPU time, or of wall time where the system does
/// not tell.
fn build(subject: &Subject, args: &[&str], folder: &Path) -> Result<f64, Failure> {
    let mut command = cargo(&subject.root);
    command
        .args(args)
        .args(["--package", subject.package])
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        // A compiler cache would be measured instead of the compiler.
        .env("RUSTC_WRAPPER", "");
    let (start, before) = (Instant::now(), children());
    output(&mut command)?;
    let wall = start.elapsed().as_secs_f64();
    Ok(before
        .zip(children())
        .map_or(wall, |(before, after)| after - before))
}

/// Seconds of CPU time of the child processes that have ended, on Linux.
fn children() -> Option<f64> {
    // The kernel counts in hundredths of a second here (proc(5), USER_HZ).
    const TICKS: f64 = 100.0;
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // The name before may contain spaces; cutime and cstime are the 14th and 15th field after it.
    let mut words = text.rsplit_once(')')?.1.split_whitespace().skip(13);
    let user: f64 = words.next()?.parse().ok()?;
    let system: f64 = words.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}

fn table(subjects: &[Subject], repeats: u32) -> String {
    let mut text = format!(
        "Seconds of CPU time for the crate alone, median of {repeats}, dependencies built before, \
         `CARGO_INCREMENTAL=0`. In parentheses: ratio to the first row.\n\n| crate | lines |"
    );
    for (title, _) in MODES {
        let _ = write!(text, " {title} |");
    }
    let _ = write!(text, "\n|---|---|{}", "---|".repeat(MODES.len()));
    for subject in subjects {
        let _ = write!(text, "\n| {} | {} |", subject.package, subject.lines);
        for (own, first) in subject.seconds.iter().zip(&subjects[0].seconds) {
            let (own, first) = (median(own), median(first));
            let _ = write!(text, " {own:.2} ({:.2}) |", own / first);
        }
    }
    text
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_medians_with_the_first_row() {
        let subject = |package, values: [f64; 3]| Subject {
            package,
            root: PathBuf::new(),
            lines: 10,
            seconds: [values.to_vec(), values.to_vec(), values.to_vec()],
        };
        let slow = subject("slow", [4.0, 2.0, 3.0]);
        let fast = subject("fast", [1.2, 0.5, 9.0]);
        let text = table(&[slow, fast], 3);
        let row = "| fast | 10 | 1.20 (0.40) | 1.20 (0.40) | 1.20 (0.40) |";
        assert!(text.ends_with(row), "{text}");
    }
}
