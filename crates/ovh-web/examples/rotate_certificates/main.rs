//! Orders the free certificate for every hosting, or reissues it for the current domains.
//!
//! ```text
//! cargo run -p ovh-web --example rotate_certificates
//! cargo run -p ovh-web --example rotate_certificates -- --live
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "../common/mod.rs"]
mod common;
mod rotate_certificates;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _sandbox) = common::client().await?;
    for (service, outcome) in rotate_certificates::rotate(&client).await? {
        println!("{service}: {outcome}");
    }
    Ok(())
}
