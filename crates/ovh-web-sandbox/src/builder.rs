//! Settings of a sandbox. Its start is elsewhere.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use ovh_runtime::Secret;

use crate::auth::Rule as Grant;
use crate::auth::credential::RefusedKey;
use crate::auth::keys::KeySource;
use crate::auth::oauth2::FirstOAuth2;
use crate::clock::Clock;
use crate::engine::Observer;
use crate::faults::{BadFault, Fault};
use crate::journal::Entry;
use crate::persist::{BadState, Saved};
use crate::reply::RefusalShape;
use crate::rules::{Rule, Rules};
use crate::server::Timeouts;
use crate::state::seed::{BadHosting, HostingSeed};
use crate::state::tasks::Pace;

/// Settings of a sandbox that is about to start.
#[derive(Default)]
pub struct Builder {
    pub(crate) hostings: Vec<HostingSeed>,
    pub(crate) application_key: Option<String>,
    pub(crate) application_secret: Option<Secret>,
    pub(crate) consumer_key: Option<Secret>,
    pub(crate) grants: Option<Vec<Grant>>,
    pub(crate) rules: Rules,
    pub(crate) seed: u64,
    pub(crate) clock: Option<Clock>,
    pub(crate) port: u16,
    pub(crate) address: Option<IpAddr>,
    pub(crate) hosts: Vec<String>,
    pub(crate) control_token: Option<Secret>,
    pub(crate) fixed_keys: bool,
    pub(crate) time_offset: i64,
    pub(crate) pace: Pace,
    pub(crate) observer: Option<Observer>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) oauth2: FirstOAuth2,
    pub(crate) faults: Vec<Fault>,
    pub(crate) public_url: Option<String>,
    pub(crate) tls: bool,
    pub(crate) recording: bool,
    pub(crate) patience: Timeouts,
    pub(crate) saved: Option<Saved>,
    pub(crate) ignores_paging: bool,
    pub(crate) refusals: Option<RefusalShape>,
    pub(crate) refused_key: RefusedKey,
}

impl Builder {
    /// Adds a hosting. Without any there is one, `example.cluster01.hosting.ovh.net`.
    #[must_use]
    pub fn hosting(mut self, service: impl Into<String>) -> Self {
        self.hostings.push(HostingSeed::new(service));
        self
    }

    /// Adds a hosting that is not empty: see [`HostingSeed`].
    #[must_use]
    pub fn hosting_with(mut self, seed: HostingSeed) -> Self {
        self.hostings.push(seed);
        self
    }

    /// Adds the hostings of a JSON text, one or a list of them: see [`HostingSeed`].
    ///
    /// # Errors
    /// Returns an error if the text is no hosting.
    pub fn hostings_from_json(mut self, text: &str) -> Result<Self, BadHosting> {
        self.hostings.extend(HostingSeed::list_from_json(text)?);
        Ok(self)
    }

    /// Sets the application key, which is otherwise random.
    #[must_use]
    pub fn application_key(mut self, key: impl Into<String>) -> Self {
        self.application_key = Some(key.into());
        self
    }

    /// Sets the application secret, which is otherwise random.
    #[must_use]
    pub fn application_secret(mut self, secret: impl Into<String>) -> Self {
        self.application_secret = Some(Secret::new(secret));
        self
    }

    /// Sets the consumer key, which is otherwise random.
    #[must_use]
    pub fn consumer_key(mut self, key: impl Into<String>) -> Self {
        self.consumer_key = Some(Secret::new(key));
        self
    }

    /// Grants the consumer key this method and path (`*` stands for anything) and nothing that is
    /// not granted so. Without any rule it may do everything.
    #[must_use]
    pub fn grant(mut self, method: &str, path: &str) -> Self {
        let grants = self.grants.get_or_insert_default();
        grants.push(Grant::new(method, path));
        self
    }

