//! The program: it prints `export` lines or runs a command with these variables, and logs each call.

#![allow(
    clippy::disallowed_methods,
    reason = "the delays of the program are real"
)]

mod command;
mod files;
mod log;
mod options;
mod state_file;

use std::convert::Infallible;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use log::Log;
use options::{HELP, Options, Request};
use ovh_web_sandbox::{Builder, Sandbox};
use state_file::StateFile;

/// The time to write the rest of the log at the end.
const GRACE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)) {
        Ok(Request::Help) => say(HELP),
        Ok(Request::Version) => say(concat!("ovh-web-sandbox ", env!("CARGO_PKG_VERSION"), "\n")),
        Ok(Request::Run(options)) => match run(*options) {
            Ok(code) => code,
            Err(error) => complain(&error.to_string(), 1),
        },
        Err(problem) => complain(&format!("{problem}\nTry --help."), 2),
    }
}

fn run(options: Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let log = Log::open(options.log.as_deref())?;
    // A panic must not wait for the reader of standard error.
    let panics = log.clone();
    std::panic::set_hook(Box::new(move |panic| panics.line(&panic.to_string())));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(serve(options, &log));
    log.flush(GRACE);
    ended
}

async fn serve(mut options: Options, log: &Log) -> Result<ExitCode, Box<dyn std::error::Error>> {
    // Before the first line is printed: its reader may stop the program.
    let stopped = command::stop_signal()?;
    let state = options.state.as_deref().map(StateFile::open).transpose()?;
    let command = std::mem::take(&mut options.command);
    let (ca_file, fixed_keys) = (options.ca_file.take(), options.fixed_keys);
    let sandbox = builder(options, log)?.start().await?;
    if let Some(state) = &state {
        state.save(&sandbox)?;
    }
    let authority = match sandbox.certificate_authority() {
        Some(pem) => Some(files::write_authority(ca_file.as_deref(), pem)?),
        None => None,
    };
    if command.is_empty() {
        say(&exports(&sandbox, authority.as_deref()));
    }
    if let Some(resumed) = sandbox.resumed() {
        log.line(&format!(
            "resumed {} writes, {} of them with another status than before",
            resumed.writes, resumed.different
        ));
    }
    if fixed_keys && !sandbox.address().ip().is_loopback() {
        log.line("warning: other machines reach this address, and these keys are public");
    }
    let end = match command.first() {
        Some(_) => "ends with its command",
        None => "stop with Ctrl-C",
    };
    log.line(&format!(
        "listening on {}; hostings: {}; page: {}; {end}",
        sandbox.base_url(),
        sandbox.state().hostings().join(", "),
        sandbox.page_url()
    ));
    let mut environment = environment(&sandbox, authority.as_deref());
    // It replaces the system's authorities, so it is for the command only.
    let roots = authority.iter().map(|path| path.display().to_string());
    environment.extend(roots.map(|path| ("SSL_CERT_FILE", path)));
    let code = tokio::select! {
        code = command::run(&command, environment, stopped) => code,
        never = save_changes(state.as_ref(), &sandbox, log) => match never {},
    };
    if let Some(state) = &state {
        state.save(&sandbox)?;
        log.line(&format!("saved the state in {}", state.path().display()));
    }
    if let (None, Some(temporary)) = (&ca_file, authority) {
        let _ = std::fs::remove_file(temporary);
    }
    sandbox.stop().await;
    log.line("stopped");
    Ok(code?)
}

/// Saves the state when it changes, in at most a fifth of the time.
async fn save_changes(state: Option<&StateFile>, sandbox: &Sandbox, log: &Log) -> Infallible {
    let Some(state) = state else {
        return std::future::pending().await;
    };
    loop {
        sandbox.changed().await;
        let started = Instant::now();
        if let Err(error) = state.save(sandbox) {
            log.line(&error);
        }
        tokio::time::sleep(started.elapsed() * 4).await;
    }
}

/// A builder with the options and the files that they name.
fn builder(options: Options, log: &Log) -> Result<Builder, Box<dyn std::error::Error>> {
    let required = |path: &Path| {
        let text = files::read(path)?;
        text.ok_or_else(|| format!("there is no {}", path.display()))
    };
    let calls = log.clone();
    let mut builder = options.builder;
    builder = builder.on_call(move |entry| calls.line(&format!("{} {entry}", entry.at)));
    if options.fixed_keys {
        builder = builder.fixed_keys();
    }
    for hosting in &options.hostings {
        builder = if hosting.ends_with(".json") {
            let text = required(Path::new(hosting))?;
            let named = |error| format!("{hosting}: {error}");
            builder.hostings_from_json(&text).map_err(named)?
        } else {
            builder.hosting(hosting)
        };
    }
    if let Some(path) = &options.faults {
        let named = |error| format!("{}: {error}", path.display());
        builder = builder.faults_from_json(&required(path)?).map_err(named)?;
    }
    if let Some(path) = &options.state {
        let named = |error| format!("{}: {error}", path.display());
        builder = match files::read(path)? {
            Some(text) => builder.resume(&text).map_err(named)?,
            None => builder.record(),
        };
    }
    Ok(builder)
}

/// The environment variables for clients.
fn environment(sandbox: &Sandbox, authority: Option<&Path>) -> Vec<(&'static str, String)> {
    let mut variables = sandbox.env();
    if let Some(path) = authority {
        for name in [
            "NODE_EXTRA_CA_CERTS",
            "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE",
        ] {
            variables.push((name, path.display().to_string()));
        }
    }
    variables
}

fn exports(sandbox: &Sandbox, authority: Option<&Path>) -> String {
    let mut lines = String::new();
    for (name, value) in environment(sandbox, authority) {
        let value = value.replace('\'', "'\\''");
        lines.push_str(&format!("export {name}='{value}'\n"));
    }
    lines.push_str(&format!(
        "# With OAuth2 instead of the three keys, tokens from {}:\n\
         # export OVH_CLIENT_ID='{}'\n# export OVH_CLIENT_SECRET='{}'\n",
        sandbox.token_url(),
        sandbox.client_id(),
        sandbox.client_secret()
    ));
    lines
}

/// Writes to standard output, without a panic if it is closed.
fn say(text: &str) -> ExitCode {
    let mut out = std::io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(problem: &str, code: u8) -> ExitCode {
    if let Ok(log) = Log::open(None) {
        log.line(&format!("ovh-web-sandbox: {problem}"));
        log.flush(GRACE);
    }
    ExitCode::from(code)
}
