//! Migrates a site to another hosting: PHP, variables, users, databases, crons, domain, certificate.
//!
//! Settings of the same name on the new hosting are overwritten: variables, crons with the same key,
//! users, and PHP of the whole hosting. With `--live` it prints the changes, and makes them with
//! `--yes`. Not copied: files, passwords of variables, and the content of databases that the new hosting
//! has already. The old hosting keeps everything but the domain. After an error, run it again.
//! SITE_PASSWORD is for new users and databases, `--state FILE` for all migrations between the two.
//!
//! ```text
//! cargo run -p ovh-web --example migrate_site
//! cargo run -p ovh-web --example migrate_site -- --live --service OLD --to NEW --domain NAME [--yes]
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "common/mod.rs"]
mod common;

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};
use common::change;
use ovh_web::types::*;
use ovh_web::{Change, handle::Hosting, hosting::Crons};
use ovh_web_sandbox::{HostingSeed, Sandbox};
use serde::{Deserialize, Serialize};

#[tokio::main]
async fn main() -> Result<()> {
    let args = common::args("--service OLD --to NEW --domain NAME --state FILE --yes")?;
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
    let (file, write) = (state.as_ref(), args.may_write());
    for (step, change) in migrate(&from, &to, &domain, &password, file, write).await? {
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
    if !state.domains.contains_key(domain) {
        let settings = NewDomain::from(&from.domains().get(domain).await?);
        state.domains.insert(domain.to_owned(), settings);
    }
    if write {
        fs::write(file, serde_json::to_string(&state)?)?;
    }
    let old = from.get().await?.primary_login;
    let new = to.get().await?.primary_login;
    // Names start with the login of their hosting.
    let renamed = |name: &str| format!("{new}{}", name.strip_prefix(&*old).unwrap_or(name));
    let mut php = OvhConfigChange::from(&from.ovh_configs().current("").await?);
    // A version that older settings decide cannot be written.
    php.engine_version.take_if(|version| !version.is_known());
    let change = change!(write, to.ovh_configs(), "", &php);
    let mut steps = vec![("php".to_owned(), change)];
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
        let change = change!(write, to.databases(), &wanted);
        steps.push((format!("{user}{note}"), change));
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
