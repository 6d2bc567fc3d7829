//! HTTPS: trust in the certificate authority, and signatures.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use crate::common::{self, Client, manual_with};
use ovh_web_sandbox::Sandbox;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, ClientConnection, RootCertStore, StreamOwned};

fn get(
    sandbox: &Sandbox,
    authority: &str,
    name: &'static str,
    head: &str,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    let mut pem = BufReader::new(authority.as_bytes());
    for certificate in CertificateDer::pem_reader_iter(&mut pem) {
        let certificate = certificate.expect("a certificate");
        roots.add(certificate).expect("an authority");
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name).expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a connection");
    let socket = TcpStream::connect(sandbox.address())?;
    let mut stream = StreamOwned::new(connection, socket);
    stream.write_all(head.as_bytes())?;
    let mut answer = Vec::new();
    // The server closes without a farewell when the response is complete.
    let _ = stream.read_to_end(&mut answer);
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn a_client_that_trusts_the_authority_gets_in() {
    let sandbox = manual_with(Sandbox::builder().tls());
    assert!(sandbox.base_url().starts_with("https://127.0.0.1:"));
    let authority = sandbox.certificate_authority().expect("an authority");
    assert!(authority.starts_with("-----BEGIN CERTIFICATE-----"));
    let client = Client::new(&sandbox);
    let url = format!("{}/hosting/web", sandbox.base_url());
    let head = client.signed_head_for(&url, "GET", "/1.0/hosting/web", None);
    for name in ["127.0.0.1", "localhost"] {
        let answer = get(&sandbox, authority, name, &head).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(get(&sandbox, authority, "example.com", &head).is_err());
}

#[test]
fn the_certificate_has_the_names_of_clients() {
    let builder = Sandbox::builder().tls().host("sandbox.test");
    let sandbox = manual_with(builder.bind([127, 0, 0, 2]));
    let authority = sandbox.certificate_authority().expect("an authority");
    for name in ["127.0.0.2", "sandbox.test", "localhost"] {
        let head =
            format!("GET /1.0/auth/time HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
        let answer = get(&sandbox, authority, name, &head).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
    }
}

#[test]
fn every_start_has_its_own_authority() {
    let sandbox = manual_with(Sandbox::builder().tls());
    let other = manual_with(Sandbox::builder().tls());
    let authority = other.certificate_authority().expect("an authority");
    assert!(get(&sandbox, authority, "127.0.0.1", "GET / HTTP/1.1\r\n\r\n").is_err());
    sandbox.journal().calls().never();
    // Who speaks plainly is not answered either.
    let plain = common::raw(
        sandbox.address(),
        b"GET /1.0/auth/time HTTP/1.1\r\nHost: localhost\r\n\r\n",
    );
    assert!(!plain.starts_with(b"HTTP/"));
}

#[test]
fn signatures_use_the_public_url() {
    let builder = Sandbox::builder()
        .tls()
        .public_url("https://localhost/1.0/");
    let sandbox = manual_with(builder);
    let authority = sandbox.certificate_authority().expect("an authority");
    let client = Client::new(&sandbox);
    let target = "/1.0/hosting/web";
    let status = |url: &str| {
        let head = client.signed_head_for(url, "GET", target, None);
        let answer = get(&sandbox, authority, "localhost", &head).expect("an answer");
        answer.split(' ').nth(1).expect("a status").to_owned()
    };
    assert_eq!(status("https://localhost/1.0/hosting/web"), "200");
    assert_eq!(
        status(&format!("https://{}{target}", sandbox.address())),
        "400"
    );
    assert_eq!(status("http://localhost/1.0/hosting/web"), "400");
}
