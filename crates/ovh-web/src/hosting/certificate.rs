//! SSL certificates of a hosting or of one of its domains.
//!
//! Their work has no task: it is polled through the certificate's status.

use std::fmt;

use ovh_runtime::{Call, Error, Secret};

use crate::WaitPolicy;
use crate::hosting::handle::Hosting;
use crate::pending::{Pending, Removal};
use crate::types::{self, CertificateReport, NewCertificate};
use crate::wait::Work;

/// The SSL certificate of a hosting, or of one of its domains.
///
/// Orders and deletions have no task. A wait uses the client's [`WaitPolicy`]; the default deadline
/// is three days.
///
/// Version 1 of the API does not tell when a certificate expires. With the feature
/// `webhosting-v2`, `Client::sites` lists the expiry of each site's certificate.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// let certificate = client.hosting("example.ovh").certificate();
/// let domains = ["example.com", "www.example.com"];
/// println!("{}", certificate.plan(domains).await?);
/// // Orders or reissues it if needed, and waits until it is in use.
/// let done = certificate.ensure(domains).await?.or_conflict()?;
/// for domain in &done.object.domains {
///     println!("{domain}"); // www.example.com: covered
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Certificate {
    hosting: Hosting,
    domain: Option<String>,
}

/// Calls an operation that exists for a hosting and for a single domain.
macro_rules! call {
    ($self:ident.$operation:ident()) => {{
        let (raw, service) = ($self.hosting.raw(), $self.hosting.service_name());
        match &$self.domain {
            None => raw.certificates().$operation(service),
            Some(domain) => raw.domain_certificates().$operation(service, domain),
        }
    }};
}

impl Certificate {
    pub(crate) const fn new(hosting: Hosting) -> Self {
        Self {
            hosting,
            domain: None,
        }
    }

    pub(crate) const fn of_domain(hosting: Hosting, domain: String) -> Self {
        Self {
            hosting,
            domain: Some(domain),
        }
    }

    pub(crate) const fn hosting(&self) -> &Hosting {
        &self.hosting
    }

    pub(crate) fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// Reads the certificate.
    pub fn get(&self) -> Call<types::Certificate> {
        call!(self.get())
    }

    /// Returns the domains that the certificate covers.
    ///
    /// For a single domain's certificate, returns that domain without a request.
    ///
    /// Operation: `certificates::domains`.
    pub async fn domains(&self) -> Result<Vec<String>, Error> {
        match &self.domain {
            Some(domain) => Ok(vec![domain.clone()]),
            None => {
                let raw = self.hosting.raw().certificates();
                raw.domains(self.hosting.service_name()).await
            }
        }
    }

    /// Reads the progress of the order of a paid certificate.
    pub fn report(&self) -> Call<CertificateReport> {
        call!(self.report())
    }

    /// Orders the free certificate for the attached domains with SSL, or for this domain.
    ///
    /// Operation: `certificates::create` or `domain_certificates::create`.
    pub async fn order_free(&self) -> Result<Pending<types::Certificate>, Error> {
        let (raw, service) = (self.hosting.raw(), self.hosting.service_name());
        let certificate = match &self.domain {
            None => raw.certificates().create(service, &NewCertificate::new()),
            Some(domain) => raw.domain_certificates().create(service, domain),
        };
        Ok(self.pending().with_first(certificate.await?))
    }

    /// Reissues the free certificate for the current domains.
    pub async fn regenerate(&self) -> Result<Pending<types::Certificate>, Error> {
        let certificate = call!(self.regenerate()).await?;
        Ok(self.pending().with_first(certificate))
    }

    /// Imports your own certificate: certificate, private key and chain, each as PEM text.
    ///
    /// The API accepts one for the hosting, not for a single domain.
    ///
    /// Operation: `certificates::create`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidArgument`](crate::ErrorKind::InvalidArgument) if a part is
    /// empty: the API needs all three.
    pub async fn import(
        &self,
        certificate: impl Into<String>,
        key: impl Into<Secret>,
        chain: impl Into<String>,
    ) -> Result<Pending<types::Certificate>, Error> {
        let (certificate, key, chain) = (certificate.into(), key.into(), chain.into());
        for (name, text) in [
            ("certificate", &*certificate),
            ("key", key.expose()),
            ("chain", &*chain),
        ] {
            if text.trim().is_empty() {
                return Err(Error::invalid_argument(format!(
                    "the {name} of the certificate is empty; nothing was sent"
                ))
                .hint("an imported certificate needs certificate, key and chain")
                .build());
            }
        }
        if let Some(domain) = &self.domain {
            return Err(Error::invalid_argument(format!(
                "the API imports no certificate for the single domain {domain}; nothing was sent"
            ))
            .hint("import it for the hosting: `hosting.certificate().import(..)`")
            .build());
        }
        let body = NewCertificate::new().certificate(certificate);
        let (raw, body) = (self.hosting.raw(), body.key(key).chain(chain));
        let call = raw
            .certificates()
            .create(self.hosting.service_name(), &body);
        Ok(self.pending().with_first(call.await?))
    }

    /// Deletes the certificate.
    pub async fn delete(&self) -> Result<Removal<types::Certificate>, Error> {
        let certificate = call!(self.delete()).await?;
        Ok(Removal::new(self.pending().with_first(certificate)))
    }

    /// Waits until the certificate is in use, whoever ordered it.
    pub async fn wait_created(&self) -> Result<types::Certificate, Error> {
        self.pending().resumed().wait().await
    }

    /// Like [`wait_created`](Self::wait_created), with another policy.
    pub async fn wait_created_with(&self, policy: WaitPolicy) -> Result<types::Certificate, Error> {
        self.pending().resumed().wait_with(policy).await
    }

    pub(crate) fn pending(&self) -> Pending<types::Certificate> {
        let handle = self.clone();
        let get = move || handle.get();
        Pending::new(&self.hosting, self.to_string(), get).taking(Work::Days)
    }
}

/// Displayed in errors as `the certificate`.
impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.domain {
            None => f.write_str("the certificate"),
            Some(domain) => write!(f, "the certificate of the domain {domain}"),
        }
    }
}
