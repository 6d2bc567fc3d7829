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
pub(crate) mod proxy;
mod redact;
pub(crate) mod reqwest_engine;
mod server_time;
pub(crate) mod tls;

use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::{BoxFuture, DecodeOptions, Error, Method, Request, Response, Transport};
use tracing::Instrument;

use attempts::Progress;
pub use engine::{HttpEngine, HttpFailure, HttpRequest};
pub(crate) use reqwest_engine::EngineSettings;
use reqwest_engine::ReqwestEngine;
pub use server_time::ClockSync;
use server_time::ServerTime;

use crate::clock::within_io;
use crate::credentials::Auth;
use crate::debug::partial_debug;
use crate::endpoint::host_of;
use crate::limit::Limiter;
use crate::metrics::Observer;
use crate::retry::RetryPolicy;
use crate::retry::budget::Budget;
use crate::{Clock, Endpoint};

/// The route of the IAM check: a POST that changes nothing.
pub(crate) const IAM_CHECK: &str = "/v2/iam/authorization/check";

/// Timeouts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// One attempt, from the first byte sent to the last byte received.
    pub(crate) call: Duration,
    /// The whole call, with all attempts and pauses.
    pub(crate) total: Duration,
}

/// The settings of a transport.
pub(crate) struct TransportConfig {
    pub(crate) endpoint: Endpoint,
    pub(crate) engine: Option<Arc<dyn HttpEngine>>,
    pub(crate) settings: EngineSettings,
    pub(crate) user_agent: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: Limits,
    pub(crate) clock_sync: ClockSync,
    pub(crate) limiter: Limiter,
    pub(crate) retry: Arc<dyn RetryPolicy>,
    pub(crate) budget: Budget,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) strict_decoding: bool,
    pub(crate) max_items: usize,
}

/// The HTTP transport. Cheap to clone: clones share everything but the credentials.
#[derive(Clone)]
pub(crate) struct HttpTransport {
    shared: Arc<Shared>,
    auth: Auth,
    read_only: bool,
}

struct Shared {
    config: TransportConfig,
    engine: Arc<dyn HttpEngine>,
    /// Host and port, for error messages.
    host: String,
    server_time: ServerTime,
    /// The decoding options, without the timeout of the call.
    decoding: DecodeOptions,
}

impl HttpTransport {
    pub(crate) fn new(config: TransportConfig, auth: Auth, read_only: bool) -> Result<Self, Error> {
        let engine = match &config.engine {
            Some(engine) => Arc::clone(engine),
            None => {
                let mut bases = vec![config.endpoint.base_url()];
                if let Auth::OAuth2(tokens) = &auth {
                    bases.push(tokens.url());
                }
                Arc::new(ReqwestEngine::new(&config.settings, &bases)?)
            }
        };
        let mut decoding = DecodeOptions::default();
        decoding.strict = config.strict_decoding;
        decoding.max_items = config.max_items;
        decoding.on_corrections = Some(corrections::reporter(Arc::clone(&config.observer)));
        Ok(Self {
            shared: Arc::new(Shared {
                engine,
                host: host_of(config.endpoint.base_url()),
                config,
                server_time: ServerTime::default(),
                decoding,
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

    pub(crate) const fn auth(&self) -> &Auth {
        &self.auth
    }

    pub(crate) fn config(&self) -> &TransportConfig {
        &self.shared.config
    }

    fn clock(&self) -> &dyn Clock {
        &*self.shared.config.clock
    }

    async fn execute(&self, request: Request) -> Result<Response, Error> {
        if self.read_only && !request.method().is_read() && !is_check(&request) {
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
        let begin = self.clock().monotonic();
        let total = request
            .options()
            .timeout
            .unwrap_or(shared.config.limits.total);
        let progress = Progress::default();
        async {
            let attempts = self.attempts(&request, &progress, begin, total);
            let outcome = within_io(self.clock(), total, attempts)
                .await
                .unwrap_or_else(|| {
                    let stage = progress.stage();
                    let error = failure::timeout(&request, &shared.host, total, stage);
                    Err(self.annotate(error, &progress))
                });
            span.record("attempts", progress.attempts());
            self.log(&span, &outcome, begin);
            outcome.map(|reply| {
                let mut decoding = shared.decoding.clone();
                let clock = Arc::clone(&shared.config.clock);
                decoding.is_out_of_time = Some(Arc::new(move || {
                    clock.monotonic().saturating_sub(begin) >= total
                }));
                reply.with_decoding(decoding)
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
            Ok(reply) => {
                span.record("status", reply.status());
                span.record("query_id", reply.query_id());
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
    |transport| endpoint = transport.shared.config.endpoint,
    limits = transport.shared.config.limits,
    read_only = transport.read_only
);

/// Returns `true` for a POST that changes nothing.
fn is_check(request: &Request) -> bool {
    request.method() == Method::Post && request.target() == IAM_CHECK
}
