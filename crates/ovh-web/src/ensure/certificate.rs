//! The certificate of a hosting, for a set of domains.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

use ovh_runtime::{Error, ErrorKind};
use serde::Serialize;

use super::{Change, ChangeKind, EnsureOptions, Ensured, FieldChange, STALE_READS};
use crate::WaitPolicy;
use crate::hosting::certificate::Certificate;
use crate::hosting::resource::Collection as _;
use crate::pending::{HasStatus, ProvisioningState};
use crate::types::{self, DomainUpdate};
use crate::wait::{Lookup, PollOutcome, Work, lookup, until_settled};

/// Whether a certificate covers a domain, or the reason why it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CoverageState {
    /// The certificate covers the domain.
    Covered,
    /// The certificate does not cover the domain yet: order or reissue it.
    Uncovered,
    /// SSL of the attached domain is disabled, whatever the certificate covers.
    SslDisabled,
    /// The DNS records of the domain do not point at the hosting: change them first.
    DnsElsewhere,
    /// The domain is not attached to the hosting: attach it first.
    NotAttached,
}

impl CoverageState {
    /// Returns `true` if [`Certificate::ensure`] can cover the domain.
    #[must_use]
    pub const fn can_be_covered(self) -> bool {
        matches!(self, Self::Uncovered | Self::SslDisabled)
    }
}

impl fmt::Display for CoverageState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Covered => "covered",
            Self::Uncovered => "not covered",
            Self::SslDisabled => "SSL is disabled",
            Self::DnsElsewhere => "DNS points elsewhere",
            Self::NotAttached => "not attached",
        })
    }
}

/// A domain and the state of its certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct DomainCoverage {
    /// Name of the domain.
    pub domain: String,
    /// State of the domain.
    pub state: CoverageState,
    /// `true` if the certificate has the name, also if SSL of the domain is disabled.
    #[serde(skip)]
    pub(crate) is_listed: bool,
}

/// `shop.example.com: covered`
impl fmt::Display for DomainCoverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.domain, self.state)
    }
}

/// The certificate of a hosting, and the state of a set of domains.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CertificateCoverage {
    /// The certificate; `None` if there is none.
    pub certificate: Option<types::Certificate>,
    /// The domains, in the order in which they were given.
    pub domains: Vec<DomainCoverage>,
}

impl CertificateCoverage {
    /// Returns `true` if the certificate covers all domains.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.with(|state| state == CoverageState::Covered).count() == self.domains.len()
    }

    /// The domains with these states.
    fn with(&self, matches: impl Fn(CoverageState) -> bool) -> impl Iterator<Item = &str> {
        let domains = self.domains.iter();
        let matching = domains.filter(move |it| matches(it.state));
        matching.map(|it| it.domain.as_str())
    }

    /// Returns `true` if no name has to be added to the certificate.
    fn lists_all(&self) -> bool {
        let mut domains = self.domains.iter();
        domains.all(|it| it.is_listed || !it.state.can_be_covered())
    }

    fn state(&self) -> Option<ProvisioningState> {
        self.certificate.as_ref().map(HasStatus::state)
    }

    pub(crate) fn change(&self) -> Change {
        let covered = |state| state == CoverageState::Covered;
        let (from, to): (Vec<_>, Vec<_>) = (
            self.with(covered).collect(),
            self.with(|state| covered(state) || state.can_be_covered())
                .collect(),
        );
        let kind = match &self.certificate {
            _ if from == to => ChangeKind::Unchanged,
            None => ChangeKind::Created,
            Some(_) if self.state() == Some(ProvisioningState::Deleting) => ChangeKind::Created,
            Some(certificate) if certificate.regenerable || self.lists_all() => ChangeKind::Updated,
            Some(_) => ChangeKind::Conflict,
        };
        let mut change = Change::new(kind);
        if kind != ChangeKind::Unchanged {
            let text = |names: &[&str]| (!names.is_empty()).then(|| names.join(", "));
            change.fields.push(FieldChange {
                name: "domains",
                from: text(&from),
                to: text(&to),
            });
        }
        change
    }
}

