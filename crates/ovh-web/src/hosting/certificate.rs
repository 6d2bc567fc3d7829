//! SSL certificates of a hosting or of one of its domains.
//!
//! Their work has no task: it is polled through the certificate's status.

use std::fmt;

use ovh_runtime::{Call, Error, Secret};

use crate::WaitPolicy;
use crate::handle::Hosting;
use crate::pending::{Pending, Removal};
use crate::types::{self, CertificateReport, NewCertificate};
use crate::wait::Work;

/// The SSL certificate of a hosting, or of one of its domains.
#[derive(Clone, Debug)]
pub struct Certificate {
    hosting: Hosting,
    domain: Option<String>,
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

    /// Reads the certificate.
    pub fn get(&self) -> Call<types::Certificate> {
        let (raw, service) = (self.hosting.raw(), self.hosting.service_name());
        match &self.domain {
            None => raw.certificates().get(service),
            Some(domain) => raw.domain_certificates().get(service, domain),
        }
    }

    /// Returns the domains that the certificate covers.
    ///
    /// A single domain's certificate covers that domain; nothing is requested.
    pub async fn domains(&self) -> Result<Vec<String>, Error> {
        match &self.domain {
            Some(domain) => Ok(vec![domain.clone()]),
            None => {
                let raw = self.hosting.raw().certificates();
                raw.domains(self.hosting.service_name()).await
            }
        }
    }

    /// Reads the report of an external inspection of the certificate.
    pub fn report(&self) -> Call<CertificateReport> {
        let (raw, service) = (self.hosting.raw(), self.hosting.service_name());
        match &self.domain {
            None => raw.certificates().report(service),
            Some(domain) => raw.domain_certificates().report(service, domain),
        }
    }

    /// Orders the free certificate for the attached domains with SSL, or for this domain.
    pub async fn order_free(&self) -> Result<CertificateOrder, Error> {
        match &self.domain {
            None => self.order(&NewCertificate::new()).await,
            Some(domain) => {
                let raw = self.hosting.raw().domain_certificates();
                let certificate = raw.create(self.hosting.service_name(), domain).await?;
                Ok(self.ordered(certificate))
            }
        }
    }

    /// Reissues the free certificate for the current domains.
    pub async fn regenerate(&self) -> Result<CertificateOrder, Error> {
        let (raw, service) = (self.hosting.raw(), self.hosting.service_name());
        let certificate = match &self.domain {
            None => raw.certificates().regenerate(service).await?,
            Some(domain) => {
                raw.domain_certificates()
                    .regenerate(service, domain)
                    .await?
            }
        };
        Ok(self.ordered(certificate))
    }

