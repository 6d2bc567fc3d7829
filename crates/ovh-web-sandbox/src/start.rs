//! The start of a sandbox: from settings to what runs.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use ovh_runtime::Secret;

use crate::auth::Rule as Grant;
use crate::auth::credential::Accounts;
use crate::builder::Builder;
use crate::clock::Clock;
use crate::control::guard::Guard;
use crate::engine::{Engine, Settings};
use crate::ids::Ids;
use crate::persist;
use crate::reply::RefusalShape;
use crate::sandbox::{Keys, Sandbox};
use crate::server::Server;
use crate::state::World;
use crate::state::failures::Failures;
use crate::state::hosting::{Hosting, Shared};
use crate::state::seed::HostingSeed;
use crate::tls::Tls;

/// The hosting that a sandbox has when it is not told otherwise.
const DEFAULT_HOSTING: &str = "example.cluster01.hosting.ovh.net";

impl Sandbox {
    /// Starts a sandbox with one hosting, on a free port.
    ///
    /// # Errors
    /// If the listener or its thread cannot be had.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Starts from other settings.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
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
        let ip = self.address.unwrap_or(Ipv4Addr::LOCALHOST.into());
        let at = SocketAddr::new(ip, self.port);
        let failed = |source| StartError::new(at, source);
        let made_from = self.seed_words();
        // Faults and certificates first: what is wrong there needs no port.
        for fault in &self.faults {
            fault
                .check()
                .map_err(|error| StartError::new(at, io::Error::other(error)))?;
        }
        let refusals = match self.refusals {
            Some(shape) => shape,
            None => RefusalShape::of_environment().map_err(failed)?,
        };
        let (tls, authority) = if self.tls {
            let names = names(ip, &self.hosts);
            let made = Tls::new(names).map_err(failed)?;
            (Some(made.0), Some(made.1))
        } else {
            (None, None)
        };
        let listener = TcpListener::bind(at).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let source = self.key_source().map_err(failed)?;
        let keys = Keys {
            application_key: self
                .application_key
                .unwrap_or_else(|| source.key("application key", 16)),
            application_secret: self
                .application_secret
                .unwrap_or_else(|| Secret::new(source.key("application secret", 32))),
            consumer_key: self
                .consumer_key
                .unwrap_or_else(|| Secret::new(source.key("consumer key", 32))),
            client_id: self
                .client_id
                .unwrap_or_else(|| format!("EU.{}", source.key("client id", 16).to_lowercase())),
            client_secret: self
                .client_secret
                .unwrap_or_else(|| Secret::new(source.key("client secret", 32))),
        };
        let mut services = self.hostings;
        if services.is_empty() {
            services.push(HostingSeed::new(DEFAULT_HOSTING));
        }
        let clock = self.clock.unwrap_or_else(Clock::real);
        let shared = Shared {
            ids: Ids::new(0),
            pace: self.pace,
            failures: Failures::default(),
            rules: self.rules,
        };
        for seed in services.iter().filter(|seed| seed.names_values()) {
            let now = clock.now();
            let mut made = Hosting::new(&seed.service, &shared, now);
            seed.plant(&mut made, now);
            seed.check(&made)
                .map_err(|error| StartError::new(at, io::Error::other(error)))?;
        }
        let (seed, signing) = (self.seed, keys.clone());
        let grants = self.grants.unwrap_or_else(Grant::everything);
        let (oauth2, refused_key) = (self.oauth2, self.refused_key);
        let from = persist::Start {
            made_from,
            keys: source.clone(),
        };
        // All that a reset brings back.
        let fresh = move |now| {
            let ids = Ids::new(seed);
            let mut accounts = Accounts::new(ids.clone(), source.clone());
            let key = signing.application_key.clone();
            let application = accounts.add_application(key, signing.application_secret.clone());
            let consumer_key = signing.consumer_key.expose().to_owned();
            accounts.add_credential(consumer_key, application, grants.clone(), now);
            accounts.refused_key = refused_key;
            accounts.oauth2 = oauth2.start(&signing.client_id, &signing.client_secret);
            let shared = Shared {
                ids,
                failures: Failures::default(),
                ..shared.clone()
            };
            let hostings: BTreeMap<_, _> = services
                .iter()
                .map(|seed| {
                    let mut hosting = Hosting::new(&seed.service, &shared, now);
                    seed.plant(&mut hosting, now);
                    (seed.service.clone(), hosting)
                })
                .collect();
            let mut world = World::new(accounts, hostings, shared.failures);
            world.rules = shared.rules;
            world
        };
        let scheme = if self.tls { "https" } else { "http" };
        let settings = Settings {
            clock,
            origin: format!("{scheme}://{}", reachable(address)),
            guard: Guard {
                hosts: self.hosts,
                control_token: self.control_token,
            },
            public: self.public_url,
            seed,
            observer: self.observer,
            faults: self.faults,
            record: self.recording.then_some(from),
            ignores_paging: self.ignores_paging,
            refusals,
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

/// The address under which this machine reaches a listener.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

/// The names of a certificate.
fn names(ip: IpAddr, hosts: &[String]) -> Vec<String> {
    let mut names = ["localhost", "127.0.0.1", "::1"]
        .map(str::to_owned)
        .to_vec();
    names.push(ip.to_string());
    names.extend_from_slice(hosts);
    names
}

/// A sandbox that did not start.
#[derive(Debug)]
pub struct StartError {
    address: SocketAddr,
    source: io::Error,
}

impl StartError {
    const fn new(address: SocketAddr, source: io::Error) -> Self {
        Self { address, source }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, source) = (self.address, &self.source);
        match address.port() {
            // A mistake of the settings, not of the network.
            _ if source.kind() == io::ErrorKind::Other => {
                write!(f, "the sandbox cannot start: {source}")
            }
            0 => write!(f, "the sandbox found no port on {}: {source}", address.ip()),
            _ => write!(
                f,
                "the sandbox cannot listen on {address}: {source} (port 0 takes a free one)"
            ),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