    /// Drops the product rules that only a guide states: those of names, passwords and limits.
    /// Without this every [`Rule`] is enforced.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.rules.drop_guides();
        self
    }

    /// Drops one product rule.
    #[must_use]
    pub fn without_rule(mut self, rule: Rule) -> Self {
        self.rules.drop(rule);
        self
    }

    /// Ids are the same for the same seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Answers every list plainly, whatever `X-Pagination-*` headers ask for, as some regions of
    /// OVHcloud are said to do: clients have to read the objects one by one.
    #[must_use]
    pub fn ignore_paging(mut self, ignores: bool) -> Self {
        self.ignores_paging = ignores;
        self
    }

    /// The shape in which credentials are refused. Without this it is what the environment variable
    /// `SANDBOX_REFUSALS` says (`class` or `old`), so that a whole test run can be repeated in the
    /// other shape; without that it is [`RefusalShape::Class`].
    #[must_use]
    pub fn refusals(mut self, shape: RefusalShape) -> Self {
        self.refusals = Some(shape);
        self
    }

    /// How the server speaks of a consumer key that its owner refused.
    #[must_use]
    pub fn refused_key(mut self, refused: RefusedKey) -> Self {
        self.refused_key = refused;
        self
    }

    /// The clock that tasks walk on; a real one without this.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Lets tasks walk so many times as fast as real time.
    #[must_use]
    pub fn speed(self, speed: f64) -> Self {
        self.clock(Clock::scaled(speed))
    }

    /// Derives all keys from the seed. They are the same everywhere, and so no secret.
    #[must_use]
    pub fn fixed_keys(mut self) -> Self {
        self.fixed_keys = true;
        self
    }

    /// The address to listen on; `127.0.0.1` without this. Others than loopback let other machines
    /// in, for containers: they call under an IP address of this machine or a [`host`](Self::host).
    #[must_use]
    pub fn bind(mut self, address: impl Into<IpAddr>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Adds a name that the `Host` header of a request may hold, besides those of this machine.
    #[must_use]
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into().to_ascii_lowercase());
        self
    }

    /// Lets other machines use the sandbox's own routes with this token, as a bearer token or as
    /// the password of HTTP Basic. Without it these routes are for this machine only.
    #[must_use]
    pub fn control_token(mut self, token: impl Into<String>) -> Self {
        self.control_token = Some(Secret::new(token));
        self
    }

    /// The port; a free one without this.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Puts the server's own time off by so many seconds. See [`Sandbox::set_time_offset`](crate::Sandbox::set_time_offset).
    #[must_use]
    pub fn time_offset(mut self, seconds: i64) -> Self {
        self.time_offset = seconds;
        self
    }

    /// How long a task waits, works, and can still be read when it is done. Without this 1, 2 and
    /// 3 seconds.
    #[must_use]
    pub fn task_times(mut self, todo: Duration, doing: Duration, done: Duration) -> Self {
        self.pace = Pace { todo, doing, done };
        self
    }

    /// Sets the OAuth2 client, which is otherwise random.
    #[must_use]
    pub fn oauth2_client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self.client_secret = Some(Secret::new(secret));
        self
    }

    /// How long a bearer token from the token endpoint lives. Without this 3599 seconds. It ends
    /// on the sandbox's clock, but without its speed: clients count in real seconds.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.oauth2.lifetime = Some(lifetime);
        self
    }

    /// Accepts this bearer token, which never ends; may be called several times.
    #[must_use]
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.oauth2.fixed.push(Secret::new(token));
        self
    }

    /// Grants bearers the IAM actions that fit the pattern (`*` stands for anything) and nothing
    /// that is not granted so: `webHosting:apiovh:get`. Without any they may do everything.
    #[must_use]
    pub fn iam(mut self, action: impl Into<String>) -> Self {
        let granted = self.oauth2.granted.get_or_insert_default();
        granted.push(action.into());
        self
    }

    /// Sets a fault from the start; a reset sets it again.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Sets the faults of a JSON text, one or a list of them.
    ///
    /// # Errors
    /// If the text is no fault.
    pub fn faults_from_json(mut self, text: &str) -> Result<Self, BadFault> {
        self.faults.extend(Fault::list_from_json(text.as_bytes())?);
        Ok(self)
    }

    /// Speaks HTTPS, with a certificate authority that is made at the start: see
    /// [`Sandbox::certificate_authority`](crate::Sandbox::certificate_authority). Needs the feature `tls`; without it the start fails.
    #[must_use]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// How long a client may take to send the head of a request, and then its body. Without this
    /// a minute.
    #[must_use]
    pub fn client_timeout(mut self, timeout: Duration) -> Self {
        self.patience = Timeouts(timeout);
        self
    }

    /// Writes down every write, so that [`Sandbox::saved_state`](crate::Sandbox::saved_state) can tell them. They take memory
    /// as long as the sandbox runs.
    #[must_use]
    pub fn record(mut self) -> Self {
        self.recording = true;
        self
    }

    /// Starts from a saved state, and records as [`record`](Self::record) does. Seed,
    /// hostings and rules have to be those with which the state was saved: set them first.
    ///
    /// # Errors
    /// If the text is no saved state, or was saved with another seed or other hostings.
    pub fn resume(mut self, text: &str) -> Result<Self, BadState> {
        self.saved = Some(Saved::read(text, &self.seed_words())?);
        Ok(self.record())
    }

    /// The keys of a saved state go on with it.
    pub(crate) fn key_source(&self) -> std::io::Result<KeySource> {
        match &self.saved {
            Some(saved) => Ok(saved.keys()),
            None if self.fixed_keys => Ok(KeySource::fixed(self.seed)),
            None => KeySource::random(),
        }
    }

    /// What a saved state depends on.
    pub(crate) fn seed_words(&self) -> String {
        format!(
            "seed {}, {} keys, hostings {:?}, {:?}, {:?}",
            self.seed,
            if self.fixed_keys { "fixed" } else { "random" },
            self.hostings,
            self.pace,
            self.rules
        )
    }

    /// Against which URL signatures are checked, scheme, host and port: for clients that leave
    /// the port out of what they sign (`https://localhost`). A version prefix at its end is cut.
    /// Without this it is what the `Host` header says.
    #[must_use]
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        let url = url.trim_end_matches('/');
        let bare = ["/1.0", "/v1"].iter().find_map(|end| url.strip_suffix(end));
        self.public_url = Some(bare.unwrap_or(url).to_owned());
        self
    }

    /// Is told of every call, after it was answered: for logs. It runs on the server's thread and
    /// must not block.
    #[must_use]
    pub fn on_call(mut self, observer: impl Fn(&Entry) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }
}

/// Shows no key.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("hostings", &self.hostings)
            .field("seed", &self.seed)
            .field("clock", &self.clock)
            .field("port", &self.port)
            .field("time_offset", &self.time_offset)
            .finish_non_exhaustive()
    }
}
