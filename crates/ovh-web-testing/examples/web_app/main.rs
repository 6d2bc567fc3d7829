//! Makes the 13 calls of OVHcloud's guide "create and manage a web application", in order.
//!
//! ```text
//! cargo run -p ovh-web-testing --example web_app
//! cargo run -p ovh-web-testing --example web_app -- --live --service NAME --domain NAME [--yes]
//! ```
//!
//! Without `--live` it starts a sandbox in this process and needs no account and no network. With
//! `--live` it runs against the real API, with the configuration of OVHcloud's own clients (`OVH_*`
//! variables, `ovh.conf`): without `--yes` it only shows what it would create. At the end it deletes
//! what it created; if it fails or is stopped with `Ctrl-C`, it lists what is left.
//!
//! [`journey`] makes the calls, [`report`] prints them and records what was created.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a command-line program: it prints results and durations"
)]

mod journey;
mod report;

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use ovh_web::{Client, WaitPolicy};
use ovh_web_sandbox::Sandbox;

use journey::Plan;
use report::Report;

#[tokio::main]
async fn main() -> ExitCode {
    let report = Report::default();
    let outcome = tokio::select! {
        outcome = run(&report) => outcome,
        _ = tokio::signal::ctrl_c() => Err(anyhow!("stopped; a task that was started continues")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report.failed(&*error);
            ExitCode::FAILURE
        }
    }
}

async fn run(report: &Report) -> Result<()> {
    let args: Vec<_> = env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let (service, domain, write) = match args[..] {
        [] => return run_on_sandbox(report).await,
        ["--live", "--service", service, "--domain", domain] => (service, domain, false),
        ["--live", "--service", service, "--domain", domain, "--yes"] => (service, domain, true),
        _ => bail!("usage: web_app [--live --service NAME --domain NAME [--yes]]"),
    };
    let client = Client::from_env()?;
    let plan = Plan::live(&client, service.to_owned(), domain.to_owned()).await?;
    println!("{plan}");
    if !write {
        println!("Nothing is written. Run it again with --yes to make these changes.");
        return Ok(());
    }
    Ok(journey::run(&client, &plan, report).await?)
}

async fn run_on_sandbox(report: &Report) -> Result<()> {
    // Four times the sandbox's default speed, to keep the example short.
    let sandbox = Sandbox::builder().speed(4.0).start().await?;
    let url = sandbox.base_url();
    println!("A sandbox of OVHcloud runs in this process at {url}.");
    println!("It checks every signature, and its tasks take time, as the real ones do.");
    let client = Client::from_pairs(sandbox.env())?;
    let plan = Plan::sandbox(WaitPolicy::default().interval(Duration::from_millis(250)));
    journey::run(&client, &plan, report).await?;
    println!(
        "The sandbox counted {} calls, {} of which changed something.",
        sandbox.journal().total(),
        sandbox.journal().changes().count()
    );
    sandbox.stop().await;
    Ok(())
}
