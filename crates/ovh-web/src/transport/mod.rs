//! The pipeline of every call: rate limit, time, signature, engine, response.
//!
//! ```text
//! execute    the whole call: timeout, span
//!   attempts refreshes time or token, retries where that is safe
//!     attempt  rate limit -> authentication -> signature -> send -> read the body
//!       engine   the HTTP library, or a custom one
//! ```
//!
//! Error statuses become errors in `attempt`; the runtime's `Call` decodes the body.

mod attempt;
mod attempts;
mod corrections;
mod engine;
mod failure;
#[cfg(feature = "reqwest")]
pub(crate) mod proxy;
mod redact;
#[cfg(feature = "reqwest")]
pub(crate) mod reqwest_engine;
mod server_time;
#[cfg(feature = "reqwest")]
pub(crate) mod tls;
#[cfg(feature = "sites")]
mod writes;

use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::{BoxFuture, DecodeOptions, Error, Method, Request, Response, Transport};
use tracing::Instrument;

use attempt::Progress;
pub use engine::{HttpEngine, HttpFailure};
#[cfg(feature = "reqwest")]
pub(crate) use reqwest_engine::EngineSettings;
#[cfg(feature = "reqwest")]
pub use reqwest_engine::ReqwestEngine;
pub use server_time::ClockSync;
use server_time::ServerTime;

use crate::clock::within_io;
use crate::credentials::Auth;
use crate::endpoint::host_of;
use crate::limit::Limiter;
use crate::macros::partial_debug;
use crate::metrics::{NoopObserver, Observer};
use crate::retry::RetryPolicy;
use crate::retry::budget::Budget;
use crate::{Backoff, Clock, Endpoint, SystemClock};

/// The route of the IAM check: a POST that changes nothing.
pub(crate) const IAM_CHECK: &str = "/v2/iam/authorization/check";

/// The settings of a transport.
pub(crate) struct TransportConfig {
    /// A custom engine; `engine` are the settings of the built-in one.
    pub(crate) http: Option<Arc<dyn HttpEngine>>,
    #[cfg(feature = "reqwest")]
    pub(crate) engine: EngineSettings,
    pub(crate) user_agent: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) clock_sync: ClockSync,
    /// The timeout of one attempt, from the first byte sent to the last byte received.
    pub(crate) call_timeout: Duration,
    /// The timeout of the whole call, with all attempts and pauses.
    pub(crate) total_timeout: Duration,
    pub(crate) limiter: Limiter,
    pub(crate) retry: Arc<dyn RetryPolicy>,
    /// The number of retries of the policy, if it was set as a number.
    pub(crate) retries: Option<u32>,
    pub(crate) budget: Budget,
    pub(crate) observer: Arc<dyn Observer>,
    /// The decoding options, without the timeout of the call.
    pub(crate) decoding: DecodeOptions,
}

impl Default for TransportConfig {
    fn default() -> Self {
        Self {
            http: None,
            #[cfg(feature = "reqwest")]
            engine: EngineSettings::default(),
            user_agent: String::new(),
            clock: Arc::new(SystemClock::new()),
            clock_sync: ClockSync::default(),
            // The timeout of OVH's own clients; some routes take minutes.
            call_timeout: Duration::from_secs(180),
            total_timeout: Duration::from_secs(300),
            limiter: Limiter::default(),
            retry: Arc::new(Backoff::default()),
            retries: None,
            // Covers a minute of failures in a busy program without overloading the server.
            budget: Budget::new(100),
            observer: Arc::new(NoopObserver),
            decoding: DecodeOptions::default(),
        }
    }
}

/// The HTTP transport. Cheap to clone: clones share everything but the credentials.
#[derive(Clone)]
pub(crate) struct HttpTransport {
    shared: Arc<Shared>,
    auth: Auth,
    read_only: bool,
}

struct Shared {
    endpoint: Endpoint,
    config: TransportConfig,
    engine: Arc<dyn HttpEngine>,
    /// Host and port, for error messages.
    host: String,
    server_time: ServerTime,
    #[cfg(feature = "sites")]
    writes: writes::Writes,
}

impl HttpTransport {
    pub(crate) fn new(
        endpoint: Endpoint,
        mut config: TransportConfig,
        auth: Auth,
        read_only: bool,
    ) -> Result<Self, Error> {
        let engine = match &config.http {
            Some(engine) => Arc::clone(engine),
            None => built_in(&endpoint, &config, &auth)?,
        };
        let reporter = corrections::reporter(Arc::clone(&config.observer));
        config.decoding.on_corrections = Some(reporter);
        Ok(Self {
            shared: Arc::new(Shared {
                engine,
                host: host_of(endpoint.base_url()),
                endpoint,
                config,
                server_time: ServerTime::default(),
                #[cfg(feature = "sites")]
                writes: writes::Writes::default(),
            }),
            auth,
            read_only,
        })
    }

