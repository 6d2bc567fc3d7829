//! The sandbox as a program: `export` lines on standard output, or a command that has them in its
//! environment; a line per call on standard error, or in a file.

mod files;
mod log;
mod options;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use log::Log;
use options::{HELP, Options, Request};
use ovh_web_sandbox::{Builder, Sandbox};

/// How long a command may take to end when the sandbox is asked to stop.
const GRACE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)) {
        Ok(Request::Help) => say(HELP),
        Ok(Request::Run(options)) => match run(*options) {
            Ok(code) => code,
            Err(error) => complain(&error.to_string(), 1),
        },
        Err(problem) => complain(&format!("{problem}\nTry --help."), 2),
    }
}

fn run(options: Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Before the first line is printed, so that who reads it can stop the program.
        let stopped = stop_signal()?;
        let log = Log::open(options.log.as_deref())?;
        let sandbox = configured(&options, &log)?.start().await?;
        let authority = match sandbox.certificate_authority() {
            Some(pem) => Some(files::write_authority(options.ca_file.as_deref(), pem)?),
            None => None,
        };
        if options.command.is_empty() {
            say(&exports(&sandbox, authority.as_deref()));
        }
        if let Some(resumed) = sandbox.resumed() {
            log.line(&format!(
                "resumed {} writes, of which {} were answered differently now",
                resumed.writes, resumed.different
            ));
        }
        let end = match options.command.first() {
            Some(_) => "ends with its command",
            None => "stop with Ctrl-C",
        };
        log.line(&format!(
            "listening on {}; hostings: {}; page: {}; {end}",
            sandbox.base_url(),
            sandbox.state().hostings().join(", "),
            sandbox.page_url()
        ));
        let code = match options.command.split_first() {
            Some((program, arguments)) => {
                let environment = environment(&sandbox, authority.as_deref());
                command(program, arguments, environment, stopped).await
            }
            None => {
                stopped.await;
                Ok(ExitCode::SUCCESS)
            }
        };
        if let (Some(path), Some(state)) = (&options.state, sandbox.saved_state()) {
            files::replace(path, &state)?;
            log.line(&format!("saved the state in {}", path.display()));
        }
        if let (None, Some(made)) = (&options.ca_file, authority) {
            let _ = std::fs::remove_file(made);
        }
        sandbox.stop().await;
        log.line("stopped");
        Ok(code?)
    })
}

/// Runs a command until it ends, or until the sandbox is asked to stop, which ends it.
async fn command(
    program: &str,
    arguments: &[String],
    environment: Vec<(&'static str, String)>,
    stopped: impl Future<Output = ()>,
) -> Result<ExitCode, String> {
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .envs(environment)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("cannot run {program}: {error}"))?;
    tokio::select! {
        ended = child.wait() => {
            let status = ended.map_err(|error| format!("cannot wait for {program}: {error}"))?;
            // One that a signal ended has no code of its own.
            let code = status.code().map_or(1, |code| u8::try_from(code).unwrap_or(1));
            Ok(ExitCode::from(code))
        }
        () = stopped => {
            // Ctrl-C in a terminal reaches the command too, which may want to clean up.
            if tokio::time::timeout(GRACE, child.wait()).await.is_err() {
                let _ = child.kill().await;
            }
            Err(format!("stopped before {program} was done"))
        }
    }
}

/// A builder with what the command line asks for.
fn configured(options: &Options, log: &Log) -> Result<Builder, Box<dyn std::error::Error>> {
    let calls = log.clone();
    let mut builder = Sandbox::builder()
        .port(options.port)
        .seed(options.seed)
        .speed(options.speed.unwrap_or(1.0))
        .time_offset(options.time_offset)
        .on_call(move |entry| calls.line(&format!("{} {entry}", entry.at)));
    for hosting in &options.hostings {
        builder = if hosting.ends_with(".json") {
            let path = Path::new(hosting);
            let text = files::read(path)?.ok_or_else(|| format!("there is no {hosting}"))?;
            let named = |error| format!("{hosting}: {error}");
            builder.hostings_from_json(&text).map_err(named)?
        } else {
            builder.hosting(hosting)
        };
    }
    for token in &options.access_tokens {
        builder = builder.access_token(token);
    }
    for action in &options.iam {
        builder = builder.iam(action);
    }
    if let Some(seconds) = options.token_lifetime {
        builder = builder.token_lifetime(Duration::from_secs(seconds));
    }
    if let Some(url) = &options.public_url {
        builder = builder.public_url(url);
    }
    builder = builder.refused_key(options.refused_key);
    if let Some(shape) = options.refusals {
        builder = builder.refusals(shape);
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

/// The variables that lead clients here.
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

/// The lines that a shell takes over.
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

fn complain(problem: &str, code: u8) -> ExitCode {
    Log::default().line(&format!("ovh-web-sandbox: {problem}"));
    ExitCode::from(code)
}
