//! The start of a sandbox: from its settings to a running server.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use crate::auth::keys::KeySource;
use crate::auth::settings::Keys;
use crate::builder::Builder;
use crate::engine::Engine;
use crate::response::RefusalShape;
use crate::sandbox::Sandbox;
use crate::server::Server;
use crate::tls::Tls;

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
        let keys = self.keys().map_err(failed)?;
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

    /// The keys: from the saved source, if a state is resumed.
    fn keys(&self) -> io::Result<Keys> {
        let source = match &self.saved {
            Some(saved) => KeySource::from_text(&saved.keys),
            None if self.fixed_keys => KeySource::fixed(self.seed),
            None => KeySource::random()?,
        };
        Ok(Keys::new(&self.access, source))
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

/// The error for a sandbox that did not start.
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
