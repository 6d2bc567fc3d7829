//! The renewal of a hosting. Each write has every setting: the effect of omitting one is
//! undocumented.

use ovh_runtime::{Error, ErrorKind};

use super::{Change, Differences, EnsureOptions, Ensured, Observed, STALE_READS, change};
use crate::hosting::ServiceInfos;
use crate::pending::observe;
use crate::types::{Renewal, RenewalInput, Service, ServiceUpdate};
use crate::wait::{Lookup, PollOutcome, Work, until_settled};

impl ServiceInfos {
    /// Changes the renewal, if it differs.
    ///
    /// | field | compared | can be changed | if `None` |
    /// |---|---|---|---|
    /// | `automatic` | yes | yes | it stays |
    /// | `delete_at_expiration` | yes | yes: all data are deleted at the expiration | it stays |
    /// | `forced` | yes | no | it stays |
    /// | `manual_payment` | yes | yes | it stays |
    /// | `period` | yes | yes, to one of `possible_renew_period` | it stays |
    ///
    /// A difference that cannot be changed is a [conflict](crate::ChangeKind::Conflict), and
    /// nothing is written.
    pub async fn ensure_renewal(&self, wanted: &RenewalInput) -> Result<Ensured<Service>, Error> {
        self.ensure_renewal_with(wanted, EnsureOptions::new()).await
    }

    /// Like [`ensure_renewal`](Self::ensure_renewal), with options or another
    /// [`WaitPolicy`](crate::WaitPolicy).
    pub async fn ensure_renewal_with(
        &self,
        wanted: &RenewalInput,
        options: impl Into<EnsureOptions>,
    ) -> Result<Ensured<Service>, Error> {
        let (client, service) = (self.hosting().client(), self.hosting().service_name());
        let policy = options.into().policy;
        let policy = policy.unwrap_or_else(|| client.wait_policy(Work::Hour));
        let hosting = self.hosting();
        let _lock = hosting.exclusive("the renewal", policy.deadline).await?;
        let before = self.observe().await?;
        let change = compare(wanted, &before).change();
        let ensured = |object| Ensured {
            change: change.clone(),
            object,
            what: format!("the renewal of {service}"),
        };
        let (true, Some(renewal)) = (change.is_write(), &before.object.renew) else {
            return Ok(ensured(before.object));
        };
        let update = ServiceUpdate::new().renew(complete(wanted, renewal));
        self.update(&update).await?;
        let mut reads = 0;
        let clock = &**client.clock();
        let settled = until_settled(clock, policy, false, || {
            reads += 1;
            let last = reads > STALE_READS;
            async move {
                let after = self.observe().await?;
                let left = compare(wanted, &after).open;
                Ok(match left.is_empty() {
                    true => PollOutcome::Done(Ok(after.object)),
                    false if last => PollOutcome::Done(Err(left)),
                    false => PollOutcome::InProgress,
                })
            }
        });
        let left = match settled.await.transpose()? {
            Some(Ok(object)) => return Ok(ensured(object)),
            Some(Err(left)) => left,
            None => change.fields.clone(),
        };
        let message = format!(
            "the renewal of {service} was updated, but the API still returns other values ({})",
            change::list(&left)
        );
        Err(Error::builder(ErrorKind::Conflict, message)
            .hint("the contract may not allow this: read `possible_renew_period` and `forced`")
            .build())
    }

    /// Returns the change that [`ensure_renewal`](Self::ensure_renewal) would make. Only reads.
    pub async fn plan_renewal(&self, wanted: &RenewalInput) -> Result<Change, Error> {
        Ok(compare(wanted, &self.observe().await?).change())
    }

    async fn observe(&self) -> Result<Observed<Service>, Error> {
        match observe(self.get()).await? {
            Lookup::Found(contract) => Ok(contract),
            Lookup::Missing(error) => Err(error),
        }
    }
}

fn compare(wanted: &RenewalInput, is: &Observed<Service>) -> Differences {
    let (contract, mut differences) = Differences::of(is);
    if differences.is_corrected("renew") {
        differences.unverified("renew");
        return differences;
    }
    let Some(is) = &contract.renew else {
        let flags = [wanted.automatic, wanted.delete_at_expiration, wanted.forced];
        let is_any = flags.iter().any(Option::is_some)
            || wanted.manual_payment.is_some()
            || wanted.period.is_some();
        differences.fixed("renew", !is_any, "a renewal", "none");
        return differences;
    };
    differences.open("automatic", wanted.automatic.as_ref(), Some(&is.automatic));
    differences.open(
        "delete_at_expiration",
        wanted.delete_at_expiration.as_ref(),
        Some(&is.delete_at_expiration),
    );
    if let Some(forced) = wanted.forced {
        differences.fixed("forced", forced == is.forced, forced, is.forced);
    }
    differences.open(
        "manual_payment",
        wanted.manual_payment.as_ref(),
        is.manual_payment.as_ref(),
    );
    differences.open("period", wanted.period.as_ref(), is.period.as_ref());
    differences
}

/// Sets every field that is not wanted to its current value.
fn complete(wanted: &RenewalInput, is: &Renewal) -> RenewalInput {
    let (mut renewal, is) = (wanted.clone(), RenewalInput::from(is));
    renewal.automatic = renewal.automatic.or(is.automatic);
    renewal.delete_at_expiration = renewal.delete_at_expiration.or(is.delete_at_expiration);
    renewal.forced = renewal.forced.or(is.forced);
    renewal.manual_payment = renewal.manual_payment.or(is.manual_payment);
    renewal.period = renewal.period.or(is.period);
    renewal
}
