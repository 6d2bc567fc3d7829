//! `cargo xtask api`: the public items of the crates that are written by hand, a line each, so that
//! a review sees what becomes of them. Those of the generated client are in `schema/surface.txt`.
//!
//! rustdoc finds the items and `cargo public-api`, which must be installed, lists them;
//! neither is run by anything but this command. Comparing is a pure function.

use crate::cargo::{cargo, target};
use crate::failure::Failure;
use crate::say;
use crate::workspace::Workspace;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// The crates that are written by hand and that others compile against.
const CRATES: [&str; 4] = [
    "ovh-runtime",
    "ovh-web",
    "ovh-web-sandbox",
    "ovh-web-testing",
];

/// Most lines printed for a crate; `git diff` shows the rest.
const MOST: usize = 40;

/// Traits that say how the compiler sees a type. They come and go with its version, and nobody
/// compiles against them.
const OF_THE_COMPILER: [&str; 5] = [
    "core::marker::Freeze",
    "core::marker::StructuralPartialEq",
    "core::marker::UnsafeUnpin",
    "core::panic::unwind_safe::RefUnwindSafe",
    "core::panic::unwind_safe::UnwindSafe",
];

/// List the public items of the handwritten crates, and compare them with the committed lists.
///
/// Needs `cargo install cargo-public-api --locked`, in the version that goes with the compiler.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write nothing, and fail if a list is out of date.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Rewrites the lists of public items.
///
/// # Errors
/// If rustdoc or the tool fails, or if a list differs and none is to be written.
pub fn run(workspace: &Workspace, args: &Args, out: &mut dyn Write) -> Result<(), Failure> {
    let mut changes = Vec::new();
    for name in CRATES {
        let place = format!("crates/{name}/public-api.txt");
        let new = listed(workspace, name)?;
        let old = workspace.read_if_there(&place)?.unwrap_or_default();
        let compared = Compared::of(&old, &new);
        say(out, format!("{name}: {compared}"))?;
        for line in compared.lines().take(MOST) {
            say(out, format!("  {line}"))?;
        }
        if let Some(more) = compared.lines().count().checked_sub(MOST + 1) {
            say(out, format!("  and {} more; `git diff` has all", more + 1))?;
        }
        changes.extend(workspace.change(Path::new(&place), Some(&new))?);
    }
    match (args.check, changes.is_empty()) {
        (_, true) => Ok(()),
        (true, false) => Err(Failure::new(
            "the lists of public items are not what is there - run `cargo xtask api`, and commit \
             them with what changed them",
        )),
        (false, false) => workspace.apply(&changes),
    }
}

/// The public items of a crate with all of its features, sorted.
fn listed(workspace: &Workspace, name: &str) -> Result<String, Failure> {
    // Stable compilers keep rustdoc's JSON behind this switch.
    let mut rustdoc = cargo(workspace.root());
    rustdoc
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTDOCFLAGS")
        .args(["rustdoc", "--quiet", "--locked", "--lib", "--all-features"])
        .args(["-p", name])
        .args(["--", "-Zunstable-options", "--output-format=json"]);
    output(&mut rustdoc, "cargo rustdoc")?;
    let json = target(workspace)?
        .join("doc")
        .join(format!("{}.json", name.replace('-', "_")));
    let mut tool = cargo(workspace.root());
    tool.args(["public-api", "--color=never", "-s", "--rustdoc-json"])
        .arg(json);
    output(
        &mut tool,
        "cargo public-api (`cargo install cargo-public-api --locked` installs it)",
    )
    .map(|text| kept(&text))
}

/// The lines of a listing, sorted and without compiler internals.
fn kept(text: &str) -> String {
    let is_noise = |line: &&str| {
        line.starts_with("impl") && OF_THE_COMPILER.iter().any(|name| line.contains(name))
    };
    let mut lines: Vec<&str> = text.lines().filter(|line| !is_noise(line)).collect();
    lines.sort_unstable();
    lines.into_iter().fold(String::new(), |mut all, line| {
        all.push_str(line);
        all.push('\n');
        all
    })
}

fn output(command: &mut Command, what: &str) -> Result<String, Failure> {
    let done = command
        .output()
        .map_err(|error| Failure::new(format!("cannot run {what}: {error}")))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(Failure::new(format!(
        "{what} failed ({}): {}",
        done.status,
        said.trim()
    )))
}

/// The difference between two lists.
#[derive(Debug, PartialEq, Eq)]
struct Compared<'a> {
    new: Vec<&'a str>,
    gone: Vec<&'a str>,
    all: usize,
}

impl<'a> Compared<'a> {
    fn of(old: &'a str, new: &'a str) -> Self {
        let mut count: BTreeMap<&str, i32> = BTreeMap::new();
        for line in new.lines() {
            *count.entry(line).or_default() += 1;
        }
        for line in old.lines() {
            *count.entry(line).or_default() -= 1;
        }
        let of = |wanted: fn(i32) -> bool| {
            let lines = count.iter().filter(|(_, count)| wanted(**count));
            lines.map(|(line, _)| *line).collect()
        };
        Self {
            new: of(|count| count > 0),
            gone: of(|count| count < 0),
            all: new.lines().count(),
        }
    }

    /// Removed lines, which break users, then added lines.
    fn lines(&self) -> impl Iterator<Item = String> {
        let gone = self.gone.iter().map(|line| format!("- {line}"));
        gone.chain(self.new.iter().map(|line| format!("+ {line}")))
    }
}

impl std::fmt::Display for Compared<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { new, gone, all } = self;
        match (new.len(), gone.len()) {
            (0, 0) => write!(f, "{all} lines, as they were"),
            (new, 0) => write!(f, "{all} lines, {new} new: no breaking change"),
            (new, gone) => write!(
                f,
                "{all} lines, {new} new, {gone} gone: what used them breaks, so the version goes up \
                 as for any breaking change"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_and_removed_items_are_shown() {
        let told = |old: &str, new: &str| {
            let compared = Compared::of(old, new);
            let lines: Vec<String> = compared.lines().collect();
            (compared.to_string(), lines)
        };
        let (said, lines) = told("a\nb\nb\n", "a\nb\nc\n");
        assert!(said.starts_with("3 lines, 1 new, 1 gone: "), "{said}");
        assert_eq!(lines, ["- b", "+ c"]);
        let (said, lines) = told("a\n", "a\nb\n");
        assert_eq!(said, "2 lines, 1 new: no breaking change");
        assert_eq!(lines, ["+ b"]);
        let (said, lines) = told("a\n", "a\n");
        assert_eq!((said.as_str(), lines.len()), ("1 lines, as they were", 0));
    }

    #[test]
    fn items_are_sorted_without_compiler_internals() {
        assert_eq!(kept("b\na\nb\n"), "a\nb\nb\n");
        let noise = "impl<T> !core::panic::unwind_safe::UnwindSafe for a::B<T>";
        let ours = "impl core::marker::Send for a::B";
        assert_eq!(kept(&format!("{noise}\n{ours}\n")), format!("{ours}\n"));
        assert_eq!(kept(""), "");
    }
}