    /// The same transport with other credentials.
    pub(crate) fn with_auth(&self, auth: Auth) -> Self {
        Self {
            auth,
            ..self.clone()
        }
    }

    /// The same transport, limited to reads.
    pub(crate) fn read_only(&self) -> Self {
        Self {
            read_only: true,
            ..self.clone()
        }
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    pub(crate) const fn auth(&self) -> &Auth {
        &self.auth
    }

    pub(crate) fn config(&self) -> &TransportConfig {
        &self.shared.config
    }

    /// Ends once no write of this client and its clones is being sent.
    #[cfg(feature = "sites")]
    pub(crate) async fn no_write(&self) {
        self.shared.writes.none().await;
    }

    fn clock(&self) -> &dyn Clock {
        &*self.shared.config.clock
    }

    async fn execute(&self, request: Request) -> Result<Response, Error> {
        if self.read_only && !request.method().is_safe() && !is_check(&request) {
            return Err(failure::read_only(&request));
        }
        let span = tracing::debug_span!(
            "ovh_call",
            operation = %request.name(),
            method = %request.method(),
            path = %request.path(),
            status = tracing::field::Empty,
            query_id = tracing::field::Empty,
            attempts = tracing::field::Empty,
            milliseconds = tracing::field::Empty,
        );
        let shared = &*self.shared;
        #[cfg(feature = "sites")]
        let _write = (!request.method().is_safe()).then(|| shared.writes.begin());
        let begin = self.clock().monotonic();
        let total = request.options().timeout;
        let total = total.unwrap_or(shared.config.total_timeout);
        let progress = Progress::new(begin, total);
        async {
            let attempts = self.attempts(&request, &progress);
            let outcome = within_io(self.clock(), total, attempts)
                .await
                .unwrap_or_else(|| {
                    let stage = progress.stage();
                    let error = failure::timeout(&request, &shared.host, total, stage);
                    Err(self.annotate(error, &progress))
                });
            span.record("attempts", progress.attempts());
            self.log(&span, &outcome, begin);
            outcome.map(|response| {
                let mut decoding = shared.config.decoding.clone();
                let clock = Arc::clone(&shared.config.clock);
                decoding.is_out_of_time = Some(Arc::new(move || {
                    clock.monotonic().saturating_sub(begin) >= total
                }));
                response.with_decoding(decoding)
            })
        }
        .instrument(span.clone())
        .await
    }

    fn log(&self, span: &tracing::Span, outcome: &Result<Response, Error>, begin: Duration) {
        let took = self.clock().monotonic().saturating_sub(begin);
        let milliseconds = attempts::milliseconds(took);
        span.record("milliseconds", milliseconds);
        match outcome {
            Ok(response) => {
                span.record("status", response.status().as_u16());
                span.record("query_id", response.query_id());
                tracing::debug!(milliseconds, "response received");
            }
            Err(error) => {
                tracing::debug!(milliseconds, kind = ?error.kind(), "call failed");
            }
        }
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>> {
        Box::pin(self.execute(request))
    }
}

partial_debug!(
    HttpTransport,
    |transport| endpoint = transport.shared.endpoint,
    timeout = transport.shared.config.total_timeout,
    read_only = transport.read_only
);

/// Creates the built-in engine, and wraps it if the program wants that.
#[cfg(feature = "reqwest")]
fn built_in(
    endpoint: &Endpoint,
    config: &TransportConfig,
    auth: &Auth,
) -> Result<Arc<dyn HttpEngine>, Error> {
    let mut bases = vec![endpoint.base_url()];
    if let Auth::OAuth2(tokens) = auth {
        bases.push(tokens.url());
    }
    let engine = ReqwestEngine::new(&config.engine, &bases)?;
    Ok(match &config.engine.wrap {
        Some(wrap) => wrap(engine),
        None => Arc::new(engine),
    })
}

#[cfg(not(feature = "reqwest"))]
fn built_in(_: &Endpoint, _: &TransportConfig, _: &Auth) -> Result<Arc<dyn HttpEngine>, Error> {
    Err(crate::error::configuration("there is no HTTP engine")
        .hint("enable the feature `reqwest`, or give an engine to the builder (`http`)")
        .build())
}

/// Returns `true` for a POST that changes nothing.
fn is_check(request: &Request) -> bool {
    request.method() == Method::POST && request.target() == IAM_CHECK
}
