//! The entry point of `cargo xtask`: the clock, the arguments and the terminal come in here.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use xtask::env::Env;

fn main() -> ExitCode {
    let today = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).date_naive();
    // A scheduled job logs as much as a terminal shows: its log is read after failures.
    let is_watched = std::io::stderr().is_terminal() || std::env::var_os("CI").is_some();
    let code = xtask::run_at(
        std::env::args_os(),
        Env {
            is_watched,
            ..Env::new(today)
        },
        &mut std::io::stdout().lock(),
        &mut std::io::stderr().lock(),
    );
    ExitCode::from(code)
}
