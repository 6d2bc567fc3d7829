//! Reports on every hosting of the account, as a table, CSV or JSON.
//!
//! ```sh
//! # On a sandbox:
//! cargo run -p ovh-web-sandbox -- --hosting crates/ovh-web/examples/hostings.json -- \
//!     cargo run -p ovh-web --example report
//! # On your account, as a table by default; it only reads:
//! cargo run -p ovh-web --example report -- [table|csv|json]
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::env;

use anyhow::bail;
use ovh_web::types::Date;
use ovh_web::{Client, Error};
use serde::Serialize;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<_> = env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let format = match args[..] {
        [] => "table",
        [format @ ("table" | "csv" | "json")] => format,
        _ => bail!("usage: report [table|csv|json]"),
    };
    let rows = report(&Client::from_env()?).await?;
    match format {
        "csv" => print!("{}", csv(&rows)),
        "json" => println!("{}", serde_json::to_string_pretty(&rows)?),
        _ => print!("{}", table(&rows)),
    }
    match rows.iter().filter(|row| row.error.is_some()).count() {
        0 => Ok(()),
        failed => bail!("{failed} hostings could not be read"),
    }
}

/// The column names.
pub(crate) const HEADER: &str =
    "hosting,offer,php,disk_percent,domains,without_ssl,databases,expiration,error";

/// One hosting. Without `error`, all is known.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct Row {
    pub(crate) hosting: String,
    pub(crate) offer: String,
    pub(crate) php: String,
    pub(crate) disk_percent: Option<f64>,
    pub(crate) domains: usize,
    pub(crate) without_ssl: usize,
    pub(crate) databases: usize,
    pub(crate) expiration: Option<Date>,
    pub(crate) error: Option<String>,
}

impl Row {
    /// The cells, in the order of [`HEADER`].
    fn cells(&self) -> Vec<String> {
        let percent = self.disk_percent.map(|percent| percent.to_string());
        let date = self.expiration.map(|date| date.to_string());
        vec![
            self.hosting.clone(),
            self.offer.clone(),
            self.php.clone(),
            percent.unwrap_or_default(),
            self.domains.to_string(),
            self.without_ssl.to_string(),
            self.databases.to_string(),
            date.unwrap_or_default(),
            self.error.clone().unwrap_or_default(),
        ]
    }
}

/// Returns one row per hosting. One that cannot be read has an error, and the others follow.
pub(crate) async fn report(client: &Client) -> Result<Vec<Row>, Error> {
    // This function never writes, whatever client it gets.
    let client = client.read_only();
    let mut rows = Vec::new();
    let mut hostings = client.hostings().list().stream();
    while let Some(hosting) = hostings.next().await {
        let hosting = hosting?;
        let used = hosting.quota_used.as_ref();
        let share = used.and_then(|used| used.ratio(&hosting.quota_size));
        let php = hosting.php_versions.iter();
        let php: Vec<_> = php.map(|it| it.version.as_str()).collect();
        let mut row = Row {
            offer: hosting.offer.to_string(),
            php: php.join(" "),
            disk_percent: share.map(|share| (share * 1000.0).round() / 10.0),
            hosting: hosting.service_name,
            ..Row::default()
        };
        if let Err(error) = complete(&client, &mut row).await {
            row.error = Some(error.to_string());
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Reads what the list of hostings does not contain, in three calls.
async fn complete(client: &Client, row: &mut Row) -> Result<(), Error> {
    let hosting = client.hosting(&row.hosting);
    let domains = hosting.domains().list().await?;
    row.domains = domains.len();
    row.without_ssl = domains.iter().filter(|it| it.ssl != Some(true)).count();
    row.databases = hosting.databases().names().await?.len();
    row.expiration = Some(hosting.service_infos().get().await?.expiration);
    Ok(())
}

/// The header and the rows, as cells.
fn lines(rows: &[Row]) -> Vec<Vec<String>> {
    let header = HEADER.split(',').map(str::to_owned).collect();
    let rows = rows.iter().map(Row::cells);
    [header].into_iter().chain(rows).collect()
}

/// Pads each column to its widest cell.
pub(crate) fn table(rows: &[Row]) -> String {
    let lines = lines(rows);
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let widths: Vec<_> = (0..lines[0].len()).filter_map(width).collect();
    let line = |cells: &Vec<String>| {
        let cells = cells.iter().zip(&widths);
        let cells = cells.map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    lines.iter().map(line).collect()
}

/// Quotes each cell, so that it may contain commas, quotes and line breaks.
pub(crate) fn csv(rows: &[Row]) -> String {
    let quoted = |cell: String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |cells: Vec<String>| {
        let cells: Vec<_> = cells.into_iter().map(quoted).collect();
        cells.join(",") + "\r\n"
    };
    lines(rows).into_iter().map(line).collect()
}
