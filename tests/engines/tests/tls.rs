//! A handshake with the TLS library and the certificate authorities of the enabled features.
//!
//! `.ci/tls` runs it for each row of the guide's table.

#[path = "../../src/certificate.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "the tests of the facade use the rest"
)]
mod certificate;
#[path = "../../../crates/ovh-web/tests/support/server.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "the tests of the facade use the rest"
)]
mod server;

use certificate::Certificate;
use ovh_web::{Client, ClientBuilder, Error, ErrorKind, Method};
use server::{Answer, Connection, Server};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

impl Connection for TlsStream<TcpStream> {}

async fn start(certificate: Certificate) -> (Server, String) {
    let issued = certificate.issue();
    let accept = move |stream| {
        let accepted = issued.acceptor.accept(stream);
        async { accepted.await.ok() }
    };
    let server = Server::start_over(accept, |_| Answer::json("7")).await;
    (server, issued.files.authority)
}

fn builder(server: &Server) -> ClientBuilder {
    let builder = Client::builder().base_url(format!("https://{}/1.0", server.host));
    builder.access_token("token").retries(0)
}

async fn post(client: &Client) -> Result<u8, Error> {
    client.request(Method::POST, "/me").body("x").json().await
}

#[test]
fn reqwest_builds_after_our_builder() {
    let _ = Client::builder();
    let own = reqwest::Client::builder().build();
    own.expect("a client of reqwest");
}

#[tokio::test]
async fn handshake_with_extra_authority() {
    for certificate in [
        Certificate::InOrder,
        Certificate::Expired,
        Certificate::OfAnotherHost,
    ] {
        let (server, authority) = start(certificate).await;
        let client = builder(&server)
            .extra_ca_pem(authority)
            .build()
            .expect("a client");
        match (post(&client).await, certificate) {
            (result, Certificate::InOrder) => assert_eq!(result.expect("an answer"), 7),
            (result, _) => {
                let error = result.expect_err("an invalid certificate");
                assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
                assert!(!error.maybe_applied(), "{error}");
                assert!(server.all().is_empty());
            }
        }
    }
}

#[tokio::test]
async fn unknown_authority_is_refused() {
    let (server, _) = start(Certificate::InOrder).await;
    let error = match builder(&server).build() {
        Ok(client) => {
            let error = post(&client).await.expect_err("an unknown authority");
            assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
            error
        }
        // Without a list of authorities none is known.
        Err(error) => {
            let has_list = cfg!(any(
                feature = "native-tls",
                feature = "platform-verifier",
                feature = "webpki-roots"
            ));
            assert!(!has_list, "{error}");
            error
        }
    };
    assert!(!error.maybe_applied() && server.all().is_empty());
}
