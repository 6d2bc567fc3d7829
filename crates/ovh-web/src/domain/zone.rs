//! One DNS zone: its state, its refresh, and its records.
//!
//! A refresh is waited for, since the server may drop one that runs beside another.

use ovh_runtime::{Call, Error, ErrorKind};

use super::{Records, types};
use crate::wait::{PollOutcome, Work, until_settled};
use crate::{Client, Listing, WaitPolicy};

/// One DNS zone.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// for zone in client.zones().await? {
///     println!("{}: {}", zone.name, zone.name_servers.join(", "));
/// }
/// let zone = client.zone("example.com");
/// if !zone.status().await?.is_deployed {
///     zone.refresh().await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Zone {
    client: Client,
    name: String,
}

impl Zone {
    pub(super) const fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Returns its name, such as `example.com`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the client.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Reads the zone: name servers, DNSSEC, last change.
    pub fn get(&self) -> Call<types::Zone> {
        self.client.raw_domain().zones().get(&self.name)
    }

    /// Reads the state of the zone. `is_deployed` is `false` after a change until the next refresh.
    pub fn status(&self) -> Call<types::ZoneStatus> {
        self.client.raw_domain().zones().status(&self.name).fresh()
    }

    /// Puts the staged changes of the zone into effect, and waits until they are deployed.
    ///
    /// The methods of [`Records`] do so themselves. Waits while another refresh or batch of this
    /// client and zone is running.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Timeout`] if the zone is not deployed within the
    /// client's wait policy, or has errors after two refreshes. A zone with warnings counts as
    /// deployed then, since it may never be shown so; the warnings are logged.
    pub async fn refresh(&self) -> Result<(), Error> {
        let _lock = self.client.locks().acquire(&self.name).await;
        self.deploy().await
    }

    /// Refreshes the zone for a caller that holds its lock, and waits until it is deployed.
    ///
    /// From third-party reports: a refresh beside one of another program gets lost without an
    /// error. The status shows it, and the refresh is sent once more, as after a temporary failure. A
    /// zone with warnings may never be shown as deployed.
    pub(super) async fn deploy(&self) -> Result<(), Error> {
        let policy = self.client.wait_policy(Work::default());
        let grace = policy.deadline(policy.deadline.min(policy.object_grace));
        for is_first in [true, false] {
            match self.client.raw_domain().zones().refresh(&self.name).await {
                // It may have been accepted: the status shows it.
                Err(error) if is_first && error.is_transient() => {}
                result => result?,
            }
            if let Some(deployed) = self.until_deployed(grace).await {
                return deployed;
            }
        }
        let status = self.status().await?;
        let [errors, warnings] =
            [status.errors, status.warnings].map(|texts| texts.unwrap_or_default().join("; "));
        let name = &self.name;
        let mut message =
            format!("the zone {name} is not deployed after two refreshes: its changes are staged");
        if !errors.is_empty() {
            message = format!("{message}, and it has errors: {errors}");
        } else if !warnings.is_empty() {
            tracing::warn!(
                zone = name,
                warnings,
                "the zone is refreshed, but not shown as deployed"
            );
            return Ok(());
        } else if let Some(deployed) = self
            .until_deployed(policy.deadline(policy.deadline.saturating_sub(grace.deadline)))
            .await
        {
            return deployed;
        }
        Err(Error::builder(ErrorKind::Timeout, message)
            .hint("correct what the server reports, if it does, and refresh the zone again")
            .build())
    }

    /// Waits until the zone is shown as deployed; `None` after the deadline.
    async fn until_deployed(&self, policy: WaitPolicy) -> Option<Result<(), Error>> {
        until_settled(&**self.client.clock(), policy, false, || async {
            Ok(match self.status().await?.is_deployed {
                true => PollOutcome::Done(()),
                false => PollOutcome::InProgress,
            })
        })
        .await
    }

    /// Returns the handle of the zone's records.
    #[must_use]
    pub fn records(&self) -> Records {
        Records::new(self.clone())
    }

    /// Reads the zone's SOA record.
    pub fn soa(&self) -> Call<types::Soa> {
        self.client.raw_domain().zones().soa(&self.name)
    }

    /// Changes the zone's SOA record. Does not refresh the zone.
    pub fn update_soa(&self, changes: &types::SoaUpdate) -> Call<()> {
        self.client
            .raw_domain()
            .zones()
            .update_soa(&self.name, changes)
    }

    /// Lists the zone's DynHost records. They are changed with [`Client::raw_domain`].
    pub fn dyn_hosts(&self) -> Listing<types::DynHostRecord, i64> {
        Listing::new(
            self.clone(),
            |zone| {
                let raw = zone.client.raw_domain();
                raw.dyn_host_records().page(&zone.name, &Default::default())
            },
            |zone| {
                let raw = zone.client.raw_domain();
                raw.dyn_host_records().list(&zone.name, &Default::default())
            },
            |zone, id| {
                zone.client
                    .raw_domain()
                    .dyn_host_records()
                    .get(&zone.name, *id)
            },
        )
    }
}
