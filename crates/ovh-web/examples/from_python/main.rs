//! A python-ovh script, line by line in Rust.
//!
//! ```text
//! cargo run -p ovh-web --example from_python
//! cargo run -p ovh-web --example from_python -- --live --service NAME
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "../common/mod.rs"]
mod common;
mod from_python;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _sandbox) = common::client().await?;
    println!(
        "{}",
        from_python::script(&client, &common::service()).await?
    );
    Ok(())
}
