//! The certificate of a hosting: free, or brought by the customer.

use serde_json::{Value, json};

use super::hosting::Hosting;
use super::tasks::Job;
use crate::clock::Moment;
use crate::reply::Refusal;

/// How many names a free certificate covers.
const MOST_NAMES: usize = 99;

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

    /// Whether an attached domain has SSL; where its DNS points, the sandbox does not know.
    pub(crate) fn can_be_certified(&self) -> bool {
        self.domains.values().any(|domain| domain.ssl)
    }

    /// The names that a certificate would cover now: those attached with SSL, or the hosting's own.
    pub(crate) fn domains_with_ssl(&self) -> Vec<String> {
        let names: Vec<_> = self
            .domains
            .values()
            .filter(|domain| domain.ssl)
            .take(MOST_NAMES)
            .map(|domain| domain.domain.clone())
            .collect();
        if names.is_empty() {
            vec![self.service.clone()]
        } else {
            names
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
        let names = self.domains_with_ssl();
        if let Some(certificate) = &mut self.certificate {
            certificate.status = "created";
            certificate.task = None;
            certificate.domains = names;
        }
    }
}
