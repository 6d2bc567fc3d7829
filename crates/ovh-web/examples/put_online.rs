//! Puts a domain online: attached domain, DNS records, certificate. After an error, run it again.
//!
//! ```text
//! cargo run -p ovh-web --features domain --example put_online
//! cargo run -p ovh-web --features domain --example put_online -- --live --service NAME --domain NAME \
//!     [--yes]
//! ```
//!
//! With `--live` it prints the changes, and makes them with `--yes`.

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "common/mod.rs"]
mod common;

use std::net::IpAddr;

use ovh_web::domain::RecordSet;
use ovh_web::handle::Hosting;
use ovh_web::types::NewDomain;
use ovh_web::{Error, ErrorKind};
use ovh_web_sandbox::Sandbox;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = common::args("--service NAME --domain NAME --yes")?;
    let domain = args.option_or("--domain", "example.com")?;
    let seeds = Sandbox::builder().zone(&domain);
    let (builder, _sandbox) = args.builder(seeds).await?;
    let hosting = builder.build()?.hosting(args.service()?);
    for step in put_online(&hosting, &domain, args.may_write()).await? {
        println!("{step}");
    }
    Ok(())
}

/// Serves a domain and its `www` from the folder `www` of a hosting, with a certificate.
///
/// Without `write` it only reads.
pub(crate) async fn put_online(
    hosting: &Hosting,
    domain: &str,
    write: bool,
) -> Result<Vec<String>, Error> {
    let info = hosting.get().await?;
    let mut sets = Vec::new();
    for name in ["", "www"] {
        let set = |field_type, ip: IpAddr| RecordSet::new(name, field_type, [ip.to_string()]);
        sets.extend(info.hosting_ip.map(|ip| set("A", ip)));
        sets.extend(info.hosting_ipv6.map(|ip| set("AAAA", ip)));
    }
    let records = hosting.client().zone(domain).records();
    let planned = records.plan_sets(&sets).await?;
    if let Some(record) = planned.iter().find(|it| it.change.is_conflict()) {
        let message = format!("{record}; nothing was written");
        return Err(Error::builder(ErrorKind::Conflict, message).build());
    }
    // The records change last: if the domain is refused, visitors still find its former site.
    let domains = hosting.domains();
    let names = [domain.to_owned(), format!("www.{domain}")];
    let mut steps = Vec::new();
    for name in &names {
        let wanted = NewDomain::new(name, "www").ssl(true);
        let wanted = wanted.bypass_dns_configuration(true);
        let change = common::change!(write, domains, &wanted);
        steps.push(format!("{name}: {change}"));
    }
    if !write {
        steps.extend(planned.iter().map(ToString::to_string));
        return Ok(steps);
    }
    let records = records.ensure_sets(&sets).await?.or_conflict()?;
    steps.extend(records.changes.iter().map(ToString::to_string));
    for name in &names {
        domains.wait_dns(name).await?;
    }
    let certificate = hosting.certificate().ensure(&names).await?.or_conflict()?;
    steps.push(format!("certificate: {}", certificate.change));
    steps.extend(certificate.object.domains.iter().map(ToString::to_string));
    Ok(steps)
}
