//! Backs up every database: one dump a day, downloaded; old dumps and files are deleted.
//!
//! A second run makes no second dump: it completes what the first one left.
//!
//! ```sh
//! # On a sandbox:
//! cargo run -p ovh-web-sandbox -- --speed 4 --hosting crates/ovh-web/examples/hostings.json -- \
//!     cargo run -p ovh-web --example backup -- target/backups
//! # On your account, into the folder `backups` by default:
//! cargo run -p ovh-web --example backup -- [FOLDER]
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{cmp::Reverse, env, fs};

use anyhow::{Result, bail};
use futures_util::stream::{self, StreamExt};
use ovh_web::handle::Database;
use ovh_web::types::{DateTime, DumpDate, DumpStatus, ListDumps, NewDump};
use ovh_web::{Client, Clock, SystemClock};

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<_> = env::args().skip(1).collect();
    let folder = match &args[..] {
        [] => "backups",
        [folder] if folder.starts_with(|c| c != '-') => folder,
        _ => bail!("usage: backup [FOLDER]"),
    };
    let client = Client::from_env()?;
    let now = DateTime::default() + SystemClock::new().unix_time();
    let rules = Rules {
        folder: folder.into(),
        since: now - Duration::from_secs(12 * 3600),
        keep: 7,
    };
    let mut failed = 0;
    for (database, result) in back_up(&client, &rules).await? {
        match result {
            Ok(done) => println!("{database}: {done:?}"),
            Err(error) => {
                failed += 1;
                println!("{database}: {error:#}");
            }
        }
    }
    match failed {
        0 => Ok(()),
        _ => bail!("{failed} databases failed; run it again"),
    }
}

/// The target folder, and the number of backups.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) folder: PathBuf,
    /// A database with a dump since this time gets no other one.
    pub(crate) since: DateTime,
    /// The number of dumps and of files of a database.
    pub(crate) keep: usize,
}

/// The result of one database.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Done {
    pub(crate) made: bool,
    pub(crate) downloaded: bool,
    pub(crate) deleted: usize,
}

type Backups = Vec<(String, Result<Done>)>;

/// Backs up every database. One that fails does not stop the others.
pub(crate) async fn back_up(client: &Client, rules: &Rules) -> Result<Backups, ovh_web::Error> {
    let mut databases = Vec::new();
    for service in client.hostings().names().await? {
        let hosting = client.hosting(service);
        let names = hosting.databases().names().await?;
        databases.extend(names.into_iter().map(|name| hosting.database(name)));
    }
    let work = databases.iter().map(|database| async move {
        let result = back_up_one(database, rules).await;
        (database.name().to_owned(), result)
    });
    // A dump takes minutes: several at a time.
    Ok(stream::iter(work).buffered(8).collect().await)
}

async fn back_up_one(database: &Database, rules: &Rules) -> Result<Done> {
    let (mut done, dumps) = (Done::default(), database.dumps());
    // Not those that OVHcloud makes at night.
    let own = ListDumps::default().type_(DumpDate::Now);
    let recent = own.clone().creation_date_from(rules.since);
    let dump = match dumps.list_with(&recent).await?.pop() {
        Some(dump) => {
            if let Some(task) = dump.task_id {
                database.hosting().task(task).wait().await?;
            }
            dump
        }
        None => {
            done.made = true;
            let new = NewDump::new(DumpDate::Now).send_email(false);
            dumps.create(&new).await?.wait().await?
        }
    };
    let (service, name) = (database.hosting().service_name(), database.name());
    let folder = rules.folder.join(safe(service)).join(safe(name));
    fs::create_dir_all(&folder)?;
    let date = dump.creation_date.format("%Y-%m-%d-%H%M%S");
    let file = folder.join(format!("{date}-{}.sql.gz", dump.id));
    if !file.exists() {
        // A broken download leaves no file.
        database.dump(dump.id).download_to_file(&file).await?;
        done.downloaded = true;
    }
    let entries = fs::read_dir(folder)?.flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| id_of(path).is_some());
    files.sort();
    let mut all = dumps.list_with(&own).await?;
    all.retain(|dump| dump.status == DumpStatus::Created);
    // Not those that somebody else made.
    all.retain(|dump| files.iter().any(|file| id_of(file) == Some(dump.id)));
    all.sort_by_key(|dump| Reverse((dump.creation_date, dump.id)));
    for old in all.iter().skip(rules.keep) {
        database.dump(old.id).delete().await?.wait().await?;
        done.deleted += 1;
    }
    for old in files.iter().rev().skip(rules.keep) {
        fs::remove_file(old)?;
    }
    Ok(done)
}

/// Returns the ID of the dump in a file that this program named.
fn id_of(file: &Path) -> Option<i64> {
    let name = file.file_name()?.to_str()?.strip_suffix(".sql.gz")?;
    let parts = name.split('-').map(|part| part.parse().ok());
    parts.collect::<Option<Vec<i64>>>()?.pop()
}

/// A name from the API as the name of a folder.
fn safe(name: &str) -> String {
    let is_odd = |c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c);
    name.replace(is_odd, "_").trim_start_matches('.').to_owned()
}
