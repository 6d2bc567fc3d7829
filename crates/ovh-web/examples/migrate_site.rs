//! Migrates a site to another hosting: PHP, variables, users, databases, crons, domain, certificate.
//!
//! Overwrites users, variables and crons of the same name on the new hosting, and its PHP settings.
//! Not copied: files, passwords of variables, and the content of databases that the new hosting has.
//! The old hosting keeps everything but the domain. Without `--yes` it only prints the changes.
//! After an error, run it again: its state is in `OLD-NEW.json`. On a sandbox, and on your account:
//!
//! ```sh
//! export SITE_PASSWORD=aLongPassword1 # of new users and databases
//! cargo run -p ovh-web-sandbox -- --speed 4 --hosting crates/ovh-web/examples/hostings.json -- cargo run \
//!     -p ovh-web --example migrate_site -- old.example.ovh new.example.ovh site1.old.example.com --yes
//! cargo run -p ovh-web --example migrate_site -- OLD NEW DOMAIN [--yes]
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::{collections::BTreeMap, collections::btree_map::Entry, env, fs, path::Path};

use anyhow::{Context as _, Result, bail, ensure};
use ovh_web::{Change, Client, handle::Hosting, hosting::Crons, types::*};

#[tokio::main]
async fn main() -> Result<()> {
    let args = env::args().skip(1);
    let (names, flags): (Vec<_>, Vec<_>) = args.partition(|it| it.starts_with(|c| c != '-'));
    let write = flags == ["--yes"];
    let ([from, to, domain], true) = (&names[..], write || flags.is_empty()) else {
        bail!("usage: migrate_site OLD NEW DOMAIN [--yes]");
    };
    let password = env::var("SITE_PASSWORD").unwrap_or_default();
    ensure!(!password.is_empty(), "SITE_PASSWORD is not set");
    // A property that is missing in a response is an error, not a zero value that is copied.
    let client = Client::builder().from_env().strict_decoding(true).build()?;
    let file = format!("{from}-{to}.json");
    let (from, to) = (client.hosting(from), client.hosting(to));
    for (step, change) in migrate(&from, &to, domain, &password, file.as_ref(), write).await? {
        println!("{step}: {change}");
    }
    if !write {
        println!("Nothing is written. Run it again with --yes to make these changes.");
    }
    Ok(())
}

/// Makes the change of an object with `ensure` or, without `write`, only plans it.
macro_rules! change {
    ($write:expr, $handle:expr, $($wanted:expr),+) => {
        match $write {
            true => $handle.ensure($($wanted),+).await?.or_conflict()?.change,
            false => $handle.plan($($wanted),+).await?,
        }
    };
}

/// The state of all migrations between two hostings.
#[derive(Default, serde::Serialize, serde::Deserialize)]
struct State {
    /// The settings of each domain. Once a domain is detached, only this has them.
    domains: BTreeMap<String, NewDomain>,
    /// The users of new databases, each with the domain whose migration creates it.
    databases: BTreeMap<String, String>,
}

/// Migrates the site, and returns each step with its change. Without `write` it only reads.
pub(crate) async fn migrate(
    from: &Hosting,
    to: &Hosting,
    domain: &str,
    password: &str,
    file: &Path,
    write: bool,
) -> Result<Vec<(String, Change)>> {
    let mut state = State::default();
    if file.exists() {
        state = serde_json::from_str(&fs::read_to_string(file)?)?;
    }
    if let Entry::Vacant(settings) = state.domains.entry(domain.to_owned()) {
        // With SSL, which the certificate needs.
        settings.insert(NewDomain::from(&from.domains().get(domain).await?).ssl(true));
    }
    if write {
        fs::write(file, serde_json::to_string(&state)?)?;
    }
    let old = from.get().await?.primary_login;
    let new = to.get().await?.primary_login;
    // Names start with the login.
    let renamed = |name: &str| format!("{new}{}", name.strip_prefix(&*old).unwrap_or(name));
    let mut php = OvhConfigChange::from(&from.ovh_configs().current("").await?);
    // A version that older settings decide cannot be written.
    php.engine_version.take_if(|version| !version.is_known());
    let mut steps = vec![("php".to_owned(), change!(write, to.ovh_configs(), "", &php))];
    let variables = from.env_vars().list().await?.into_iter();
    for variable in variables.filter(|variable| variable.type_ != EnvVarType::Password) {
        let wanted = NewEnvVar::from_env_var(&variable, variable.value.clone());
        steps.push((variable.key, change!(write, to.env_vars(), &wanted)));
    }
    let users = from.users().list().await?.into_iter();
    for user in users.filter(|user| !user.is_primary_account) {
        let mut wanted = NewUser::from_user(&user, password);
        wanted.login = renamed(&user.login);
        steps.push((wanted.login.clone(), change!(write, to.users(), &wanted)));
    }
    let is_moved = to.domains().names().await?.iter().any(|it| it == domain);
    for database in from.databases().list().await? {
        let mut wanted = NewDatabase::from_database(&database, DatabaseCapacity::SqlPerso);
        wanted.password = Some(password.into());
        wanted.user = renamed(&database.user);
        let is_old = database.version_support == DatabaseVersionSupport::Deprecated;
        wanted.version.take_if(|_| is_old);
        let user = &wanted.user;
        if to.databases().of_user(user).await?.is_none() {
            state.databases.insert(user.clone(), domain.to_owned());
            if write {
                fs::write(file, serde_json::to_string(&state)?)?;
            }
        }
        let is_ours = state.databases.get(user).is_some_and(|it| it == domain);
        let note = if is_ours { "" } else { " (its content stays)" };
        steps.push((user.clone() + note, change!(write, to.databases(), &wanted)));
        // Visitors write into the new database once the domain is moved.
        if write && is_ours && !is_moved {
            let new = to.databases().of_user(user).await?;
            let new = to.database(new.context("the new database was deleted")?.name);
            let copies = from.database(database.name).copies();
            let copy = copies.create().await?.wait().await?;
            let restore = DatabaseCopyRestore::new(copy.id).flush_database(true);
            new.copies().restore(&restore).await?.wait().await?;
        }
    }
    for cron in from.crons().list().await? {
        let key = Crons::key_of(&cron).map_or(format!("migrated-{}", cron.id), str::to_owned);
        let mut wanted = NewCron::from(&cron);
        if cron.status == CronStatus::Suspended {
            // Only OVHcloud sets this status.
            wanted.status = Some(CronStatus::Disabled);
        }
        steps.push((key.clone(), change!(write, to.crons(), &key, &wanted)));
    }
    if write {
        from.domains().ensure_absent(domain).await?;
    }
    let change = change!(write, to.domains(), &state.domains[domain]);
    steps.push((domain.to_owned(), change));
    // Before the domain is attached, a plan does not know if its certificate is needed.
    if write || is_moved {
        let change = change!(write, to.certificate(), [domain]);
        steps.push(("certificate".to_owned(), change));
    }
    Ok(steps)
}
