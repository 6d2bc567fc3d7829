//! The client's builder.

use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::{Error, Secret};

use crate::config::{Explicit, Part, Sources, resolve};
use crate::debug::partial_debug;
use crate::error::configuration;
use crate::limit::Limiter;
use crate::metrics::NoopObserver;
use crate::retry::budget::Budget;
use crate::transport::proxy::ProxySettings;
use crate::transport::{EngineSettings, HttpTransport, Limits, TransportConfig};
use crate::{
    Backoff, BaseUrl, Client, Clock, ClockSync, Credentials, Endpoint, HttpEngine, Observer,
    RateLimit, RetryPolicy, SystemClock, WaitPolicy,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Less than the 60 seconds after which servers usually close a connection.
const IDLE_TIMEOUT: Duration = Duration::from_secs(45);
/// The timeout of OVH's own clients; some routes take minutes.
const CALL_TIMEOUT: Duration = Duration::from_secs(180);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(300);
/// Covers a minute of failures in a busy program without overloading the server.
const RETRY_BUDGET: u32 = 100;

/// Builds a [`Client`].
///
/// Nothing is read from the environment or from files unless [`from_env`](Self::from_env) or
/// [`sources`](Self::sources) is called. Values set here take precedence.
///
/// ```no_run
/// use ovh_web::{Client, Endpoint};
///
/// // Keys from the environment or files, the endpoint from the program.
/// let client = Client::builder()
///     .from_env()
///     .endpoint(Endpoint::OvhEu)
///     .build()?;
/// # Ok::<(), ovh_web::Error>(())
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder {
    pub(crate) explicit: Explicit,
    base_url: Option<String>,
    sources: Option<Sources>,
    from_env: bool,
    clock: Arc<dyn Clock>,
    clock_sync: ClockSync,
    limits: Limits,
    engine: EngineSettings,
    http: Option<Arc<dyn HttpEngine>>,
    user_agent_suffix: Option<String>,
    retry: Arc<dyn RetryPolicy>,
    retry_budget: u32,
    rate: Option<RateLimit>,
    max_concurrent: Option<usize>,
    observer: Arc<dyn Observer>,
    read_only: bool,
    wait_policy: Option<WaitPolicy>,
    strict_decoding: bool,
    max_items: usize,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            explicit: Explicit::default(),
            base_url: None,
            sources: None,
            from_env: false,
            clock: Arc::new(SystemClock::new()),
            clock_sync: ClockSync::default(),
            limits: Limits {
                call: CALL_TIMEOUT,
                total: TOTAL_TIMEOUT,
            },
            engine: EngineSettings {
                connect_timeout: CONNECT_TIMEOUT,
                idle_timeout: IDLE_TIMEOUT,
                ..EngineSettings::default()
            },
            http: None,
            user_agent_suffix: None,
            retry: Arc::new(Backoff::default()),
            retry_budget: RETRY_BUDGET,
            rate: None,
            max_concurrent: None,
            observer: Arc::new(NoopObserver),
            read_only: false,
            wait_policy: None,
            strict_decoding: false,
            max_items: ovh_runtime::DecodeOptions::default().max_items,
        }
    }

    /// Reads other settings from the environment, proxy variables included, and from `ovh.conf`.
    pub fn from_env(mut self) -> Self {
        self.from_env = true;
        self.sources = None;
        self
    }

    /// Reads settings that are not set here from these values, not from the real environment.
    pub fn sources(mut self, sources: Sources) -> Self {
        self.from_env = false;
        self.sources = Some(sources);
        self
    }

    /// Sets the region of the API. Replaces an earlier [`base_url`](Self::base_url).
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.explicit.endpoint = Some(endpoint);
        self.base_url = None;
        self
    }

    /// Sets the URL of another server that speaks the API.
    ///
    /// HTTPS, or plain HTTP on this machine. Replaces an earlier [`endpoint`](Self::endpoint).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self.explicit.endpoint = None;
        self
    }

    pub(crate) fn part(mut self, part: Part, value: impl Into<Secret>) -> Self {
        self.explicit.parts.insert(part, value.into());
        self
    }

    /// Allows plain HTTP to this host, such as a sandbox in a container network.
    ///
    /// `allow_plain_http("sandbox")` permits the endpoint `http://sandbox:8080/1.0`. Anyone on the
    /// network path can read such calls. Configuration files and the environment cannot allow it.
    pub fn allow_plain_http(mut self, host: impl Into<String>) -> Self {
        let host = host.into().to_ascii_lowercase();
        self.explicit.plain_http.0.push(host);
        self
    }

    /// Sets application key, application secret and consumer key.
    pub fn credentials(self, credentials: Credentials) -> Self {
        self.application_key(credentials.application_key().clone())
            .application_secret(credentials.application_secret().clone())
            .consumer_key(credentials.consumer_key().clone())
    }

    /// Sets the application key.
    pub fn application_key(self, key: impl Into<Secret>) -> Self {
        self.part(Part::ApplicationKey, key)
    }

    /// Sets the application secret.
    pub fn application_secret(self, secret: impl Into<Secret>) -> Self {
        self.part(Part::ApplicationSecret, secret)
    }

    /// Sets the consumer key, which identifies the account.
    pub fn consumer_key(self, key: impl Into<Secret>) -> Self {
        self.part(Part::ConsumerKey, key)
    }

    /// Builds without a consumer key; any configured consumer key is ignored.
    ///
    /// Such a client can request a consumer key ([`Client::request_credential`]) and make calls
    /// that need no authentication; any other call fails before it is sent.
    pub fn without_consumer_key(mut self) -> Self {
        self.explicit.without_consumer_key = true;
        self
    }

    /// Sets the id of an OAuth2 service account, instead of an application key.
    pub fn client_id(self, id: impl Into<Secret>) -> Self {
        self.part(Part::ClientId, id)
    }

    /// Sets the secret of an OAuth2 service account.
    pub fn client_secret(self, secret: impl Into<Secret>) -> Self {
        self.part(Part::ClientSecret, secret)
    }

    /// Sets the OAuth2 token URL for [`client_id`](Self::client_id).
    ///
    /// Required with a [`base_url`](Self::base_url); built in for OVHcloud's endpoints.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.explicit.token_url = Some(url.into());
        self
    }

    /// Sets a bearer token, instead of all other credentials. It is never refreshed.
    pub fn access_token(self, token: impl Into<Secret>) -> Self {
        self.part(Part::AccessToken, token)
    }

    /// Sets the [profile](crate::config) of `ovh.conf`, whatever environment and files select.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.explicit.profile = Some(name.into());
        self
    }

    /// Sets the maximum number of retries of a call. Default: 3.
    ///
    /// Only safe calls are retried. Override it for a single call with `.retries(..)`. Replaces an
    /// earlier [`retry_policy`](Self::retry_policy).
    pub fn retries(self, most: u32) -> Self {
        self.retry_policy(Backoff::default().retries(most))
    }

    /// Sets the retry policy, instead of [`Backoff`]. It is used only where a retry is safe.
    pub fn retry_policy(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Arc::new(policy);
        self
    }

    /// Sets the retry budget that the client shares with its clones. Default: 100.
    ///
    /// Each retry spends one; ten successful calls earn one back.
    pub fn retry_budget(mut self, retries: u32) -> Self {
        self.retry_budget = retries;
        self
    }

    /// Limits the rate of calls of the client and its clones. Default: unlimited.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate = Some(limit);
        self
    }

    /// Limits the concurrent calls of the client and its clones. Default: unlimited.
    pub fn max_concurrent_calls(mut self, calls: usize) -> Self {
        self.max_concurrent = Some(calls);
        self
    }

    /// Sets an observer that receives every attempt, retry and wait, for metrics.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Arc::new(observer);
        self
    }

    /// Refuses every call that would change something, before it is sent.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// If `true`, a response without a required property is an error. Default: `false`.
    ///
    /// With `false` the property gets the zero value of its type. Missing lists and maps are empty
    /// either way. Both are reported as a [`Correction`](crate::Correction).
    pub fn strict_decoding(mut self, strict: bool) -> Self {
        self.strict_decoding = strict;
        self
    }

    /// Sets the maximum number of items in a list of one response. Default: 200,000.
    ///
    /// A longer list is an error: a few megabytes of JSON can otherwise exhaust memory.
    pub fn max_items(mut self, items: usize) -> Self {
        self.max_items = items;
        self
    }

    /// Sets the HTTP engine, instead of the built-in one.
    ///
    /// The engine is then responsible for connections, proxies and certificates.
    pub fn http(mut self, engine: impl HttpEngine) -> Self {
        self.http = Some(Arc::new(engine));
        self
    }

    /// Sets the policy for waits that are not given one: `.wait()`, `.ensure(..)`.
    ///
    /// [`wait_validated`](crate::PendingCredential::wait_validated) has its own.
    pub fn wait_policy(mut self, policy: WaitPolicy) -> Self {
        self.wait_policy = Some(policy);
        self
    }

    /// Sets the timeout for connecting, TLS included. Default: 10 seconds.
    ///
    /// This timeout uses the HTTP engine's timer, not the [`clock`](Self::clock): a connection is
    /// made inside the engine and may serve a call other than the one that requested it. The
    /// timeouts of attempts and calls, which include connecting, use the clock.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.engine.connect_timeout = limit;
        self
    }

    /// Sets the timeout of one attempt. Default: 3 minutes, because some routes are slow.
    pub fn call_timeout(mut self, limit: Duration) -> Self {
        self.limits.call = limit;
        self
    }

    /// Sets the timeout of a call with all its attempts. Default: 5 minutes.
    /// Override it for a single call with `.timeout(..)`.
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.limits.total = limit;
        self
    }

    /// Sets how long an idle connection stays in the pool. Default: 45 seconds.
    ///
    /// Servers and firewalls usually close an idle connection after a minute. Writes only use
    /// connections that were idle for at most 2 seconds: if a connection closes during a write, the
    /// result of the write is unknown.
    pub fn pool_idle_timeout(mut self, limit: Duration) -> Self {
        self.engine.idle_timeout = limit;
        self
    }

    /// Sets the proxy for all calls.
    ///
    /// `http://[user:password@]host:port`, or a SOCKS proxy: `socks5h://..` resolves names at the
    /// proxy (`socks5`, `socks4a` and `socks4` work too). It replaces the proxy that
    /// [`from_env`](Self::from_env) reads: `HTTPS_PROXY`, then `ALL_PROXY`, except for hosts in
    /// `NO_PROXY`.
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.engine.proxy = Some(ProxySettings::named(url.into()));
        self
    }

    /// Adds a trusted certificate authority, as PEM text.
    ///
    /// The platform's authorities stay trusted. May be called more than once.
    pub fn extra_ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.engine.extra_ca_pem.push(pem.into());
        self
    }

    /// Sets a text in parentheses after the library's name in `User-Agent`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Sets when the server is asked for its time. Default: [`ClockSync::Lazy`].
    ///
    /// A single call with `.retries(0)` asks first in either case, unless the time was measured
    /// before: such a call is sent once, even if it is refused for the time.
    pub const fn clock_sync(mut self, when: ClockSync) -> Self {
        self.clock_sync = when;
        self
    }

    /// Sets the clock, instead of the machine's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if settings are missing, contradictory
    /// or malformed. The message names the source of each part.
    pub fn build(mut self) -> Result<Client, Error> {
        if let Some(url) = &self.base_url {
            let url = BaseUrl::read(url, &self.explicit.plain_http)?;
            self.explicit.endpoint = Some(Endpoint::at(url));
        }
        let sources = match self.sources {
            Some(sources) => sources,
            None if self.from_env => Sources::from_system()?,
            None => Sources::new(),
        };
        let settings = resolve(&self.explicit, &sources)?;
        if !sources.unreadable.is_empty() {
            let places = sources.unreadable.join("; ");
            tracing::warn!(places, "configuration files could not be read");
        }
        self.engine.proxy = self.engine.proxy.or(sources.proxy);
        let config = TransportConfig {
            endpoint: settings.endpoint,
            engine: self.http,
            settings: self.engine,
            user_agent: user_agent(self.user_agent_suffix.as_deref())?,
            clock: self.clock,
            clock_sync: self.clock_sync,
            limits: self.limits,
            limiter: Limiter::new(self.rate, self.max_concurrent),
            retry: self.retry,
            budget: Budget::new(self.retry_budget),
            observer: self.observer,
            strict_decoding: self.strict_decoding,
            max_items: self.max_items,
        };
        let transport = HttpTransport::new(config, settings.auth, self.read_only)?;
        Ok(Client::new(transport, self.wait_policy))
    }
}

