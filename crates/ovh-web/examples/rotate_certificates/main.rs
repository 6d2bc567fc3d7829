//! Every hosting gets the free certificate; one that can be made anew is made anew for the domains
//! as they are now.
//!
//! ```text
//! cargo run -p ovh-web --example rotate_certificates
//! cargo run -p ovh-web --example rotate_certificates -- --live
//! ```

#![allow(clippy::print_stdout, reason = "a program for people")]

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
