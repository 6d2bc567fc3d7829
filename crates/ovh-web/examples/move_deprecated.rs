//! Moves databases with a deprecated version to new ones on the same hosting.
//!
//! Without `--yes` it only reads. The old databases stay: change the site, then delete them yourself.
//! It can be run again: `moved.json` lists the new databases; delete it before you use another sandbox.
//! DATABASE_PASSWORD is their password; without it, OVHcloud mails one.
//!
//! ```sh
//! # On a sandbox:
//! cargo run -p ovh-web-sandbox -- --speed 4 --hosting crates/ovh-web/examples/hostings.json -- \
//!     cargo run -p ovh-web --example move_deprecated -- --yes
//! # On your account:
//! cargo run -p ovh-web --example move_deprecated -- [--yes]
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use ovh_web::types::*;
use ovh_web::{Client, Secret, handle::Hosting};

/// The moves of all runs, and their file.
#[derive(Default)]
pub(crate) struct State {
    /// By old database: the new one, and `true` once it has the content.
    pub(crate) moves: BTreeMap<String, (NewDatabase, bool)>,
    pub(crate) file: PathBuf,
    pub(crate) password: Option<Secret>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<_> = env::args().skip(1).collect();
    let write = args == ["--yes"];
    ensure!(write || args.is_empty(), "usage: move_deprecated [--yes]");
    // A property that is missing in a response is an error, not a zero value that is sent.
    let client = Client::builder().from_env().strict_decoding(true).build()?;
    let password = env::var("DATABASE_PASSWORD").ok();
    let mut state = State {
        file: "moved.json".into(),
        password: password.filter(|it| !it.is_empty()).map(Into::into),
        ..State::default()
    };
    if state.file.exists() {
        state.moves = serde_json::from_str(&fs::read_to_string(&state.file)?)?;
    }
    let mut failed = 0;
    for name in client.hostings().names().await? {
        let state = write.then_some(&mut state);
        let moved = move_all(&client.hosting(&*name), state).await;
        failed += moved.unwrap_or_else(|error| {
            println!("{name}: {error:#}");
            1
        });
    }
    if !write {
        println!("Nothing is written. Run it again with --yes to make these changes.");
    }
    ensure!(failed == 0, "{failed} failed; run it again");
    Ok(())
}

/// Prints the deprecated databases and, with a state, moves them. Returns the number of failures.
pub(crate) async fn move_all(hosting: &Hosting, mut state: Option<&mut State>) -> Result<u32> {
    let mut databases = hosting.databases().list().await?;
    databases.retain(|it| it.version_support == DatabaseVersionSupport::Deprecated);
    let mut failed = 0;
    for old in databases {
        let versions = hosting.databases().available_versions(&old.type_).await?;
        let to = versions.default;
        println!("{}: {} {} -> {to}", old.name, old.type_, old.version);
        let Some(state) = &mut state else { continue };
        match move_one(hosting, &old, to, state).await {
            Ok(new) => println!("  {} on {}", new.name, new.server.unwrap_or_default()),
            Err(error) => {
                failed += 1;
                println!("  {error:#}");
            }
        }
    }
    Ok(failed)
}

/// Creates the new database and copies the content, unless an earlier run has done it.
async fn move_one(
    hosting: &Hosting,
    old: &Database,
    to: DatabaseVersion,
    state: &mut State,
) -> Result<Database> {
    let key = format!("{}/{}", hosting.service_name(), old.name);
    if !state.moves.contains_key(&key) {
        let new = describe(hosting, old, to).await?;
        // Its content must not be replaced, and no other database be copied into it.
        let is_planned = state.moves.values().any(|(it, _)| it.user == new.user);
        if is_planned || hosting.databases().of_user(&new.user).await?.is_some() {
            bail!("{} is not new: another database has it", new.user);
        }
        save(state, &key, &new, false)?;
    }
    let (saved, done) = state.moves[&key].clone();
    if done {
        let new = hosting.databases().of_user(&saved.user).await?;
        return new.context("the new database was deleted");
    }
    let mut wanted = saved.clone();
    wanted.password.clone_from(&state.password);
    let new = hosting.databases().ensure(&wanted).await?.or_conflict()?;
    let is_old = new.object.version_support == DatabaseVersionSupport::Deprecated;
    ensure!(!is_old, "{} has a deprecated version too", new.object.name);
    let copies = hosting.database(&*old.name).copies();
    let mut made = copies.list().await?;
    made.retain(|it| [DatabaseCopyStatus::Todo, DatabaseCopyStatus::Doing].contains(&it.status));
    let copy = match made.pop() {
        Some(copy) => copies.pending(copy.id),
        None => copies.create().await?,
    };
    let restore = DatabaseCopyRestore::new(copy.wait().await?.id).flush_database(true);
    let copies = hosting.database(new.object.name).copies();
    let new = copies.restore(&restore).await?.wait().await?;
    save(state, &key, &saved, true)?;
    Ok(new)
}

fn save(state: &mut State, key: &str, new: &NewDatabase, done: bool) -> Result<()> {
    state.moves.insert(key.to_owned(), (new.clone(), done));
    fs::write(&state.file, serde_json::to_string(&state.moves)?)?;
    Ok(())
}

/// Describes the new database, of a kind that the offer still has.
async fn describe(hosting: &Hosting, old: &Database, to: DatabaseVersion) -> Result<NewDatabase> {
    if to == old.version {
        bail!("there is no newer version");
    }
    let kinds = hosting.databases().creation_capabilities().await?.all()?;
    let used = old.quota_used.bytes();
    let mut kinds = kinds.into_iter().filter(|kind| kind.available > 0);
    let kind = kinds.find(|it| it.engines.contains(&old.type_) && it.quota.bytes() >= used);
    let kind = kind.context("the offer has no other database of this engine and size")?;
    let mut new = NewDatabase::from_database(old, kind.type_).version(to.clone());
    // Six characters after the login: the end of the old user and the version.
    let login = hosting.get().await?.primary_login;
    let name = old.user.strip_prefix(&login).unwrap_or(&old.user);
    let name = format!("{name}{}", to.as_str().replace('.', ""));
    let surplus = name.chars().count().saturating_sub(6);
    new.user = login + &name.chars().skip(surplus).collect::<String>();
    Ok(new)
}
