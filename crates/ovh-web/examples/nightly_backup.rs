//! Dumps every database of every hosting, and deletes old dumps.
//!
//! ```text
//! cargo run -p ovh-web --example nightly_backup
//! cargo run -p ovh-web --example nightly_backup -- --live
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "common/mod.rs"]
mod common;

use ovh_web::types::{
    DatabaseCapacity, DumpDate, ListDumps, NewDatabase, NewDatabaseType, NewDump,
};
use ovh_web::{Client, Error, Hosting, TaskSet};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, sandbox) = common::client().await?;
    if sandbox.is_some() {
        seed(&client.hosting(common::SERVICE)).await?;
    }
    let report = back_up(&client, 7).await?;
    println!(
        "{} dumps made, {} old ones deleted",
        report.made, report.deleted
    );
    for failure in &report.failures {
        println!("failed: {failure}");
    }
    Ok(())
}

/// The result of a backup run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) made: usize,
    pub(crate) deleted: usize,
    /// A database that cannot be dumped does not stop the others.
    pub(crate) failures: Vec<Error>,
}

/// Dumps every database, and keeps the newest `keep` dumps of each.
pub(crate) async fn back_up(client: &Client, keep: usize) -> Result<Report, Error> {
    let mut report = Report::default();
    let mut dumps = TaskSet::new();
    let mut databases = Vec::new();
    for service in client.hostings().names().await? {
        let hosting = client.hosting(service);
        for database in hosting.databases().list().await? {
            let database = hosting.database(database.name);
            let new = NewDump::new(DumpDate::Now).send_email(false);
            match database.dumps().create(&new).await {
                Ok(task) => {
                    dumps.add(&task);
                    databases.push(database);
                }
                Err(error) => report.failures.push(error),
            }
        }
    }
    let mut deletions = TaskSet::new();
    for (database, end) in databases.iter().zip(dumps.wait().await) {
        if let Err(error) = end {
            // No old dump is deleted without a new one.
            report.failures.push(error);
            continue;
        }
        report.made += 1;
        let mine = ListDumps::default().type_(DumpDate::Now);
        let mut all = database.dumps().list_with(&mine).await?;
        all.sort_by_key(|dump| std::cmp::Reverse((dump.creation_date, dump.id)));
        for old in all.iter().skip(keep) {
            match database.dump(old.id).delete().await {
                Ok(task) => deletions.add(&task),
                Err(error) => report.failures.push(error),
            }
        }
    }
    for end in deletions.wait().await {
        match end {
            Ok(_) => report.deleted += 1,
            Err(error) => report.failures.push(error),
        }
    }
    Ok(report)
}

/// Creates a database in an empty sandbox.
pub(crate) async fn seed(hosting: &Hosting) -> Result<(), Error> {
    let (capacity, kind) = (DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql);
    let database = NewDatabase::new(capacity, kind, "exampleshop");
    hosting.databases().ensure(&database).await.map(drop)
}
