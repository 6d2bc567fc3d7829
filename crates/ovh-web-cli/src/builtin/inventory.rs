//! `inventory`: one row per hosting, or per site with the expiry of its certificate.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use clap::{Arg, ArgMatches};
use ovh_web::ErrorKind;
use ovh_web::webhosting::{CertificateExpiry, SitesSource};
use serde_json::{Value, json};

use crate::account::Account;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::fleet::{self, Pace};
use crate::global::Globals;
use crate::interrupt::unless_interrupted;
use crate::output::Printer;
use crate::session::Session;
use crate::{compare, requests, select, validate};

/// The columns by hosting.
pub(crate) const BY_HOSTING: [&str; 10] = [
    "hosting",
    "offer",
    "state",
    "php",
    "used",
    "quota",
    "databases",
    "certificate",
    "expires",
    "expiration",
];
/// The columns by site.
pub(crate) const BY_SITE: [&str; 8] = [
    "domain",
    "hosting",
    "path",
    "offer",
    "ssl",
    "certificate",
    "expires",
    "git",
];

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .arg(
            Arg::new("by")
                .long("by")
                .value_name("ROW")
                .value_parser(["hosting", "site"])
                .help("One row per hosting (the default), or per site with its certificate"),
        )
        .arg(
            Arg::new("expires-within")
                .long("expires-within")
                .value_name("TIME")
                .help("Only sites whose certificate ends within this time, such as 30d; implies --by site"),
        )
        .after_help(format!(
            "Examples:\n  ovh-web inventory --all -o csv\n  \
             ovh-web inventory --by site --expires-within 30d\n\n\
             Returns a row per hosting: {}.\nWith --by site: {}.",
            BY_HOSTING.join(", "),
            BY_SITE.join(", ")
        ))
}

pub(super) async fn run(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    let within = matches.get_one::<String>("expires-within");
    let by = matches.get_one::<String>("by").map(String::as_str);
    // Only sites have the expiry of a certificate.
    let by_site = by == Some("site") || within.is_some();
    if within.is_some() && by == Some("hosting") {
        return Err(Failure::usage("--expires-within needs --by site"));
    }
    let within = within
        .map(|text| crate::global::duration("--expires-within", text))
        .transpose()?;
    match by_site {
        true => validate::columns(globals, BY_SITE)?,
        false => validate::columns(globals, BY_HOSTING.into_iter().chain(["renewal"]))?,
    }
    let account = Account::connect(session, globals).await?;
    let exit = match by_site {
        true => unless_interrupted(session, sites(session, globals, &account, within)).await??,
        false => hostings(session, globals, &account).await?,
    };
    account.print_timing(session, globals);
    Ok(exit)
}

/// Without a selection, all hostings.
fn all_unless_selected(globals: &Globals) -> Globals {
    let mut globals = globals.clone();
    // A hosting that cannot be read hides no other one.
    globals.keep_going = true;
    globals.all = globals.hosting.is_empty() && globals.from.is_none() && globals.filter.is_none();
    globals
}

async fn hostings(session: &Session, globals: &Globals, account: &Account) -> Outcome<Exit> {
    let globals = &all_unless_selected(globals);
    let printer = Printer::new(session, globals, BY_HOSTING)?.list();
    let printer = printer.allow_missing_columns(true);
    let targets = select::targets(session, globals, account).await?;
    let pace = Pace {
        parallel: globals.parallel,
        keeps_going: true,
        finishes: false,
    };
    let (expiries, unread) = unless_interrupted(session, certificate_expiries(account)).await?;
    note_all(session, &unread);
    let expiries = &expiries;
    let work = |target: String| async move {
        let expires = expiries.get(&target).map(|time| time.to_rfc3339());
        hosting_row(account, &target, expires).await
    };
    let ended = |target: &str, outcome: &Outcome<Value>| {
        if let Err(failure) = outcome {
            fleet::note(session, globals, target, failure);
        }
    };
    let report = fleet::each(session, pace, &targets.names, work, ended).await;
    let mut report = report.with_failed(&targets.failed);
    let exit = match report.exit() {
        Exit::Done => Exit::of_all(unread.iter().map(|failure| failure.exit)),
        exit => exit,
    };
    report.done.sort_by(|a, b| a.0.cmp(&b.0));
    for (_, row) in report.done {
        printer.add(row)?;
    }
    printer.finish()?;
    Ok(exit)
}

/// The first end of a certificate of each hosting, and what could not be read. Empty where version
/// 2 is refused, which alone knows it.
async fn certificate_expiries(
    account: &Account,
) -> (BTreeMap<String, DateTime<Utc>>, Vec<Failure>) {
    let sites = account.client.sites().source(SitesSource::V2);
    let mut expiries: BTreeMap<String, DateTime<Utc>> = BTreeMap::new();
    let (list, errors) = match sites.with_certificates().split().await {
        Ok(split) => split,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Forbidden) => {
            return (expiries, Vec::new());
        }
        Err(error) => return (expiries, vec![error.into()]),
    };
    for site in list.sites {
        if let CertificateExpiry::At(time) = site.certificate_expiry() {
            let time = time.to_utc();
            let first = expiries.entry(site.service_name).or_insert(time);
            *first = time.min(*first);
        }
    }
    (expiries, errors.into_iter().map(Failure::from).collect())
}

