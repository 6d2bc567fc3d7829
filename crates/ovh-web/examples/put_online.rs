//! Puts a domain online: attached domain, DNS records, certificate. After an error, run it again.
//!
//! Without `--yes` it only prints the changes.
//!
//! ```sh
//! # On a sandbox:
//! cargo run -p ovh-web-sandbox -- --speed 4 --zone example.com -- \
//!     cargo run -p ovh-web --features domain --example put_online -- \
//!     example.cluster01.hosting.ovh.net example.com --yes
//! # On your account:
//! cargo run -p ovh-web --features domain --example put_online -- SERVICE DOMAIN [--yes]
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::env;
use std::net::IpAddr;

use anyhow::bail;
use ovh_web::domain::RecordSet;
use ovh_web::handle::Hosting;
use ovh_web::types::NewDomain;
use ovh_web::{Client, Error, ErrorKind};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = env::args().skip(1);
    let (names, flags): (Vec<_>, Vec<_>) = args.partition(|it| it.starts_with(|c| c != '-'));
    let write = flags == ["--yes"];
    let ([service, domain], true) = (&names[..], write || flags.is_empty()) else {
        bail!("usage: put_online SERVICE DOMAIN [--yes]");
    };
    let hosting = Client::from_env()?.hosting(service);
    for step in put_online(&hosting, domain, write).await? {
        println!("{step}");
    }
    if !write {
        println!("Nothing is written. Run it again with --yes to make these changes.");
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
        let change = match write {
            true => domains.ensure(&wanted).await?.or_conflict()?.change,
            false => domains.plan(&wanted).await?,
        };
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
