//! Requests a consumer key, uses it, and revokes it.
//!
//! ```text
//! cargo run -p ovh-web --example consumer_key
//! cargo run -p ovh-web --example consumer_key -- --live --service NAME
//! ```
//!
//! With `--live` it requests a read-only key for one hosting, waits for your approval in the
//! browser, uses the key once, and revokes it.

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "common/mod.rs"]
mod common;

use anyhow::Result;
use ovh_web::{AccessRules, Client, PendingCredential};

#[tokio::main]
async fn main() -> Result<()> {
    let args = common::args("--service NAME")?;
    let service = args.service()?;
    let (client, sandbox) = if args.flag("--live") {
        let builder = Client::builder().from_env().without_consumer_key();
        (builder.build()?, None)
    } else {
        let sandbox = ovh_web_sandbox::Sandbox::start().await?;
        let client = Client::builder()
            .from_pairs(sandbox.env())
            .without_consumer_key()
            .build()?;
        (client, Some(sandbox))
    };
    let report = run(&client, &service, |pending| {
        println!("open {} and approve", pending.validation_url());
        if let Some(sandbox) = &sandbox {
            println!("(the sandbox approves it)");
            sandbox.validate(pending.consumer_key().expose())?;
        }
        Ok(())
    })
    .await?;
    println!("{report}");
    Ok(())
}

/// Requests a read-only key for one hosting and uses it.
///
/// `approve` receives the approval URL.
pub(crate) async fn run(
    client: &Client,
    service: &str,
    approve: impl FnOnce(&PendingCredential) -> Result<()>,
) -> Result<String> {
    let rules = AccessRules::new().read_hosting(service).own_key();
    let pending = client.request_credential(rules).await?;
    approve(&pending)?;
    let client = pending.wait_validated().await?;

    let hosting = client.hosting(service);
    let mut report = String::new();
    for permission in hosting.check(["hosting::get", "databases::create"]).await? {
        report.push_str(&format!("{permission}\n"));
    }
    let offer = hosting.get().await?.offer;
    report.push_str(&format!("{service} has the offer {offer}"));
    client.logout().await?;
    Ok(report)
}
