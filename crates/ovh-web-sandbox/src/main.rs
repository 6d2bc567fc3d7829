//! The sandbox as a program: `export` lines on standard output, a line per call on standard error.

mod files;
mod options;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use options::{HELP, Options, Request};
use ovh_web_sandbox::{Builder, Sandbox};

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)) {
        Ok(Request::Help) => say(HELP),
        Ok(Request::Run(options)) => match run(*options) {
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
        let sandbox = configured(&options)?.start().await?;
        let authority = match sandbox.certificate_authority() {
            Some(pem) => Some(files::write_authority(options.ca_file.as_deref(), pem)?),
            None => None,
        };
        say(&exports(&sandbox, authority.as_deref()));
        if let Some(resumed) = sandbox.resumed() {
            log(&format!(
                "resumed {} writes, of which {} were answered differently now",
                resumed.writes, resumed.different
            ));
        }
        log(&format!(
            "listening on {}; hostings: {}; page: {}; stop with Ctrl-C",
            sandbox.base_url(),
            sandbox.state().hostings().join(", "),
            sandbox.page_url()
        ));
        stopped.await;
        if let (Some(path), Some(state)) = (&options.state, sandbox.saved_state()) {
            files::replace(path, &state)?;
            log(&format!("saved the state in {}", path.display()));
        }
        if let (None, Some(made)) = (&options.ca_file, authority) {
            let _ = std::fs::remove_file(made);
        }
        sandbox.stop().await;
        log("stopped");
        Ok(())
    })
}

/// A builder with what the command line asks for.
fn configured(options: &Options) -> Result<Builder, Box<dyn std::error::Error>> {
    let mut builder = Sandbox::builder()
        .port(options.port)
        .seed(options.seed)
        .speed(options.speed.unwrap_or(1.0))
        .time_offset(options.time_offset)
        .on_call(|entry| log(&format!("{} {entry}", entry.at)));
    for hosting in &options.hostings {
        builder = builder.hosting(hosting);
    }
    for token in &options.access_tokens {
        builder = builder.access_token(token);
    }
    if let Some(seconds) = options.token_lifetime {
        builder = builder.token_lifetime(Duration::from_secs(seconds));
    }
    if let Some(url) = &options.public_url {
        builder = builder.public_url(url);
    }
    if options.tls {
        builder = builder.tls();
    }
    if let Some(path) = &options.faults {
        let read = files::read(path)?.ok_or_else(|| format!("there is no {}", path.display()))?;
        let named = |error| format!("{}: {error}", path.display());
        builder = builder.faults_from_json(&read).map_err(named)?;
    }
    if let Some(path) = &options.state {
        let named = |error| format!("{}: {error}", path.display());
        builder = match files::read(path)? {
            Some(text) => builder.resume(&text).map_err(named)?,
            None => {
                files::check_folder(path)?;
                builder.record()
            }
        };
    }
    Ok(builder)
}

/// The lines that a shell takes over.
fn exports(sandbox: &Sandbox, authority: Option<&Path>) -> String {
    let mut lines = String::new();
    for (name, value) in sandbox.env() {
        lines.push_str(&format!("export {name}='{value}'\n"));
    }
    if let Some(path) = authority {
        let path = path.display().to_string().replace('\'', "'\\''");
        for name in [
            "NODE_EXTRA_CA_CERTS",
            "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE",
        ] {
            lines.push_str(&format!("export {name}='{path}'\n"));
        }
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
