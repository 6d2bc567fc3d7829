//! The configuration of rustls: provider and trusted roots.
//!
//! The features `aws-lc-rs` and `ring` choose the provider, the former with precedence.

use std::sync::Arc;

use ovh_runtime::Error;
#[cfg(feature = "aws-lc-rs")]
use rustls::crypto::aws_lc_rs as library;
#[cfg(not(feature = "aws-lc-rs"))]
use rustls::crypto::ring as library;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::error::configuration;

/// Makes our provider the default of the process, if the program has not set one.
///
/// reqwest is compiled without a provider, and would panic in a program that builds a
/// client with it.
#[cfg(not(feature = "aws-lc-rs"))]
pub(crate) fn install_provider() {
    use rustls::crypto::CryptoProvider;

    if CryptoProvider::get_default().is_none() {
        // Fails only if another thread was faster.
        let _ = library::default_provider().install_default();
    }
}

/// Creates the configuration, with the authorities of valid PEM files.
pub(super) fn new(encrypted: bool, extra_ca_pem: &[Vec<u8>]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(library::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    if !encrypted {
        // Nothing will be encrypted: trust no certificate, and skip loading the system's roots.
        return Ok(builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth());
    }
    let files = extra_ca_pem.iter();
    let extra: Vec<_> = files
        .flat_map(|pem| CertificateDer::pem_slice_iter(pem).flatten())
        .collect();
    #[cfg(any(feature = "webpki-roots", not(feature = "platform-verifier")))]
    let builder = {
        let _ = provider;
        builder.with_root_certificates(bundled(extra)?)
    };
    #[cfg(all(feature = "platform-verifier", not(feature = "webpki-roots")))]
    let builder = {
        let verifier = platform(extra, provider).map_err(failed)?;
        let builder = builder.dangerous();
        builder.with_custom_certificate_verifier(Arc::new(verifier))
    };
    Ok(builder.with_no_client_auth())
}

fn failed(source: rustls::Error) -> Error {
    configuration(format!("TLS cannot be set up: {source}"))
        .hint("install the certificate authorities of your system, or give one with `extra_ca_pem`")
        .source(source)
        .build()
}

/// The platform's authorities, and the extra ones.
#[cfg(all(feature = "platform-verifier", not(feature = "webpki-roots")))]
fn platform(
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<rustls::crypto::CryptoProvider>,
) -> Result<rustls_platform_verifier::Verifier, rustls::Error> {
    #[cfg(not(target_os = "android"))]
    return rustls_platform_verifier::Verifier::new_with_extra_roots(extra, provider);
    #[cfg(target_os = "android")]
    return {
        let _ = extra;
        rustls_platform_verifier::Verifier::new(provider)
    };
}

/// The authorities of the crate webpki-roots, if it is compiled in, and the extra ones.
#[cfg(any(feature = "webpki-roots", not(feature = "platform-verifier")))]
fn bundled(extra: Vec<CertificateDer<'static>>) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    #[cfg(feature = "webpki-roots")]
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    for authority in extra {
        roots.add(authority).map_err(failed)?;
    }
    if roots.is_empty() {
        return Err(configuration("no certificate authority is trusted")
            .hint("enable the feature `platform-verifier` or `webpki-roots`, or use `extra_ca_pem`")
            .build());
    }
    Ok(roots)
}
