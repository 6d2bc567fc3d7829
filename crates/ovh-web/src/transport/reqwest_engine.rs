//! The HTTP engine, on reqwest.
//!
//! No redirects, cookies, retries or compression; TLS by rustls. It returns a complete response or
//! an error.

use std::collections::VecDeque;
use std::error::Error as StdError;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use ovh_runtime::{BoxFuture, Error, Response};
use reqwest::{redirect, retry};
use rustls::ClientConfig;
use tokio::runtime;

use super::engine::{HttpEngine, HttpFailure, HttpRequest};
use super::proxy::ProxySettings;
use super::tls;
use crate::error::setup_failed;
use crate::macros::partial_debug;

/// More than any list of this API: a longer body is a mistake or an attack on memory.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// The maximum idle time of a connection before a write.
///
/// After a longer time the server may close it during the write, which leaves the result unknown.
const WRITE_IDLE: Duration = Duration::from_secs(2);

/// The maximum number of runtimes with their own connections.
const RUNTIMES: usize = 16;

/// The settings of the engine.
#[derive(Clone, Default)]
pub(crate) struct EngineSettings {
    pub(crate) connect_timeout: Duration,
    /// Maximum idle time of a pooled connection.
    pub(crate) idle_timeout: Duration,
    pub(crate) proxy: Option<ProxySettings>,
    pub(crate) extra_ca_pem: Vec<Vec<u8>>,
}

/// The engine on reqwest.
pub(super) struct ReqwestEngine {
    settings: EngineSettings,
    encrypted: bool,
    tls: ClientConfig,
    /// Connections belong to the runtime that opened them, so each runtime has its own.
    pools: Mutex<VecDeque<(runtime::Id, Pools)>>,
}

/// The connections of one runtime. Writes have their own, with a short idle time.
#[derive(Clone)]
struct Pools {
    reads: reqwest::Client,
    writes: reqwest::Client,
}

impl ReqwestEngine {
    /// Creates an engine for these base URLs: the API, and the token server if there is one.
    pub(super) fn new(settings: &EngineSettings, bases: &[&str]) -> Result<Self, Error> {
        let needs_roots = bases.iter().any(|base| base.starts_with("https:"));
        let engine = Self {
            settings: settings.clone(),
            encrypted: bases.iter().all(|base| base.starts_with("https:")),
            tls: tls::config(needs_roots, &settings.extra_ca_pem)?,
            pools: Mutex::default(),
        };
        // Report invalid settings now.
        engine.connect()?;
        Ok(engine)
    }

    fn connect(&self) -> Result<Pools, Error> {
        let pool = |idle| {
            builder(&self.settings, self.encrypted, self.tls.clone())?
                .redirect(redirect::Policy::none())
                .pool_idle_timeout(idle)
                .build()
                .map_err(setup_failed)
        };
        let idle = self.settings.idle_timeout;
        Ok(Pools {
            reads: pool(idle)?,
            writes: pool(idle.min(WRITE_IDLE))?,
        })
    }

    /// Returns the connections of the current runtime.
    fn pools(&self) -> Result<Pools, HttpFailure> {
        let Ok(handle) = runtime::Handle::try_current() else {
            return Err(HttpFailure::invalid("there is no Tokio runtime"));
        };
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = pools.iter().find(|(id, _)| *id == handle.id()) {
            return Ok(found.clone());
        }
        let new = self
            .connect()
            .map_err(|error| HttpFailure::invalid(error.message()))?;
        // If there are many runtimes, the oldest have most likely ended.
        pools.truncate(RUNTIMES - 1);
        pools.push_front((handle.id(), new.clone()));
        Ok(new)
    }

    async fn send(&self, request: HttpRequest) -> Result<Response, HttpFailure> {
        let is_read = request.method().is_safe();
        let (method, url, headers, body) = request.into_parts();
        let mut outgoing = reqwest::Request::new(method, url);
        *outgoing.headers_mut() = headers;
        *outgoing.body_mut() = body.map(|body| reqwest::Body::from(Bytes::from_owner(body)));
        let pools = self.pools()?;
        let http = match is_read {
            true => pools.reads,
            false => pools.writes,
        };
        let response = http.execute(outgoing).await.map_err(no_response)?;
        read(response).await
    }
}

/// The common settings of all connections: proxy and certificates, no retries.
///
/// The caller sets the redirect policy.
pub(crate) fn builder(
    settings: &EngineSettings,
    encrypted: bool,
    tls: ClientConfig,
) -> Result<reqwest::ClientBuilder, Error> {
    let builder = reqwest::Client::builder()
        .https_only(encrypted)
        .retry(retry::never())
        .referer(false)
        .connect_timeout(settings.connect_timeout)
        // The proxy of the environment is already in the settings.
        .no_proxy()
        .tls_backend_preconfigured(tls);
    let proxy = settings.proxy.as_ref().map(|proxy| proxy.proxy(encrypted));
    Ok(match proxy.transpose()?.flatten() {
        Some(proxy) => builder.proxy(proxy),
        None => builder,
    })
}

impl HttpEngine for ReqwestEngine {
    fn exchange(&self, request: HttpRequest) -> BoxFuture<'_, Result<Response, HttpFailure>> {
        Box::pin(self.send(request))
    }
}

partial_debug!(ReqwestEngine, |_engine|);

async fn read(mut response: reqwest::Response) -> Result<Response, HttpFailure> {
    let (status, headers) = (response.status(), response.headers().clone());
    let announced = response.content_length().unwrap_or(0);
    if announced > BODY_LIMIT as u64 {
        return Err(HttpFailure::too_long(BODY_LIMIT));
    }
    let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0).min(64 * 1024));
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > BODY_LIMIT => {
                return Err(HttpFailure::too_long(BODY_LIMIT));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(Response::new(status, headers, body)),
            Err(error) => {
                let failure = HttpFailure::cut_off(body.len(), root_cause(&error));
                return Err(with_source(failure, error));
            }
        }
    }
}

/// No response headers arrived. Only without a connection is it certain that nothing was sent.
fn no_response(error: reqwest::Error) -> HttpFailure {
    let cause = root_cause(&error);
    let failure = if error.is_connect() && is_untrusted(&error) {
        HttpFailure::untrusted(cause)
    } else if error.is_connect() {
        HttpFailure::unsent(cause)
    } else if error.is_builder() {
        HttpFailure::invalid(cause)
    } else {
        HttpFailure::no_response(cause)
    };
    with_source(failure, error)
}

/// Returns `true` if the server's certificate ended the handshake.
fn is_untrusted(error: &(dyn StdError + 'static)) -> bool {
    // The error inside an I/O error is not among its sources.
    let inner = error.downcast_ref().and_then(io::Error::get_ref);
    matches!(
        error.downcast_ref(),
        Some(rustls::Error::InvalidCertificate(_))
    ) || inner.is_some_and(|inner| is_untrusted(inner))
        || error.source().is_some_and(is_untrusted)
}

fn with_source(mut failure: HttpFailure, error: reqwest::Error) -> HttpFailure {
    failure.timed_out = error.is_timeout();
    failure.source(error.without_url())
}

/// Returns the innermost error message: the outer ones are generic.
fn root_cause(error: &reqwest::Error) -> String {
    let mut bottom: &dyn StdError = error;
    while let Some(source) = bottom.source() {
        bottom = source;
    }
    if std::ptr::addr_eq(bottom, error) {
        // Its message would show the URL.
        return "unknown reason".to_owned();
    }
    bottom.to_string()
}
