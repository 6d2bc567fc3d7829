//! The built-in HTTP engine, on reqwest.
//!
//! No redirects, cookies, retries or compression. It returns a complete response or an error.

use std::collections::VecDeque;
use std::error::Error as StdError;
#[cfg(feature = "__rustls")]
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use ovh_runtime::{Body, BoxFuture, Error};
use reqwest::{Proxy, redirect, retry};
use tokio::runtime;
use url::Url;

use super::engine::{HttpEngine, HttpFailure};
use super::proxy::ProxySettings;
use super::tls::Tls;
use crate::error::{configuration, setup_failed};
use crate::macros::partial_debug;

/// More than any list of this API: a longer body is a mistake or an attack on memory.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// The default timeout for connecting.
const CONNECT: Duration = Duration::from_secs(10);

/// The default idle time of a connection: less than the 60 seconds after which servers usually
/// close it.
const IDLE: Duration = Duration::from_secs(45);

/// The maximum idle time of a connection before a write.
///
/// After a longer time the server may close it during the write, which leaves the result unknown.
const WRITE_IDLE: Duration = Duration::from_secs(2);

/// The maximum number of runtimes with their own connections.
const RUNTIMES: usize = 16;

/// Returns the program's settings of reqwest.
pub(crate) type NewBuilder = Arc<dyn Fn() -> reqwest::ClientBuilder + Send + Sync>;

/// Makes an engine from the built-in one.
pub(crate) type Wrap = Arc<dyn Fn(ReqwestEngine) -> Arc<dyn HttpEngine> + Send + Sync>;

/// The settings of the engine.
#[derive(Clone, Default)]
pub(crate) struct EngineSettings {
    pub(crate) connect_timeout: Option<Duration>,
    /// Maximum idle time of a pooled connection.
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) proxy: Option<ProxySettings>,
    pub(crate) extra_ca_pem: Vec<Vec<u8>>,
    pub(crate) new_builder: Option<NewBuilder>,
    pub(crate) wrap: Option<Wrap>,
}

