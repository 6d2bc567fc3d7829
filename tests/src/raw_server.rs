//! The server that sends given bytes, with clients that share the clock of a sandbox, and TLS.

use std::time::Duration;

use ovh_web::{Client, ClientBuilder, Credentials};
use ovh_web_sandbox::Clock;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::LinkedClock;
use crate::certificate::{Certificate, Files};
use crate::server::{Answer, Connection, Seen, Server};

impl Connection for TlsStream<TcpStream> {}

/// A server on a free port; it stops with the runtime of the test.
#[derive(Clone, Debug)]
pub struct RawServer {
    server: Server,
    /// `None` without TLS.
    files: Option<Files>,
}

impl RawServer {
    /// Starts a server that returns the time itself, and everything else from `respond`.
    ///
    /// # Panics
    ///
    /// If there is no port on the loopback.
    pub async fn start(respond: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        Self {
            server: Server::start(respond).await,
            files: None,
        }
    }

    /// Starts the server over HTTPS with a certificate of this kind.
    ///
    /// # Panics
    ///
    /// If there is no port on the loopback, or no certificate can be made.
    pub async fn start_tls(
        certificate: Certificate,
        respond: impl Fn(&Seen) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let issued = certificate.issue();
        // A client that does not trust the certificate ends the handshake.
        let accept = move |stream| {
            let accepted = issued.acceptor.accept(stream);
            async { accepted.await.ok() }
        };
        Self {
            server: Server::start_over(accept, respond).await,
            files: Some(issued.files),
        }
    }

    /// Returns every request but those for the time.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.server.calls()
    }

    /// Returns host and port.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.server.host
    }

    /// Returns the certificate authority as PEM.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        self.files.as_ref().map(|files| files.authority.as_str())
    }

    /// Returns the files of the certificate.
    ///
    /// # Panics
    ///
    /// Without TLS.
    #[must_use]
    pub fn files(&self) -> &Files {
        self.files.as_ref().expect("TLS")
    }

    /// Returns a builder of clients of this server, without trusted certificates.
    pub fn builder(&self) -> ClientBuilder {
        let scheme = match self.files {
            Some(_) => "https",
            None => "http",
        };
        Client::builder()
            .base_url(format!("{scheme}://{}/1.0", self.server.host))
            .credentials(Credentials::new("key", "canary-secret", "canary-consumer"))
            .connect_timeout(Duration::from_secs(5))
            .clock(LinkedClock::new(Clock::manual()))
            // Without retries, each call is recorded once.
            .retries(0)
    }

    /// Returns a client of this server.
    ///
    /// # Panics
    ///
    /// If the settings above are not complete.
    #[must_use]
    pub fn client(&self) -> Client {
        self.builder().build().expect("complete settings")
    }
}
