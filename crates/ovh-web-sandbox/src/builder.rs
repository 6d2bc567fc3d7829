//! Settings of a sandbox, and its start.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::Secret;

use crate::auth::Rule;
use crate::auth::credential::Accounts;
use crate::auth::oauth2::FirstOAuth2;
use crate::clock::Clock;
use crate::engine::{Engine, Observer, Settings};
use crate::faults::{BadFault, Fault};
use crate::ids::Ids;
use crate::journal::Entry;
use crate::persist::{BadState, Saved};
use crate::sandbox::{Keys, Sandbox};
use crate::server::{Patience, Server};
use crate::state::World;
use crate::state::failures::Failures;
use crate::state::hosting::Hosting;
use crate::state::seed::HostingSeed;
use crate::state::tasks::Pace;
use crate::tls::Tls;

/// The hosting that a sandbox has when it is not told otherwise.
pub(crate) const DEFAULT_HOSTING: &str = "example.cluster01.hosting.ovh.net";

/// Settings of a sandbox that is about to start.
#[derive(Default)]
pub struct Builder {
    hostings: Vec<HostingSeed>,
    application_key: Option<String>,
    application_secret: Option<Secret>,
    consumer_key: Option<Secret>,
    rules: Option<Vec<Rule>>,
    seed: u64,
    clock: Option<Clock>,
    port: u16,
    time_offset: i64,
    pace: Pace,
    observer: Option<Observer>,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    oauth2: FirstOAuth2,
    faults: Vec<Fault>,
    public_url: Option<String>,
    tls: bool,
    recording: bool,
    patience: Patience,
    saved: Option<Saved>,
    ignores_paging: bool,
}

impl Builder {
    /// Adds a hosting. Without any there is one, `example.cluster01.hosting.ovh.net`.
    #[must_use]
    pub fn hosting(mut self, service: impl Into<String>) -> Self {
        self.hostings.push(HostingSeed::new(service));
        self
    }

    /// Adds a hosting that is not empty: see [`HostingSeed`].
    #[must_use]
    pub fn hosting_with(mut self, seed: HostingSeed) -> Self {
        self.hostings.push(seed);
        self
    }

    /// Fixes the application key, which otherwise comes from the seed.
    #[must_use]
    pub fn application_key(mut self, key: impl Into<String>) -> Self {
        self.application_key = Some(key.into());
        self
    }

    /// Fixes the application secret, which otherwise comes from the seed.
    #[must_use]
    pub fn application_secret(mut self, secret: impl Into<String>) -> Self {
        self.application_secret = Some(Secret::new(secret));
        self
    }

    /// Fixes the consumer key, which otherwise comes from the seed.
    #[must_use]
    pub fn consumer_key(mut self, key: impl Into<String>) -> Self {
        self.consumer_key = Some(Secret::new(key));
        self
    }

    /// Grants the consumer key this method and path (`*` stands for anything) and nothing that is
    /// not granted so. Without any rule it may do everything.
    #[must_use]
    pub fn grant(mut self, method: &str, path: &str) -> Self {
        let rules = self.rules.get_or_insert_default();
        rules.push(Rule::new(method, path));
        self
    }

    /// Ids and keys are the same for the same seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Answers every list plainly, whatever `X-Pagination-*` headers ask for, as some regions of
    /// OVHcloud are said to do: clients have to read the objects one by one.
    #[must_use]
    pub fn ignore_paging(mut self, ignores: bool) -> Self {
        self.ignores_paging = ignores;
        self
    }

    /// The clock that tasks walk on; a real one without this.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Lets tasks walk so many times as fast as real time.
    #[must_use]
    pub fn speed(self, speed: f64) -> Self {
        self.clock(Clock::scaled(speed))
    }

    /// The port; a free one without this.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Puts the server's own time off by so many seconds. See [`Sandbox::set_time_offset`].
    #[must_use]
    pub fn time_offset(mut self, seconds: i64) -> Self {
        self.time_offset = seconds;
        self
    }

