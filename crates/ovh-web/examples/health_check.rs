//! Checks every hosting: disk space, visits, contract, dumps of deleted databases; and incidents.
//!
//! It measures the disk space and changes nothing else. With `--renew`, it also turns on the
//! automatic renewal of contracts that end soon.
//!
//! ```sh
//! # On a sandbox:
//! cargo run -p ovh-web-sandbox -- --speed 4 --hosting crates/ovh-web/examples/hostings.json -- \
//!     cargo run -p ovh-web --example health_check
//! # On your account:
//! cargo run -p ovh-web --example health_check -- [--renew]
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::{env, time::Duration};

use anyhow::ensure;
use futures_util::stream::{self, StreamExt};
use ovh_web::handle::Hosting;
use ovh_web::types::{Date, DateTime, RenewalInput, StatisticsPeriod, StatisticsType};
use ovh_web::{Client, Clock, Error, SystemClock};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<_> = env::args().skip(1).collect();
    let renew = args == ["--renew"];
    ensure!(renew || args.is_empty(), "usage: health_check [--renew]");
    let now = DateTime::default() + SystemClock::new().unix_time();
    let soon = (now + Duration::from_secs(30 * 24 * 3600)).date_naive();
    let report = check_all(&Client::from_env()?, &Rules { soon, renew }).await?;
    for incident in &report.incidents {
        println!("incident of the platform: {incident}");
    }
    for health in &report.hostings {
        println!("{}: {}", health.name, health.facts.join(", "));
        for problem in &health.problems {
            println!("  problem: {problem}");
        }
    }
    let problems: usize = report.hostings.iter().map(|it| it.problems.len()).sum();
    ensure!(problems == 0, "{problems} problems");
    Ok(())
}

/// The rules of the check.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// A contract that ends before this day must be renewed automatically.
    pub(crate) soon: Date,
    /// `true` to turn on the renewal of such a contract.
    pub(crate) renew: bool,
}

/// The result of the check.
#[derive(Debug)]
pub(crate) struct Report {
    /// The incidents of the whole platform.
    pub(crate) incidents: Vec<String>,
    pub(crate) hostings: Vec<Health>,
}

/// The state of a hosting.
#[derive(Debug, Default)]
pub(crate) struct Health {
    pub(crate) name: String,
    /// The text of each check that was made.
    pub(crate) facts: Vec<String>,
    pub(crate) problems: Vec<String>,
}

/// Checks all hostings of the account. One that cannot be read does not stop the others.
pub(crate) async fn check_all(client: &Client, rules: &Rules) -> Result<Report, Error> {
    let names = client.hostings().names().await?.into_iter();
    let checks = names.map(|name| check(client.hosting(name), rules));
    // A measurement takes a while: several at a time.
    let hostings = stream::iter(checks).buffered(8).collect().await;
    let incidents = client.incidents().await;
    let incidents = incidents.unwrap_or_else(|error| vec![format!("cannot be listed: {error}")]);
    Ok(Report {
        incidents,
        hostings,
    })
}

/// Checks each part by itself: of an expired hosting, only the contract can be read.
async fn check(hosting: Hosting, rules: &Rules) -> Health {
    let mut health = Health {
        name: hosting.service_name().to_owned(),
        ..Health::default()
    };
    let results = [
        contract(&hosting, rules, &mut health).await,
        disk(&hosting, &mut health).await,
        visits(&hosting, &mut health.facts).await,
        dumps(&hosting, &mut health.facts).await,
    ];
    let errors = results.into_iter().filter_map(Result::err);
    let errors = errors.map(|error| error.to_string());
    health.problems.extend(errors);
    health
}

async fn contract(hosting: &Hosting, rules: &Rules, health: &mut Health) -> Result<(), Error> {
    let facts = &mut health.facts;
    let contract = hosting.service_infos();
    let service = contract.get().await?;
    facts.push(format!("paid until {}", service.expiration));
    let renew = service.renew.as_ref();
    let is_renewed = renew.is_some_and(|it| it.automatic && !it.delete_at_expiration);
    let ends_soon = service.expiration < rules.soon && !is_renewed;
    if ends_soon && rules.renew {
        let wanted = RenewalInput::new().automatic(true);
        let wanted = wanted.delete_at_expiration(false);
        let done = contract.ensure_renewal(&wanted).await?.or_conflict()?;
        facts.push(format!("renewal {}", done.change));
    } else if ends_soon {
        let problem = "the contract ends soon and is not renewed";
        health.problems.push(problem.to_owned());
    }
    Ok(())
}

async fn disk(hosting: &Hosting, health: &mut Health) -> Result<(), Error> {
    hosting.measure_quota().await?.wait().await?;
    let info = hosting.get().await?;
    if let Some(share) = info.quota_used.and_then(|it| it.ratio(&info.quota_size)) {
        let fact = format!("{:.1} % of the disk", share * 100.0);
        health.facts.push(fact);
        if share > 0.9 {
            health.problems.push("the disk is almost full".to_owned());
        }
    }
    Ok(())
}

async fn visits(hosting: &Hosting, facts: &mut Vec<String>) -> Result<(), Error> {
    let (period, metric) = (StatisticsPeriod::Weekly, StatisticsType::InHttpHits);
    for series in hosting.statistics(&period, &metric).await?.all()? {
        let hits: f64 = series.values.iter().filter_map(|it| it.value).sum();
        facts.push(format!("{hits:.0} hits a week"));
    }
    Ok(())
}

async fn dumps(hosting: &Hosting, facts: &mut Vec<String>) -> Result<(), Error> {
    let orphans = hosting.dumps().orphans().ids().await?.len();
    facts.push(format!("dumps of deleted databases: {orphans}"));
    Ok(())
}
