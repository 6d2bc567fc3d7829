//! A sandbox and a client of it, on one clock.

use ovh_web::{Client, ClientBuilder, Error, ErrorKind, Hosting};
use ovh_web_sandbox::{Builder, Clock, Entry, Sandbox};

use crate::LinkedClock;

/// The hosting that a sandbox has by itself.
pub const SERVICE: &str = "example.cluster01.hosting.ovh.net";

/// A sandbox of its own for one test, and a client with its keys.
#[derive(Debug)]
pub struct Scene {
    /// The server's side.
    pub sandbox: Sandbox,
    /// The time of both.
    pub clock: LinkedClock,
    /// The client's side.
    pub client: Client,
}

impl Scene {
    /// A sandbox with one hosting.
    pub async fn start() -> Self {
        Self::of(Sandbox::builder()).await
    }

    /// A sandbox with other settings. Its clock is a manual one in any case.
    ///
    /// # Panics
    ///
    /// If there is no port on the loopback.
    pub async fn of(builder: Builder) -> Self {
        let sandbox = builder
            .clock(Clock::manual())
            .start()
            .await
            .expect("a sandbox on the loopback");
        let clock = LinkedClock::new(sandbox.clock());
        let client = builder_for(&sandbox, &clock)
            .build()
            .expect("complete settings");
        Self {
            sandbox,
            clock,
            client,
        }
    }

    /// A builder with the sandbox's address and keys, for clients that differ in one thing.
    pub fn builder(&self) -> ClientBuilder {
        builder_for(&self.sandbox, &self.clock)
    }

    /// The one hosting.
    #[must_use]
    pub fn hosting(&self) -> Hosting {
        self.client.hosting(SERVICE)
    }

    /// The last call that the sandbox saw.
    ///
    /// # Panics
    ///
    /// If there was none.
    #[must_use]
    pub fn last_call(&self) -> Entry {
        self.sandbox
            .journal()
            .entries()
            .pop()
            .expect("a call in the journal")
    }
}

fn builder_for(sandbox: &Sandbox, clock: &LinkedClock) -> ClientBuilder {
    Client::builder()
        .base_url(sandbox.base_url())
        .application_key(sandbox.application_key())
        .application_secret(sandbox.application_secret())
        .consumer_key(sandbox.consumer_key())
        .clock(clock.clone())
}

/// The operations that changed something, in order.
#[must_use]
pub fn changes(sandbox: &Sandbox) -> Vec<&'static str> {
    let changes = sandbox.journal().changes();
    changes
        .entries()
        .iter()
        .filter_map(|entry| entry.operation)
        .collect()
}

/// The error of a call that has to fail, with this kind and these words in what it prints.
///
/// # Panics
///
/// If the call succeeded, or the error is another.
#[track_caller]
pub fn fails<T>(result: Result<T, Error>, kind: ErrorKind, words: &[&str]) -> Error {
    let Err(error) = result else {
        panic!("a {kind:?} was expected, and the call succeeded");
    };
    assert_eq!(error.kind(), kind, "{error:?}");
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "no `{word}` in {text}");
    }
    error
}
