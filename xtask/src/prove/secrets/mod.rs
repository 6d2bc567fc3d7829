//! Secrets: every program of the workspace runs at the finest level of tracing in a copy that keeps
//! all that is shown and notes every secret that is made; then the one is searched for the other.

mod copy;
mod edits;
mod search;

use super::figures::Target;
use super::program;
use super::{Lab, Outcome, Part};
use crate::budget::count::cargo;
use crate::failure::Failure;
use search::{Found, ON_PURPOSE, SHORTEST, Search};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

pub(super) const PART: Part = Part {
    name: "secrets",
    title: "Secrets: everything at the finest level of tracing",
    run: measure,
};

/// What the files of the programs that fuzz begin with, and what is in each secret that they mean to
/// be one.
const FUZZ: [&str; 2] = ["secret-short-", "secret-ovh_web_fuzz-"];
const FUZZ_CANARY: &str = "c4n4ry";

/// So many of the lines that show a secret stand in the report.
const LINES: usize = 40;

/// In how many ways the control shows a secret.
const WAYS: u64 = 6;

/// What is run, and what it is called in the report. Two tests are left out: they look at the
/// sources, which are not as they were.
const RUNS: [(&str, &str); 6] = [
    (
        "tests and documentation examples",
        "test --workspace --no-fail-fast -- --nocapture \
         --skip every_change_fits_the_sources --skip no_rule_of_the_house_is_broken",
    ),
    (
        "tests of what stands behind features",
        "test -p ovh-web --all-features --lib --tests -- --nocapture",
    ),
    (
        "tests of HTTPS at the sandbox",
        "test -p ovh-web-sandbox --test tls -- --nocapture",
    ),
    (
        "soak of the sandbox",
        "bench -p ovh-web-sandbox --bench soak -- 2000",
    ),
    (
        "speed of the sandbox",
        "bench -p ovh-web-sandbox --bench speed",
    ),
    (
        "measurements of this report, in short",
        "xtask prove --quick --only calls,decode,scale,waits,soak",
    ),
];

/// What was run and found.
#[derive(Clone, Debug, Default)]
struct Searched {
    /// What was run, and how many tests passed in it.
    runs: Vec<(String, u64)>,
    secrets: usize,
    /// Those that are too short to be searched for.
    short: BTreeSet<String>,
    /// How many may be shown, by the reason.
    public: BTreeMap<&'static str, usize>,
    found: Found,
}

fn measure(lab: &mut Lab<'_>) -> Result<Outcome, Failure> {
    let folder = lab.scratch.join("secrets");
    let (copy, kept) = (folder.join("copy"), folder.join("kept"));
    program::remove(&copy)?;
    program::remove(&kept)?;
    std::fs::create_dir_all(&kept).map_err(|error| Failure::io("make", &kept, error))?;
    copy::make(lab.workspace.root(), &copy, &kept)?;
    let mut runs: Vec<(String, Vec<String>)> = RUNS
        .iter()
        .map(|(title, words)| {
            let words = words.split_whitespace().map(str::to_owned);
            ((*title).to_owned(), words.collect())
        })
        .collect();
    for name in examples(&copy)? {
        let words = ["run", "-p", "ovh-web", "--all-features", "--example", &name];
        runs.push((format!("example {name}"), words.map(str::to_owned).to_vec()));
    }
    let mut searched = Searched::default();
    for (number, (title, words)) in runs[..lab.or_quick(runs.len(), 1)].iter().enumerate() {
        lab.tell(format!("cargo {}", words.join(" ")))?;
        let place = kept.join(format!("output-{number}"));
        let passed = run(&copy, &folder.join("target"), words, &place)?;
        searched.runs.push((title.clone(), passed));
    }
    search(&kept, &mut searched)?;
    Ok(report(&searched))
}

