//! Orders the free certificate for every hosting, or reissues it for the current domains.
//!
//! Without `--yes` it only prints the changes.
//!
//! ```sh
//! # On a sandbox:
//! cargo run -p ovh-web-sandbox -- --speed 4 --hosting crates/ovh-web/examples/hostings.json -- \
//!     cargo run -p ovh-web --example rotate_certificates -- --yes
//! # On your account:
//! cargo run -p ovh-web --example rotate_certificates -- [--yes]
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::collections::BTreeSet;
use std::{env, fmt};

use anyhow::{bail, ensure};
use ovh_web::handle::Hosting;
use ovh_web::types::Certificate;
use ovh_web::{Client, Error, Pending};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<_> = env::args().skip(1).collect();
    let write = args == ["--yes"];
    ensure!(
        write || args.is_empty(),
        "usage: rotate_certificates [--yes]"
    );
    let outcomes = rotate(&Client::from_env()?, write).await?;
    for (service, outcome) in &outcomes {
        println!("{service}: {outcome}");
    }
    if !write {
        println!("Nothing is written. Run it again with --yes to make these changes.");
    }
    let all = outcomes.len();
    let failed = outcomes
        .iter()
        .filter(|(_, it)| matches!(it, Outcome::Failed(_)));
    match failed.count() {
        0 => Ok(()),
        failed => bail!("{failed} of {all} certificates failed; run it again"),
    }
}

/// The result for the certificate of a hosting.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It covers all domains with SSL, or there are none.
    Fine,
    /// It was imported by its owner, who must renew it.
    NotOurs(String),
    Ordered,
    Reissued,
    Failed(Error),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fine => f.write_str("fine"),
            Self::NotOurs(provider) => write!(f, "by {provider}, unchanged"),
            Self::Ordered => f.write_str("ordered"),
            Self::Reissued => f.write_str("reissued"),
            Self::Failed(error) => write!(f, "failed: {error}"),
        }
    }
}

/// Rotates the certificates of all hostings of the account. Without `write` it only reads.
pub(crate) async fn rotate(client: &Client, write: bool) -> Result<Vec<(String, Outcome)>, Error> {
    let mut steps = Vec::new();
    for service in client.hostings().names().await? {
        let step = begin(&client.hosting(&*service), write).await;
        steps.push((service, step));
    }
    let mut outcomes = Vec::new();
    for (service, step) in steps {
        let outcome = async {
            let (outcome, order) = step?;
            if let Some(order) = order {
                order.wait().await?;
            }
            Ok(outcome)
        };
        let outcome = outcome.await.unwrap_or_else(Outcome::Failed);
        outcomes.push((service, outcome));
    }
    Ok(outcomes)
}

/// Orders or reissues the certificate if it is needed, without waiting for it.
async fn begin(
    hosting: &Hosting,
    write: bool,
) -> Result<(Outcome, Option<Pending<Certificate>>), Error> {
    let handle = hosting.certificate();
    let domains = hosting.domains().list().await?.into_iter();
    let wanted: BTreeSet<String> = domains
        .filter(|domain| domain.ssl == Some(true))
        .map(|domain| domain.domain)
        .collect();
    if wanted.is_empty() {
        return Ok((Outcome::Fine, None));
    }
    let certificate = match handle.get().await {
        Err(error) if error.is_gone() && !write => return Ok((Outcome::Ordered, None)),
        Err(error) if error.is_gone() => {
            return Ok((Outcome::Ordered, Some(handle.order_free().await?)));
        }
        certificate => certificate?,
    };
    let covered: BTreeSet<String> = handle.domains().await?.into_iter().collect();
    if wanted.is_subset(&covered) {
        return Ok((Outcome::Fine, None));
    }
    if !certificate.regenerable {
        return Ok((Outcome::NotOurs(certificate.provider.to_string()), None));
    }
    if !write {
        return Ok((Outcome::Reissued, None));
    }
    Ok((Outcome::Reissued, Some(handle.regenerate().await?)))
}
