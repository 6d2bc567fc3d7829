//! Helpers of the benchmarks: a fast server, and a client without the SDK to compare with.
//!
//! The benchmarks are in `benches/`; the programs in `src/bin` count requests and run the soak.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use ovh_web::types::Hosting;
use ovh_web::{
    Body, BoxFuture, Bytes, Client, Credentials, HttpEngine, HttpFailure, Response, http,
};
use ovh_web_tests::{SERVICE, Scene};
use sha1::{Digest, Sha1};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

const KEY: &str = "7kbG7Bk7S9Nt7ZSV";
/// The application secret of both clients. Nothing checks it.
pub const SECRET: &str = "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF";
/// The consumer key of both clients.
pub const CONSUMER: &str = "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1";

/// A runtime with one thread.
///
/// # Panics
/// Panics if the system refuses one.
#[must_use]
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// The response of a sandbox for its hosting.
///
/// # Panics
/// Panics if the sandbox does not answer.
#[must_use]
pub fn response(runtime: &Runtime) -> Response {
    runtime.block_on(async {
        let scene = Scene::start().await;
        let reply = scene.client.hosting(SERVICE).get().response().await;
        reply.expect("a response")
    })
}

/// Starts a server that sends the same response to every request, on a separate thread, and
/// returns its base URL.
///
/// # Panics
/// Panics if no port is free.
#[must_use]
pub fn serve(reply: &Response) -> String {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("http://{}/1.0", listener.local_addr().expect("an address"));
    listener.set_nonblocking(true).expect("a socket");
    let skipped = ["content-length", "date", "connection"];
    let mut headers = String::new();
    for (name, value) in reply.headers() {
        if !skipped.contains(&name.as_str()) {
            let value = value.to_str().expect("text");
            headers.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    let response: Arc<[u8]> = with_head(&headers, reply.body()).into();
    std::thread::spawn(move || {
        let runtime = runtime();
        runtime.block_on(async move {
            let listener = TcpListener::from_std(listener).expect("a socket");
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                tokio::spawn(answer(stream, Arc::clone(&response)));
            }
        });
    });
    url
}

fn with_head(headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\n{headers}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// Answers the requests of a connection. They have no body.
async fn answer(stream: TcpStream, response: Arc<[u8]>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut first, mut line) = (String::new(), String::new());
    loop {
        first.clear();
        if stream.read_line(&mut first).await? == 0 {
            return Ok(());
        }
        while line != "\r\n" {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
        }
        line.clear();
        if first.contains("/auth/time ") {
            let time = with_head("", now().to_string().as_bytes());
            stream.write_all(&time).await?;
        } else {
            stream.write_all(&response).await?;
        }
    }
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}

/// Our client.
///
/// # Panics
/// Panics if the settings are incomplete.
#[must_use]
pub fn client(url: &str) -> Client {
    Client::builder()
        .base_url(url)
        .credentials(Credentials::new(KEY, SECRET, CONSUMER))
        .build()
        .expect("complete settings")
}

/// Our client without a network: every request gets this response.
///
/// # Panics
/// Panics if the settings are incomplete.
#[must_use]
pub fn offline(reply: Response) -> Client {
    Client::builder()
        .base_url("http://127.0.0.1:9/1.0")
        .credentials(Credentials::new(KEY, SECRET, CONSUMER))
        .http(Canned(reply))
        .build()
        .expect("complete settings")
}

#[derive(Debug)]
struct Canned(Response);

impl HttpEngine for Canned {
    fn exchange(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, HttpFailure>> {
        let response = match request.uri().path().ends_with("/auth/time") {
            true => http::Response::new(now().to_string().into()),
            false => self.0.clone().into(),
        };
        Box::pin(std::future::ready(Ok(response)))
    }
}

/// A minimal client without the SDK: reqwest, a signature, serde.
#[derive(Debug)]
pub struct ByHand {
    http: reqwest::Client,
    base: String,
}

impl ByHand {
    /// Creates a client.
    ///
    /// # Panics
    /// Panics if reqwest refuses the settings.
    #[must_use]
    pub fn new(url: &str) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the default versions")
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .user_agent("by-hand/1.0")
            .build();
        Self {
            http: http.expect("a client"),
            base: url.to_owned(),
        }
    }

    /// Reads the hosting.
    ///
    /// # Panics
    /// Panics if the request fails.
    pub async fn get(&self) -> Hosting {
        let url = format!("{}/hosting/web/{SERVICE}", self.base);
        let timestamp = now().to_string();
        let request = self
            .http
            .get(&url)
            .header("accept", "application/json")
            .header("x-ovh-application", KEY)
            .header("x-ovh-consumer", CONSUMER)
            .header("x-ovh-signature", signature(&url, &timestamp))
            .header("x-ovh-timestamp", timestamp);
        let reply = request.send().await.expect("a response");
        let body = reply.error_for_status().expect("success").bytes().await;
        serde_json::from_slice(&body.expect("a body")).expect("a hosting")
    }
}

fn signature(url: &str, timestamp: &str) -> String {
    use std::fmt::Write;
    let text = format!("{SECRET}+{CONSUMER}+GET+{url}++{timestamp}");
    let mut signature = String::from("$1$");
    for byte in Sha1::digest(text.as_bytes()) {
        let _ = write!(signature, "{byte:02x}");
    }
    signature
}
