//! HTTPS, with a certificate authority that is created at the start.
//!
//! Its key signs one certificate and is then dropped: trust in it is limited to this sandbox.

use std::io;

/// Accepts TLS connections. Clones share one certificate.
#[cfg(feature = "tls")]
#[derive(Clone)]
pub(crate) struct Tls(tokio_rustls::TlsAcceptor);

#[cfg(feature = "tls")]
impl Tls {
    /// Creates an authority and a certificate for these names; returns the authority as PEM.
    pub(crate) fn new(names: Vec<String>) -> io::Result<(Self, String)> {
        use rcgen::{
            BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
            KeyPair, KeyUsagePurpose, date_time_ymd,
        };
        use std::sync::Arc;
        use tokio_rustls::rustls;

        let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
        let year = chrono::Datelike::year(&now);
        let dated = |mut params: CertificateParams, name: &str| {
            params.distinguished_name = rcgen::DistinguishedName::new();
            params.distinguished_name.push(DnType::CommonName, name);
            params.not_before = date_time_ymd(year - 1, 12, 1);
            params.not_after = date_time_ymd(year + 1, 2, 1);
            params
        };
        let mut authority = dated(CertificateParams::default(), "ovh-web-sandbox authority");
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority_key = KeyPair::generate().map_err(io::Error::other)?;
        let pem = authority
            .self_signed(&authority_key)
            .map_err(io::Error::other)?
            .pem();
        let issuer = Issuer::new(authority, authority_key);

        let params = CertificateParams::new(names).map_err(io::Error::other)?;
        let mut params = dated(params, "ovh-web-sandbox");
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params.signed_by(&key, &issuer).map_err(io::Error::other)?;
        let private = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private.into())
            .map_err(io::Error::other)?;
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        Ok((Self(acceptor), pem))
    }

    pub(crate) async fn accept(
        &self,
        stream: tokio::net::TcpStream,
    ) -> io::Result<tokio_rustls::server::TlsStream<tokio::net::TcpStream>> {
        self.0.accept(stream).await
    }
}

/// Without the feature `tls` this type has no values.
#[cfg(not(feature = "tls"))]
#[derive(Clone)]
pub(crate) enum Tls {}

#[cfg(not(feature = "tls"))]
impl Tls {
    pub(crate) fn new(_: Vec<String>) -> io::Result<(Self, String)> {
        Err(io::Error::other(
            "no HTTPS: the crate was built without its feature `tls`",
        ))
    }

    pub(crate) async fn accept(
        &self,
        _: tokio::net::TcpStream,
    ) -> io::Result<tokio::net::TcpStream> {
        match *self {}
    }
}
