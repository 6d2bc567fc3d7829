//! Certificates for servers on this machine: a valid one, and invalid ones.

use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Datelike, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// The validity of a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certificate {
    /// Valid.
    InOrder,
    /// Expired.
    Expired,
    /// Issued for another host.
    OfAnotherHost,
}

/// A certificate in use, and who signed it.
pub(crate) struct Issued {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) authority: String,
}

impl Certificate {
    /// Makes an authority and a certificate that it signs.
    pub(crate) fn issue(self) -> Issued {
        let year = DateTime::<Utc>::from(SystemTime::now()).year();
        let mut params = CertificateParams::default();
        named(&mut params, "tests' authority");
        params.not_before = date_time_ymd(year - 1, 12, 1);
        params.not_after = date_time_ymd(year + 1, 2, 1);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().expect("a key");
        let authority = params.self_signed(&key).expect("an authority").pem();
        let issuer = Issuer::new(params, key);

        let host = match self {
            Self::OfAnotherHost => "example.net",
            Self::InOrder | Self::Expired => "127.0.0.1",
        };
        let mut params = CertificateParams::new([host.to_owned()]).expect("a name");
        named(&mut params, "tests' server");
        let (from, until) = match self {
            Self::Expired => (year - 3, year - 2),
            Self::InOrder | Self::OfAnotherHost => (year - 1, year + 1),
        };
        params.not_before = date_time_ymd(from, 12, 1);
        params.not_after = date_time_ymd(until, 2, 1);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &issuer).expect("a certificate");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .expect("a configuration");
        Issued {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            authority,
        }
    }
}

fn named(params: &mut CertificateParams, name: &str) {
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
}
