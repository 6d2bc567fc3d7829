//! What building costs: the client against stock progenitor, what it stands on, and the way from a
//! fresh clone to the first journey.

use super::figures::{Samples, Target};
use super::program::output;
use super::{Lab, Outcome, Part};
use crate::budget::count::{Counts, cargo};
use crate::budget::limits::{self, Limits};
use crate::budget::{self, children};
use crate::failure::Failure;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

pub(super) const PART: Part = Part {
    name: "build",
    title: "What building costs",
    run: measure,
};

/// What each direct dependency of the facade is for.
const FACADE: [(&str, &str); 12] = [
    (
        "bytes",
        "bodies that an HTTP engine owns and that are wiped all the same",
    ),
    ("futures-core", "the trait of streams, for lists"),
    ("ovh-runtime", "our own: calls, replies, errors"),
    (
        "ovh-web-client",
        "our own: every operation and type, generated",
    ),
    (
        "reqwest",
        "the HTTP engine; HTTP/1 without compression and cookies",
    ),
    ("rustls", "TLS, with ring"),
    (
        "rustls-platform-verifier",
        "the certificate authorities of the system",
    ),
    ("serde", "the traits of what is read and written"),
    (
        "serde_json",
        "bodies of free calls, and refusals that are read",
    ),
    ("sha1", "the signature of a call"),
    ("tokio", "timers, locks, files for downloads"),
    ("tracing", "spans of calls"),
];

/// The way from a clone to the end of the README's first example.
#[derive(Clone, Copy, Debug)]
pub(super) struct Journey {
    /// Seconds.
    wall: f64,
    cpu: Option<f64>,
    /// Of this, what copying the repository took.
    clone: f64,
}

/// All that was measured.
#[derive(Debug, Default)]
pub(super) struct Measured {
    counts: Counts,
    limits: Limits,
    /// Crates below the facade, and those directly below it.
    facade: Vec<String>,
    direct: Vec<String>,
    /// Seconds of the processor for a release build, by what is built.
    times: budget::Seconds,
    compiling: String,
    journey: Option<Journey>,
    processors: usize,
}

fn measure(lab: &mut Lab<'_>) -> Result<Outcome, Failure> {
    let mut measured = Measured {
        counts: Counts::of(lab.workspace)?,
        limits: Limits::parse(&lab.workspace.read(limits::PATH)?)?,
        facade: tree(lab, &[])?,
        direct: tree(lab, &["--depth", "1"])?,
        processors: std::thread::available_parallelism().map_or(1, usize::from),
        ..Measured::default()
    };
    if !lab.quick {
        measured.journey = Some(journey(lab)?);
        (measured.compiling, measured.times) =
            budget::measured(lab.workspace, lab.repeats, lab.out)?;
    }
    Ok(report(&measured))
}