/// The names of the facade's examples.
fn examples(copy: &Path) -> Result<BTreeSet<String>, Failure> {
    let folder = copy.join("crates/ovh-web/examples");
    let failed = |error| Failure::io("read", &folder, error);
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_example =
            path.extension().is_some_and(|end| end == "rs") || path.join("main.rs").exists();
        if let (true, Some(name)) = (is_example, path.file_stem()) {
            names.insert(name.to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// Runs cargo in the copy, keeps what it and its programs print, and tells how many tests passed.
fn run(copy: &Path, target: &Path, words: &[String], place: &Path) -> Result<u64, Failure> {
    let failed = |error| Failure::io("write", place, error);
    let file = File::create(place).map_err(failed)?;
    let status = cargo(copy)
        .args(words)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_TERM_COLOR", "never")
        .stdout(file.try_clone().map_err(failed)?)
        .stderr(file)
        .status()
        .map_err(|error| Failure::io("run", Path::new("cargo"), error))?;
    let text = std::fs::read(place).map_err(|error| Failure::io("read", place, error))?;
    let text = String::from_utf8_lossy(&text);
    if !status.success() {
        return Err(Failure::new(format!(
            "`cargo {}` failed in the copy ({status}); all that it said is in {}",
            words.join(" "),
            place.display()
        )));
    }
    Ok(program::passed(&text))
}

/// Looks for all secrets of all programs in all that they have shown.
fn search(kept: &Path, searched: &mut Searched) -> Result<(), Failure> {
    let failed = |error| Failure::io("read", kept, error);
    let (mut noted, mut shown) = (BTreeSet::new(), Vec::new());
    for entry in std::fs::read_dir(kept).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("secret-") {
            let text = std::fs::read_to_string(&path);
            let text = text.map_err(|error| Failure::io("read", &path, error))?;
            // Fuzzing takes anything for a secret, the letters of a file's keys too.
            let is_fuzz = FUZZ.iter().any(|program| name.starts_with(program));
            noted.extend(
                search::secrets(&text)
                    .filter(|secret| !is_fuzz || secret.contains(FUZZ_CANARY))
                    .map(str::to_owned),
            );
        } else {
            shown.push(path);
        }
    }
    shown.sort();
    searched.secrets = noted.len();
    let short = noted.iter().filter(|secret| search::is_short(secret));
    searched.short = short.cloned().collect();
    for reason in noted.iter().filter_map(|value| search::may_be_shown(value)) {
        *searched.public.entry(reason).or_default() += 1;
    }
    let search = Search::of(noted.iter().map(String::as_str))?;
    for path in &shown {
        search.file(path, &mut searched.found)?;
    }
    Ok(())
}

/// The section.
fn report(searched: &Searched) -> Outcome {
    let found = &searched.found;
    let mut text = format!(
        "A copy of the sources, made by the table in `xtask/src/prove/secrets/edits.rs`, keeps all that \
         is shown: what programs print, panics too; each span, event and line of a log at the finest \
         level, of every crate; each error that is made, with details and causes; each request, reply, \
         builder and client as `Debug`; each entry of a sandbox's journal. Every text that becomes a \
         `Secret` is noted, which is every credential and every secret field of a model. Afterwards \
         all that was shown is searched for each of them, also as a quoted string and as part of a \
         URL.\n\n\
         {} values; {} of them are shorter than {SHORTEST} letters, from tests of what is too short or \
         wrong, and cannot be searched for. {} lines, {:.0} MB. Not searched for, since they may be \
         shown:\n\n",
        searched.secrets,
        searched.short.len(),
        found.lines,
        found.bytes as f64 / 1e6,
    );
    for (reason, count) in &searched.public {
        let _ = writeln!(text, "* {count}: {reason}");
    }
    text.push_str("\n| run | tests passed |\n|---|---|\n");
    for (title, passed) in &searched.runs {
        let passed = match passed {
            0 => String::new(),
            some => some.to_string(),
        };
        let _ = writeln!(text, "| {title} | {passed} |");
    }
    let _ = writeln!(
        text,
        "\nA test of the copy shows secrets on purpose, each in a way of its own, to see that the \
         search finds them: {}.",
        found
            .on_purpose
            .iter()
            .map(|secret| secret.trim_start_matches(ON_PURPOSE))
            .collect::<Vec<_>>()
            .join(", ")
    );
    for (line, times) in found.leaks.iter().take(LINES) {
        let _ = writeln!(text, "\n* {times} times: `{line}`");
    }
    Outcome {
        targets: vec![
            Target::count(
                "secrets: lines that show one",
                found.leaks.values().sum(),
                0,
            ),
            Target::count(
                "secrets: ways of showing one on purpose that the search misses",
                WAYS.saturating_sub(found.on_purpose.len() as u64),
                0,
            ),
        ],
        text,
        drawings: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
