//! Checks every hosting: disk space, visits, contract, dumps of deleted databases; and incidents.
//!
//! It measures the disk space and changes nothing else. With `--renew`, it also turns on the
//! automatic renewal of contracts that end soon.
//!
//! ```text
//! cargo run -p ovh-web --example health_check
//! cargo run -p ovh-web --example health_check -- --live --renew
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "common/mod.rs"]
mod common;

use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use ovh_web::handle::Hosting;
use ovh_web::types::{Date, DateTime, RenewalInput, StatisticsPeriod, StatisticsType};
use ovh_web::{Client, Clock, Error, SystemClock};
use ovh_web_sandbox::{HostingSeed, Sandbox};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = common::args("--renew")?;
    let seed = HostingSeed::new(common::SERVICE).quota_used_mb(9000);
    let seeds = Sandbox::builder().hosting_with(seed.orphan_dumps(1));
    let (builder, _sandbox) = args.builder(seeds).await?;
    let month = Duration::from_secs(30 * 24 * 3600);
    let soon = DateTime::default() + SystemClock::new().unix_time() + month;
    let rules = Rules {
        soon: soon.date_naive(),
        renew: args.flag("--renew"),
    };
    let report = check_all(&builder.build()?, &rules).await?;
    for incident in &report.incidents {
        println!("incident of the platform: {incident}");
    }
    let mut problems = 0;
    for health in &report.hostings {
        println!("{}: {}", health.name, health.facts.join(", "));
        for problem in &health.problems {
            println!("  problem: {problem}");
            problems += 1;
        }
    }
    match problems {
        0 => Ok(()),
        _ => anyhow::bail!("{problems} problems"),
    }
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
    let checks = names.map(|name| async move {
        let hosting = client.hosting(&*name);
        let mut health = Health {
            name,
            ..Health::default()
        };
        if let Err(error) = check(&hosting, rules, &mut health).await {
            health.problems.push(error.to_string());
        }
        health
    });
    // A measurement takes a while: several at a time.
    let hostings = stream::iter(checks).buffered(8).collect().await;
    let incidents = client.incidents().await;
    let incidents = incidents.unwrap_or_else(|error| vec![format!("cannot be listed: {error}")]);
    Ok(Report {
        incidents,
        hostings,
    })
}

async fn check(hosting: &Hosting, rules: &Rules, health: &mut Health) -> Result<(), Error> {
    // First the contract: that of an expired hosting can still be read.
    let contract = hosting.service_infos();
    let service = contract.get().await?;
    health
        .facts
        .push(format!("paid until {}", service.expiration));
    let renew = service.renew.as_ref();
    let is_renewed = renew.is_some_and(|it| it.automatic && !it.delete_at_expiration);
    if service.expiration < rules.soon && !is_renewed {
        if rules.renew {
            let wanted = RenewalInput::new()
                .automatic(true)
                .delete_at_expiration(false);
            let done = contract.ensure_renewal(&wanted).await?.or_conflict()?;
            health.facts.push(format!("renewal {}", done.change));
        } else {
            health
                .problems
                .push("the contract ends soon and is not renewed".to_owned());
        }
    }
    hosting.measure_quota().await?.wait().await?;
    let info = hosting.get().await?;
    if let Some(share) = info
        .quota_used
        .and_then(|used| used.ratio(&info.quota_size))
    {
        health
            .facts
            .push(format!("{:.1} % of the disk", share * 100.0));
        if share > 0.9 {
            health.problems.push("the disk is almost full".to_owned());
        }
    }
    let (period, metric) = (StatisticsPeriod::Weekly, StatisticsType::InHttpHits);
    for series in hosting.statistics(&period, &metric).await?.all()? {
        let hits: f64 = series.values.iter().filter_map(|it| it.value).sum();
        health.facts.push(format!("{hits:.0} hits a week"));
    }
    let orphans = hosting.dumps().orphans().ids().await?.len();
    health
        .facts
        .push(format!("dumps of deleted databases: {orphans}"));
    Ok(())
}
