//! The client's builder.

mod fingerprint;

use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::{Error, Secret};

#[cfg(feature = "reqwest")]
use crate::ReqwestEngine;
use crate::config::{Explicit, Part, Setting, Sources, resolve, settings};
use crate::error::configuration;
use crate::limit::{Rate, concurrent};
use crate::macros::{partial_debug, setters};
use crate::retry::budget::Budget;
#[cfg(feature = "reqwest")]
use crate::transport::proxy::ProxySettings;
use crate::transport::{HttpTransport, TransportConfig};
use crate::{
    Backoff, Client, Clock, ClockSync, Credentials, Endpoint, HttpEngine, Observer, RateLimit,
    RetryPolicy, WaitPolicy,
};

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
    user_agent_suffix: Option<String>,
    config: TransportConfig,
    read_only: bool,
    wait_policy: Option<WaitPolicy>,
}

impl Client {
    /// Creates a client from the environment and `ovh.conf`. The errors are those of
    /// [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().from_env().build()
    }

    /// Creates a client from these key-value pairs only.
    ///
    /// See [`ClientBuilder::from_pairs`].
    pub fn from_pairs<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error>
    where
        K: AsRef<str>,
        V: Into<Secret>,
    {
        Self::builder().from_pairs(pairs).build()
    }

    /// Returns a builder.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }
}

impl ClientBuilder {
    fn new() -> Self {
        #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
        crate::transport::tls::install_provider();
        Self {
            explicit: Explicit::default(),
            base_url: None,
            sources: None,
            from_env: false,
            user_agent_suffix: None,
            config: TransportConfig::default(),
            read_only: false,
            wait_policy: None,
        }
    }

    /// Reads other settings from the environment, proxy variables included, and from `ovh.conf`.
    pub fn from_env(mut self) -> Self {
        self.from_env = true;
        self.sources = None;
        self
    }

    /// Reads other settings from these values, instead of the environment and `ovh.conf`.
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

