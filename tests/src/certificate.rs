//! Certificates for servers on this machine: a valid one, and invalid ones.

use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Datelike, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName,
    DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    RevokedCertParams, SerialNumber, date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// The validity of a server's certificate, and whether its clients need one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certificate {
    /// Valid.
    InOrder,
    /// Expired.
    Expired,
    /// Issued for another host.
    OfAnotherHost,
    /// On the authority's list of revoked certificates.
    Revoked,
    /// Valid, and clients need a certificate of the same authority.
    ForKnownClients,
}

/// A certificate in use.
pub(crate) struct Issued {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) files: Files,
}

/// The files of a server's certificate, as PEM.
#[derive(Clone, Debug)]
pub struct Files {
    /// The certificate authority.
    pub authority: String,
    /// A client's certificate of the same authority, and its key.
    pub identity: String,
    /// The authority's list of revoked certificates.
    pub revoked: String,
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
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        let authority = params.self_signed(&key).expect("an authority");
        let issuer = Issuer::new(params, key);

        let host = match self {
            Self::OfAnotherHost => "example.net",
            _ => "127.0.0.1",
        };
        let mut params = CertificateParams::new([host.to_owned()]).expect("a name");
        named(&mut params, "tests' server");
        let (from, until) = match self {
            Self::Expired => (year - 3, year - 2),
            _ => (year - 1, year + 1),
        };
        params.not_before = date_time_ymd(from, 12, 1);
        params.not_after = date_time_ymd(until, 2, 1);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.serial_number = Some(SerialNumber::from(SERIAL));
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &issuer).expect("a certificate");

        params.serial_number = Some(SerialNumber::from(SERIAL + 1));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let client_key = KeyPair::generate().expect("a key");
        let client = params.signed_by(&client_key, &issuer);
        let files = Files {
            authority: authority.pem(),
            identity: client.expect("a certificate").pem() + &client_key.serialize_pem(),
            revoked: self.revoked(year, &issuer),
        };

        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS");
        let config = match self {
            Self::ForKnownClients => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.der().clone()).expect("an authority");
                let clients = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
                config.with_client_cert_verifier(clients.build().expect("a verifier"))
            }
            _ => config.with_no_client_auth(),
        };
        let config = config
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .expect("a configuration");
        Issued {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            files,
        }
    }

    /// Makes the authority's list, which names the server's certificate or none.
    fn revoked(self, year: i32, issuer: &Issuer<'_, KeyPair>) -> String {
        let revoked = RevokedCertParams {
            serial_number: SerialNumber::from(SERIAL),
            revocation_time: date_time_ymd(year, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(year - 1, 12, 1),
            next_update: date_time_ymd(year + 1, 2, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: Vec::from_iter((self == Self::Revoked).then_some(revoked)),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = list.signed_by(issuer).expect("a list");
        list.pem().expect("PEM")
    }
}

/// The serial number of the server's certificate.
const SERIAL: u64 = 7;

fn named(params: &mut CertificateParams, name: &str) {
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
}