impl Certificate {
    /// Reads which of these domains the hosting's certificate covers.
    ///
    /// Reads the certificate and the attached domains; then the DNS state of each domain that is
    /// not covered.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for the
    /// certificate of a single domain.
    pub async fn coverage<S: AsRef<str>>(
        &self,
        domains: impl IntoIterator<Item = S>,
    ) -> Result<CertificateCoverage, Error> {
        self.covers(&names(domains)).await
    }

    /// Orders or reissues the free certificate, if it does not cover these domains.
    ///
    /// Enables SSL of the attached domains without changing their DNS records. A domain that is not
    /// attached, or whose DNS records point elsewhere, is left out: its state says so, and the
    /// other domains are covered. An imported certificate that lacks a domain is a
    /// [conflict](crate::ChangeKind::Conflict), and nothing is written.
    ///
    /// Waits for domains that are still being attached or changed. The authority allows few reissues
    /// a week, so nothing is reissued if all domains are covered.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// let certificate = client.hosting("example.ovh").certificate();
    /// let done = certificate.ensure(["example.com", "shop.example.com"]).await?;
    /// for domain in &done.or_conflict()?.object.domains {
    ///     // shop.example.com: DNS points elsewhere
    ///     println!("{domain}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidArgument`](crate::ErrorKind::InvalidArgument) for the
    /// certificate of a single domain, and of kind [`Conflict`](crate::ErrorKind::Conflict) if the
    /// issued certificate does not cover a domain whose DNS records are right.
    pub async fn ensure<S: AsRef<str>>(
        &self,
        domains: impl IntoIterator<Item = S>,
    ) -> Result<Ensured<CertificateCoverage>, Error> {
        self.ensure_with(domains, EnsureOptions::new()).await
    }

    /// Like [`ensure`](Self::ensure), with options or another [`WaitPolicy`].
    pub async fn ensure_with<S: AsRef<str>>(
        &self,
        domains: impl IntoIterator<Item = S>,
        options: impl Into<EnsureOptions>,
    ) -> Result<Ensured<CertificateCoverage>, Error> {
        let (names, options) = (names(domains), options.into());
        let policy = options.policy.unwrap_or_else(|| {
            let client = self.hosting().client();
            client.wait_policy(Work::Days)
        });
        let hosting = self.hosting();
        let _lock = hosting
            .exclusive("the certificate", policy.deadline)
            .await?;
        let attached = hosting.domains();
        let (mut before, changing) = self.read(&names).await?;
        match before.state() {
            None | Some(ProvisioningState::Ready) => {}
            Some(ProvisioningState::Deleting) => {
                drop(self.pending().until_gone(policy, true).await?);
            }
            Some(_) => drop(self.wait_created_with(policy).await?),
        }
        for name in &changing {
            // An earlier run may have attached or changed it.
            found(attached.settling(name).resumed().wait_with(policy).await)?;
        }
        let is_ready = matches!(before.state(), None | Some(ProvisioningState::Ready));
        if !(is_ready && changing.is_empty()) {
            before = self.covers(&names).await?;
        }
        let change = before.change();
        let ensured = |object| Ensured {
            change: change.clone(),
            object,
            what: format!("the certificate of {}", self.hosting().service_name()),
        };
        if !change.is_write() {
            return Ok(ensured(before));
        }
        let update = DomainUpdate::new().ssl(true).bypass_dns_configuration(true);
        let mut enabled = Vec::new();
        for name in before.with(|state| state == CoverageState::SslDisabled) {
            enabled.push(attached.update(name, &update).await?);
        }
        for pending in &enabled {
            pending.wait_with(policy).await?;
        }
        if !enabled.is_empty() {
            // Now their DNS records count.
            before = self.covers(&names).await?;
        }
        if before.with(CoverageState::can_be_covered).next().is_some() {
            let pending = match &before.certificate {
                None => self.order_free().await?,
                Some(_) => self.regenerate().await?,
            };
            pending.wait_with(policy).await?;
            before = self.issued(&names, policy).await?;
        }
        Ok(ensured(before))
    }

