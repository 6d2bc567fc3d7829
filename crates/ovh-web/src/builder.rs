//! How a client is set up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, Secret};

use crate::config::{Explicit, Identity, Sources, resolve};
use crate::limit::Limiter;
use crate::metrics::Nobody;
use crate::oauth2::Tokens;
use crate::retry::budget::Budget;
use crate::transport::proxy::ProxySettings;
use crate::transport::{Auth, EngineSettings, HttpTransport, Limits, Parts};
use crate::{
    Backoff, BaseUrl, Client, Clock, Credentials, Endpoint, HttpEngine, Observer, RateLimit,
    RetryPolicy, SystemClock, WaitPolicy,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Less than the 60 seconds after which servers usually close a connection.
const IDLE_TIMEOUT: Duration = Duration::from_secs(45);
/// What OVH's own clients allow; some routes take minutes to answer.
const CALL_TIMEOUT: Duration = Duration::from_secs(180);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(300);
/// Enough for a bad minute of a busy program, and too little to hammer a server that is down.
const RETRY_BUDGET: u32 = 100;

/// Puts a client together.
///
/// By itself it knows only what it is told. With [`from_env`](Self::from_env) or
/// [`sources`](Self::sources), whatever it is not told is looked up there; what it is told wins.
///
/// ```no_run
/// use ovh_web::{Client, Endpoint};
///
/// // The keys from environment or files, the region from the program.
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
    clock: Option<Arc<dyn Clock>>,
    limits: Limits,
    engine: EngineSettings,
    http: Option<Arc<dyn HttpEngine>>,
    user_agent_suffix: Option<String>,
    retry: Option<Arc<dyn RetryPolicy>>,
    retry_budget: u32,
    rate: Option<RateLimit>,
    at_once: Option<usize>,
    observer: Option<Arc<dyn Observer>>,
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
            clock: None,
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
            retry: None,
            retry_budget: RETRY_BUDGET,
            rate: None,
            at_once: None,
            observer: None,
            read_only: false,
            wait_policy: None,
            strict_decoding: false,
            max_items: ovh_runtime::DecodeOptions::default().max_items,
        }
    }

    /// Looks up what is not said here in the environment and in `ovh.conf`, and honours the usual
    /// proxy variables.
    pub fn from_env(mut self) -> Self {
        self.from_env = true;
        self.sources = None;
        self
    }

    /// Looks up what is not said here in these values instead of the real environment and files.
    pub fn sources(mut self, sources: Sources) -> Self {
        self.from_env = false;
        self.sources = Some(sources);
        self
    }

    /// The region of the API. It takes the place of an earlier [`base_url`](Self::base_url).
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.explicit.endpoint = Some(endpoint);
        self.base_url = None;
        self
    }

    /// A server of your own that speaks the API: HTTPS, or plain HTTP on this machine. It takes
    /// the place of an earlier [`endpoint`](Self::endpoint).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self.explicit.endpoint = None;
        self
    }

    /// All three parts of the credentials.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.explicit.application_key = Some(credentials.application_key().clone());
        self.explicit.application_secret = Some(credentials.application_secret().clone());
        self.explicit.consumer_key = Some(credentials.consumer_key().clone());
        self
    }

    /// The key of the application.
    pub fn application_key(mut self, key: impl Into<Secret>) -> Self {
        self.explicit.application_key = Some(key.into());
        self
    }

    /// The secret of the application.
    pub fn application_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.explicit.application_secret = Some(secret.into());
        self
    }

    /// The consumer key: on whose behalf the application calls.
    pub fn consumer_key(mut self, key: impl Into<Secret>) -> Self {
        self.explicit.consumer_key = Some(key.into());
        self
    }

    /// Does without a consumer key: application key and secret are enough, and a consumer key that
    /// lies around is passed over.
    ///
    /// Such a client can ask for a consumer key ([`Client::request_credential`]) and make calls that
    /// are open to everyone; any other fails before it is sent.
    pub fn without_consumer_key(mut self) -> Self {
        self.explicit.without_consumer_key = true;
        self
    }

    /// The id of a service account (OAuth2), in place of an application key.
    pub fn client_id(mut self, id: impl Into<Secret>) -> Self {
        self.explicit.client_id = Some(id.into());
        self
    }

    /// The secret of a service account (OAuth2).
    pub fn client_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.explicit.client_secret = Some(secret.into());
        self
    }

    /// Where tokens are fetched for [`client_id`](Self::client_id): needed for a
    /// [`base_url`](Self::base_url) of your own, known for OVHcloud's endpoints.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.explicit.token_url = Some(url.into());
        self
    }

    /// A bearer token that comes from elsewhere, in place of all other credentials. It is used as
    /// it is for as long as the client lives.
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.explicit.access_token = Some(token.into());
        self
    }

    /// The profile of `ovh.conf` to use, whatever environment and files say. See
    /// [`config`](crate::config).
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.explicit.profile = Some(name.into());
        self
    }

    /// How often a call is repeated at most, where a repeat is safe. 3 unless said otherwise; a
    /// single call can be given another number with `.retries(..)`.
    ///
    /// It takes the place of an earlier [`retry_policy`](Self::retry_policy).
    pub fn retries(self, most: u32) -> Self {
        self.retry_policy(Backoff::default().retries(most))
    }

    /// When a call is repeated and how long to pause before, in place of [`Backoff`]. It is asked
    /// only where a repeat is safe.
    pub fn retry_policy(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Some(Arc::new(policy));
        self
    }

    /// How many repeats the client and its clones may make altogether before ten calls have to
    /// succeed for each further one. 100 unless said otherwise.
    pub fn retry_budget(mut self, repeats: u32) -> Self {
        self.retry_budget = repeats;
        self
    }

    /// How many calls the client and its clones make at most in a time. No limit unless said so.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate = Some(limit);
        self
    }

    /// How many calls of the client and its clones are under way at most. No limit unless said so.
    pub fn max_concurrent_calls(mut self, calls: usize) -> Self {
        self.at_once = Some(calls);
        self
    }

    /// Is told of every attempt, every repeat and every wait, for metrics.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Refuses every call that would change something, before it is sent.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Makes a response that lacks a promised property an error. `false` by default: the zero value
    /// of its type is used, and the [`Correction`](crate::Correction) is reported.
    ///
    /// Missing lists and maps are empty in either case, and reported.
    pub fn strict_decoding(mut self, strict: bool) -> Self {
        self.strict_decoding = strict;
        self
    }

    /// Sets the most items that a list of one response may have. 200,000 by default; a longer list
    /// is an error, since a few megabytes of it can fill the memory.
    pub fn max_items(mut self, items: usize) -> Self {
        self.max_items = items;
        self
    }

    /// What sends the bytes, in place of the engine that is built in. Connections, proxies and
    /// certificates are its business then.
    pub fn http(mut self, engine: impl HttpEngine) -> Self {
        self.http = Some(Arc::new(engine));
        self
    }

    /// The policy of every wait that is given none: `.wait()`, `.ensure(..)`. The wait for a person
    /// ([`wait_validated`](crate::PendingCredential::wait_validated)) has its own.
    pub fn wait_policy(mut self, policy: WaitPolicy) -> Self {
        self.wait_policy = Some(policy);
        self
    }

    /// How long it may take to get a connection, encryption included. 10 seconds unless said
    /// otherwise.
    ///
    /// This limit runs on the HTTP engine's own timer and not on the [`clock`](Self::clock): a
    /// connection is made inside the engine, may serve another call than the one that asked for
    /// it, and may outlive it. The limits of attempt and call, which include connecting, are kept
    /// by the clock.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.engine.connect_timeout = limit;
        self
    }

    /// How long one attempt may take. 3 minutes unless said otherwise, as some routes are slow.
    pub fn call_timeout(mut self, limit: Duration) -> Self {
        self.limits.call = limit;
        self
    }

    /// How long a call may take with everything that belongs to it. 5 minutes unless said
    /// otherwise; a single call can be given another limit with `.timeout(..)`.
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.limits.total = limit;
        self
    }

    /// Sets how long a connection may be idle before it is used again. 45 seconds by default, less
    /// than the minute after which servers and firewalls usually close one.
    ///
    /// Writes use a connection that has been idle for 2 seconds at most: one that is closed at the
    /// moment of a write leaves open if the write was done.
    pub fn pool_idle_timeout(mut self, limit: Duration) -> Self {
        self.engine.idle_timeout = limit;
        self
    }

    /// Sets the proxy of every call: `http://[user:password@]host:port`, or a SOCKS proxy as
    /// `socks5h://..`, which resolves names itself (`socks5`, `socks4a` and `socks4` as well).
    ///
    /// It replaces the proxy of the environment, which [`from_env`](Self::from_env) uses:
    /// `HTTPS_PROXY`, or `ALL_PROXY`, but not for the hosts in `NO_PROXY`.
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.engine.proxy = Some(ProxySettings::named(url.into()));
        self
    }

    /// A certificate authority to trust beside those of the platform, as PEM text. May be called
    /// more than once.
    pub fn extra_ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.engine.extra_ca_pem.push(pem.into());
        self
    }

    /// What is put in parentheses behind this library's name in the header `User-Agent`.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Where time comes from, instead of the machine's clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// Settings that are missing, mixed or malformed ([`ErrorKind::Configuration`]); the error says
    /// which place gave which part.
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
        let auth = match settings.identity {
            Identity::Signature(credentials) => Auth::Signature(credentials),
            Identity::Application { key, secret } => Auth::Application { key, secret },
            Identity::OAuth2 {
                client_id,
                client_secret,
                token_url,
            } => Auth::OAuth2(Arc::new(Tokens::new(client_id, client_secret, token_url))),
            Identity::Bearer(token) => Auth::Bearer(token),
        };
        self.engine.proxy = self.engine.proxy.or(sources.proxy);
        let clock = self
            .clock
            .unwrap_or_else(|| Arc::new(SystemClock::new()) as Arc<dyn Clock>);
        let parts = Parts {
            endpoint: settings.endpoint.clone(),
            engine: self.http,
            settings: self.engine.clone(),
            user_agent: user_agent(self.user_agent_suffix.as_deref())?,
            clock: Arc::clone(&clock),
            limits: self.limits,
            limiter: Limiter::new(self.rate, self.at_once),
            retry: self
                .retry
                .unwrap_or_else(|| Arc::new(Backoff::default()) as Arc<dyn RetryPolicy>),
            budget: Budget::new(self.retry_budget),
            observer: self
                .observer
                .unwrap_or_else(|| Arc::new(Nobody) as Arc<dyn Observer>),
            strict_decoding: self.strict_decoding,
            max_items: self.max_items,
        };
        let transport = HttpTransport::new(parts, auth, self.read_only)?;
        Ok(Client::assemble(
            transport,
            clock,
            settings.endpoint,
            self.engine,
            self.wait_policy,
        ))
    }
}