    /// Sets values by the names of OVHcloud's environment variables.
    ///
    /// The pairs may come from `Sandbox::env` of `ovh-web-sandbox` or from your own file. They
    /// count as set by the program. Unknown names and empty values are ignored.
    pub fn from_pairs<K, V>(self, pairs: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: AsRef<str>,
        V: Into<Secret>,
    {
        pairs.into_iter().fold(self, |builder, (name, value)| {
            builder.pair(name.as_ref(), value.into())
        })
    }

    fn pair(self, name: &str, value: Secret) -> Self {
        if value.expose().is_empty() {
            return self;
        }
        match name {
            "OVH_ENDPOINT" => self.base_url(value.expose()),
            "OVH_TOKEN_URL" => self.token_url(value.expose()),
            _ => match Part::all().find(|part| part.variable() == name) {
                Some(part) => self.part(part, value),
                None => self,
            },
        }
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

    /// Builds without a consumer key; any configured consumer key is ignored.
    ///
    /// Such a client can request a consumer key ([`Client::request_credential`]) and make calls
    /// that need no authentication; any other call fails before it is sent.
    pub fn without_consumer_key(mut self) -> Self {
        self.explicit.without_consumer_key = true;
        self
    }

    /// Sets the maximum number of retries of a call. Default: 3.
    ///
    /// Only safe calls are retried. Override it for a single call with `.retries(..)`. Replaces an
    /// earlier [`retry_policy`](Self::retry_policy).
    pub fn retries(self, most: u32) -> Self {
        let mut builder = self.retry_policy(Backoff::default().retries(most));
        builder.config.retries = Some(most);
        builder
    }

    /// Sets the retry policy, instead of [`Backoff`]. It is used only where a retry is safe.
    pub fn retry_policy(mut self, policy: impl RetryPolicy) -> Self {
        self.config.retry = Arc::new(policy);
        self.config.retries = None;
        self
    }

    /// Refuses every call that would change something, before it is sent.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if settings are missing, contradictory, malformed or unreadable. The message
    /// names the source of each part.
    pub fn build(self) -> Result<Client, Error> {
        let (explicit, sources) = self.inputs()?;
        let settings = resolve(&explicit, &sources)?;
        if !sources.unreadable.is_empty() {
            let places = sources.unreadable.join("; ");
            tracing::warn!(places, "configuration files could not be read");
        }
        let mut config = self.config;
        config.user_agent = user_agent(self.user_agent_suffix.as_deref())?;
        #[cfg(feature = "reqwest")]
        {
            config.engine.proxy = config.engine.proxy.or(sources.proxy);
        }
        let endpoint = settings.endpoint;
        let transport = HttpTransport::new(endpoint, config, settings.auth, self.read_only)?;
        Ok(Client::new(transport, self.wait_policy))
    }
}

impl ClientBuilder {
    /// Lists all settings with their sources, for diagnostics. Credentials are not shown.
    ///
    /// ```no_run
    /// for setting in ovh_web::Client::builder().from_env().settings()? {
    ///     match setting.origin {
    ///         Some(origin) => println!("{}: from {origin}", setting.name),
    ///         None => println!("{}: not set", setting.name),
    ///     }
    /// }
    /// # Ok::<(), ovh_web::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if a source is malformed, or if the selected profile is unknown; missing
    /// settings are no error.
    pub fn settings(&self) -> Result<Vec<Setting>, Error> {
        let (explicit, sources) = self.inputs()?;
        settings(&explicit, &sources)
    }

    /// The settings of the program, and the sources of the others.
    fn inputs(&self) -> Result<(Explicit, Sources), Error> {
        let mut explicit = self.explicit.clone();
        if let Some(url) = &self.base_url {
            explicit.endpoint = Some(Endpoint::read(url, &explicit.plain_http)?);
        }
        let sources = match &self.sources {
            Some(sources) => sources.clone(),
            None if self.from_env => Sources::from_system()?,
            None => Sources::new(),
        };
        Ok((explicit, sources))
    }
}

/// Declares the setters of the parts of credentials.
macro_rules! parts {
    ($($(#[$meta:meta])* $name:ident($value:ident) => $part:ident;)*) => {
        impl ClientBuilder {
            $($(#[$meta])*
            pub fn $name(self, $value: impl Into<Secret>) -> Self {
                self.part(Part::$part, $value)
            })*
        }
    };
}

parts! {
    /// Sets the application key.
    application_key(key) => ApplicationKey;

    /// Sets the application secret.
    application_secret(secret) => ApplicationSecret;

    /// Sets the consumer key, which identifies the account.
    consumer_key(key) => ConsumerKey;

    /// Sets the id of an OAuth2 service account, instead of an application key.
    client_id(id) => ClientId;

    /// Sets the secret of an OAuth2 service account.
    client_secret(secret) => ClientSecret;

    /// Sets a bearer token, instead of all other credentials. It is never refreshed.
    access_token(token) => AccessToken;
}

setters! {
    ClientBuilder:

    /// Sets the OAuth2 token URL for [`client_id`](Self::client_id).
    ///
    /// Required with a [`base_url`](Self::base_url); built in for OVHcloud's endpoints.
    token_url(url: impl Into<String>) => explicit.token_url = Some(url.into());

    /// Sets the [profile](crate::config) of `ovh.conf`, instead of the one that environment or
    /// files select.
    profile(name: impl Into<String>) => explicit.profile = Some(name.into());

    /// Sets the retry budget that the client shares with its clones. Default: 100.
    ///
    /// Each retry spends one; ten successful calls earn one back.
    retry_budget(retries: u32) => config.budget = Budget::new(retries);

    /// Limits the rate of calls of the client and its clones. Default: unlimited.
    rate_limit(limit: RateLimit) => config.limiter.rate = Some(Rate::new(limit));

    /// Limits the concurrent calls of the client and its clones. Default: unlimited.
    max_concurrent_calls(calls: usize) => config.limiter.concurrent = Some(concurrent(calls));

    /// Sets when the server is asked for its time. Default: [`ClockSync::Lazy`].
    ///
    /// A request for the time that only a `Date` caused takes at most two seconds, or a quarter of the
    /// time that is left for the call; the call is then sent with the old offset.
    ///
    /// A call with `.retries(0)` is sent only once, even if its timestamp is refused. So with either
    /// setting it asks for the time first, unless the time is already known; each call of a client
    /// with [`retries(0)`](Self::retries) does too. Without an answer, the call is not sent and fails.
    clock_sync(when: ClockSync) => config.clock_sync = when;

    /// Sets an observer that receives every attempt, retry and wait, for metrics.
    observer(observer: impl Observer) => config.observer = Arc::new(observer);

    /// If `true`, a response without a required property is an error. Default: `false`.
    ///
    /// With `false` the property gets the zero value of its type. Missing lists and maps are empty
    /// either way. Both are reported as a [`Correction`](crate::Correction).
    strict_decoding(strict: bool) => config.decoding.strict = strict;

    /// Sets the maximum number of items in a list of one response. Default: 200,000.
    ///
    /// A longer list is an error: a few megabytes of JSON can otherwise exhaust memory.
    max_items(items: usize) => config.decoding.max_items = items;

    /// Sets the HTTP engine, instead of the built-in one.
    ///
    /// The engine is then responsible for connections, proxies and certificates. Downloads of dumps
    /// do not use it. An async function is an engine:
    ///
    /// ```
    /// use ovh_web::{Bytes, Client, http};
    ///
    /// let client = Client::builder()
    ///     .base_url("http://127.0.0.1/1.0")
    ///     .access_token("token")
    ///     .http(|request: http::Request<_>| async move {
    ///         assert_eq!(request.uri().path(), "/1.0/hosting/web");
    ///         Ok(http::Response::new(Bytes::from(r#"["example.ovh"]"#)))
    ///     })
    ///     .build()?;
    /// # Ok::<(), ovh_web::Error>(())
    /// ```
    http(engine: impl HttpEngine) => config.http = Some(Arc::new(engine));

    /// Sets the default policy of waits, such as `.wait()` and `.ensure(..)`.
    ///
    /// [`wait_validated`](crate::PendingCredential::wait_validated) does not use it.
    wait_policy(policy: WaitPolicy) => wait_policy = Some(policy);

    /// Sets the timeout of one attempt. Default: 3 minutes, because some routes are slow.
    call_timeout(limit: Duration) => config.call_timeout = limit;

    /// Sets the timeout of a call with all its attempts. Default: 5 minutes.
    /// Override it for a single call with `.timeout(..)`.
    total_timeout(limit: Duration) => config.total_timeout = limit;

    /// Adds a text to `User-Agent`, in parentheses after the library's name.
    user_agent_suffix(suffix: impl Into<String>) => user_agent_suffix = Some(suffix.into());

    /// Sets the clock, instead of the machine's.
    clock(clock: impl Clock) => config.clock = Arc::new(clock);
}

#[cfg(feature = "reqwest")]
impl ClientBuilder {
    /// Adds a trusted certificate authority, as PEM text.
    ///
    /// The platform's authorities stay trusted. May be called more than once.
    pub fn extra_ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.config.engine.extra_ca_pem.push(pem.into());
        self
    }

    /// Wraps the built-in engine, for instance to count or log requests.
    ///
    /// The function gets the engine with the settings of this builder, and returns the engine to
    /// use. It is called once, by [`build`](Self::build). Downloads of dumps use connections of their
    /// own, which it does not see.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use ovh_web::{Client, HttpEngine, http};
    ///
    /// let builder = Client::builder().wrap_http(|engine| {
    ///     let engine = Arc::new(engine);
    ///     move |request: http::Request<_>| {
    ///         println!("{} {}", request.method(), request.uri().path());
    ///         let engine = Arc::clone(&engine);
    ///         async move { engine.exchange(request).await }
    ///     }
    /// });
    /// ```
    pub fn wrap_http<E: HttpEngine>(
        mut self,
        wrap: impl Fn(ReqwestEngine) -> E + Send + Sync + 'static,
    ) -> Self {
        self.config.http = None;
        self.config.engine.wrap = Some(Arc::new(move |engine| Arc::new(wrap(engine))));
        self
    }

    /// Sets the settings of reqwest, such as a local address, a resolver or a client certificate.
    ///
    /// The function is called for each connection pool: reads and writes have one each, and
    /// downloads their own. [Guide](crate::guide::setup#settings-of-reqwest): which settings are
    /// ignored or refused.
    pub fn reqwest(
        mut self,
        new: impl Fn() -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.config.engine.new_builder = Some(Arc::new(new));
        self
    }
}

#[cfg(feature = "reqwest")]
setters! {
    ClientBuilder:

    /// Sets the timeout for connecting, TLS included. Default: 10 seconds.
    ///
    /// This timeout uses the HTTP engine's timer, not the [`clock`](Self::clock): a connection is
    /// made inside the engine and may serve a call other than the one that requested it. The
    /// timeouts of attempts and calls, which include connecting, use the clock.
    connect_timeout(limit: Duration) => config.engine.connect_timeout = Some(limit);

    /// Sets how long an idle connection stays in the pool. Default: 45 seconds.
    ///
    /// Servers and firewalls usually close an idle connection after a minute. Writes only use
    /// connections that were idle for at most 2 seconds: if a connection closes during a write, the
    /// result of the write is unknown.
    pool_idle_timeout(limit: Duration) => config.engine.idle_timeout = Some(limit);

    /// Sets the proxy for all calls.
    ///
    /// `http://[user:password@]host:port`, or a SOCKS proxy: `socks5h://..` resolves names at the
    /// proxy (`socks5`, `socks4a` and `socks4` work too). It replaces the proxy that
    /// [`from_env`](Self::from_env) reads: `HTTPS_PROXY`, then `ALL_PROXY`, except for hosts in
    /// `NO_PROXY`.
    proxy(url: impl Into<Secret>) => config.engine.proxy = Some(ProxySettings::named(url.into()));
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
    timeout = builder.config.total_timeout
);

#[cfg(test)]
mod tests;
