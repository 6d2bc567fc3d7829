//! The entry point of `cargo xtask`: the clock, the arguments and the terminal come in here.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use xtask::edge::Edge;

fn main() -> ExitCode {
    let today = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).date_naive();
    // The log of a scheduled job is read when something went wrong, so it is told as much as a person.
    let is_watched = std::io::stderr().is_terminal() || std::env::var_os("CI").is_some();
    let code = xtask::run_at(
        std::env::args_os(),
        Edge {
            is_watched,
            ..Edge::new(today)
        },
        &mut std::io::stdout().lock(),
        &mut std::io::stderr().lock(),
    );
    ExitCode::from(code)
}
