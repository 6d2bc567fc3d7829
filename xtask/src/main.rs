//! The entry point of `cargo xtask`: the clock, the arguments and the terminal come in here.

use std::process::ExitCode;

fn main() -> ExitCode {
    let today = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).date_naive();
    let code = xtask::run(
        std::env::args_os(),
        today,
        &mut std::io::stdout().lock(),
        &mut std::io::stderr().lock(),
    );
    ExitCode::from(code)
}
