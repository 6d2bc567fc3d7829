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
use serde_json::Value;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<_> = env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let format = match args[..] {
        [] => "table",
        [format @ ("table" | "csv" | "json")] => format,
        _ => bail!("usage: report [table|csv|json]"),
    };
    let rows = report(&Client::from_env()?).await;
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
    pub(crate) domains: Option<usize>,
    pub(crate) without_ssl: Option<usize>,
    pub(crate) databases: Option<usize>,
    pub(crate) expiration: Option<Date>,
    pub(crate) error: Option<String>,
}

impl Row {
    /// The cells, in the order of [`HEADER`]. An empty one means unknown.
    fn cells(&self) -> Vec<String> {
        let row = serde_json::to_value(self).unwrap_or_default();
        let cell = |name| match &row[name] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        HEADER.split(',').map(cell).collect()
    }
}

/// Returns one row per hosting. One that cannot be read or decoded has an error; the others follow.
pub(crate) async fn report(client: &Client) -> Vec<Row> {
    // This function never writes, whatever client it gets.
    let client = client.read_only();
    let mut rows = Vec::new();
    let mut hostings = client.hostings().list().stream();
    while let Some(hosting) = hostings.next().await {
        let hosting = match hosting {
            Ok(hosting) => hosting,
            Err(error) => {
                let error = Some(error.to_string());
                rows.push(Row {
                    error,
                    ..Row::default()
                });
                continue;
            }
        };
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
    rows
}

/// Reads what the list of hostings does not contain, in three calls.
async fn complete(client: &Client, row: &mut Row) -> Result<(), Error> {
    let hosting = client.hosting(&row.hosting);
    // First, since it can be read after the expiration, too.
    row.expiration = Some(hosting.service_infos().get().await?.expiration);
    let domains = hosting.domains().list().await?;
    row.domains = Some(domains.len());
    row.without_ssl = Some(domains.iter().filter(|it| it.ssl != Some(true)).count());
    row.databases = Some(hosting.databases().names().await?.len());
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
