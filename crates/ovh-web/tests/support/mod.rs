//! Support for transport tests: a byte-level server, and clocks that move only on command.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

pub mod scripted;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ovh_web::{Client, ClientBuilder, Clock, Credentials};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;

pub const APPLICATION_KEY: &str = "TDPKJdwZwAQPwKX2";
pub const APPLICATION_SECRET: &str = "9ufkBmLaTQ9nz5yMUlg79taH0GNnzDjk";
pub const CONSUMER_KEY: &str = "5mBuy6SUQcRw2ZUxg0cG68BoDKpED4KY";
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
}

/// Returns an address that refuses connections while the socket is kept.
///
/// The socket holds the port, so that no other process can listen there.
pub fn refusing() -> (TcpSocket, String) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind(([127, 0, 0, 1], 0).into())
        .expect("a free port");
    let address = socket.local_addr().expect("an address").to_string();
    (socket, address)
}

/// The server's reaction to a request.
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

pub fn answer(status: u16, headers: &str, body: &str) -> Answer {
    Answer::Bytes(
        format!(
            "HTTP/1.1 {status} Whatever\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .into_bytes(),
    )
}

pub fn json(body: &str) -> Answer {
    answer(
        200,
        "Content-Type: application/json\r\nX-OVH-QUERYID: EU.test.1\r\n",
        body,
    )
}

type Respond = dyn Fn(&Seen) -> Answer + Send + Sync;

/// A server on a free port. It stops when dropped with the test's runtime.
pub struct Server {
    pub host: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Starts a server that answers `/auth/time` with [`NOW`] and the rest with `respond`.
    pub async fn start(respond: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_bare(move |seen| {
            if seen.target.ends_with("/auth/time") {
                json(&NOW.to_string())
            } else {
                respond(seen)
            }
        })
        .await
    }

    /// Starts a server that answers everything with `respond`, and records it.
    pub async fn start_bare(respond: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, respond) = (Arc::clone(&seen), Arc::new(respond) as Arc<Respond>);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&respond)));
            }
        });
        Self { host, seen }
    }

    pub fn base(&self) -> String {
        format!("http://{}/1.0", self.host)
    }

    /// Returns all requests, including `/auth/time`.
    pub fn all(&self) -> Vec<Seen> {
        self.seen.lock().expect("the log").clone()
    }

    /// Returns all requests except `/auth/time`.
    pub fn calls(&self) -> Vec<Seen> {
        let mut all = self.all();
        all.retain(|seen| !seen.target.ends_with("/auth/time"));
        all
    }

    /// Returns a builder for clients of this server, with published keys and a fixed clock.
    pub fn builder(&self) -> ClientBuilder {
        builder(&self.base())
    }

    pub fn client(&self) -> Client {
        self.builder().build().expect("a client")
    }
}

pub fn builder(base: &str) -> ClientBuilder {
    Client::builder()
        .base_url(base)
        .credentials(Credentials::new(
            APPLICATION_KEY,
            APPLICATION_SECRET,
            CONSUMER_KEY,
        ))
        .clock(StillClock)
        // On a fixed clock a pause never ends.
        .retries(0)
}

async fn serve(mut stream: TcpStream, log: Arc<Mutex<Vec<Seen>>>, respond: Arc<Respond>) {
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
            let _ = stream.set_zero_linger();
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

async fn read(stream: &mut TcpStream) -> Option<Seen> {
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

/// A clock fixed at [`NOW`]; a sleep never ends.
#[derive(Debug)]
pub struct StillClock;

impl Clock for StillClock {
    fn unix_time(&self) -> Duration {
        Duration::from_secs(NOW)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::pending())
    }
}

/// A clock that is moved manually; sleeps end when it has moved far enough.
#[derive(Clone, Debug, Default)]
pub struct HandClock(Arc<Hand>);

#[derive(Debug, Default)]
struct Hand {
    passed: Mutex<Duration>,
    sleeps: Mutex<Vec<Duration>>,
    moved: Notify,
    slept: Notify,
    /// Sleeps up to this length move the clock automatically.
    auto: Mutex<Duration>,
    /// Offset of the calendar time in seconds.
    skew: Mutex<i64>,
}

impl HandClock {
    /// Creates a clock that advances by itself for sleeps up to `limit`.
    pub fn jumping(limit: Duration) -> Self {
        let clock = Self::default();
        *clock.0.auto.lock().expect("the clock") = limit;
        clock
    }

    pub fn advance(&self, by: Duration) {
        *self.0.passed.lock().expect("the clock") += by;
        self.0.moved.notify_waiters();
    }

    /// Offsets the calendar time by this many seconds.
    pub fn set_skew(&self, seconds: i64) {
        *self.0.skew.lock().expect("the clock") = seconds;
    }

    /// Returns the requested sleeps, in order.
    pub fn sleeps(&self) -> Vec<Duration> {
        self.0.sleeps.lock().expect("the clock").clone()
    }
}

impl Clock for HandClock {
    fn unix_time(&self) -> Duration {
        let skew = *self.0.skew.lock().expect("the clock");
        Duration::from_secs(NOW.saturating_add_signed(skew)) + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.passed.lock().expect("the clock")
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let hand = Arc::clone(&self.0);
        hand.sleeps.lock().expect("the clock").push(duration);
        if duration <= *hand.auto.lock().expect("the clock") {
            self.advance(duration);
            return Box::pin(std::future::ready(()));
        }
        let until = self.monotonic() + duration;
        Box::pin(async move {
            loop {
                let moved = hand.moved.notified();
                if *hand.passed.lock().expect("the clock") >= until {
                    return;
                }
                moved.await;
            }
        })
    }
}