    /// Imports your own certificate: certificate, private key and chain, each as PEM text.
    ///
    /// The API accepts one for the hosting, not for a single domain.
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
    ) -> Result<CertificateOrder, Error> {
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
                .hint("a certificate of your own takes certificate, key and chain, all three")
                .build());
            }
        }
        if let Some(domain) = &self.domain {
            return Err(Error::invalid_argument(format!(
                "the API takes no certificate of your own for the single domain {domain}; nothing was sent"
            ))
            .hint("import it for the hosting: `hosting.certificate().import(..)`")
            .build());
        }
        let body = NewCertificate::new()
            .certificate(certificate)
            .key(key)
            .chain(chain);
        self.order(&body).await
    }

    /// Deletes the certificate.
    pub async fn delete(&self) -> Result<CertificateRemoval, Error> {
        let (raw, service) = (self.hosting.raw(), self.hosting.service_name());
        let certificate = match &self.domain {
            None => raw.certificates().delete(service).await?,
            Some(domain) => raw.domain_certificates().delete(service, domain).await?,
        };
        Ok(CertificateRemoval {
            pending: Removal::new(self.pending(certificate.clone())),
            certificate,
        })
    }

    /// Waits until the certificate is in use, whoever ordered it.
    ///
    /// Uses the client's [`WaitPolicy`], or waits three days.
    ///
    /// # Errors
    ///
    /// See [`wait_created_with`](Self::wait_created_with).
    pub async fn wait_created(&self) -> Result<types::Certificate, Error> {
        self.resumed().wait().await
    }

    /// Waits until the certificate is in use, whoever ordered it.
    ///
    /// # Errors
    ///
    /// See [`CertificateOrder::wait_with`].
    pub async fn wait_created_with(&self, policy: WaitPolicy) -> Result<types::Certificate, Error> {
        self.resumed().wait_with(policy).await
    }

    fn resumed(&self) -> Pending<types::Certificate> {
        let handle = self.clone();
        Pending::resumed(&self.hosting, self.to_string(), move |_| handle.get()).taking(Work::Days)
    }

    async fn order(&self, body: &NewCertificate) -> Result<CertificateOrder, Error> {
        let raw = self.hosting.raw().certificates();
        let certificate = raw.create(self.hosting.service_name(), body).await?;
        Ok(self.ordered(certificate))
    }

    fn ordered(&self, certificate: types::Certificate) -> CertificateOrder {
        CertificateOrder {
            pending: self.pending(certificate.clone()),
            certificate,
        }
    }

    fn pending(&self, first: types::Certificate) -> Pending<types::Certificate> {
        let handle = self.clone();
        Pending::new(&self.hosting, self.to_string(), Some(first), move |_| {
            handle.get()
        })
        .taking(Work::Days)
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

/// A certificate that was ordered or imported and is being created.
#[derive(Clone, Debug)]
#[must_use = "the certificate is not in use before it is created"]
pub struct CertificateOrder {
    pending: Pending<types::Certificate>,
    certificate: types::Certificate,
}

impl CertificateOrder {
    /// Returns the certificate from the response to the order.
    #[must_use]
    pub const fn certificate(&self) -> &types::Certificate {
        &self.certificate
    }

    /// Waits until the certificate is created.
    ///
    /// Uses the client's [`WaitPolicy`], or waits three days.
    ///
    /// # Errors
    ///
    /// See [`wait_with`](Self::wait_with).
    pub async fn wait(&self) -> Result<types::Certificate, Error> {
        self.pending.wait().await
    }

    /// Waits until the certificate is created.
    ///
    /// Cancel-safe: the future may be dropped at any time.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Task`](crate::ErrorKind::Task): the order has failed, by the certificate's
    ///   status.
    /// - [`ErrorKind::Timeout`](crate::ErrorKind::Timeout): the policy's deadline has passed; the
    ///   order itself continues.
    /// - [`ErrorKind::NotFound`](crate::ErrorKind::NotFound): no certificate exists, even after
    ///   [`WaitPolicy::object_grace`].
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<types::Certificate, Error> {
        self.pending.wait_with(policy).await
    }
}

/// A certificate that is being deleted.
#[derive(Clone, Debug)]
#[must_use = "the certificate may be in use for a while"]
pub struct CertificateRemoval {
    pending: Removal<types::Certificate>,
    certificate: types::Certificate,
}

impl CertificateRemoval {
    /// Returns the certificate from the response to the deletion.
    #[must_use]
    pub const fn certificate(&self) -> &types::Certificate {
        &self.certificate
    }

    /// Waits until the certificate no longer exists.
    ///
    /// Uses the client's [`WaitPolicy`], or waits three days.
    ///
    /// # Errors
    ///
    /// See [`wait_with`](Self::wait_with).
    pub async fn wait(&self) -> Result<(), Error> {
        self.pending.wait().await
    }

    /// Waits until the certificate no longer exists.
    ///
    /// Cancel-safe: the future may be dropped at any time.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Timeout`](crate::ErrorKind::Timeout) once the policy's deadline
    /// has passed.
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<(), Error> {
        self.pending.wait_with(policy).await
    }
}