/// The built-in engine: see [`ClientBuilder::wrap_http`](crate::ClientBuilder::wrap_http).
pub struct ReqwestEngine {
    settings: EngineSettings,
    encrypted: bool,
    tls: Tls,
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
            tls: Tls::new(needs_roots, &settings.extra_ca_pem)?,
            pools: Mutex::default(),
        };
        // Report invalid settings now.
        engine.connect()?;
        Ok(engine)
    }

    fn connect(&self) -> Result<Pools, Error> {
        let pool = |idle| {
            let mut builder = builder(&self.settings, self.encrypted, &self.tls)?;
            if let Some(idle) = idle {
                builder = builder.pool_idle_timeout(idle);
            }
            let builder = builder.redirect(redirect::Policy::none());
            builder.build().map_err(setup_failed)
        };
        let (idle, own) = (self.settings.idle_timeout, &self.settings.new_builder);
        Ok(Pools {
            // Without a setting of ours, that of the program's function stays.
            reads: pool(idle.or(own.is_none().then_some(IDLE)))?,
            writes: pool(Some(idle.unwrap_or(IDLE).min(WRITE_IDLE)))?,
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

    async fn send(
        &self,
        request: http::Request<Body>,
    ) -> Result<http::Response<Bytes>, HttpFailure> {
        let pools = self.pools()?;
        let pool = match request.method().is_safe() {
            true => pools.reads,
            false => pools.writes,
        };
        let request = request.map(Bytes::from).try_into()?;
        Self::read(pool.execute(request).await?).await
    }

    /// Reads a response to its end, up to 64 MiB. For engines that use reqwest.
    pub async fn read(
        mut response: reqwest::Response,
    ) -> Result<http::Response<Bytes>, HttpFailure> {
        let announced = response.content_length().unwrap_or(0);
        if announced > BODY_LIMIT as u64 {
            return Err(HttpFailure::too_long(BODY_LIMIT));
        }
        let announced = usize::try_from(announced).unwrap_or(0);
        let mut body = BytesMut::with_capacity(announced.min(64 * 1024));
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > BODY_LIMIT => {
                    return Err(HttpFailure::too_long(BODY_LIMIT));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => {
                    let failure = HttpFailure::cut_off(body.len(), root_cause(&error));
                    return Err(with_source(failure, error));
                }
            }
        }
        let mut whole = http::Response::new(body.freeze());
        *whole.status_mut() = response.status();
        *whole.headers_mut() = std::mem::take(response.headers_mut());
        Ok(whole)
    }
}

/// The common settings of all connections: proxy and certificates, no retries.
///
/// The caller sets the redirect policy.
pub(crate) fn builder(
    settings: &EngineSettings,
    encrypted: bool,
    tls: &Tls,
) -> Result<reqwest::ClientBuilder, Error> {
    let mut builder = match &settings.new_builder {
        None => {
            let builder = reqwest::Client::builder().connect_timeout(CONNECT);
            // The proxy of the environment is already in the settings.
            tls.apply(builder).no_proxy()
        }
        Some(new) => {
            let builder = new();
            refuse_headers(&builder)?;
            // Any proxy turns off those of the environment; this one is never used.
            let never = Proxy::custom(|_| None::<Url>);
            tls.extend(builder).proxy(never)
        }
    };
    if let Some(limit) = settings.connect_timeout {
        builder = builder.connect_timeout(limit);
    }
    if encrypted {
        builder = builder.https_only(true);
    }
    let proxy = settings.proxy.as_ref().map(|proxy| proxy.proxy(encrypted));
    if let Some(proxy) = proxy.transpose()?.flatten() {
        builder = builder.proxy(proxy);
    }
    Ok(builder
        .retry(retry::never())
        .referer(false)
        // It would log bodies and credentials.
        .connection_verbose(false)
        // Another crate of the program may turn these on.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd())
}

/// Refuses default headers and cookies that would add credentials to our requests, or change their
/// host or body, and those that compress responses.
///
/// reqwest cannot take them back, and shows them only in its `Debug` output.
fn refuse_headers(builder: &reqwest::ClientBuilder) -> Result<(), Error> {
    let header = (
        http::header::COOKIE,
        http::HeaderValue::from_static("probe"),
    );
    let probe = reqwest::Client::builder().default_headers(http::HeaderMap::from_iter([header]));
    match of_the_client(&format!("{builder:?}"), &format!("{probe:?}")) {
        None => Ok(()),
        Some(what) => {
            let message = format!("the program's reqwest settings have {what}");
            let hint =
                "only the client sets it; credentials are set with `credentials` or `access_token`";
            Err(configuration(message).hint(hint).build())
        }
    }
}

/// Returns the setting in this `Debug` output that only the client may set.
///
/// The `Debug` output of a `probe` with a cookie says if this version of reqwest shows headers.
fn of_the_client(shown: &str, probe: &str) -> Option<&'static str> {
    const OURS: [(&str, &str); 9] = [
        (
            "\"accept-encoding\": ",
            "a default header `Accept-Encoding`",
        ),
        ("\"authorization\": ", "a default header `Authorization`"),
        (
            "\"content-encoding\": ",
            "a default header `Content-Encoding`",
        ),
        ("\"content-length\": ", "a default header `Content-Length`"),
        ("\"cookie\": ", "a default header `Cookie`"),
        ("\"host\": ", "a default header `Host`"),
        (
            "\"transfer-encoding\": ",
            "a default header `Transfer-Encoding`",
        ),
        ("\"x-ovh-", "a default header `X-Ovh-..`"),
        ("cookie_store: true", "a cookie store"),
    ];
    if !probe.contains("\"cookie\": ") {
        return Some("headers that this version of reqwest does not show: use an older one");
    }
    let mut ours = OURS.iter();
    ours.find_map(|(text, what)| shown.contains(text).then_some(*what))
}

impl HttpEngine for ReqwestEngine {
    fn exchange(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, HttpFailure>> {
        Box::pin(self.send(request))
    }
}

partial_debug!(ReqwestEngine, |_engine|);

/// An error of reqwest before the response. Only without a connection is it certain that nothing
/// was sent.
impl From<reqwest::Error> for HttpFailure {
    fn from(error: reqwest::Error) -> Self {
        let cause = root_cause(&error);
        let failure = if error.is_connect() && is_untrusted(&error) {
            Self::untrusted(cause)
        } else if error.is_connect() {
            Self::unsent(cause)
        } else if error.is_builder() {
            Self::invalid(cause)
        } else {
            Self::no_response(cause)
        };
        with_source(failure, error)
    }
}

/// Returns `true` if the server's certificate ended the handshake.
#[cfg(feature = "__rustls")]
fn is_untrusted(error: &(dyn StdError + 'static)) -> bool {
    // The error inside an I/O error is not among its sources.
    let inner = error.downcast_ref().and_then(io::Error::get_ref);
    matches!(
        error.downcast_ref(),
        Some(rustls::Error::InvalidCertificate(_))
    ) || inner.is_some_and(|inner| is_untrusted(inner))
        || error.source().is_some_and(is_untrusted)
}

/// The errors of other TLS libraries do not tell.
#[cfg(not(feature = "__rustls"))]
fn is_untrusted(_: &(dyn StdError + 'static)) -> bool {
    false
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

#[cfg(test)]
mod tests {
    use super::of_the_client;

    #[test]
    fn headers_that_are_not_shown_are_refused() {
        let probe = r#"ClientBuilder { default_headers: {"cookie": "probe"} }"#;
        assert_eq!(of_the_client("ClientBuilder", probe), None);
        let shown = of_the_client(probe, probe);
        assert_eq!(shown, Some("a default header `Cookie`"));
        assert!(of_the_client("ClientBuilder", "ClientBuilder").is_some());
    }
}
