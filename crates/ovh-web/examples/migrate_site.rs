//! Migrates a site to another hosting: PHP, variables, users, databases, crons, domain, certificate.
//!
//! After an error it can be run again. Not copied: files, passwords of variables, and the content of
//! databases that the new hosting has already. The old hosting keeps everything but the domain.
//!
//! ```text
//! cargo run -p ovh-web --example migrate_site
//! cargo run -p ovh-web --example migrate_site -- --live --service OLD --to NEW --domain NAME
//! ```
//!
//! SITE_PASSWORD is for new users and databases, `--state FILE` for all migrations between the two.

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "common/mod.rs"]
mod common;

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Result;
use ovh_web::hosting::{crons::Crons, databases::Database};
use ovh_web::types::*;
use ovh_web::{Change, handle::Hosting};
use ovh_web_sandbox::{HostingSeed, Sandbox};
use serde::{Deserialize, Serialize};

#[tokio::main]
async fn main() -> Result<()> {
    let args = common::args("--service OLD --to NEW --domain NAME --state FILE")?;
    let seed = HostingSeed::new(common::SERVICE).databases(1).users(1);
    let seeds = Sandbox::builder().hosting("target.cluster02.hosting.ovh.net");
    let seeds = seeds.hosting_with(seed.domains(1).crons(1));
    let (builder, sandbox) = args.builder(seeds).await?;
    // A property that is missing in a response is an error, not a zero value that is copied.
    let client = builder.strict_decoding(true).build()?;
    let from = client.hosting(args.service()?);
    let to = client.hosting(args.option_or("--to", "target.cluster02.hosting.ovh.net")?);
    let domain = args.option_or("--domain", "site1.example.example.com")?;
    let file = format!("{}-{}.json", from.service_name(), to.service_name());
    let state = args.option("--state").unwrap_or(file);
    let password = common::password("SITE_PASSWORD", sandbox.as_ref())?;
    for (step, change) in migrate(&from, &to, &domain, &password, state.as_ref()).await? {
        println!("{step}: {change}");
    }
    if sandbox.is_some() {
        fs::remove_file(state)?;
    }
    Ok(())
}

/// The state of all migrations between two hostings.
#[derive(Default, Serialize, Deserialize)]
struct State {
    /// The settings of each domain. Once a domain is detached, only this has them.
    domains: BTreeMap<String, NewDomain>,
    /// The users of new databases, each with the domain whose migration creates it.
    databases: BTreeMap<String, String>,
}

/// Migrates the site, and returns each step with its change.
pub(crate) async fn migrate(
    from: &Hosting,
    to: &Hosting,
    domain: &str,
    password: &str,
    file: &Path,
) -> Result<Vec<(String, Change)>> {
    let mut state = State::default();
    if file.exists() {
        state = serde_json::from_str(&fs::read_to_string(file)?)?;
    }
    if !state.domains.contains_key(domain) {
        let settings = NewDomain::from(&from.domains().get(domain).await?);
        state.domains.insert(domain.to_owned(), settings);
        fs::write(file, serde_json::to_string(&state)?)?;
    }
    let old = from.get().await?.primary_login;
    let new = to.get().await?.primary_login;
    // Names start with the login of their hosting.
    let renamed = |name: &str| format!("{new}{}", name.strip_prefix(&*old).unwrap_or(name));
    let mut php = OvhConfigChange::from(&from.ovh_configs().current("").await?);
    // A version that older settings decide cannot be written.
    let version = php.engine_version.take();
    php.engine_version = version.filter(OvhConfigAvailableEngineVersion::is_known);
    let done = to.ovh_configs().ensure("", &php).await?.or_conflict()?;
    let mut steps = vec![("php".to_owned(), done.change)];
    let variables = from.env_vars().list().await?.into_iter();
    for variable in variables.filter(|variable| variable.type_ != EnvVarType::Password) {
        let wanted = NewEnvVar::from_env_var(&variable, variable.value.clone());
        let done = to.env_vars().ensure(&wanted).await?;
        steps.push((variable.key, done.or_conflict()?.change));
    }
    let users = from.users().list().await?.into_iter();
    for user in users.filter(|user| !user.is_primary_account) {
        let mut wanted = NewUser::from_user(&user, password);
        wanted.login = renamed(&user.login);
        let done = to.users().ensure(&wanted).await?.or_conflict()?;
        steps.push((wanted.login, done.change));
    }
    let is_moved = to.domains().names().await?.iter().any(|it| it == domain);
    for database in from.databases().list().await? {
        let mut wanted = NewDatabase::from_database(&database, DatabaseCapacity::SqlPerso);
        wanted.password = Some(password.into());
        wanted.user = renamed(&database.user);
        let is_current = database.version_support != DatabaseVersionSupport::Deprecated;
        wanted.version = wanted.version.filter(|_| is_current);
        if to.databases().of_user(&wanted.user).await?.is_none() {
            state
                .databases
                .insert(wanted.user.clone(), domain.to_owned());
            fs::write(file, serde_json::to_string(&state)?)?;
        }
        let new = to.databases().ensure(&wanted).await?.or_conflict()?;
        let is_ours = state.databases.get(&wanted.user) == Some(&domain.to_owned());
        // Visitors write into the new database once the domain is moved.
        if is_ours && !is_moved {
            copy(&from.database(database.name), &to.database(new.object.name)).await?;
        }
        let note = if is_ours { "" } else { " (its content stays)" };
        steps.push((wanted.user + note, new.change));
    }
    for cron in from.crons().list().await? {
        let key = Crons::key_of(&cron).map_or(format!("migrated-{}", cron.id), str::to_owned);
        let mut wanted = NewCron::from(&cron);
        if cron.status == CronStatus::Suspended {
            // Only OVHcloud sets this status.
            wanted.status = Some(CronStatus::Disabled);
        }
        let done = to.crons().ensure(&key, &wanted).await?.or_conflict()?;
        steps.push((key, done.change));
    }
    from.domains().ensure_absent(domain).await?;
    let done = to
        .domains()
        .ensure(&state.domains[domain])
        .await?
        .or_conflict()?;
    steps.push((domain.to_owned(), done.change));
    let done = to.certificate().ensure([domain]).await?.or_conflict()?;
    steps.push(("certificate".to_owned(), done.change));
    Ok(steps)
}

/// Copies the content of a database.
async fn copy(from: &Database, to: &Database) -> Result<(), ovh_web::Error> {
    let copy = from.copies().create().await?.wait().await?;
    let restore = DatabaseCopyRestore::new(copy.id).flush_database(true);
    to.copies().restore(&restore).await?.wait().await.map(drop)
}
