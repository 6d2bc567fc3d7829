//! Dumps every database of every hosting, and deletes old dumps.
//!
//! ```text
//! cargo run -p ovh-web --example nightly_backup
//! cargo run -p ovh-web --example nightly_backup -- --live
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "../common/mod.rs"]
mod common;
mod nightly_backup;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, sandbox) = common::client().await?;
    if sandbox.is_some() {
        nightly_backup::seed(&client.hosting(common::SERVICE)).await?;
    }
    let report = nightly_backup::back_up(&client, 7).await?;
    println!(
        "{} dumps made, {} old ones deleted",
        report.made, report.deleted
    );
    for failure in &report.failures {
        println!("failed: {failure}");
    }
    Ok(())
}
