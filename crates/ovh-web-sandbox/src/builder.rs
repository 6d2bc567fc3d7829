//! The settings of a sandbox.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use ovh_runtime::Secret;

use crate::auth::Rule as Grant;
use crate::auth::settings::{AccessSettings, RefusedKey};
use crate::clock::Clock;
use crate::faults::{BadFault, Fault};
use crate::journal::Entry;
use crate::macros::setters;
use crate::persist::{BadState, Saved};
use crate::response::RefusalShape;
use crate::rules::{Rule, Rules};
use crate::state::seed::{BadHosting, HostingSeed};
use crate::state::tasks::Pace;
use crate::state::zone_seed::ZoneSeed;

/// A function that is called with every entry of the journal.
pub(crate) struct Observer(pub(crate) Box<dyn Fn(&Entry) + Send + Sync>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// Settings of a sandbox that is about to start.
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until it is started"]
pub struct Builder {
    pub(crate) hostings: Vec<HostingSeed>,
    pub(crate) access: AccessSettings,
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
    pub(crate) faults: Vec<Fault>,
    pub(crate) public_url: Option<String>,
    pub(crate) tls: bool,
    pub(crate) recording: bool,
    pub(crate) client_timeout: Option<Duration>,
    pub(crate) saved: Option<Saved>,
    pub(crate) ignores_paging: bool,
    pub(crate) refusals: Option<RefusalShape>,
    pub(crate) zones: Vec<ZoneSeed>,
    pub(crate) refresh_time: Duration,
    pub(crate) largest_page: Option<usize>,
    pub(crate) without_v2: Option<u16>,
}

impl Builder {
    setters! { this:
        /// Sets the application key. Default: random.
        application_key(key: impl Into<String>) => this.access.application_key = Some(key.into());

        /// Sets the application secret. Default: random.
        application_secret(secret: impl Into<String>) => this.access.application_secret = Some(Secret::new(secret));

        /// Sets the consumer key. Default: random.
        consumer_key(key: impl Into<String>) => this.access.consumer_key = Some(Secret::new(key));

        /// Sets the id and secret of the OAuth2 client. Default: random.
        oauth2_client(id: impl Into<String>, secret: impl Into<String>) =>
            this.access.oauth2_client = Some((id.into(), Secret::new(secret)));

        /// Sets the lifetime of bearer tokens from the token endpoint. Default: 3599 seconds.
        ///
        /// Tokens expire on the sandbox's clock, which runs at normal speed for them.
        token_lifetime(lifetime: Duration) => this.access.token_lifetime = Some(lifetime);

        /// Sets the seed of all ids. The same seed gives the same ids.
        seed(seed: u64) => this.seed = seed;

        /// Derives all keys from the seed. Such keys are public.
        fixed_keys() => this.fixed_keys = true;

        /// Ignores the `X-Pagination-*` headers, as some regions of OVHcloud are said to do.
        ///
        /// Every list then returns ids, and clients read the objects one by one.
        ignore_paging(ignores: bool) => this.ignores_paging = ignores;

        /// Sets the format of errors about credentials.
        ///
        /// Default: the environment variable `SANDBOX_REFUSALS` (`class` or `old`), or else
        /// [`RefusalShape::Class`]. With the variable, a whole test run can be repeated with the
        /// other format.
        refusals(shape: RefusalShape) => this.refusals = Some(shape);

        /// Sets the error for a consumer key that its owner refused.
        refused_key(refused: RefusedKey) => this.access.refused_key = refused;

        /// Sets the clock of the state, such as [`Clock::manual`]. Default: a real one.
        clock(clock: Clock) => this.clock = Some(clock);

        /// Sets the address to listen on. Default: `127.0.0.1`.
        ///
        /// With any other address, other machines can call the API, as containers need. Their
        /// `Host` must be an IP address of this machine or a [`host`](Self::host).
        bind(address: impl Into<IpAddr>) => this.address = Some(address.into());

        /// Sets the port. Default: a free one.
        port(port: u16) => this.port = port;

        /// Lets other machines use the control API with this token.
        ///
        /// It is sent as a bearer token, or as the password of HTTP Basic. Without a token, only
        /// this machine can use the control API.
        control_token(token: impl Into<String>) => this.control_token = Some(Secret::new(token));

        /// Sets the offset of the server's time in seconds. See
        /// [`Sandbox::set_time_offset`](crate::Sandbox::set_time_offset).
        time_offset(seconds: i64) => this.time_offset = seconds;

        /// Sets how long a task stays in each state. Default: 1, 2 and 3 seconds.
        task_times(todo: Duration, doing: Duration, done: Duration) =>
            this.pace = Pace { todo, doing, done };

        /// Serves HTTPS, with a certificate authority that is created at the start.
        ///
        /// See [`Sandbox::certificate_authority`](crate::Sandbox::certificate_authority). Without the
        /// feature `tls` the start fails.
        tls() => this.tls = true;

        /// Sets how long a client may take to send the head of a request, and then its body.
        /// Default: one minute.
        client_timeout(timeout: Duration) => this.client_timeout = Some(timeout);

        /// Records every write for [`Sandbox::saved_state`](crate::Sandbox::saved_state).
        ///
        /// Recorded writes stay in memory as long as the sandbox runs.
        record() => this.recording = true;

        /// Calls a function with every entry of the journal, after the call was answered.
        ///
        /// It runs on the server's thread and must not block.
        on_call(observer: impl Fn(&Entry) + Send + Sync + 'static) =>
            this.observer = Some(Observer(Box::new(observer)));

        /// Adds a hosting with content: see [`HostingSeed`].
        hosting_with(seed: HostingSeed) => this.hostings.push(seed);

        /// Adds a zone with records: see [`ZoneSeed`].
        zone_with(seed: ZoneSeed) => this.zones.push(seed);

        /// Sets how long a refresh of a zone takes. Default: no time.
        ///
        /// A refresh of a zone while another one runs is accepted, and has no effect.
        refresh_time(time: Duration) => this.refresh_time = time;

        /// Sets the largest page of version 2 of the API. A larger size is refused with 400.
        /// Default: 1000.
        largest_page(elements: usize) => this.largest_page = Some(elements.max(1));

        /// Refuses every call of `/v2/webhosting` with this status: 404, or 403 `Client::Forbidden`.
        without_webhosting_v2(status: u16) => this.without_v2 = Some(status);

        /// Grants the consumer key a method and a path, in which `*` matches anything.
        ///
        /// Without any grant it may call everything.
        grant(method: &str, path: &str) => this.access.grants.get_or_insert_default().push(Grant::new(method, path));

        /// Drops the product rules that only a guide states: names, passwords and limits.
        ///
        /// By default every [`Rule`] is enforced.
        lenient() => this.rules.drop_guides();

        /// Drops one product rule.
        without_rule(rule: Rule) => this.rules.drop(rule);

        /// Adds a name that the `Host` header may have, besides the names of this machine.
        host(name: impl Into<String>) => this.hosts.push(name.into().to_ascii_lowercase());

        /// Accepts a bearer token, which never expires. May be called several times.
        access_token(token: impl Into<String>) => this.access.access_tokens.push(Secret::new(token));

        /// Grants bearer tokens the IAM actions that match a pattern, such as `webHosting:apiovh:*`.
        ///
        /// Without any grant they may call everything.
        iam(action: impl Into<String>) => this.access.iam_actions.get_or_insert_default().push(action.into());

        /// Adds a fault from the start. A reset adds it again.
        fault(fault: Fault) => this.faults.push(fault);
    }

    /// Adds an empty hosting. Default: `example.cluster01.hosting.ovh.net`.
    pub fn hosting(self, service: impl Into<String>) -> Self {
        self.hosting_with(HostingSeed::new(service))
    }

    /// Adds a DNS zone and its domain name to the account. It has the records of a new zone.
    ///
    /// If an account has zones, a domain of no zone is foreign: attaching it waits for a proof, as
    /// with [`HostingSeed::foreign_domain`].
    pub fn zone(self, name: impl Into<String>) -> Self {
        self.zone_with(ZoneSeed::new(name))
    }

    /// Adds the hostings of a JSON text, one or a list of them: see [`HostingSeed`].
    ///
    /// # Errors
    /// Returns an error if the text is not a valid hosting or a list of valid hostings.
    pub fn hostings_from_json(mut self, text: &str) -> Result<Self, BadHosting> {
        self.hostings.extend(HostingSeed::list_from_json(text)?);
        Ok(self)
    }

    /// Runs tasks this many times faster than real time.
    ///
    /// Finished tasks disappear faster too. A client that polls once a second may then only get 404,
    /// and wait until its grace period ends. A longer last time in
    /// [`task_times`](Self::task_times) avoids this.
    pub fn speed(self, speed: f64) -> Self {
        self.clock(Clock::scaled(speed))
    }

    /// Adds the faults of a JSON text, one or a list of them.
    ///
    /// # Errors
    /// Returns an error if the text is not a valid fault or a list of valid faults.
    pub fn faults_from_json(mut self, text: &str) -> Result<Self, BadFault> {
        self.faults.extend(Fault::list_from_json(text.as_bytes())?);
        Ok(self)
    }

    /// Resumes a saved state, and records as [`record`](Self::record) does.
    ///
    /// Set seed, hostings and rules first; they must be those of the saved state.
    ///
    /// # Errors
    /// Returns an error if the text is not a saved state, or was saved with other settings.
    pub fn resume(mut self, text: &str) -> Result<Self, BadState> {
        self.saved = Some(Saved::read(text, &self.description())?);
        Ok(self.record())
    }

    /// The settings that a saved state depends on.
    pub(crate) fn description(&self) -> String {
        let mut text = format!(
            "seed {}, {} keys, hostings {:?}, {:?}, {:?}",
            self.seed,
            if self.fixed_keys { "fixed" } else { "random" },
            self.hostings,
            self.pace,
            self.rules
        );
        if !self.zones.is_empty() {
            let zones = (&self.zones, self.refresh_time);
            text.push_str(&format!(", zones {zones:?}"));
        }
        text
    }

    /// Sets the scheme, host and port that signatures are checked against.
    ///
    /// For clients that sign without the port (`https://localhost`). A version prefix at the end is
    /// removed. Default: the `Host` header.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        let url = url.trim_end_matches('/');
        let bare = ["/1.0", "/v1"].iter().find_map(|end| url.strip_suffix(end));
        self.public_url = Some(bare.unwrap_or(url).to_owned());
        self
    }
}
