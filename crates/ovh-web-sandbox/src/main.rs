//! The sandbox as a program: `export` lines on standard output, a line per call on standard error.

mod options;

use std::io::Write;
use std::process::ExitCode;

use options::{HELP, Options, Request};
use ovh_web_sandbox::Sandbox;

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)) {
        Ok(Request::Help) => say(HELP),
        Ok(Request::Run(options)) => match run(options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => complain(&error.to_string(), 1),
        },
        Err(problem) => complain(&format!("{problem}\nTry --help."), 2),
    }
}

fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Before the first line is printed, so that who reads it can stop the program.
        let stopped = stop_signal()?;
        let mut builder = Sandbox::builder()
            .port(options.port)
            .seed(options.seed)
            .speed(options.speed)
            .time_offset(options.time_offset)
            .on_call(|entry| log(&format!("{} {entry}", entry.at)));
        for hosting in options.hostings {
            builder = builder.hosting(hosting);
        }
        let sandbox = builder.start().await?;
        let mut lines = String::new();
        for (name, value) in sandbox.env() {
            lines.push_str(&format!("export {name}='{value}'\n"));
        }
        say(&lines);
        log(&format!(
            "listening on {}; hostings: {}; stop with Ctrl-C",
            sandbox.base_url(),
            sandbox.state().hostings().join(", ")
        ));
        stopped.await;
        sandbox.stop().await;
        log("stopped");
        Ok(())
    })
}

/// Is ready when the program was asked to stop.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Is ready when the program was asked to stop.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Writes to standard output. A reader who went away is no reason to die of a panic.
fn say(text: &str) -> ExitCode {
    let mut out = std::io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn log(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn complain(problem: &str, code: u8) -> ExitCode {
    log(&format!("ovh-web-sandbox: {problem}"));
    ExitCode::from(code)
}
