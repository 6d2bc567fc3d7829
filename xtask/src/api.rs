//! `cargo xtask api`: the public items of the handwritten crates, one on each line, for reviews.
//!
//! `cargo public-api`, which must be installed, lists them from rustdoc's output. Those of the
//! generated clients are in `schema/<client>/surface.txt`.

use crate::cargo::{cargo, output, target};
use crate::failure::Failure;
use crate::workspace::Workspace;
use crate::{regen, say};
use std::io::Write;
use std::path::Path;

/// The crates that are written by hand and that others compile against.
const CRATES: [&str; 4] = [
    "ovh-runtime",
    "ovh-web",
    "ovh-web-sandbox",
    "ovh-web-testing",
];

/// Compiler-internal traits, which change with its version.
const OF_THE_COMPILER: [&str; 5] = [
    "core::marker::Freeze",
    "core::marker::StructuralPartialEq",
    "core::marker::UnsafeUnpin",
    "core::panic::unwind_safe::RefUnwindSafe",
    "core::panic::unwind_safe::UnwindSafe",
];

/// List the public items of the handwritten crates, and compare them with the committed lists.
///
/// Needs `cargo install cargo-public-api --locked`, in the version that matches the compiler.
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
        let path = format!("crates/{name}/public-api.txt");
        let new = listed(workspace, name)?;
        say(out, format!("{name}: {} lines", new.lines().count()))?;
        changes.extend(workspace.change(Path::new(&path), Some(&new))?);
    }
    if args.check {
        return regen::compare("api", &changes, out);
    }
    workspace.apply(&changes)
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
    output(&mut rustdoc)?;
    let json = target(workspace)?
        .join("doc")
        .join(format!("{}.json", name.replace('-', "_")));
    let mut tool = cargo(workspace.root());
    tool.args(["public-api", "--color=never", "-s", "--rustdoc-json"]);
    output(tool.arg(json)).map(|text| kept(&text))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_sorted_without_compiler_internals() {
        assert_eq!(kept("b\na\nb\n"), "a\nb\nb\n");
        let noise = "impl<T> !core::panic::unwind_safe::UnwindSafe for a::B<T>";
        let ours = "impl core::marker::Send for a::B";
        assert_eq!(kept(&format!("{noise}\n{ours}\n")), format!("{ours}\n"));
        assert_eq!(kept(""), "");
    }
}
