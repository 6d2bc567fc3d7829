//! A server that sends given bytes, for malformed responses and broken connections.
//!
//! The tests of facade and sandbox together use this file too.

use std::future::{Future, ready};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The response to `/auth/time`.
pub const NOW: u64 = 1_457_018_875;

/// A request as the server received it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn asks_for_time(&self) -> bool {
        self.target.ends_with("/auth/time")
    }
}

/// The server's reaction to a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Writes these bytes and closes the connection.
    Bytes(Vec<u8>),
    /// Writes these bytes, then resets the connection.
    Reset(Vec<u8>),
    /// Sends nothing and keeps the connection open.
    Silence,
    /// Writes these bytes and keeps the connection open.
    Stall(Vec<u8>),
}

impl Answer {
    /// A whole response. Each header ends with a line break.
    pub fn response(status: u16, headers: &str, body: &str) -> Self {
        let length = match status {
            204 => String::new(),
            _ => format!("Content-Length: {}\r\n", body.len()),
        };
        let head = format!("HTTP/1.1 {status} Whatever\r\n{headers}{length}Connection: close");
        Self::Bytes(format!("{head}\r\n\r\n{body}").into_bytes())
    }

    /// A success in JSON with a query id.
    pub fn json(body: &str) -> Self {
        let headers = "Content-Type: application/json\r\nX-OVH-QUERYID: EU.test.1\r\n";
        Self::response(200, headers, body)
    }
}

/// A connection, which may be encrypted.
pub trait Connection: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Makes the end of the connection a reset.
    fn reset(&self) {}
}

impl Connection for TcpStream {
    fn reset(&self) {
        let _ = self.set_zero_linger();
    }
}

type Respond = dyn Fn(&Seen) -> Answer + Send + Sync;

/// A server on a free port. It stops when dropped with the test's runtime.
#[derive(Clone, Debug)]
pub struct Server {
    pub host: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Starts a server that answers `/auth/time` with [`NOW`] and the rest with `respond`.
    pub async fn start(respond: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_over(|stream| ready(Some(stream)), respond).await
    }

    /// The same over connections that `accept` makes of those of TCP.
    pub async fn start_over<S: Connection, F>(
        accept: impl Fn(TcpStream) -> F + Send + 'static,
        respond: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Option<S>> + Send + 'static,
    {
        let respond = move |seen: &Seen| match seen.asks_for_time() {
            true => Answer::json(&NOW.to_string()),
            false => respond(seen),
        };
        Self::listen(accept, respond).await
    }

    /// Starts a server that answers everything with `respond`, and records it.
    pub async fn start_bare(respond: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::listen(|stream| ready(Some(stream)), respond).await
    }

    async fn listen<S: Connection, F>(
        accept: impl Fn(TcpStream) -> F + Send + 'static,
        respond: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Option<S>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, respond) = (Arc::clone(&seen), Arc::new(respond) as Arc<Respond>);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (accepted, log, respond) = (accept(stream), log.clone(), respond.clone());
                tokio::spawn(async move {
                    if let Some(stream) = accepted.await {
                        serve(stream, log, respond).await;
                    }
                });
            }
        });
        Self { host, seen }
    }

    /// Returns all requests, including `/auth/time`.
    pub fn all(&self) -> Vec<Seen> {
        self.seen.lock().expect("the log").clone()
    }

    /// Returns all requests except `/auth/time`.
    pub fn calls(&self) -> Vec<Seen> {
        let mut all = self.all();
        all.retain(|seen| !seen.asks_for_time());
        all
    }
}

async fn serve(mut stream: impl Connection, log: Arc<Mutex<Vec<Seen>>>, respond: Arc<Respond>) {
    let Some(seen) = read(&mut stream).await else {
        return;
    };
    log.lock().expect("the log").push(seen.clone());
    match respond(&seen) {
        Answer::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Answer::Reset(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.flush().await;
            stream.reset();
        }
        Answer::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.flush().await;
            let _ = stream.read(&mut [0; 1]).await;
        }
        Answer::Silence => {
            // Completes when the client closes the connection.
            let _ = stream.read(&mut [0; 1]).await;
        }
    }
}

async fn read(stream: &mut impl Connection) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).expect("a head in ASCII");
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut seen = Seen {
        method,
        target,
        headers,
        body: bytes[end + 4..].to_vec(),
    };
    let length = seen
        .header("content-length")
        .map_or(0, |value| value.parse().expect("a length"));
    while seen.body.len() < length {
        if stream.read_buf(&mut seen.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(seen)
}
