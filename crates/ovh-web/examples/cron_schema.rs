//! Prints the JSON schema of a new cron, for a form or a configuration file.
//!
//! ```text
//! cargo run -p ovh-web --example cron_schema --features schemars
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use ovh_web::types::NewCron;
use schemars::schema_for;

fn main() -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string_pretty(&schema_for!(NewCron))?);
    Ok(())
}
