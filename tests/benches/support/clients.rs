//! The clients that are compared: ours, and the same HTTP engine with everything done by hand.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ovh_web::types::Hosting;
use ovh_web::{BoxFuture, Client, Credentials, HttpEngine, HttpFailure, HttpRequest, Reply};
use ovh_web_tests::SERVICE;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sha1::{Digest, Sha1};

/// The keys of both. The server checks nothing, but they are as long as real ones.
pub(crate) const KEY: &str = "7kbG7Bk7S9Nt7ZSV";
pub(crate) const SECRET: &str = "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF";
pub(crate) const CONSUMER: &str = "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1";

/// Ours, as a user builds it.
pub(crate) fn typed(url: &str, authority: Option<&str>) -> Client {
    let builder = Client::builder()
        .base_url(url)
        .credentials(Credentials::new(KEY, SECRET, CONSUMER));
    let builder = match authority {
        Some(pem) => builder.extra_ca_pem(pem.as_bytes().to_vec()),
        None => builder,
    };
    builder.build().expect("complete settings")
}

/// What a user writes who needs this one call and takes no SDK.
#[derive(Debug)]
pub(crate) struct Bare {
    http: reqwest::Client,
    base: String,
    /// As in ours, the difference to the server's clock is asked for once.
    difference: i64,
    timeout: Option<Duration>,
}

impl Bare {
    pub(crate) async fn new(url: &str, authority: Option<&str>, timeout: Option<Duration>) -> Self {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(authority))
            .no_proxy()
            .user_agent("by-hand/1.0")
            .build()
            .expect("an engine");
        let time = http.get(format!("{url}/auth/time")).send().await;
        let time = time.expect("an answer").text().await.expect("a text");
        let server: i64 = time.parse().expect("a number");
        Self {
            http,
            base: url.to_owned(),
            difference: server - i64::try_from(now()).expect("a date of this age"),
            timeout,
        }
    }

    pub(crate) async fn get(&self, service: &str) -> Hosting {
        let url = format!("{}/hosting/web/{service}", self.base);
        let timestamp = (i64::try_from(now()).expect("a date") + self.difference).to_string();
        let signature = by_hand("GET", &url, "", &timestamp);
        let mut request = self
            .http
            .get(&url)
            .header("accept", "application/json")
            .header("x-ovh-application", KEY)
            .header("x-ovh-consumer", CONSUMER)
            .header("x-ovh-timestamp", timestamp)
            .header("x-ovh-signature", signature);
        if let Some(timeout) = self.timeout {
            request = request.timeout(timeout);
        }
        let reply = request.send().await.expect("an answer");
        let reply = reply.error_for_status().expect("a success");
        let body = reply.bytes().await.expect("a body");
        serde_json::from_slice(&body).expect("a hosting")
    }
}

/// Trust in one authority, or in nobody where nothing is encrypted.
fn tls(authority: Option<&str>) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    if let Some(pem) = authority {
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            roots
                .add(certificate.expect("PEM"))
                .expect("an authority of ours");
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the usual versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// For plain calls on this machine.
pub(crate) fn no_tls() -> rustls::ClientConfig {
    tls(None)
}

/// The signature as a person writes it down from OVHcloud's guide.
pub(crate) fn by_hand(method: &str, url: &str, body: &str, timestamp: &str) -> String {
    let text = format!("{SECRET}+{CONSUMER}+{method}+{url}+{body}+{timestamp}");
    let hash = Sha1::digest(text.as_bytes());
    let mut signature = String::with_capacity(43);
    signature.push_str("$1$");
    for byte in hash {
        use std::fmt::Write;
        let _ = write!(signature, "{byte:02x}");
    }
    signature
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}

/// An engine without a network: what is left of a call is our own part of it.
#[derive(Debug)]
pub(crate) struct Canned {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl HttpEngine for Canned {
    fn exchange(&self, request: HttpRequest) -> BoxFuture<'_, Result<Reply, HttpFailure>> {
        if request.url().ends_with("/auth/time") {
            let body = now().to_string().into_bytes();
            return Box::pin(std::future::ready(Ok(Reply::new(200, Vec::new(), body))));
        }
        let reply = Reply::new(200, self.headers.clone(), self.body.clone());
        Box::pin(std::future::ready(Ok(reply)))
    }
}

/// Ours over that engine.
pub(crate) async fn offline() -> Client {
    let (body, headers) = super::server::hosting().await;
    Client::builder()
        .base_url("http://127.0.0.1:9/1.0")
        .credentials(Credentials::new(KEY, SECRET, CONSUMER))
        .http(Canned { headers, body })
        .build()
        .expect("complete settings")
}

/// The call that is compared, by ours.
pub(crate) async fn call(client: &Client) -> Hosting {
    let call = client.hosting(SERVICE).get();
    call.await.expect("an answer")
}
