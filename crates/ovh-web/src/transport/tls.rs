//! TLS of the built-in engine: the library, and the certificate authorities that it trusts.
//!
//! The Cargo features choose both. rustls has precedence over the platform's library, and the
//! authorities of `webpki-roots` have precedence over the platform's.

use ovh_runtime::Error;
use reqwest::ClientBuilder;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(crate) use rustls_config::install_provider;

use crate::error::configuration;

/// TLS settings, read once for all connections.
#[derive(Clone)]
pub(crate) struct Tls {
    #[cfg(feature = "__rustls")]
    config: rustls::ClientConfig,
    #[cfg(feature = "__tls")]
    authorities: Vec<reqwest::Certificate>,
}

/// No TLS library: plain HTTP only.
#[cfg(not(feature = "__tls"))]
impl Tls {
    pub(crate) fn new(encrypted: bool, _: &[Vec<u8>]) -> Result<Self, Error> {
        match encrypted {
            false => Ok(Self {}),
            true => Err(configuration("no TLS library is compiled in")
                .hint("enable one of the features `aws-lc-rs`, `ring` and `native-tls`")
                .build()),
        }
    }

    pub(crate) fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        builder
    }

    pub(crate) fn extend(&self, builder: ClientBuilder) -> ClientBuilder {
        builder
    }
}

#[cfg(feature = "__tls")]
impl Tls {
    /// Creates the settings; the platform's authorities are read only if they are needed.
    pub(crate) fn new(encrypted: bool, extra_ca_pem: &[Vec<u8>]) -> Result<Self, Error> {
        let _ = encrypted;
        Ok(Self {
            authorities: authorities(extra_ca_pem)?,
            #[cfg(feature = "__rustls")]
            config: rustls_config::new(encrypted, extra_ca_pem)?,
        })
    }

    /// Sets the TLS library and its authorities.
    pub(crate) fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        #[cfg(feature = "__rustls")]
        let builder = builder.tls_backend_preconfigured(self.config.clone());
        #[cfg(not(feature = "__rustls"))]
        let builder = self.extend(builder.tls_backend_native());
        builder
    }

    /// Adds the extra authorities to the settings of a program.
    pub(crate) fn extend(&self, builder: ClientBuilder) -> ClientBuilder {
        builder.tls_certs_merge(self.authorities.iter().cloned())
    }
}

/// Parses the certificates of PEM files, each of which must contain at least one.
#[cfg(feature = "__tls")]
fn authorities(files: &[Vec<u8>]) -> Result<Vec<reqwest::Certificate>, Error> {
    let mut found = Vec::new();
    for pem in files {
        let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|source| {
            configuration("the extra certificate authority is not PEM")
                .source(source)
                .build()
        })?;
        if certificates.is_empty() {
            return Err(
                configuration("the extra certificate authority holds no certificate")
                    .hint("give the text of a PEM file with `-----BEGIN CERTIFICATE-----`")
                    .build(),
            );
        }
        found.extend(certificates);
    }
    Ok(found)
}

#[cfg(feature = "__rustls")]
mod rustls_config;

#[cfg(all(test, feature = "__tls"))]
mod tests {
    use ovh_runtime::ErrorKind;

    use super::*;

    #[test]
    fn refuses_pem_without_certificate() {
        for pem in [
            "",
            "no PEM",
            "-----BEGIN CERTIFICATE-----\n%\n-----END CERTIFICATE-----\n",
        ] {
            let error = Tls::new(true, &[pem.as_bytes().to_vec()]).err();
            assert_eq!(
                error.expect("refused").kind(),
                ErrorKind::Configuration,
                "{pem}"
            );
        }
    }

    #[test]
    fn local_http_needs_no_roots() {
        assert!(Tls::new(false, &[]).is_ok());
    }
}
