//! TLS: rustls with ring, the platform's roots, and extra authorities.
//!
//! The crypto provider is set in the configuration, so the process-wide default is unchanged.

use std::sync::Arc;

use ovh_runtime::Error;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::configuration;

pub(crate) fn config(encrypted: bool, extra_ca_pem: &[Vec<u8>]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let authorities = authorities(extra_ca_pem)?;
    let failed = |source: rustls::Error| {
        configuration(format!("TLS cannot be set up: {source}"))
        .hint("install the certificate authorities of your system, or give one with `extra_ca_pem`")
        .source(source)
        .build()
    };
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    if !encrypted {
        // Nothing will be encrypted: trust no certificate, and skip loading the system's roots.
        return Ok(builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth());
    }
    #[cfg(not(target_os = "android"))]
    let verifier = Verifier::new_with_extra_roots(authorities, provider).map_err(failed)?;
    #[cfg(target_os = "android")]
    let verifier = {
        let _ = authorities;
        Verifier::new(provider).map_err(failed)?
    };
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// Parses the certificates of PEM files, each of which must contain at least one.
fn authorities(files: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut found = Vec::new();
    for pem in files {
        let certificates = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|source| {
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

#[cfg(test)]
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
            let error = config(true, &[pem.as_bytes().to_vec()]).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Configuration, "{pem}");
        }
    }

    #[test]
    fn local_http_needs_no_roots() {
        config(false, &[]).expect("a configuration");
        assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    }
}
