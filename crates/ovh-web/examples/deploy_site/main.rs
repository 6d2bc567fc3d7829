//! Deploys a site: domain, database, user, settings, nightly job.
//!
//! It can be run any number of times: only differences are written.
//!
//! ```text
//! cargo run -p ovh-web --example deploy_site
//! cargo run -p ovh-web --example deploy_site -- --live --service NAME [--yes]
//! ```
//!
//! With `--live` it prints the changes, and makes them with `--yes`. The password of a new database
//! and user is read from SITE_PASSWORD.

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "../common/mod.rs"]
mod common;
mod deploy_site;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, sandbox) = common::client().await?;
    let hosting = client.hosting(common::service());
    let login = hosting.get().await?.primary_login;
    let hosting = hosting.with_login(&*login);
    let password =
        std::env::var("SITE_PASSWORD").unwrap_or_else(|_| "onlyF0rTheSandbox".to_owned());
    let site = deploy_site::Site::new(&login, "shop.example.com", password);
    for (what, change) in deploy_site::plan(&hosting, &site).await? {
        println!("{what}: would be {change}");
    }
    if sandbox.is_none() && !common::flag("--yes") {
        println!("Nothing was written. Run it again with --yes to make these changes.");
        return Ok(());
    }
    for (what, change) in deploy_site::deploy(&hosting, &site).await? {
        println!("{what}: {change}");
    }
    Ok(())
}
