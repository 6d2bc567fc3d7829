//! The one road of every call: server time, signature, HTTP engine, reply.
//!
//! ```text
//! carry      the whole call: time limit, log line
//!   attempts where a call is repeated (today it is sent once)
//!     attempt  timestamp -> sign -> send -> read the whole body
//! ```
//!
//! Decoding, and turning a refusal into an error, is done by the runtime's `Call`, the same for
//! every operation.

mod engine;
mod failure;
mod server_time;
mod tls;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ovh_runtime::{BoxFuture, Error, Reply, Request, Transport};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tracing::Instrument;

pub(crate) use engine::EngineSettings;
use engine::{Engine, Exchange};
use server_time::ServerTime;

use crate::clock::within;
use crate::sign::signature;
use crate::{Clock, Credentials, Endpoint};

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// One attempt, from the first byte out to the last byte in.
    pub(crate) call: Duration,
    /// The whole call: every attempt and the waits between them.
    pub(crate) total: Duration,
}

/// How a call proves who is calling. A further method (OAuth2, bearer) is a further variant.
#[derive(Clone, Debug)]
pub(crate) enum Auth {
    Signature(Credentials),
}

/// The transport over HTTP.
pub(crate) struct HttpTransport {
    engine: Engine,
    endpoint: Endpoint,
    auth: Auth,
    clock: Arc<dyn Clock>,
    server_time: ServerTime,
    limits: Limits,
}

impl HttpTransport {
    pub(crate) fn new(
        endpoint: Endpoint,
        auth: Auth,
        clock: Arc<dyn Clock>,
        limits: Limits,
        engine: &EngineSettings,
    ) -> Result<Self, Error> {
        Ok(Self {
            engine: Engine::new(engine, &endpoint)?,
            endpoint,
            auth,
            clock,
            server_time: ServerTime::default(),
            limits,
        })
    }

    async fn carry(&self, request: Request) -> Result<Reply, Error> {
        let span = tracing::debug_span!(
            "ovh_call",
            operation = %request.name(),
            method = %request.method(),
            status = tracing::field::Empty,
            query_id = tracing::field::Empty,
        );
        let begin = self.clock.monotonic();
        let total = request.options().timeout.unwrap_or(self.limits.total);
        async {
            let outcome = within(&*self.clock, total, self.attempts(&request))
                .await
                .unwrap_or_else(|| Err(failure::out_of_time(&request, self.engine.host(), total)));
            self.log(&span, &outcome, begin);
            outcome
        }
        .instrument(span.clone())
        .await
    }

    /// Where a call is repeated when a repeat is safe. For now every call is sent once.
    async fn attempts(&self, request: &Request) -> Result<Reply, Error> {
        self.attempt(request).await
    }

    /// Sends the request once, freshly signed.
    async fn attempt(&self, request: &Request) -> Result<Reply, Error> {
        let url = self.url(request)?;
        let body = request.body().cloned();
        let mut headers = self.identity(request)?;
        if needs_signature(request) {
            let Auth::Signature(credentials) = &self.auth;
            let timestamp = self
                .server_time
                .now(&*self.clock, || self.fetch_time())
                .await
                .map_err(|error| failure::no_server_time(request, error))?;
            let signed = signature(
                credentials.application_secret(),
                credentials.consumer_key(),
                request.method().as_str(),
                url.as_str(),
                body.as_ref().map_or(&[], |body| body.as_bytes()),
                timestamp,
            );
            secret_header(
                &mut headers,
                "x-ovh-consumer",
                credentials.consumer_key().expose(),
            )?;
            secret_header(&mut headers, "x-ovh-timestamp", &timestamp.to_string())?;
            secret_header(&mut headers, "x-ovh-signature", &signed)?;
        }
        for (name, value) in request.headers() {
            headers.insert(header_name(name)?, header_value(value)?);
        }
        self.exchange(Exchange {
            request,
            url,
            headers,
            body: body.map(Bytes::from_owner),
        })
        .await
    }

    /// The server's time in seconds, from the one route that must never be signed.
    async fn fetch_time(&self) -> Result<i64, Error> {
        let request = server_time::request()?;
        let url = self.url(&request)?;
        let headers = self.identity(&request)?;
        let reply = self
            .exchange(Exchange {
                request: &request,
                url,
                headers,
                body: None,
            })
            .await?;
        server_time::read(&request, &reply)
    }

    async fn exchange(&self, exchange: Exchange<'_>) -> Result<Reply, Error> {
        let limit = self.limits.call;
        let request = exchange.request;
        within(&*self.clock, limit, self.engine.exchange(exchange))
            .await
            .unwrap_or_else(|| Err(failure::out_of_time(request, self.engine.host(), limit)))
    }

    /// What is said about the caller on every call, signed or not.
    fn identity(&self, request: &Request) -> Result<HeaderMap, Error> {
        let Auth::Signature(credentials) = &self.auth;
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        if request.body().is_some() {
            headers.insert(
                "content-type",
                HeaderValue::from_static("application/json;charset=utf-8"),
            );
        }
        if request.options().fresh {
            headers.insert("pragma", HeaderValue::from_static("no-cache"));
        }
        // Fact [C]: calls without a signature carry the application key all the same.
        secret_header(
            &mut headers,
            "x-ovh-application",
            credentials.application_key().expose(),
        )?;
        Ok(headers)
    }

    /// The URL as the HTTP engine understood it: what this type prints is signed and sent.
    fn url(&self, request: &Request) -> Result<Url, Error> {
        Url::parse(&self.endpoint.url(request.target())).map_err(|source| {
            Error::invalid_argument("the route makes no URL; nothing was sent")
                .request(request)
                .source(source)
                .build()
        })
    }

    fn log(&self, span: &tracing::Span, outcome: &Result<Reply, Error>, begin: Duration) {
        let took = self.clock.monotonic().saturating_sub(begin);
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        match outcome {
            Ok(reply) => {
                span.record("status", reply.status());
                if let Some(id) = reply.query_id() {
                    span.record("query_id", id);
                }
                tracing::debug!(milliseconds, "answered");
            }
            Err(error) => {
                tracing::debug!(milliseconds, kind = ?error.kind(), "no answer");
            }
        }
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Reply, Error>> {
        Box::pin(self.carry(request))
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("endpoint", &self.endpoint)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Fact [C]: `/auth/time` must not be signed, and some open routes break when they are.
fn needs_signature(request: &Request) -> bool {
    !request
        .operation()
        .is_some_and(|operation| operation.is_anonymous())
        && !server_time::is(request)
}

/// Adds a header that the HTTP engine must not show either.
fn secret_header(headers: &mut HeaderMap, name: &'static str, value: &str) -> Result<(), Error> {
    let mut value = header_value(value)?;
    value.set_sensitive(true);
    headers.insert(HeaderName::from_static(name), value);
    Ok(())
}

fn header_name(name: &str) -> Result<HeaderName, Error> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        Error::invalid_argument(format!("`{name}` is no name of a header; nothing was sent"))
            .build()
    })
}

fn header_value(value: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(value).map_err(|_| {
        Error::invalid_argument(
            "a header value holds characters that no header can carry; nothing was sent",
        )
        .build()
    })
}