fn user_agent(suffix: Option<&str>) -> Result<String, Error> {
    let own = concat!("ovh-web/", env!("CARGO_PKG_VERSION"));
    let Some(suffix) = suffix.map(str::trim).filter(|suffix| !suffix.is_empty()) else {
        return Ok(own.to_owned());
    };
    if !suffix.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        let message =
            "the user agent suffix contains a control character or text that is not ASCII";
        return Err(configuration(message).build());
    }
    Ok(format!("{own} ({suffix})"))
}

// Shows sources and limits, never a secret, a proxy URL or file contents.
partial_debug!(
    ClientBuilder,
    |builder| endpoint = builder.explicit.endpoint,
    from_env = builder.from_env,
    limits = builder.limits
);

#[cfg(test)]
mod tests {
    use ovh_runtime::ErrorKind;

    use super::*;

    fn complete() -> ClientBuilder {
        Client::builder()
            .endpoint(Endpoint::OvhEu)
            .credentials(Credentials::new("s3cr3t-ak", "s3cr3t-as", "s3cr3t-ck"))
    }

    #[test]
    fn debug_shows_no_secret() {
        let builder = complete()
            .base_url("http://127.0.0.1:1/1.0")
            .proxy("http://user:s3cr3t@127.0.0.1:1");
        let shown = format!("{builder:?}");
        assert!(!shown.contains("s3cr3t"), "{shown}");
        let client = builder.build().expect("complete");
        let shown = format!("{client:?} {:?}", client.raw());
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }

