//! A server that sends raw bytes, for malformed responses.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ovh_web::{Client, ClientBuilder, Credentials};
use ovh_web_sandbox::Clock;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::LinkedClock;
use crate::certificate::{Certificate, Issued};

/// The response to `/auth/time`.
const NOW: &str = "1457018875";

/// A request as the server received it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Seen {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The head below the first line, as it came.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Seen {
    /// `true` if the request asks for a page of objects.
    #[must_use]
    pub fn wants_page(&self) -> bool {
        let head = self.head.to_ascii_lowercase();
        head.contains("x-pagination-mode: cachedobjectlist-pages")
    }
}

/// The bytes that are sent before the connection is closed.
#[derive(Clone, Debug)]
pub struct Answer(Vec<u8>);

impl Answer {
    /// These bytes and no others.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// A whole response. Each header ends with a line break.
    #[must_use]
    pub fn response(status: u16, headers: &str, body: &str) -> Self {
        let length = match status {
            204 => String::new(),
            _ => format!("Content-Length: {}\r\n", body.len()),
        };
        Self::bytes(format!(
            "HTTP/1.1 {status} Whatever\r\n{headers}{length}Connection: close\r\n\r\n{body}"
        ))
    }

    /// A success in JSON with the query id `EU.tests.1`.
    #[must_use]
    pub fn json(body: &str) -> Self {
        let headers = "Content-Type: application/json\r\nX-OVH-QUERYID: EU.tests.1\r\n";
        Self::response(200, headers, body)
    }
}

type Respond = dyn Fn(&Seen) -> Answer + Send + Sync;

/// A server on a free port; it stops with the runtime of the test.
#[derive(Clone, Debug)]
pub struct RawServer {
    address: String,
    /// The certificate authority as PEM; `None` without TLS.
    authority: Option<String>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl RawServer {
    /// A server that tells the time itself, and answers everything else with `respond`.
    ///
    /// # Panics
    ///
    /// If there is no port on the loopback.
    pub async fn start(respond: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::listen(None, respond).await
    }

    /// Starts the server over HTTPS with a certificate of this kind.
    ///
    /// # Panics
    ///
    /// If there is no port on the loopback, or no certificate can be made.
    pub async fn start_tls(
        certificate: Certificate,
        respond: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::listen(Some(certificate.issue()), respond).await
    }

    async fn listen(
        issued: Option<Issued>,
        respond: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let (authority, acceptor) = match issued {
            Some(issued) => (Some(issued.authority), Some(issued.acceptor)),
            None => (None, None),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, respond): (_, Arc<Respond>) = (Arc::clone(&seen), Arc::new(respond));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, respond) = (Arc::clone(&log), Arc::clone(&respond));
                match acceptor.clone() {
                    None => drop(tokio::spawn(serve(stream, log, respond))),
                    Some(acceptor) => drop(tokio::spawn(async move {
                        // A client that does not trust the certificate leaves here.
                        if let Ok(stream) = acceptor.accept(stream).await {
                            serve(stream, log, respond).await;
                        }
                    })),
                }
            }
        });
        Self {
            address,
            authority,
            seen,
        }
    }

    /// Every request but those for the time.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Host and port.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Returns the certificate authority as PEM.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// A builder of clients of this server, without trusted certificates.
    pub fn builder(&self) -> ClientBuilder {
        let scheme = if self.authority.is_some() {
            "https"
        } else {
            "http"
        };
        Client::builder()
            .base_url(format!("{scheme}://{}/1.0", self.address))
            .credentials(Credentials::new("key", "canary-secret", "canary-consumer"))
            .connect_timeout(Duration::from_secs(5))
            .clock(LinkedClock::new(Clock::manual()))
            // Without retries, each call is recorded once.
            .retries(0)
    }

    /// A client of this server.
    ///
    /// # Panics
    ///
    /// If the settings above are not complete.
    #[must_use]
    pub fn client(&self) -> Client {
        self.builder().build().expect("complete settings")
    }
}

async fn serve<S>(mut stream: S, log: Arc<Mutex<Vec<Seen>>>, respond: Arc<Respond>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Some(seen) = read(&mut stream).await else {
        return;
    };
    let Answer(bytes) = if seen.target.ends_with("/auth/time") {
        Answer::json(NOW)
    } else {
        log.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(seen.clone());
        respond(&seen)
    };
    // A client that has hung up by now has its reasons, and the test will see them.
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let (first, head) = text.split_once("\r\n")?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Some(0), |(_, value)| value.trim().parse::<usize>().ok())?;
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Seen {
        method,
        target,
        head: head.to_owned(),
        body: String::from_utf8(body).ok()?,
    })
}
