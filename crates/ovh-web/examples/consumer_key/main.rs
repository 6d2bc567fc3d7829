//! A consumer key, from the question to its end.
//!
//! ```text
//! cargo run -p ovh-web --example consumer_key
//! cargo run -p ovh-web --example consumer_key -- --live --service NAME
//! ```
//!
//! With `--live` it asks for a key that may only read one hosting, waits until you have agreed in
//! the browser, uses it once, and ends it.

#![allow(clippy::print_stdout, reason = "a program for people")]

#[path = "../common/mod.rs"]
mod common;
mod consumer_key;

use ovh_web::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, sandbox) = if std::env::args().any(|argument| argument == "--live") {
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
    let service = common::service();
    let report = consumer_key::walk(&client, &service, |pending| {
        println!("open {} and agree", pending.validation_url());
        if let Some(sandbox) = &sandbox {
            println!("(the sandbox agrees by itself)");
            sandbox.validate(pending.consumer_key().expose())?;
        }
        Ok(())
    })
    .await?;
    println!("{report}");
    Ok(())
}
