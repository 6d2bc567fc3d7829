//! Prints an inventory of the account as CSV, one line per hosting.
//!
//! ```text
//! cargo run -p ovh-web --example inventory              against a sandbox in this process
//! cargo run -p ovh-web --example inventory -- --live    against the real API; only reads
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "common/mod.rs"]
mod common;

use std::fmt;

use ovh_web::{Client, Error};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _sandbox) = common::client().await?;
    println!("{HEADER}");
    for row in inventory(&client).await? {
        println!("{row}");
    }
    Ok(())
}

/// The column names.
pub(crate) const HEADER: &str = "hosting,offer,domains,without_ssl,databases,users,modules,crons";

/// The resources of one hosting.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) hosting: String,
    pub(crate) offer: String,
    pub(crate) domains: usize,
    pub(crate) without_ssl: usize,
    pub(crate) databases: usize,
    pub(crate) users: usize,
    pub(crate) modules: usize,
    pub(crate) crons: usize,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{},", self.hosting, self.offer, self.domains)?;
        write!(f, "{},{},", self.without_ssl, self.databases)?;
        write!(f, "{},{},{}", self.users, self.modules, self.crons)
    }
}

/// Returns one row per hosting.
pub(crate) async fn inventory(client: &Client) -> Result<Vec<Row>, Error> {
    // This function never writes, whatever client it gets.
    let client = client.read_only();
    let mut rows = Vec::new();
    let mut hostings = client.hostings().list().stream();
    while let Some(hosting) = hostings.next().await {
        let hosting = hosting?;
        let handle = client.hosting(&hosting.service_name);
        let domains = handle.domains().list().await?;
        rows.push(Row {
            offer: hosting.offer.to_string(),
            without_ssl: domains.iter().filter(|it| it.ssl != Some(true)).count(),
            domains: domains.len(),
            databases: handle.databases().list().await?.len(),
            users: handle.users().list().await?.len(),
            modules: handle.modules().list().await?.len(),
            crons: handle.crons().list().await?.len(),
            hosting: hosting.service_name,
        });
    }
    Ok(rows)
}
