//! The certificate of a hosting: free, or brought by the customer.

use serde_json::{Value, json};

use super::hosting::Hosting;
use super::tasks::Job;
use crate::clock::Moment;
use crate::reply::Refusal;
use crate::rules::Rule;

/// How many names a free certificate covers.
const MOST_NAMES: usize = 99;

/// Guess: the longest name that a free certificate covers; the common name has room for no more.
const LONGEST_NAME: usize = 64;

/// The certificate. What was imported is not kept: neither the key nor the rest can be read back.
#[derive(Clone)]
pub(crate) struct Certificate {
    pub(crate) imported: bool,
    pub(crate) status: &'static str,
    pub(crate) task: Option<u64>,
    /// The names that it covers.
    pub(crate) domains: Vec<String>,
    /// When it was reissued on request.
    pub(crate) reissues: Vec<Moment>,
}

impl Certificate {
    pub(crate) const fn provider(&self) -> &'static str {
        if self.imported {
            "CUSTOM"
        } else {
            "LETSENCRYPT"
        }
    }

    /// The task is over.
    pub(super) fn release(&mut self) {
        self.status = "created";
        self.task = None;
    }

    /// A `hosting.web.SSL`.
    pub(crate) fn json(&self) -> Value {
        json!({
            "isReportable": false,
            "provider": self.provider(),
            "regenerable": !self.imported,
            "status": self.status,
            "taskId": self.task,
            "type": if self.imported { "CUSTOM" } else { "DV" },
        })
    }
}

impl Hosting {
    /// Guess: the words for a hosting without a certificate.
    pub(crate) fn certificate(&mut self) -> Result<&mut Certificate, Refusal> {
        let service = &self.service;
        self.certificate
            .as_mut()
            .ok_or_else(|| Refusal::no_object(service))
    }

    /// Returns `true` if a name is too long for a free certificate.
    pub(crate) fn is_too_long(&self, name: &str) -> bool {
        name.len() > LONGEST_NAME && self.rules.enforces(Rule::CertificateLimits)
    }

    /// The attached names that a free certificate would cover now: they have SSL and point here.
    pub(crate) fn certified_names(&self) -> Vec<String> {
        let anywhere = !self.rules.enforces(Rule::CertificateNeedsDomain);
        let most = match self.rules.enforces(Rule::CertificateLimits) {
            true => MOST_NAMES,
            false => usize::MAX,
        };
        let with_ssl = self.domains.values().filter(|domain| domain.ssl);
        let names = with_ssl.map(|domain| &domain.domain);
        names
            .filter(|name| anywhere || self.points_here(name))
            .filter(|name| !self.is_too_long(name))
            .take(most)
            .cloned()
            .collect()
    }

    /// The names of the certificate: those attached, or the hosting's own.
    pub(super) fn names_to_certify(&self) -> Vec<String> {
        let names = self.certified_names();
        match names.is_empty() {
            true => vec![self.service.clone()],
            false => names,
        }
    }

    /// Starts a task on the certificate, which is busy until then.
    pub(crate) fn work_on_certificate(
        &mut self,
        status: &'static str,
        now: Moment,
        job: Job,
    ) -> Result<(), Refusal> {
        if self.certificate()?.task.is_some() {
            return Err(Refusal::busy());
        }
        let task = self.start(now, job);
        let certificate = self.certificate()?;
        certificate.status = status;
        certificate.task = Some(task);
        Ok(())
    }

    pub(super) fn release_certificate(&mut self) {
        self.certificate.iter_mut().for_each(Certificate::release);
    }

    /// The certificate of an attached domain alone.
    pub(crate) fn domain_certificate(&mut self, domain: &str) -> Result<&mut Certificate, Refusal> {
        self.domain(domain)?
            .certificate
            .as_mut()
            .ok_or_else(|| Refusal::no_object(domain))
    }

    /// Starts a task on the certificate of a domain, which is busy until then.
    pub(crate) fn work_on_domain_certificate(
        &mut self,
        domain: &str,
        status: &'static str,
        now: Moment,
        job: Job,
    ) -> Result<(), Refusal> {
        if self.domain_certificate(domain)?.task.is_some() {
            return Err(Refusal::busy());
        }
        let task = self.start(now, job);
        let certificate = self.domain_certificate(domain)?;
        certificate.status = status;
        certificate.task = Some(task);
        Ok(())
    }

    pub(super) fn settle_domain_certificate(&mut self, domain: &str) {
        if let Ok(certificate) = self.domain_certificate(domain) {
            certificate.release();
            certificate.domains = vec![domain.to_owned()];
        }
    }

    pub(super) fn settle_certificate(&mut self) {
        let names = self.names_to_certify();
        if let Some(certificate) = &mut self.certificate {
            certificate.status = "created";
            certificate.task = None;
            certificate.domains = names;
        }
    }
}
