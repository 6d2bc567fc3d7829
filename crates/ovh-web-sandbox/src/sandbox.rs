//! A running sandbox.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::admin_action::AdminAction;
use crate::auth::credential::CredentialState;
use crate::clock::Clock;
use crate::document::document;
use crate::engine::Engine;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::macros::text_error;
use crate::nearest::expect_known;
use crate::persist::Resumed;
use crate::routes::ExtraRoute;
use crate::server::Server;
use crate::state::failures::Ending;
use crate::view::State;

/// A local OVHcloud. It serves from its own thread until it is stopped or dropped.
///
/// ```
/// # async fn example() -> Result<(), ovh_web_sandbox::StartError> {
/// use ovh_web_sandbox::{Clock, Sandbox};
///
/// let sandbox = Sandbox::builder().clock(Clock::manual()).start().await?;
/// for (name, value) in sandbox.env() {
///     println!("export {name}='{value}'");
/// }
/// // ... call it with any client of the OVHcloud API ...
/// sandbox.clock().advance(std::time::Duration::from_secs(60));
/// sandbox.journal().operation("databases::create").never();
/// sandbox.stop().await;
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    pub(crate) authority: Option<String>,
    pub(crate) resumed: Option<Resumed>,
    pub(crate) engine: Arc<Engine>,
    pub(crate) server: Server,
    pub(crate) address: SocketAddr,
}

