//! `sandbox -- COMMAND`: a local OVHcloud that lasts as long as the command.

use clap::{Arg, ArgAction, ArgMatches};
use ovh_web_sandbox::Sandbox;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::session::Session;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .arg(
            Arg::new("hostings")
                .long("hostings")
                .value_name("FILE")
                .help("The account's hostings as JSON, as the sandbox's README describes it"),
        )
        .arg(
            Arg::new("zone")
                .long("zone")
                .value_name("NAME")
                .action(ArgAction::Append)
                .help("A domain name of the account with its DNS zone; may be repeated"),
        )
        .arg(
            Arg::new("speed")
                .long("speed")
                .value_name("FACTOR")
                // The first poll comes after a second. A finished task is gone soon: ten times as fast,
                // it would never be seen, and each wait would take half a minute.
                .default_value("4")
                .value_parser(speed)
                .help("How much faster than OVHcloud tasks end"),
        )
        .arg(
            Arg::new("command")
                .value_name("COMMAND")
                .required(true)
                .num_args(1..)
                .last(true)
                .help("The command, which finds the sandbox in its environment"),
        )
        .after_help("Example:\n  ovh-web sandbox -- bash")
}

/// A factor that time can have.
fn speed(text: &str) -> Result<f64, &'static str> {
    let speed = text.parse::<f64>().ok();
    speed
        .filter(|speed| speed.is_finite() && *speed > 0.0)
        .ok_or("expected a number above 0")
}

pub(super) async fn run(session: &Session, _: &Globals, matches: &ArgMatches) -> Outcome<Exit> {
    let mut builder = Sandbox::builder();
    if let Some(path) = matches.get_one::<String>("hostings") {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| Failure::input(path, &error))?;
        builder = builder
            .hostings_from_json(&text)
            .map_err(|error| Failure::usage(format!("{path}: {error}")))?;
    } else {
        builder = builder.hosting("example.ovh");
    }
    for zone in matches.get_many::<String>("zone").into_iter().flatten() {
        builder = builder.zone(zone);
    }
    if let Some(speed) = matches.get_one::<f64>("speed") {
        builder = builder.speed(*speed);
    }
    let failed = |error: &dyn std::fmt::Display| Failure::new(Exit::Failed, error.to_string());
    let sandbox = builder.start().await.map_err(|error| failed(&error))?;
    let words: Vec<&String> = matches.get_many("command").into_iter().flatten().collect();
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failure::usage("a command is missing"));
    };
    session.console.note(&format!(
        "sandbox at {}; its page: {}",
        sandbox.base_url(),
        sandbox.page_url()
    ));
    let mut command = tokio::process::Command::new(program);
    // Keys of a real account must not reach the command beside those of the sandbox.
    for name in session
        .environment
        .keys()
        .filter(|name| name.starts_with("OVH_"))
    {
        command.env_remove(name);
    }
    let mut child = command
        .args(arguments)
        .envs(sandbox.env())
        .spawn()
        .map_err(|error| Failure::io(program, &error))?;
    // Ctrl-C reaches the command too, which decides what it means.
    let status = child
        .wait()
        .await
        .map_err(|error| Failure::io(program, &error))?;
    sandbox.stop().await;
    let code = code(status).and_then(|code| u8::try_from(code).ok());
    Ok(Exit::Command(code.unwrap_or(1)))
}

/// The exit code; that of a shell for a command that a signal has ended.
fn code(status: std::process::ExitStatus) -> Option<i32> {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Some(128 + signal);
    }
    status.code()
}