    /// Reads until the issued certificate covers the domains.
    ///
    /// Inferred: the old status and the old domains may show for a moment.
    async fn issued(
        &self,
        names: &[String],
        policy: WaitPolicy,
    ) -> Result<CertificateCoverage, Error> {
        let reads = AtomicU32::new(0);
        let client = self.hosting().client();
        let settled = until_settled(&**client.clock(), policy, false, || async {
            let now = self.covers(names).await?;
            let is_ready = now.state() == Some(ProvisioningState::Ready);
            let left = now.with(CoverageState::can_be_covered).next().is_some();
            let last = is_ready && reads.fetch_add(1, Ordering::Relaxed) >= STALE_READS;
            Ok(match is_ready && !left || last {
                true => PollOutcome::Done(now),
                false => PollOutcome::InProgress,
            })
        });
        let issued = match settled.await.transpose()? {
            Some(issued) => issued,
            None => self.covers(names).await?,
        };
        let left: Vec<_> = issued.with(CoverageState::can_be_covered).collect();
        if left.is_empty() {
            return Ok(issued);
        }
        let message = format!(
            "the certificate of {} was issued, but does not cover {}",
            self.hosting().service_name(),
            left.join(", ")
        );
        Err(Error::builder(ErrorKind::Conflict, message)
            .hint("check the DNS records first: the authority allows few reissues a week")
            .build())
    }

    /// Returns the change that [`ensure`](Self::ensure) would make. Only reads.
    pub async fn plan<S: AsRef<str>>(
        &self,
        domains: impl IntoIterator<Item = S>,
    ) -> Result<Change, Error> {
        Ok(self.covers(&names(domains)).await?.change())
    }

    async fn covers(&self, names: &[String]) -> Result<CertificateCoverage, Error> {
        Ok(self.read(names).await?.0)
    }

    /// Reads the coverage, and the domains to cover that are being attached or changed.
    async fn read(&self, names: &[String]) -> Result<(CertificateCoverage, Vec<String>), Error> {
        if let Some(domain) = self.domain() {
            return Err(Error::invalid_argument(format!(
                "the certificate of the single domain {domain} covers no other domain; nothing \
                 was sent"
            ))
            .hint("use the one of the hosting: `hosting.certificate().ensure(..)`")
            .build());
        }
        let certificate = found(self.get().fresh().await)?;
        let is_leaving = |it: &types::Certificate| it.state() == ProvisioningState::Deleting;
        let covered = match &certificate {
            None => None,
            Some(certificate) if is_leaving(certificate) => None,
            Some(_) => {
                let raw = self.hosting().raw().certificates();
                found(raw.domains(self.hosting().service_name()).fresh().await)?
            }
        };
        let covered: BTreeSet<_> = covered.into_iter().flatten().map(lower).collect();
        let attached = self.hosting().domains();
        let list = attached.list().await?;
        let (mut domains, mut changing) = (Vec::with_capacity(names.len()), Vec::new());
        for name in names {
            let domain = list.iter().find(|it| it.domain.eq_ignore_ascii_case(name));
            let state = match domain {
                None => CoverageState::NotAttached,
                Some(domain) if domain.ssl != Some(true) => CoverageState::SslDisabled,
                Some(_) if covered.contains(name) => CoverageState::Covered,
                Some(_) => {
                    let dns = attached.dig_status(name).fresh().await?;
                    match dns.records.values().any(|record| record.dns_configured) {
                        true => CoverageState::Uncovered,
                        false => CoverageState::DnsElsewhere,
                    }
                }
            };
            let in_progress = |it: &types::Domain| it.state() == ProvisioningState::InProgress;
            if state.can_be_covered() && domain.is_some_and(in_progress) {
                changing.push(name.clone());
            }
            domains.push(DomainCoverage {
                domain: name.clone(),
                state,
                is_listed: covered.contains(name),
            });
        }
        let coverage = CertificateCoverage {
            certificate,
            domains,
        };
        Ok((coverage, changing))
    }
}

/// The names in lower case, each once.
fn names<S: AsRef<str>>(domains: impl IntoIterator<Item = S>) -> Vec<String> {
    let mut names = Vec::new();
    for domain in domains {
        let name = domain.as_ref().to_ascii_lowercase();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn lower(name: String) -> String {
    name.to_ascii_lowercase()
}

fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    Ok(match lookup(result)? {
        Lookup::Found(value) => Some(value),
        Lookup::Missing(_) => None,
    })
}
