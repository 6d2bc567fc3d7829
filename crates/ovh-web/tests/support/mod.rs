//! Support for transport tests: clients of the server, and clocks that move only on command.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

pub mod scripted;
mod server;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ovh_web::{Backoff, Client, ClientBuilder, Clock, Credentials};
use tokio::net::TcpSocket;
use tokio::sync::Notify;

pub use server::{Answer, NOW, Seen, Server};

pub const APPLICATION_KEY: &str = "TDPKJdwZwAQPwKX2";
pub const APPLICATION_SECRET: &str = "9ufkBmLaTQ9nz5yMUlg79taH0GNnzDjk";
pub const CONSUMER_KEY: &str = "5mBuy6SUQcRw2ZUxg0cG68BoDKpED4KY";

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

pub fn answer(status: u16, headers: &str, body: &str) -> Answer {
    Answer::response(status, headers, body)
}

pub fn json(body: &str) -> Answer {
    Answer::json(body)
}

impl Server {
    pub fn base(&self) -> String {
        format!("http://{}/1.0", self.host)
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
        // With `retries(0)` the time would be asked first.
        .retry_policy(Backoff::default().retries(0))
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
    timeouts: Mutex<Vec<Duration>>,
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

    /// Returns the requested timeouts, in order.
    pub fn timeouts(&self) -> Vec<Duration> {
        self.0.timeouts.lock().expect("the clock").clone()
    }

    /// Completes when the clock has moved that far.
    fn moved_by(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let (hand, until) = (Arc::clone(&self.0), self.monotonic() + duration);
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

impl Clock for HandClock {
    fn unix_time(&self) -> Duration {
        let skew = *self.0.skew.lock().expect("the clock");
        Duration::from_secs(NOW.saturating_add_signed(skew)) + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.passed.lock().expect("the clock")
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.sleeps.lock().expect("the clock").push(duration);
        if duration <= *self.0.auto.lock().expect("the clock") {
            self.advance(duration);
            return Box::pin(std::future::ready(()));
        }
        self.moved_by(duration)
    }

    fn timeout(&self, limit: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.timeouts.lock().expect("the clock").push(limit);
        self.moved_by(limit)
    }
}