/// Names of crates below the facade.
fn tree(lab: &Lab<'_>, more: &[&str]) -> Result<Vec<String>, Failure> {
    let mut command = cargo(lab.workspace.root());
    command
        .args([
            "tree", "--locked", "-p", "ovh-web", "-e", "normal", "--prefix", "none",
        ])
        .args(["--format", "{p}"])
        .args(more);
    let text = output(&mut command)?;
    let mut names: Vec<String> = text
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some(format!("{} {}", words.next()?, words.next()?))
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// Clones what is committed, builds it from nothing and runs the README's first command. The crates
/// were downloaded before.
fn journey(lab: &mut Lab<'_>) -> Result<Journey, Failure> {
    lab.tell("from clone to journey")?;
    let (clone, target) = (lab.scratch.join("clone"), lab.scratch.join("clone-target"));
    let clean = || -> Result<(), Failure> {
        for folder in [&clone, &target] {
            if folder.exists() {
                fs::remove_dir_all(folder).map_err(|e| Failure::io("remove", folder, e))?;
            }
        }
        Ok(())
    };
    clean()?;
    let (start, worked) = (Instant::now(), children());
    let copy = ["clone", "--quiet", "--depth", "1", "--no-hardlinks"];
    let from = format!("file://{}", lab.workspace.root().display());
    output(Command::new("git").args(copy).arg(from).arg(&clone))?;
    let copied = start.elapsed().as_secs_f64();
    run_example(&clone, &target)?;
    let journey = Journey {
        wall: start.elapsed().as_secs_f64(),
        cpu: worked.zip(children()).map(|(before, after)| after - before),
        clone: copied,
    };
    clean()?;
    Ok(journey)
}

fn run_example(clone: &Path, target: &Path) -> Result<(), Failure> {
    let mut command = cargo(clone);
    command
        .args([
            "run",
            "--quiet",
            "--locked",
            "-p",
            "ovh-web",
            "--example",
            "web_app",
        ])
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTC_WRAPPER", "");
    output(&mut command).map(drop)
}

/// The section.
pub(super) fn report(measured: &Measured) -> Outcome {
    let (counts, limits) = (&measured.counts, &measured.limits);
    let mut outcome = Outcome::default();
    let count =
        |what: &str, now: usize, limit: usize| Target::count(what, now as u64, limit as u64);
    outcome.targets = vec![
        count(
            "crates below the generated client",
            counts.crates.len(),
            limits.crates,
        ),
        count("lines of the generated client", counts.lines, limits.lines),
    ];
    let mut text = String::new();
    let of = |name: &str| {
        let found = measured.times.iter().find(|(title, _)| *title == name);
        found.map(|(_, times)| Samples(times.clone()))
    };
    for stock in ["stock progenitor, builder", "stock progenitor, positional"] {
        if let (Some(ours), Some(other)) = (of("ovh-web-client"), of(stock)) {
            let ratio = ours.over(&other);
            outcome.targets.push(Target::at_most(
                format!("release build of the client, CPU, of that of {stock}"),
                &ratio,
                1.0,
            ));
        }
    }
    if let Some(journey) = &measured.journey {
        let compiled = measured.facade.len() + 1;
        let _ = write!(
            text,
            "From `git clone` to the end of the README's first example, on {} processors, from an empty \
             target folder, with the crates downloaded before: {:.0} s on the clock (of which the clone \
             {:.1} s){}. {compiled} of the crates are the facade and what is below it; the rest is the \
             sandbox.\n\n",
            measured.processors,
            journey.wall,
            journey.clone,
            journey
                .cpu
                .map_or_else(String::new, |cpu| format!(", {cpu:.0} s of the processors"))
        );
    }
    let _ = write!(
        text,
        "### What a user compiles\n\nThe generated client stands on {} crates, the facade on {}, these \
         {} directly:\n\n| crate | what for |\n|---|---|\n",
        counts.crates.len(),
        measured.facade.len(),
        measured.direct.len()
    );
    let purposes = BTreeMap::from(FACADE);
    for name in &measured.direct {
        let plain = name.split(' ').next().unwrap_or_default();
        let purpose = purposes
            .get(plain)
            .copied()
            .unwrap_or("**nobody has said**");
        let _ = writeln!(text, "| {name} | {purpose} |");
    }
    text.push_str("\nBelow the generated client alone:\n\n| crate | what for |\n|---|---|\n");
    for (name, version) in &counts.crates {
        let purpose = limits
            .purposes
            .get(name)
            .map_or("**nobody has said**", String::as_str);
        let _ = writeln!(text, "| {name} {version} | {purpose} |");
    }
    let unknown = text.matches("**nobody has said**").count();
    outcome
        .targets
        .push(count("crates that nobody accounts for", unknown, 0));
    if !measured.compiling.is_empty() {
        let _ = write!(
            text,
            "\n{}",
            measured
                .compiling
                .replace("# What", "## What")
                .replace("\n## ", "\n#### ")
        );
    }
    outcome.text = text;
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_nobody_accounts_for_is_shown_and_misses_the_target() {
        let mut measured = Measured {
            facade: vec!["reqwest v0.13.5".into(), "hyper v1.0.0".into()],
            direct: vec!["reqwest v0.13.5".into()],
            times: vec![
                ("stock progenitor, builder", vec![10.0, 10.0]),
                ("ovh-web-client", vec![4.0, 5.0]),
            ],
            journey: Some(Journey {
                wall: 100.0,
                cpu: Some(190.0),
                clone: 0.5,
            }),
            processors: 2,
            ..Measured::default()
        };
        let outcome = report(&measured);
        assert!(
            outcome.targets.iter().all(|it| it.reached),
            "{:?}",
            outcome.targets
        );
        let words = "100 s on the clock (of which the clone 0.5 s), 190 s of the processors";
        assert!(outcome.text.contains(words), "{}", outcome.text);
        measured.direct.push("leftpad v1.0.0".into());
        let outcome = report(&measured);
        assert!(
            outcome
                .text
                .contains("| leftpad v1.0.0 | **nobody has said** |")
        );
        assert!(!outcome.targets.last().expect("targets").reached);
    }
}
