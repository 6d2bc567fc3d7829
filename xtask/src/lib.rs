//! The maintainer's commands, one file for each.
//!
//! `main.rs` reads the clock and the terminal. Only `download.rs` uses the network, apart from cargo
//! in `bench`. A new command is one more file, one more line in `Task` and one more in [`run_at`].

pub mod api;
pub mod bench;
mod cargo;
mod clients;
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
  cargo xtask fetch                 download OVHcloud's documents into schema/
  cargo xtask regen                 write the clients, their names locks and surfaces
  cargo xtask diff                  explain what changed for users
  cargo xtask pr-body --changelog   write the pull request and the changelog entry
  (document new items in docs.toml, and run regen again)
  cargo test
  git commit                        all of it together

Edit these files of schema/<client>/:
  overlay.json   corrections of OVHcloud's documents
  docs.toml      our documentation of operations, types and properties
  names.toml     the names lock: change a line to rename; regen adds new items
CONTRIBUTING.md has the checklists of a schema change and of a release.";

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
    /// Returns `true` if the command may write files of the workspace.
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

/// Runs one command.
///
/// The result goes to `out`, errors to `err`. The exit code is 0, 1 if the command failed or found a
/// difference, 2 for invalid arguments, and 141 if the reader of `out` has closed it.
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
            let is_error = error.use_stderr();
            // Nothing can be done about a closed terminal.
            let _ = match is_error {
                true => write!(err, "{text}"),
                false => write!(out, "{text}"),
            };
            return if is_error { 2 } else { 0 };
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
pub(crate) fn commands() -> Vec<String> {
    let command = Cli::command();
    let commands = command.get_subcommands();
    commands
        .map(|command| command.get_name().to_owned())
        .collect()
}

/// Prints text without hidden characters.
fn say(out: &mut dyn Write, text: impl std::fmt::Display) -> Result<(), Failure> {
    let text = text.to_string();
    text.split('\n')
        .try_for_each(|line| writeln!(out, "{}", one_line(line)))
        .map_err(|error| Failure::io("write", Path::new("the output"), error))
}
