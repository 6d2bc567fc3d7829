//! Builds the client for the examples, and reads their command line.

#![allow(dead_code, reason = "each example uses a part")]

use std::time::Duration;

use ovh_web::{Client, ClientBuilder};
use ovh_web_sandbox::{Builder, Sandbox};

/// The default hosting of a sandbox.
pub(crate) const SERVICE: &str = "example.cluster01.hosting.ovh.net";

/// Returns a client and, without `--live`, its sandbox.
pub(crate) async fn client() -> Result<(Client, Option<Sandbox>), Box<dyn std::error::Error>> {
    let (builder, sandbox) = builder(Sandbox::builder()).await?;
    Ok((builder.build()?, sandbox))
}

/// Returns the builder of a client and, without `--live`, its sandbox.
///
/// With `--live` the settings are those of OVHcloud's own clients: `OVH_*` variables or `ovh.conf`.
pub(crate) async fn builder(
    seeds: Builder,
) -> Result<(ClientBuilder, Option<Sandbox>), Box<dyn std::error::Error>> {
    if flag("--live") {
        return Ok((Client::builder().from_env(), None));
    }
    // At this speed, a finished task disappears before the first poll unless it stays for longer.
    let seconds = Duration::from_secs;
    let seeds = seeds.task_times(seconds(1), seconds(2), seconds(600));
    let sandbox = seeds.speed(20.0).start().await?;
    let builder = Client::builder().from_pairs(sandbox.env());
    Ok((builder, Some(sandbox)))
}

/// Returns the hosting: `--service NAME`, or the sandbox's.
pub(crate) fn service() -> String {
    option("--service").unwrap_or_else(|| SERVICE.to_owned())
}

/// Returns `true` if the command line has this flag.
pub(crate) fn flag(name: &str) -> bool {
    std::env::args().any(|argument| argument == name)
}

/// Returns the value after this option.
pub(crate) fn option(name: &str) -> Option<String> {
    std::env::args()
        .skip_while(|argument| argument != name)
        .nth(1)
}

/// Returns the value after this option. Without `--live` there is a default.
pub(crate) fn option_or(name: &str, default: &str) -> Result<String, String> {
    match option(name) {
        Some(value) => Ok(value),
        None if flag("--live") => Err(format!("with --live, {name} is required")),
        None => Ok(default.to_owned()),
    }
}

/// Returns the password in an environment variable. For a sandbox there is a default.
pub(crate) fn password(variable: &str, sandbox: Option<&Sandbox>) -> Result<String, String> {
    match std::env::var(variable) {
        Ok(password) if !password.is_empty() => Ok(password),
        _ if sandbox.is_some() => Ok("onlyF0rTheSandbox".to_owned()),
        _ => Err(format!(
            "set {variable} to the password of new users and databases"
        )),
    }
}