/// Prints what could not be read; the rest is shown.
fn note_all(session: &Session, failures: &[Failure]) {
    for failure in failures {
        session.console.note(&failure.line());
    }
}

async fn hosting_row(account: &Account, name: &str, expires: Option<String>) -> Outcome<Value> {
    let client = &account.client;
    let read = async |id: &str| -> Outcome<Value> {
        let request = client.operation(requests::operation(id)?, &[name])?;
        Ok(request.json().await?)
    };
    let hosting = read("hosting::get").await?;
    let infos = read("services::get").await?;
    let php = select::php(account, name).await?;
    let databases = requests::list(account, "databases::list", &[name]).await?;
    let described = databases.iter().map(|database| {
        let text = |name: &str| {
            database
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let used = database.get("quotaUsed").map(size).unwrap_or_default();
        format!(
            "{} {} {} {used}",
            text("name"),
            text("type"),
            text("version")
        )
        .trim()
        .to_owned()
    });
    let described: Vec<String> = described.collect();
    // A hosting without a certificate answers with 404.
    let certificate = match read("certificates::get").await {
        Ok(certificate) => certificate.get("status").cloned(),
        Err(failure) if failure.exit == Exit::NotFound => None,
        Err(failure) => return Err(failure),
    };
    Ok(json!({
        "hosting": name,
        "offer": hosting.get("offer"),
        "state": hosting.get("state"),
        "php": php,
        "used": hosting.get("quotaUsed").map(size),
        "quota": hosting.get("quotaSize").map(size),
        "databases": described,
        "certificate": certificate,
        "expires": expires,
        "expiration": infos.get("expiration"),
        "renewal": infos.get("renewalType"),
    }))
}

/// A size as text.
fn size(quantity: &Value) -> String {
    let number = quantity.get("value").and_then(Value::as_f64);
    let unit = quantity.get("unit").and_then(Value::as_str);
    match (number, unit) {
        (Some(number), Some(unit)) => format!("{number} {unit}"),
        _ => String::new(),
    }
}

async fn sites(
    session: &Session,
    globals: &Globals,
    account: &Account,
    within: Option<std::time::Duration>,
) -> Outcome<Exit> {
    let printer = Printer::new(session, globals, BY_SITE)?.list();
    let printer = printer.allow_missing_columns(true);
    let selects = globals.is_fleet() || !globals.hosting.is_empty();
    let (wanted, failed) = match selects && !globals.all {
        true => {
            let targets = select::targets(session, globals, account).await?;
            (Some(targets.names), targets.failed)
        }
        false => (None, Vec::new()),
    };
    let end = |within| {
        let end = session.clock.unix_time().checked_add(within)?;
        DateTime::from_timestamp(i64::try_from(end.as_secs()).ok()?, 0)
    };
    let at_most = |within| end(within).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let (now, limit) = (at_most(std::time::Duration::ZERO), within.map(at_most));
    let (list, errors) = account.client.sites().with_certificates().split().await?;
    let unread: Vec<Failure> = errors.into_iter().map(Failure::from).collect();
    let mut rows = Vec::new();
    let mut unknown = 0;
    for site in list.sites {
        let is_wanted = wanted
            .as_ref()
            .is_none_or(|names| names.contains(&site.service_name));
        if !is_wanted {
            continue;
        }
        let (certificate, expires) = match site.certificate_expiry() {
            CertificateExpiry::At(time) if time.to_utc() <= now => ("expired", Some(time)),
            CertificateExpiry::At(time) => ("active", Some(time)),
            CertificateExpiry::NoCertificate => ("none", None),
            _ => ("unknown", None),
        };
        if let Some(limit) = limit {
            match expires {
                Some(time) if time.to_utc() <= limit => {}
                None if certificate == "unknown" => {
                    unknown += 1;
                    continue;
                }
                _ => continue,
            }
        }
        rows.push(json!({
            "domain": site.domain,
            "hosting": site.service_name,
            "path": site.path,
            "offer": site.offer,
            "ssl": site.ssl,
            "certificate": certificate,
            "expires": expires.map(|time| time.to_rfc3339()),
            "git": site.git.as_ref().map(|git| git.as_str()),
        }));
    }
    if unknown > 0 {
        session.console.note(&format!(
            "certificates whose expiry is not known, left out: {unknown}"
        ));
    }
    if within.is_some() {
        rows.sort_by(|a, b| compare::order(&a["expires"], &b["expires"]));
    }
    for row in rows {
        printer.add_item(row)?;
    }
    printer.finish()?;
    note_all(session, &unread);
    let failures = failed.iter().map(|(_, failure)| failure).chain(&unread);
    Ok(Exit::of_all(failures.map(|failure| failure.exit)))
}