impl Sandbox {
    /// Returns the base URL for clients: `http://127.0.0.1:PORT/1.0`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}/1.0", self.engine.origin)
    }

    /// Returns the address that the server listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the environment variables for OVHcloud's own clients. The keys are valid only here.
    #[must_use]
    pub fn env(&self) -> Vec<(&'static str, String)> {
        vec![
            ("OVH_ENDPOINT", self.base_url()),
            ("OVH_APPLICATION_KEY", self.application_key().to_owned()),
            (
                "OVH_APPLICATION_SECRET",
                self.application_secret().to_owned(),
            ),
            ("OVH_CONSUMER_KEY", self.consumer_key().to_owned()),
        ]
    }

    /// Returns the application key.
    #[must_use]
    pub fn application_key(&self) -> &str {
        &self.engine.keys.application_key
    }

    /// Returns the application secret.
    #[must_use]
    pub fn application_secret(&self) -> &str {
        self.engine.keys.application_secret.expose()
    }

    /// Returns the consumer key, which is valid and has the granted rights, by default all.
    #[must_use]
    pub fn consumer_key(&self) -> &str {
        self.engine.keys.consumer_key.expose()
    }

    /// Returns the id of the OAuth2 client.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.engine.keys.client_id
    }

    /// Returns the secret of the OAuth2 client.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        self.engine.keys.client_secret.expose()
    }

    /// Returns the URL of the token endpoint: `http://127.0.0.1:PORT/auth/oauth2/token`.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("{}{}", self.engine.origin, ExtraRoute::TOKEN.path)
    }

    /// Returns the URL of the overview page: `http://127.0.0.1:PORT/_sandbox/`.
    #[must_use]
    pub fn page_url(&self) -> String {
        format!("{}/_sandbox/", self.engine.origin)
    }

    /// Returns the certificate authority of an HTTPS sandbox as PEM, for clients to trust.
    ///
    /// It is created at the start, and its key is not kept.
    #[must_use]
    pub fn certificate_authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// Returns the journal of all calls.
    #[must_use]
    pub fn journal(&self) -> Journal {
        self.engine.journal.clone()
    }

    /// Returns a view of the state.
    #[must_use]
    pub fn state(&self) -> State {
        State(Arc::clone(&self.engine))
    }

    /// Returns the clock of the state.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.engine.clock.clone()
    }

    /// Returns the faults, to add and remove them.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.engine.faults.clone()
    }

    /// Sets the offset of the server's time in seconds.
    ///
    /// It applies to `/auth/time`, the `Date` header and signatures, but not to tasks.
    pub fn set_time_offset(&self, seconds: i64) {
        self.engine.time.set_offset(seconds);
    }

    /// Writes the content of a database, as an application on the hosting does.
    ///
    /// The text stands for all tables. Dumps contain it, and restores write it. Each character uses
    /// a megabyte; `quotaUsed` of the hosting shows it after the next measurement.
    ///
    /// # Errors
    /// Returns an error if there is no such database.
    pub fn write_database(
        &self,
        service: &str,
        name: &str,
        content: &str,
    ) -> Result<(), UnknownObject> {
        let action = AdminAction::WriteDatabase {
            service: service.to_owned(),
            name: name.to_owned(),
            content: content.to_owned(),
        };
        self.act(&action, "database")
    }

    /// Writes the files of a hosting, as an upload does.
    ///
    /// The text stands for all files. Snapshots contain it, and restores write it. Each character
    /// uses a megabyte; `quotaUsed` of the hosting shows it after the next measurement.
    ///
    /// # Errors
    /// Returns an error if there is no such hosting.
    pub fn write_files(&self, service: &str, content: &str) -> Result<(), UnknownObject> {
        let action = AdminAction::WriteFiles {
            service: service.to_owned(),
            content: content.to_owned(),
        };
        self.act(&action, "hosting")
    }

    /// Sets a TXT record in an external DNS zone, such as `ovhcontrol.example.org`.
    ///
    /// [Foreign domains](crate::HostingSeed::foreign_domain) need it as a proof of ownership.
    pub fn set_txt_record(&self, name: &str, value: &str) {
        self.engine.act(&AdminAction::SetTxt {
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }

    /// Sets the A or AAAA record of a domain. A hosting has `192.0.2.10` and `2001:db8::10`.
    ///
    /// Without a record an attached domain points to its hosting, unless it is
    /// [foreign](crate::HostingSeed::foreign_domain).
    pub fn set_address_record(&self, name: &str, address: IpAddr) {
        self.engine.act(&AdminAction::SetAddress {
            name: name.to_owned(),
            address,
        });
    }

    /// Sets the incidents of the platform. Default: none.
    pub fn set_incidents<S: Into<String>>(&self, incidents: impl IntoIterator<Item = S>) {
        let incidents = incidents.into_iter().map(Into::into).collect();
        self.engine.act(&AdminAction::SetIncidents(incidents));
    }

    /// Makes the next task of a function or operation fail: it ends as `error`, without its effect.
    ///
    /// Functions are named like `database/create`, operations like `databases::create`.
    ///
    /// # Panics
    /// Panics if no task has this function or operation, or if a thousand failures are set: a test
    /// with a failure that never comes would prove nothing.
    #[track_caller]
    pub fn fail_next_task(&self, what: &str) {
        self.end_next_task(what, Ending::Error);
    }

    /// Makes the next task of a function or operation end as `cancelled`, without its effect.
    ///
    /// # Panics
    /// As [`fail_next_task`](Self::fail_next_task).
    #[track_caller]
    pub fn cancel_next_task(&self, what: &str) {
        self.end_next_task(what, Ending::Cancelled);
    }

    #[track_caller]
    fn end_next_task(&self, what: &str, ending: Ending) {
        expect_known(document().check_start(what));
        let what = what.to_owned();
        let done = self.engine.act(&AdminAction::FailTask { what, ending });
        assert!(done, "there are too many tasks to fail already");
    }

    /// Returns the state as text for [`Builder::resume`](crate::Builder::resume).
    ///
    /// `None` without [`Builder::record`](crate::Builder::record). It contains keys, but no
    /// passwords. Journal, faults and the server's time are not part of the state.
    #[must_use]
    pub fn saved_state(&self) -> Option<String> {
        self.engine.saved()
    }

    /// Completes when the state has changed since it last completed.
    ///
    /// Never completes without [`Builder::record`](crate::Builder::record).
    pub async fn changed(&self) {
        self.engine.record.changed().await;
    }

    /// Returns the result of [`Builder::resume`](crate::Builder::resume).
    #[must_use]
    pub fn resumed(&self) -> Option<Resumed> {
        self.resumed
    }

    /// Restores the initial state, keys, journal and faults. The clock continues.
    pub fn reset(&self) {
        self.engine.reset();
    }

    /// Revokes all bearer tokens that the token endpoint issued.
    pub fn revoke_tokens(&self) {
        self.engine.act(&AdminAction::RevokeTokens);
    }

    /// Approves a consumer key, as a person does on the validation page.
    ///
    /// # Errors
    /// Returns an error if there is no such key.
    pub fn validate(&self, consumer_key: &str) -> Result<(), UnknownObject> {
        self.credential(consumer_key, CredentialState::Validated)
    }

    /// Refuses a consumer key, as a person can on the validation page.
    ///
    /// # Errors
    /// Returns an error if there is no such key.
    pub fn refuse(&self, consumer_key: &str) -> Result<(), UnknownObject> {
        self.credential(consumer_key, CredentialState::Refused)
    }

    /// Expires a consumer key.
    ///
    /// # Errors
    /// Returns an error if there is no such key.
    pub fn expire(&self, consumer_key: &str) -> Result<(), UnknownObject> {
        self.credential(consumer_key, CredentialState::Expired)
    }

    fn credential(&self, consumer_key: &str, state: CredentialState) -> Result<(), UnknownObject> {
        let done = self.engine.decide(consumer_key, state);
        done.then_some(()).ok_or(UnknownObject("consumer key"))
    }

    fn act(&self, action: &AdminAction, object: &'static str) -> Result<(), UnknownObject> {
        let done = self.engine.act(action);
        done.then_some(()).ok_or(UnknownObject(object))
    }

    /// Stops, and returns when the port is free. Dropping does the same.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// Shows no key.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("base_url", &self.base_url())
            .field("clock", &self.engine.clock)
            .field("journal", &self.engine.journal)
            .finish_non_exhaustive()
    }
}

/// The error for an object that the sandbox does not have.
#[derive(Debug)]
pub struct UnknownObject(&'static str);

text_error!(UnknownObject: "the sandbox has no such");
