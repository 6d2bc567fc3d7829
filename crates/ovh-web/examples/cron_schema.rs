//! Prints the JSON schema of a new cron job: what a form, a configuration file or a tool interface
//! needs to know to ask for one.
//!
//! ```text
//! cargo run -p ovh-web --example cron_schema --features schemars
//! ```

#![allow(clippy::print_stdout, reason = "a program for people")]

use ovh_web::types::NewCron;
use schemars::schema_for;

fn main() -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string_pretty(&schema_for!(NewCron))?);
    Ok(())
}