    /// How long a task waits, works, and can still be read when it is done. Without this 1, 2 and
    /// 3 seconds.
    #[must_use]
    pub fn task_times(mut self, todo: Duration, doing: Duration, done: Duration) -> Self {
        self.pace = Pace { todo, doing, done };
        self
    }

    /// Fixes the OAuth2 client, which otherwise comes from the seed.
    #[must_use]
    pub fn oauth2_client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self.client_secret = Some(Secret::new(secret));
        self
    }

    /// How long a bearer token from the token endpoint lives. Without this 3599 seconds. It ends
    /// on the sandbox's clock, but without its speed: clients count in real seconds.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.oauth2.lifetime = Some(lifetime);
        self
    }

    /// Accepts this bearer token, which never ends; may be called several times.
    #[must_use]
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.oauth2.fixed.push(Secret::new(token));
        self
    }

    /// Grants bearers the IAM actions that fit the pattern (`*` stands for anything) and nothing
    /// that is not granted so: `webHosting:apiovh:get`. Without any they may do everything.
    #[must_use]
    pub fn iam(mut self, action: impl Into<String>) -> Self {
        let granted = self.oauth2.granted.get_or_insert_default();
        granted.push(action.into());
        self
    }

    /// Sets a fault from the start; a reset sets it again.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Sets the faults of a JSON text, one or a list of them.
    ///
    /// # Errors
    /// If the text is no fault.
    pub fn faults_from_json(mut self, text: &str) -> Result<Self, BadFault> {
        self.faults.extend(Fault::list_from_json(text.as_bytes())?);
        Ok(self)
    }

    /// Speaks HTTPS, with a certificate authority that is made at the start: see
    /// [`Sandbox::certificate_authority`]. Needs the feature `tls`; without it the start fails.
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// How long a client may take to send the head of a request, and then its body. Without this
    /// a minute.
    #[must_use]
    pub fn client_timeout(mut self, timeout: Duration) -> Self {
        self.patience = Patience(timeout);
        self
    }

    /// Writes down every write, so that [`Sandbox::saved_state`] can tell them. They take memory
    /// as long as the sandbox runs.
    #[must_use]
    pub fn record(mut self) -> Self {
        self.recording = true;
        self
    }

    /// Starts from a saved state, and records as [`record`](Self::record) does. Seed and hostings
    /// have to be those with which the state was saved: set them first.
    ///
    /// # Errors
    /// If the text is no saved state, or was saved with another seed or other hostings.
    pub fn resume(mut self, text: &str) -> Result<Self, BadState> {
        self.saved = Some(Saved::read(text, &self.seed_words())?);
        Ok(self.record())
    }

    /// What a saved state depends on.
    fn seed_words(&self) -> String {
        format!(
            "seed {}, hostings {:?}, {:?}",
            self.seed, self.hostings, self.pace
        )
    }

    /// Against which URL signatures are checked, scheme, host and port: for clients that leave
    /// the port out of what they sign (`https://localhost`). A version prefix at its end is cut.
    /// Without this it is what the `Host` header says.
    #[must_use]
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        let url = url.trim_end_matches('/');
        let bare = ["/1.0", "/v1"].iter().find_map(|end| url.strip_suffix(end));
        self.public_url = Some(bare.unwrap_or(url).to_owned());
        self
    }

    /// Is told of every call, after it was answered: for logs.
    #[must_use]
    pub fn on_call(mut self, observer: impl Fn(&Entry) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Starts.
    ///
    /// # Errors
    /// If the port is taken, or no listener or thread can be had.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        self.start_now()
    }

    /// Starts without a runtime around: the sandbox brings its own.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_now(self) -> Result<Sandbox, StartError> {
        let port = self.port;
        let failed = |source| StartError::new(port, source);
        let made_from = self.seed_words();
        // Faults and certificates first: what is wrong there needs no port.
        for fault in &self.faults {
            fault
                .check()
                .map_err(|error| StartError::new(port, io::Error::other(error)))?;
        }
        let (tls, authority) = if self.tls {
            let made = Tls::new().map_err(failed)?;
            (Some(made.0), Some(made.1))
        } else {
            (None, None)
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let ids = Ids::new(self.seed);
        let keys = Keys {
            application_key: self
                .application_key
                .unwrap_or_else(|| ids.key("application key", 16)),
            application_secret: self
                .application_secret
                .unwrap_or_else(|| Secret::new(ids.key("application secret", 32))),
            consumer_key: self
                .consumer_key
                .unwrap_or_else(|| Secret::new(ids.key("consumer key", 32))),
            client_id: self
                .client_id
                .unwrap_or_else(|| format!("EU.{}", ids.key("client id", 16).to_lowercase())),
            client_secret: self
                .client_secret
                .unwrap_or_else(|| Secret::new(ids.key("client secret", 32))),
        };
        let mut services = self.hostings;
        if services.is_empty() {
            services.push(HostingSeed::new(DEFAULT_HOSTING));
        }
        let (seed, pace, signing) = (self.seed, self.pace, keys.clone());
        let rules = self.rules.unwrap_or_else(Rule::everything);
        let oauth2 = self.oauth2;
        // All that a reset brings back.
        let fresh = move |now| {
            let ids = Ids::new(seed);
            let mut accounts = Accounts::new(ids.clone());
            let key = signing.application_key.clone();
            let application = accounts.add_application(key, signing.application_secret.clone());
            let consumer_key = signing.consumer_key.expose().to_owned();
            accounts.add_credential(consumer_key, application, rules.clone(), now);
            accounts.oauth2 = oauth2.start(&signing.client_id, &signing.client_secret);
            let failures = Failures::default();
            let hostings: BTreeMap<_, _> = services
                .iter()
                .map(|seed| {
                    let mut hosting = Hosting::new(&seed.service, &ids, pace, &failures, now);
                    seed.clone().plant(&mut hosting, now);
                    (seed.service.clone(), hosting)
                })
                .collect();
            World::new(accounts, ids, hostings, failures)
        };
        let scheme = if self.tls { "https" } else { "http" };
        let settings = Settings {
            clock: self.clock.unwrap_or_else(Clock::real),
            origin: format!("{scheme}://{address}"),
            public: self.public_url,
            seed,
            observer: self.observer,
            faults: self.faults,
            record: self.recording.then_some(made_from),
            ignores_paging: self.ignores_paging,
        };
        let engine = Arc::new(Engine::new(settings, Box::new(fresh)));
        engine.time.set_offset(self.time_offset);
        let resumed = self.saved.map(|saved| engine.resume(saved));
        let server =
            Server::start(listener, Arc::clone(&engine), tls, self.patience).map_err(failed)?;
        Ok(Sandbox {
            authority,
            resumed,
            engine,
            server,
            address,
            keys,
        })
    }
}

/// Shows no key.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("hostings", &self.hostings)
            .field("seed", &self.seed)
            .field("clock", &self.clock)
            .field("port", &self.port)
            .field("time_offset", &self.time_offset)
            .finish_non_exhaustive()
    }
}

/// A sandbox that did not start.
#[derive(Debug)]
pub struct StartError {
    port: u16,
    source: io::Error,
}

impl StartError {
    const fn new(port: u16, source: io::Error) -> Self {
        Self { port, source }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            // A mistake of the settings, not of the network.
            _ if self.source.kind() == io::ErrorKind::Other => {
                write!(f, "the sandbox cannot start: {}", self.source)
            }
            0 => write!(f, "the sandbox found no port on 127.0.0.1: {}", self.source),
            port => write!(
                f,
                "the sandbox cannot listen on 127.0.0.1:{port}: {} (port 0 takes a free one)",
                self.source
            ),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
