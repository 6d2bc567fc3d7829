//! The maintainer's commands, one file for each.
//!
//! What reads the clock or the terminal is in `main.rs`, except in `bench`, which measures; the only
//! network access of the whole project outside the facade is in `download.rs` (and cargo's own, for
//! what `bench` builds). A new command is one more file, one more line in
//! `Task` and one more in [`run`].

pub mod api;
pub mod bench;
mod cargo;
pub mod diff;
pub mod download;
pub mod env;
pub mod failure;
pub mod fetch;
pub mod lint;
pub mod pr_body;
pub mod preview;
pub mod regen;
pub mod revisions;
pub mod sources;
pub mod staging;
pub mod workspace;

use chrono::NaiveDate;
use clap::{CommandFactory as _, Parser, Subcommand};
use env::Env;
use failure::Failure;
use ovh_web_codegen::escape::one_line;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use workspace::Workspace;

const AFTER_HELP: &str = "\
A change of the API, in this order:
  cargo xtask fetch                 get OVHcloud's documents into schema/
  cargo xtask regen                 write the client, the lock of names and the surface
  cargo xtask diff                  see what changed, and what it means for users
  cargo xtask pr-body --changelog   write the pull request and the entry of the changelog
  (document what is new in schema/docs.toml, and run regen again)
  cargo test                        see that everything still holds
  git commit                        all of it together

At any time:
  cargo xtask lint           check the rules that no compiler lint covers; fits a git hook
  cargo xtask api            what became of the public items of what is written by hand
  cargo xtask bench          run the benchmarks and write docs/benchmarks.md

Another section:
  cargo xtask preview DOCUMENT --out DIR    a client crate from any document of the API

What is yours to edit lies in schema/:
  overlay.json   corrections of single places in OVHcloud's documents
  docs.toml      our documentation of operations, types and properties
  names.toml     the lock of names; change a line to rename, regen adds what is new
What is generated, and checked by `cargo xtask regen --check`:
  crates/ovh-web-client/src, crates/ovh-web-sandbox/src/generated,
  schema/names.toml, schema/surface.txt, tests/fuzz/src/models/table.rs
The checklists of a schema change and of a release are in CONTRIBUTING.md.";

/// The maintainer's commands of ovh-web.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = AFTER_HELP)]
struct Cli {
    /// Work on this folder instead of the workspace around the current one.
    #[arg(long, global = true, hide = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Debug, Subcommand)]
enum Task {
    Api(api::Args),
    Bench(bench::Args),
    Diff(diff::Args),
    Fetch(fetch::Args),
    Lint(lint::Args),
    PrBody(pr_body::Args),
    Preview(preview::Args),
    Regen(regen::Args),
}

impl Task {
    /// Whether the command may write files of the workspace.
    const fn writes(&self) -> bool {
        match self {
            Self::Api(args) => !args.check,
            Self::Regen(args) => !args.check,
            Self::PrBody(args) => args.changelog,
            Self::Fetch(_) => true,
            Self::Bench(_) | Self::Diff(_) | Self::Lint(_) | Self::Preview(_) => false,
        }
    }
}

/// Runs one command; `today` is the date that goes into what it writes.
///
/// What was asked for goes to `out`, what went wrong to `err`. The code is 0 when all is well, 1
/// when the command failed or found a difference, 2 when it was called in a wrong way, 141 when the
/// reader of `out` has closed it.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    today: NaiveDate,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    run_at(args, Env::new(today), out, err)
}

/// As [`run`], with an edge of the caller's own.
pub fn run_at(
    args: impl IntoIterator<Item = OsString>,
    edge: Env<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render();
            // Nothing can be done about a closed terminal.
            let _ = if error.use_stderr() {
                write!(err, "{text}")
            } else {
                write!(out, "{text}")
            };
            return if error.use_stderr() { 2 } else { 0 };
        }
    };
    let Some(task) = cli.task else {
        let _ = write!(out, "{}", Cli::command().render_long_help());
        return 0;
    };
    let workspace = Workspace::find(cli.root).map(|found| found.with_hook(edge.before_write));
    let workspace = workspace.and_then(|workspace| {
        if task.writes() {
            if let Some(files) = workspace.finish_interrupted()? {
                let what = "finished what an interrupted run began";
                say(out, format!("{what}: {files} files"))?;
            }
        } else {
            workspace.refuse_interrupted()?;
        }
        Ok(workspace)
    });
    let result = workspace.and_then(|workspace| match task {
        Task::Api(args) => api::run(&workspace, &args, out),
        Task::Bench(args) => bench::run(&workspace, &args, edge.today, out),
        Task::Diff(args) => diff::run(&workspace, &args, out),
        Task::Fetch(args) => fetch::run(&workspace, &args, edge, out, err),
        Task::Lint(args) => lint::run(&workspace, &args, out),
        Task::PrBody(args) => pr_body::run(&workspace, &args, out),
        Task::Preview(args) => preview::run(&workspace, &args, out),
        Task::Regen(args) => regen::run(&workspace, &args, out),
    });
    match result {
        Ok(()) => 0,
        // As if the closed pipe had ended the program, which it does to others.
        Err(failure) if failure.is_closed_pipe() => 141,
        Err(failure) => {
            let _ = writeln!(err, "{failure}");
            1
        }
    }
}

/// The names of all commands.
pub(crate) fn commands() -> Vec<&'static str> {
    static NAMES: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let command = Cli::command();
        let names = command
            .get_subcommands()
            .map(|command| command.get_name().to_owned());
        names.collect()
    });
    names.iter().map(String::as_str).collect()
}

/// Prints text without hidden characters.
fn say(out: &mut dyn Write, text: impl std::fmt::Display) -> Result<(), Failure> {
    let text = text.to_string();
    text.split('\n')
        .try_for_each(|line| writeln!(out, "{}", one_line(line)))
        .map_err(|error| Failure::io("write", Path::new("the output"), error))
}
