//! Prints an inventory of the account as CSV, one line per hosting.
//!
//! ```text
//! cargo run -p ovh-web --example inventory              against a sandbox in this process
//! cargo run -p ovh-web --example inventory -- --live    against the real API; only reads
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "../common/mod.rs"]
mod common;
mod inventory;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _sandbox) = common::client().await?;
    println!("{}", inventory::HEADER);
    for row in inventory::inventory(&client).await? {
        println!("{row}");
    }
    Ok(())
}
