//! The start of a sandbox: from its settings to a running server.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use ovh_runtime::Secret;

use crate::auth::credential::Accounts;
use crate::auth::keys::KeySource;
use crate::builder::Builder;
use crate::clock::Moment;
use crate::engine::Engine;
use crate::ids::Ids;
use crate::response::RefusalShape;
use crate::sandbox::Sandbox;
use crate::server::Server;
use crate::state::World;
use crate::state::failures::Failures;
use crate::state::hosting::{Hosting, Shared};
use crate::state::seed::HostingSeed;
use crate::tls::Tls;

/// The hosting of a sandbox without others.
const DEFAULT_HOSTING: &str = "example.cluster01.hosting.ovh.net";

/// The keys of a sandbox's clients.
pub(crate) struct Keys {
    pub(crate) source: KeySource,
    pub(crate) application_key: String,
    pub(crate) application_secret: Secret,
    pub(crate) consumer_key: Secret,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
}

impl Keys {
    /// The keys that were set, and others from the source: the saved one, if there is one.
    pub(crate) fn new(settings: &Builder) -> io::Result<Self> {
        let source = match &settings.saved {
            Some(saved) => KeySource::from_text(&saved.keys),
            None if settings.fixed_keys => KeySource::fixed(settings.seed),
            None => KeySource::random()?,
        };
        let secret = |set: &Option<Secret>, label: &str| {
            set.clone()
                .unwrap_or_else(|| Secret::new(source.key(label, 32)))
        };
        let (client_id, client_secret) = settings.oauth2_client.clone().unzip();
        Ok(Self {
            application_key: settings
                .application_key
                .clone()
                .unwrap_or_else(|| source.key("application key", 16)),
            application_secret: secret(&settings.application_secret, "application secret"),
            consumer_key: secret(&settings.consumer_key, "consumer key"),
            client_id: client_id
                .unwrap_or_else(|| format!("EU.{}", source.key("client id", 16).to_lowercase())),
            client_secret: secret(&client_secret, "client secret"),
            source,
        })
    }
}

impl Sandbox {
    /// Starts a sandbox with one hosting, on a free port.
    ///
    /// # Errors
    /// Returns an error if there is no free port, or no thread can be started.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Returns a builder.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// Starts the sandbox.
    ///
    /// # Errors
    /// Returns an error if a setting is invalid, the port is taken, or no thread can be started.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        self.start_now()
    }

    /// Starts the sandbox without an async runtime: it has its own.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_now(mut self) -> Result<Sandbox, StartError> {
        let ip = self.address.unwrap_or(Ipv4Addr::LOCALHOST.into());
        let at = SocketAddr::new(ip, self.port);
        let failed = |source| StartError {
            address: at,
            source,
        };
        if self.refusals.is_none() {
            self.refusals = RefusalShape::from_env().map_err(failed)?;
        }
        // Invalid settings are reported before the port is taken.
        self.check().map_err(failed)?;
        let (tls, authority) = match self.tls {
            true => {
                let mut names = self.hosts.clone();
                names.extend(["localhost", "127.0.0.1", "::1"].map(str::to_owned));
                names.push(ip.to_string());
                let (tls, authority) = Tls::new(names).map_err(failed)?;
                (Some(tls), Some(authority))
            }
            false => (None, None),
        };
        let listener = TcpListener::bind(at).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let scheme = if self.tls { "https" } else { "http" };
        let origin = format!("{scheme}://{}", reachable(address));
        let keys = Keys::new(&self).map_err(failed)?;
        let saved = self.saved.take();
        let timeout = self.client_timeout;
        let engine = Arc::new(Engine::new(self, keys, origin));
        let resumed = saved.map(|saved| engine.resume(saved));
        let server = Server::start(listener, Arc::clone(&engine), tls, timeout).map_err(failed)?;
        Ok(Sandbox {
            authority,
            resumed,
            engine,
            server,
            address,
        })
    }

    /// Checks faults and hostings.
    fn check(&self) -> io::Result<()> {
        for fault in &self.faults {
            fault.check().map_err(io::Error::other)?;
        }
        let shared = self.shared(Ids::new(0));
        for seed in self.hostings.iter().filter(|seed| seed.names_values()) {
            let now = Moment::wall();
            let mut hosting = Hosting::new(&seed.service, &shared, now);
            seed.apply(&mut hosting, now);
            seed.check(&hosting).map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn shared(&self, ids: Ids) -> Shared {
        Shared {
            ids,
            pace: self.pace,
            failures: Failures::default(),
            rules: self.rules.clone(),
        }
    }

    /// The state of a sandbox that starts at `now`.
    pub(crate) fn initial_state(&self, keys: &Keys, now: Moment) -> World {
        let ids = Ids::new(self.seed);
        let accounts = Accounts::new(ids.clone(), self, keys, now);
        let shared = self.shared(ids);
        let default = [HostingSeed::new(DEFAULT_HOSTING)];
        let seeds = match self.hostings.as_slice() {
            [] => &default,
            seeds => seeds,
        };
        let hostings: BTreeMap<_, _> = seeds
            .iter()
            .map(|seed| {
                let mut hosting = Hosting::new(&seed.service, &shared, now);
                seed.apply(&mut hosting, now);
                (seed.service.clone(), hosting)
            })
            .collect();
        let mut world = World::new(accounts, hostings, shared.failures);
        world.rules = shared.rules;
        world
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

/// The error of a sandbox that did not start.
#[derive(Debug)]
pub struct StartError {
    address: SocketAddr,
    source: io::Error,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, source) = (self.address, &self.source);
        match address.port() {
            // An invalid setting.
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