fn user_agent(suffix: Option<&str>) -> Result<String, Error> {
    let own = concat!("ovh-web/", env!("CARGO_PKG_VERSION"));
    let Some(suffix) = suffix.map(str::trim).filter(|suffix| !suffix.is_empty()) else {
        return Ok(own.to_owned());
    };
    if !suffix.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(Error::builder(
            ErrorKind::Configuration,
            "the user agent's suffix holds a control character or text that is not ASCII",
        )
        .build());
    }
    Ok(format!("{own} ({suffix})"))
}

/// Shows the places and the limits, never a secret, a proxy's URL or a file's text.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("endpoint", &self.explicit.endpoint)
            .field("from_env", &self.from_env)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete() -> ClientBuilder {
        Client::builder()
            .endpoint(Endpoint::OvhEu)
            .credentials(Credentials::new("s3cr3t-ak", "s3cr3t-as", "s3cr3t-ck"))
    }

    #[test]
    fn builder_and_client_show_no_secret() {
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
    fn a_builder_alone_knows_nothing_of_environment_and_files() {
        let error = Client::builder().build().expect_err("no endpoint");
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }

    #[test]
    fn what_cannot_work_is_said_at_build() {
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
    fn the_last_of_endpoint_and_base_url_counts() {
        let client = complete()
            .base_url("http://127.0.0.1:1/1.0")
            .endpoint(Endpoint::OvhCa)
            .base_url("http://127.0.0.1:2/1.0/")
            .build()
            .expect("complete");
        assert_eq!(client.endpoint().base_url(), "http://127.0.0.1:2/1.0");
    }

    #[test]
    fn the_user_agent_names_the_library_and_the_program() {
        let own = user_agent(None).expect("fine");
        assert!(own.starts_with("ovh-web/"), "{own}");
        let with = user_agent(Some("shop/2")).expect("fine");
        assert_eq!(with, format!("{own} (shop/2)"));
    }
}
