//! A running sandbox, and the builder that starts one.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::Secret;

use crate::auth::Rule;
use crate::auth::credential::{Accounts, CredentialState};
use crate::clock::Clock;
use crate::engine::{Engine, Observer};
use crate::ids::Ids;
use crate::journal::{Entry, Journal};
use crate::server::Server;
use crate::state::World;
use crate::state::hosting::Hosting;
use crate::state::tasks::Pace;
use crate::view::State;

/// The hosting that a sandbox has when it is not told otherwise.
pub(crate) const DEFAULT_HOSTING: &str = "example.cluster01.hosting.ovh.net";

/// A local OVHcloud. It serves from a thread of its own until it is stopped or dropped.
///
/// ```
/// # async fn example() -> Result<(), ovh_web_sandbox::StartError> {
/// use ovh_web_sandbox::{Clock, Sandbox};
///
/// let sandbox = Sandbox::builder().clock(Clock::manual()).start().await?;
/// for (name, value) in sandbox.env() {
///     println!("export {name}='{value}'");
/// }
/// // ... call it with any client of the OVHcloud API ...
/// sandbox.clock().advance(std::time::Duration::from_secs(60));
/// sandbox.journal().operation("databases::create").never();
/// sandbox.stop().await;
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    engine: Arc<Engine>,
    server: Server,
    address: SocketAddr,
    keys: Keys,
}

/// What a client signs with.
struct Keys {
    application_key: String,
    application_secret: Secret,
    consumer_key: Secret,
}

impl Sandbox {
    /// Starts a sandbox with one hosting, on a free port.
    ///
    /// # Errors
    /// If the loopback listener or its thread cannot be had.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Starts from other settings.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The base URL for clients: `http://127.0.0.1:PORT/1.0`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}/1.0", self.engine.origin)
    }

    /// The address that is listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The environment variables that OVHcloud's own clients read, with what leads to this
    /// sandbox. The keys open nothing else.
    #[must_use]
    pub fn env(&self) -> Vec<(&'static str, String)> {
        vec![
            ("OVH_ENDPOINT", self.base_url()),
            ("OVH_APPLICATION_KEY", self.keys.application_key.clone()),
            (
                "OVH_APPLICATION_SECRET",
                self.keys.application_secret.expose().to_owned(),
            ),
            (
                "OVH_CONSUMER_KEY",
                self.keys.consumer_key.expose().to_owned(),
            ),
        ]
    }

    /// The application key.
    #[must_use]
    pub fn application_key(&self) -> &str {
        &self.keys.application_key
    }

    /// The application secret. It opens nothing but this sandbox.
    #[must_use]
    pub fn application_secret(&self) -> &str {
        self.keys.application_secret.expose()
    }

    /// The consumer key, validated and with every right. It opens nothing but this sandbox.
    #[must_use]
    pub fn consumer_key(&self) -> &str {
        self.keys.consumer_key.expose()
    }

    /// Every call so far.
    #[must_use]
    pub fn journal(&self) -> Journal {
        self.engine.journal.clone()
    }

    /// Looks into the state.
    #[must_use]
    pub fn state(&self) -> State {
        State(Arc::clone(&self.engine))
    }

    /// The clock that tasks walk on.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.engine.clock.clone()
    }

    /// Puts the server's own time off by so many seconds: `/auth/time`, the `Date` header and the
    /// timestamp window follow. Tasks do not.
    pub fn set_time_offset(&self, seconds: i64) {
        self.engine.time.set_offset(seconds);
    }

    /// Does what the application on the hosting would do: writes into a database. The text stands
    /// for all its tables; dumps keep it and restores bring it back.
    ///
    /// # Errors
    /// If there is no such database.
    pub fn write_database(
        &self,
        service: &str,
        name: &str,
        content: &str,
    ) -> Result<(), UnknownObject> {
        if self.state().write_database(service, name, content) {
            Ok(())
        } else {
            Err(UnknownObject("database"))
        }
    }

    /// Approves a consumer key, as a person does on the validation page.
    ///
    /// # Errors
    /// If there is no such key.
    pub fn validate(&self, consumer_key: &str) -> Result<(), UnknownObject> {
        self.credential(consumer_key, CredentialState::Validated)
    }

    /// Refuses a consumer key, as a person can on the validation page.
    ///
    /// # Errors
    /// If there is no such key.
    pub fn refuse(&self, consumer_key: &str) -> Result<(), UnknownObject> {
        self.credential(consumer_key, CredentialState::Refused)
    }

    /// Lets a consumer key expire.
    ///
    /// # Errors
    /// If there is no such key.
    pub fn expire(&self, consumer_key: &str) -> Result<(), UnknownObject> {
        self.credential(consumer_key, CredentialState::Expired)
    }

    fn credential(&self, consumer_key: &str, state: CredentialState) -> Result<(), UnknownObject> {
        if self.engine.world().accounts.set_state(consumer_key, state) {
            Ok(())
        } else {
            Err(UnknownObject("consumer key"))
        }
    }

    /// Stops, and returns when the port is free. Dropping does the same.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// Shows no key.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("base_url", &self.base_url())
            .field("clock", &self.engine.clock)
            .field("journal", &self.engine.journal)
            .finish_non_exhaustive()
    }
}

/// Settings of a sandbox that is about to start.
#[derive(Default)]
pub struct Builder {
    hostings: Vec<String>,
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
}

impl Builder {
    /// Adds a hosting. Without any there is one, `example.cluster01.hosting.ovh.net`.
    #[must_use]
    pub fn hosting(mut self, service: impl Into<String>) -> Self {
        self.hostings.push(service.into());
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
        let failed = |source| StartError { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let ids = Ids::new(self.seed);
        let clock = self.clock.unwrap_or_else(Clock::real);
        let now = clock.now();
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
        };
        let mut accounts = Accounts::new(ids.clone());
        let application = accounts.add_application(
            keys.application_key.clone(),
            keys.application_secret.clone(),
        );
        accounts.add_credential(
            keys.consumer_key.expose().to_owned(),
            application,
            self.rules.unwrap_or_else(Rule::everything),
            None,
            CredentialState::Validated,
            now,
        );
        let mut services = self.hostings;
        if services.is_empty() {
            services.push(DEFAULT_HOSTING.to_owned());
        }
        let hostings: BTreeMap<_, _> = services
            .into_iter()
            .map(|service| {
                let hosting = Hosting::new(&service, &ids, self.pace, now);
                (service, hosting)
            })
            .collect();
        let world = World {
            accounts,
            ids,
            hostings,
        };
        let origin = format!("http://{address}");
        let engine = Arc::new(Engine::new(world, clock, origin, self.seed, self.observer));
        engine.time.set_offset(self.time_offset);
        let server = Server::start(listener, Arc::clone(&engine)).map_err(failed)?;
        Ok(Sandbox {
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

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
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

/// Something that was named to the sandbox and that it does not have.
#[derive(Debug)]
pub struct UnknownObject(&'static str);

impl fmt::Display for UnknownObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the sandbox has no such {}", self.0)
    }
}

impl std::error::Error for UnknownObject {}
