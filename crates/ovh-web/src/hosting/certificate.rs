//! The hosting's SSL certificate, and waiting for it: its work has no task of its own, it shows in
//! the certificate's status.

use std::sync::Arc;

use ovh_runtime::{Call, Error, ErrorKind, Secret};

use super::Hosting;
use crate::WaitPolicy;
use crate::types::{self, NewCertificate};
use crate::wait::{Look, is_gone, until_settled};

/// The SSL certificate of a hosting.
#[derive(Clone, Debug)]
pub struct Certificate {
    hosting: Hosting,
}

impl Certificate {
    pub(crate) const fn new(hosting: Hosting) -> Self {
        Self { hosting }
    }

    /// What it is and how it stands.
    pub fn get(&self) -> Call<types::Certificate> {
        self.hosting
            .client()
            .raw()
            .certificates()
            .get(self.hosting.service_name())
    }

    /// Orders the free certificate for the attached domains that want SSL.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn order_free(&self) -> Result<CertificateOrder, Error> {
        self.order(&NewCertificate::new()).await
    }

    /// Brings a certificate of your own: certificate, private key and chain, each as PEM text.
    ///
    /// # Errors
    ///
    /// A part that is empty ([`ErrorKind::InvalidArgument`]), as the API takes all three or none;
    /// those of the call.
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
        let body = NewCertificate::new()
            .certificate(certificate)
            .key(key)
            .chain(chain);
        self.order(&body).await
    }

    /// Removes the certificate.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn delete(&self) -> Result<CertificateRemoval, Error> {
        let raw = self.hosting.client().raw().certificates();
        let certificate = raw.delete(self.hosting.service_name()).await?;
        Ok(CertificateRemoval {
            handle: self.clone(),
            certificate,
        })
    }

    /// Waits until the certificate is there and in use, whoever ordered it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`] when the policy's deadline has passed; those of the calls.
    pub async fn wait_created(&self, policy: WaitPolicy) -> Result<types::Certificate, Error> {
        self.until_created(policy, false).await
    }

    async fn order(&self, body: &NewCertificate) -> Result<CertificateOrder, Error> {
        let raw = self.hosting.client().raw().certificates();
        let certificate = raw.create(self.hosting.service_name(), body).await?;
        Ok(CertificateOrder {
            handle: self.clone(),
            certificate,
        })
    }

    async fn until_created(
        &self,
        policy: WaitPolicy,
        rest_first: bool,
    ) -> Result<types::Certificate, Error> {
        let clock = Arc::clone(self.hosting.client().clock());
        until_settled(&*clock, policy, rest_first, || async {
            let certificate = self.get().fresh().await?;
            Ok(match certificate.status.as_str() {
                "created" => Look::Settled(certificate),
                _ => Look::Going,
            })
        })
        .await
        .unwrap_or_else(|| Err(self.out_of_time(policy, "was not ready")))
    }

    async fn until_gone(&self, policy: WaitPolicy) -> Result<(), Error> {
        let clock = Arc::clone(self.hosting.client().clock());
        until_settled(&*clock, policy, true, || async {
            match self.get().fresh().await {
                Ok(_) => Ok(Look::Going),
                Err(error) if is_gone(&error) => Ok(Look::Settled(())),
                Err(error) => Err(error),
            }
        })
        .await
        .unwrap_or_else(|| Err(self.out_of_time(policy, "was still there")))
    }

    fn out_of_time(&self, policy: WaitPolicy, how: &str) -> Error {
        let builder = Error::builder(
            ErrorKind::Timeout,
            format!(
                "the certificate of {} {how} when the {:?} for waiting had passed",
                self.hosting.service_name(),
                policy.limit()
            ),
        )
        .hint("the work itself goes on; wait for it again, or look at its status");
        match self.get().into_request() {
            Ok(request) => builder.request(&request).build(),
            Err(_) => builder.build(),
        }
    }
}

/// A certificate that was ordered or imported, and is on its way.
#[derive(Clone, Debug)]
#[must_use = "the certificate is not in use before it is created"]
pub struct CertificateOrder {
    handle: Certificate,
    certificate: types::Certificate,
}

impl CertificateOrder {
    /// The certificate as the order's reply showed it.
    #[must_use]
    pub const fn certificate(&self) -> &types::Certificate {
        &self.certificate
    }

    /// Waits until the certificate is created, for an hour at most.
    ///
    /// # Errors
    ///
    /// As [`wait_with`](Self::wait_with).
    pub async fn wait(&self) -> Result<types::Certificate, Error> {
        self.wait_with(WaitPolicy::default()).await
    }

    /// Waits until the certificate is created. The future may be dropped at any time.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`] when the policy's deadline has passed; those of the calls.
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<types::Certificate, Error> {
        if self.certificate.status.as_str() == "created" {
            return Ok(self.certificate.clone());
        }
        self.handle.until_created(policy, true).await
    }
}

/// A certificate that is being removed.
#[derive(Clone, Debug)]
#[must_use = "the certificate may be in use for a while"]
pub struct CertificateRemoval {
    handle: Certificate,
    certificate: types::Certificate,
}

impl CertificateRemoval {
    /// The certificate as the removal's reply showed it.
    #[must_use]
    pub const fn certificate(&self) -> &types::Certificate {
        &self.certificate
    }

    /// Waits until the certificate is gone, for an hour at most.
    ///
    /// # Errors
    ///
    /// As [`wait_with`](Self::wait_with).
    pub async fn wait(&self) -> Result<(), Error> {
        self.wait_with(WaitPolicy::default()).await
    }

    /// Waits until the certificate is gone. The future may be dropped at any time.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`] when the policy's deadline has passed; those of the calls.
    pub async fn wait_with(&self, policy: WaitPolicy) -> Result<(), Error> {
        self.handle.until_gone(policy).await
    }
}
