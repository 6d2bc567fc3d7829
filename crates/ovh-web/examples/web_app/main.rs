//! Makes the 13 calls of OVHcloud's guide "create and manage a web application", in order.
//!
//! ```text
//! cargo run -p ovh-web --example web_app
//! cargo run -p ovh-web --example web_app -- --live --service NAME --domain NAME [--yes] [--keep]
//! ```
//!
//! Without `--live` it starts a sandbox in this process and needs no account and no network. With
//! `--live` it runs against the real API, with the configuration of OVHcloud's own clients (`OVH_*`
//! variables, `ovh.conf`): without `--yes` it only shows what it would create. `Ctrl-C` stops it
//! with a list of what was created.
//!
//! [`options`] parses the command line, [`journey`] makes the calls, [`report`] prints them and
//! records what was created.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a command-line program: it prints results and durations"
)]

mod journey;
mod options;
mod report;

use std::process::ExitCode;
use std::time::Duration;

use ovh_web::{Client, WaitPolicy};
use ovh_web_sandbox::Sandbox;

use journey::Plan;
use options::Options;
use report::Report;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("{problem}\n\n{}", options::HELP);
            return ExitCode::from(2);
        }
    };
    let report = Report::default();
    let outcome = tokio::select! {
        outcome = run(&options, &report) => outcome,
        interrupted = tokio::signal::ctrl_c() => {
            report.interrupted(options.live);
            return match interrupted {
                Ok(()) => ExitCode::from(130),
                Err(error) => {
                    eprintln!("Ctrl-C cannot be caught here: {error}");
                    ExitCode::FAILURE
                }
            };
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report.failed(&*error, options.live);
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options, report: &Report) -> Result<(), Box<dyn std::error::Error>> {
    if options.live {
        let client = Client::from_env()?;
        let plan = Plan::live(&client, options).await?;
        report.plan(&plan, client.endpoint());
        if !options.yes {
            println!("\nNothing was written. Run it again with --yes to do all this for real.");
            return Ok(());
        }
        return Ok(journey::travel(&client, &plan, report).await?);
    }
    // Four times the sandbox's default speed, to keep the example short.
    let sandbox = Sandbox::builder().speed(4.0).start().await?;
    println!(
        "A sandbox of OVHcloud runs in this process at {}.",
        sandbox.base_url()
    );
    println!("It checks every signature, and its tasks take their time, as the real ones do.");
    let client = Client::from_pairs(sandbox.env())?;
    let plan = Plan::sandbox(WaitPolicy::default().interval(Duration::from_millis(250)));
    journey::travel(&client, &plan, report).await?;
    println!(
        "The sandbox counted {} calls, {} of which changed something.",
        sandbox.journal().total(),
        sandbox.journal().changes().count()
    );
    sandbox.stop().await;
    Ok(())
}
