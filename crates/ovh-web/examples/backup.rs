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

use std::{collections::BTreeMap, env, fs, path::Path, path::PathBuf, time::Duration};

use anyhow::{Result, bail, ensure};
use futures_util::stream::{self, StreamExt};
use ovh_web::handle::Database;
use ovh_web::types::{DateTime, Dump, DumpDate, DumpStatus, ListDumps, NewDump};
use ovh_web::{Client, Clock, SystemClock};

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<_> = env::args().skip(1).collect();
    let folder = match &args[..] {
        [] => "backups",
        [folder] if folder.starts_with(|c| c != '-') => folder,
        _ => bail!("usage: backup [FOLDER]"),
    };
    let now = DateTime::default() + SystemClock::new().unix_time();
    let rules = Rules {
        folder: folder.into(),
        since: now - Duration::from_secs(12 * 3600),
        keep: 7,
    };
    let results = back_up(&Client::from_env()?, &rules).await?;
    for (name, result) in &results {
        match result {
            Ok(done) => println!("{name}: {done:?}"),
            Err(error) => println!("{name}: {error:#}"),
        }
    }
    let failed = results.iter().filter(|(_, it)| it.is_err()).count();
    ensure!(failed == 0, "{failed} failed; run it again");
    Ok(())
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

/// Backs up every database. One that fails does not stop the others.
pub(crate) async fn back_up(client: &Client, rules: &Rules) -> Result<Vec<(String, Result<Done>)>> {
    let (mut databases, mut results) = (Vec::new(), Vec::new());
    for service in client.hostings().names().await? {
        let hosting = client.hosting(&*service);
        match hosting.databases().names().await {
            Ok(names) => databases.extend(names.into_iter().map(|name| hosting.database(name))),
            Err(error) => results.push((service, Err(error.into()))),
        }
    }
    let work = databases.iter().map(|database| async move {
        let result = back_up_one(database, rules).await;
        (database.name().to_owned(), result)
    });
    // A dump takes minutes: several at a time.
    results.extend(stream::iter(work).buffered(8).collect::<Vec<_>>().await);
    Ok(results)
}

async fn back_up_one(database: &Database, rules: &Rules) -> Result<Done> {
    let (mut done, dumps) = (Done::default(), database.dumps());
    let (service, name) = (database.hosting().service_name(), database.name());
    let folder = rules.folder.join(safe(service)).join(safe(name));
    fs::create_dir_all(&folder)?;
    let paths = fs::read_dir(&folder)?.flatten().map(|it| it.path());
    let mut files: BTreeMap<_, _> = paths.filter_map(|it| Some((id_of(&it)?, it))).collect();
    // Until a dump of this program has a file, this one has the IDs of all others.
    let started = folder.join("started.json");
    let others = fs::read(&started).unwrap_or_default();
    let others: Option<Vec<i64>> = serde_json::from_slice(&others).ok();
    // Not those that OVHcloud makes at night.
    let own = ListDumps::default().type_(DumpDate::Now);
    let all = dumps.list_with(&own).await?;
    let is_new = |id| others.as_ref().is_some_and(|others| !others.contains(&id));
    let ours = |it: &Dump| is_new(it.id) || files.contains_key(&it.id);
    let recent = |it: &Dump| it.creation_date >= rules.since;
    let dump = match all.iter().find(|it| ours(it) && recent(it)) {
        Some(dump) => dumps.pending(dump.id).wait().await?,
        None => {
            let others: Vec<_> = all.iter().map(|it| it.id).collect();
            fs::write(&started, serde_json::to_string(&others)?)?;
            done.made = true;
            let new = NewDump::new(DumpDate::Now).send_email(false);
            dumps.create(&new).await?.wait().await?
        }
    };
    let date = dump.creation_date.format("%Y-%m-%d-%H%M%S");
    let file = folder.join(format!("{date}-{}.sql.gz", dump.id));
    if !file.exists() {
        // A broken download leaves no file.
        database.dump(dump.id).download_to_file(&file).await?;
        done.downloaded = true;
        files.insert(dump.id, file);
    }
    if started.exists() {
        fs::remove_file(started)?;
    }
    // Only those with a file, which nobody else made.
    let mut files: Vec<_> = files.into_iter().map(|(id, file)| (file, id)).collect();
    files.sort();
    let all = dumps.list_with(&own).await?;
    for (file, id) in files.iter().rev().skip(rules.keep) {
        let mut created = all.iter().filter(|it| it.status == DumpStatus::Created);
        if created.any(|it| it.id == *id) {
            database.dump(*id).delete().await?.wait().await?;
            done.deleted += 1;
        }
        fs::remove_file(file)?;
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
