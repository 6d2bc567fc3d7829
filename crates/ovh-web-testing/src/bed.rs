//! The test bed: a sandbox and a client for it, with one clock.

use std::panic::Location;

use ovh_web::{Client, ClientBuilder, handle::Hosting};
use ovh_web_sandbox::{Builder, Clock, Sandbox};

use crate::LinkedClock;

/// A sandbox for one test, a client with its keys, and the clock of both.
///
/// Test beds share nothing: start one for each test.
#[derive(Debug)]
pub struct TestBed {
    /// The local OVHcloud API: its state, journal and faults.
    pub sandbox: Sandbox,
    /// The clock of both. The client's pauses advance it, and so does [`LinkedClock::advance`].
    pub clock: LinkedClock,
    /// A client with all permissions.
    pub client: Client,
}

impl TestBed {
    /// Starts a sandbox with one empty hosting, on a free port.
    ///
    /// # Panics
    ///
    /// Panics if no port or thread is available.
    #[track_caller]
    pub fn start() -> impl Future<Output = Self> + Send {
        Self::start_with(Sandbox::builder())
    }

    /// Starts a sandbox with these settings. It always uses the linked clock.
    ///
    /// # Panics
    ///
    /// Panics if the sandbox cannot start: an invalid fault or hosting, or no port.
    #[track_caller]
    pub fn start_with(builder: Builder) -> impl Future<Output = Self> + Send {
        // A future runs without its caller.
        let place = Location::caller();
        async move {
            let manual = Clock::manual();
            let sandbox = match builder.clock(manual.clone()).start().await {
                Ok(sandbox) => sandbox,
                Err(error) => panic!("the test bed of {place} cannot start: {error}"),
            };
            let clock = LinkedClock::new(manual);
            let client = match client_builder(&sandbox, &clock).build() {
                Ok(client) => client,
                Err(error) => panic!("the test bed of {place} has no client: {error}"),
            };
            Self {
                sandbox,
                clock,
                client,
            }
        }
    }

    /// Returns a client builder with the sandbox's address, keys and clock.
    pub fn client_builder(&self) -> ClientBuilder {
        client_builder(&self.sandbox, &self.clock)
    }

    /// Returns the first hosting of the sandbox.
    ///
    /// # Panics
    ///
    /// Never panics: a sandbox has at least one hosting.
    #[must_use]
    pub fn hosting(&self) -> Hosting {
        let names = self.sandbox.state().hostings();
        self.client
            .hosting(names.first().map(String::as_str).unwrap_or_default())
    }
}

fn client_builder(sandbox: &Sandbox, clock: &LinkedClock) -> ClientBuilder {
    let builder = Client::builder()
        .from_pairs(sandbox.env())
        .clock(clock.clone());
    match sandbox.certificate_authority() {
        Some(pem) => builder.extra_ca_pem(pem),
        None => builder,
    }
}
