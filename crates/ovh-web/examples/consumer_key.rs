//! Requests a read-only consumer key for one hosting, uses it once, and revokes it.
//!
//! It waits until you approve the key in the browser. A sandbox serves this page too.
//!
//! ```sh
//! # On a sandbox:
//! cargo run -p ovh-web-sandbox -- -- \
//!     cargo run -p ovh-web --example consumer_key -- example.cluster01.hosting.ovh.net
//! # On your account:
//! cargo run -p ovh-web --example consumer_key -- SERVICE
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::env;

use anyhow::{Result, bail};
use ovh_web::{AccessRules, Client, PendingCredential};

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<_> = env::args().skip(1).collect();
    let service = match &args[..] {
        [service] if service.starts_with(|c| c != '-') => service,
        _ => bail!("usage: consumer_key SERVICE"),
    };
    let builder = Client::builder().from_env().without_consumer_key();
    let report = run(&builder.build()?, service, |pending| {
        println!("open {} and approve", pending.validation_url());
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