    #[test]
    fn builder_ignores_environment_by_default() {
        let error = Client::builder().build().expect_err("no endpoint");
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }

    #[test]
    fn build_refuses_invalid_settings() {
        for (builder, word) in [
            (complete().base_url("http://example.com/1.0"), "plain HTTP"),
            (complete().proxy("s3cr3t"), "proxy"),
            (
                complete()
                    .base_url("http://127.0.0.1:1/1.0")
                    .proxy("http://u:s3cr3t@example.com:1"),
                "another machine",
            ),
            (complete().extra_ca_pem("x"), "certificate"),
            (complete().user_agent_suffix("a\r\nb"), "user agent"),
            (complete().consumer_key("s3cr3t\n"), "consumer_key"),
        ] {
            let error = builder.build().expect_err(word);
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let text = format!("{error} {error:?}");
            assert!(text.contains(word), "{text}");
            assert!(!text.contains("s3cr3t"), "{text}");
        }
    }

    #[test]
    fn last_of_endpoint_and_base_url_wins() {
        let client = complete()
            .base_url("http://127.0.0.1:1/1.0")
            .endpoint(Endpoint::OvhCa)
            .base_url("http://127.0.0.1:2/1.0/")
            .build()
            .expect("complete");
        assert_eq!(client.endpoint().base_url(), "http://127.0.0.1:2/1.0");
    }

    #[test]
    fn user_agent_names_library_and_program() {
        let own = user_agent(None).expect("fine");
        assert!(own.starts_with("ovh-web/"), "{own}");
        let with = user_agent(Some("shop/2")).expect("fine");
        assert_eq!(with, format!("{own} (shop/2)"));
    }
}
