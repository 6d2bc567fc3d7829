//! A running sandbox: what a test asks it and does with it.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ovh_runtime::Secret;

use crate::admin_action::AdminAction;
use crate::auth::credential::CredentialState;
use crate::clock::Clock;
use crate::document::document;
use crate::engine::Engine;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::persist::Resumed;
use crate::routes::ExtraRoute;
use crate::server::Server;
use crate::state::failures::Ending;
use crate::view::State;

/// A local OVHcloud. It serves from a thread of its own until it is stopped or dropped.
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
    pub(crate) keys: Keys,
}

/// What a client signs with, or has a token with.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) application_key: String,
    pub(crate) application_secret: Secret,
    pub(crate) consumer_key: Secret,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
}

impl Sandbox {
    /// The base URL for clients: `http://127.0.0.1:PORT/1.0`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}/1.0", self.engine.origin)
    }

    /// The address that is listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The environment variables that OVHcloud's own clients read, with what leads to this
    /// sandbox. The keys open nothing else.
    #[must_use]
    pub fn env(&self) -> Vec<(&'static str, String)> {
        vec![
            ("OVH_ENDPOINT", self.base_url()),
            ("OVH_APPLICATION_KEY", self.keys.application_key.clone()),
            (
                "OVH_APPLICATION_SECRET",
                self.keys.application_secret.expose().to_owned(),
            ),
            (
                "OVH_CONSUMER_KEY",
                self.keys.consumer_key.expose().to_owned(),
            ),
        ]
    }

    /// The application key.
    #[must_use]
    pub fn application_key(&self) -> &str {
        &self.keys.application_key
    }

    /// The application secret. It opens nothing but this sandbox.
    #[must_use]
    pub fn application_secret(&self) -> &str {
        self.keys.application_secret.expose()
    }

    /// The consumer key, validated and with every right. It opens nothing but this sandbox.
    #[must_use]
    pub fn consumer_key(&self) -> &str {
        self.keys.consumer_key.expose()
    }

    /// Every call so far.
    #[must_use]
    pub fn journal(&self) -> Journal {
        self.engine.journal.clone()
    }

    /// Looks into the state.
    #[must_use]
    pub fn state(&self) -> State {
        State(Arc::clone(&self.engine))
    }

    /// The clock that tasks walk on.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.engine.clock.clone()
    }

    /// Puts the server's own time off by so many seconds: `/auth/time`, the `Date` header and the
    /// timestamp window follow. Tasks do not.
    pub fn set_time_offset(&self, seconds: i64) {
        self.engine.time.set_offset(seconds);
    }

    /// Does what the application on the hosting would do: writes into a database. The text stands
    /// for all its tables; dumps keep it and restores bring it back.
    ///
    /// # Errors
    /// If there is no such database.
    pub fn write_database(
        &self,
        service: &str,
        name: &str,
        content: &str,
    ) -> Result<(), UnknownObject> {
        let deed = AdminAction::WriteDatabase {
            service: service.to_owned(),
            name: name.to_owned(),
            content: content.to_owned(),
        };
        self.act(&deed, "database")
    }

    /// Does what an upload does: writes the files of a hosting. The text stands for all of them;
    /// snapshots keep it and bring it back.
    ///
    /// # Errors
    /// If there is no such hosting.
    pub fn write_files(&self, service: &str, content: &str) -> Result<(), UnknownObject> {
        let deed = AdminAction::WriteFiles {
            service: service.to_owned(),
            content: content.to_owned(),
        };
        self.act(&deed, "hosting")
    }

    /// Sets a TXT record, such as `ovhcontrol.example.org`, as the owner of a domain does elsewhere:
    /// the proof that a [foreign domain](crate::HostingSeed::foreign_domain) wants.
    pub fn set_txt_record(&self, name: &str, value: &str) {
        self.engine.act(&AdminAction::SetTxt {
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }

    /// Sets the A or AAAA record of a domain: `192.0.2.10` and `2001:db8::10` are the hosting's.
    ///
    /// Without a record an attached domain points to its hosting, unless it is
    /// [foreign](crate::HostingSeed::foreign_domain).
    pub fn set_address_record(&self, name: &str, address: IpAddr) {
        self.engine.act(&AdminAction::SetAddress {
            name: name.to_owned(),
            address,
        });
    }

    /// Lets the next task end as `error` that does this function (`database/create`) or comes
    /// from this operation (`databases::create`). Nothing comes of it: what was being created
    /// goes, what was being changed stays as it was.
    ///
    /// # Panics
    /// If there is no such function, nor such an operation that starts something, or if a
    /// thousand tasks are to fail already: a test with a failure that never comes would prove
    /// nothing.
    #[track_caller]
    pub fn fail_next_task(&self, what: &str) {
        self.end_next_task(what, Ending::Error);
    }

    /// The same, with a task that ends as `cancelled`.
    ///
    /// # Panics
    /// As [`fail_next_task`](Self::fail_next_task).
    #[track_caller]
    pub fn cancel_next_task(&self, what: &str) {
        self.end_next_task(what, Ending::Cancelled);
    }

    #[track_caller]
    fn end_next_task(&self, what: &str, ending: Ending) {
        assert!(document().starts(what), "no task is started by {what:?}");
        let what = what.to_owned();
        let done = self.engine.act(&AdminAction::FailTask { what, ending });
        assert!(done, "too many tasks are to fail already");
    }

    fn act(&self, deed: &AdminAction, object: &'static str) -> Result<(), UnknownObject> {
        if self.engine.act(deed) {
            Ok(())
        } else {
            Err(UnknownObject(object))
        }
    }

    /// The faults that are set, to set more and to clear them.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.engine.faults.clone()
    }

    /// The certificate authority of a sandbox that speaks HTTPS, as PEM: what a client has to
    /// trust. It was made at the start, and its key is forgotten.
    #[must_use]
    pub fn certificate_authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The state as text, for [`Builder::resume`](crate::Builder::resume); nothing unless [`Builder::record`](crate::Builder::record) was asked
    /// for. It has every write since the start, and what was done by hand; passwords are left out
    /// of it, keys are not. The journal, the faults, the server's time offset and when a key was used last are
    /// no part of the state.
    #[must_use]
    pub fn saved_state(&self) -> Option<String> {
        self.engine.saved()
    }

    /// Completes when the state was changed since this completed the last time: to save it again.
    /// Never completes unless [`Builder::record`](crate::Builder::record) was asked for.
    pub async fn changed(&self) {
        self.engine.record.changed().await;
    }

    /// What became of the state that was given to [`Builder::resume`](crate::Builder::resume).
    #[must_use]
    pub fn resumed(&self) -> Option<Resumed> {
        self.resumed
    }

    /// Goes back to the start: state, keys, journal and faults. The clock stays where it is.
    pub fn reset(&self) {
        self.engine.reset();
    }

    /// The page for people: `http://127.0.0.1:PORT/_sandbox/`.
    #[must_use]
    pub fn page_url(&self) -> String {
        format!("{}/_sandbox/", self.engine.origin)
    }

    /// The id of the OAuth2 client.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.keys.client_id
    }

    /// The secret of the OAuth2 client. It opens nothing but this sandbox.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        self.keys.client_secret.expose()
    }

    /// Where bearer tokens are had: `http://127.0.0.1:PORT/auth/oauth2/token`.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("{}{}", self.engine.origin, ExtraRoute::TOKEN.path)
    }

    /// Ends every bearer token that the token endpoint gave out.
    pub fn revoke_tokens(&self) {
        self.engine.act(&AdminAction::RevokeTokens);
    }

    /// Approves a consumer key, as a person does on the validation page.
    ///
    /// # Errors
    /// If there is no such key.
    pub fn validate(&self, consumer_key: &str) -> Result<(), UnknownObject> {
        self.credential(consumer_key, CredentialState::Validated)
    }

    /// Refuses a consumer key, as a person can on the validation page.
    ///
    /// # Errors
    /// If there is no such key.
    pub fn refuse(&self, consumer_key: &str) -> Result<(), UnknownObject> {
        self.credential(consumer_key, CredentialState::Refused)
    }

    /// Lets a consumer key expire.
    ///
    /// # Errors
    /// If there is no such key.
    pub fn expire(&self, consumer_key: &str) -> Result<(), UnknownObject> {
        self.credential(consumer_key, CredentialState::Expired)
    }

    fn credential(&self, consumer_key: &str, state: CredentialState) -> Result<(), UnknownObject> {
        let known = {
            let world = self.engine.world();
            world.accounts.credential(consumer_key).map(|it| it.id)
        };
        let id = known.ok_or(UnknownObject("consumer key"))?;
        self.act(&AdminAction::decision(id, state, None), "consumer key")
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

/// Something that was named to the sandbox and that it does not have.
#[derive(Debug)]
pub struct UnknownObject(&'static str);

impl fmt::Display for UnknownObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the sandbox has no such {}", self.0)
    }
}

impl std::error::Error for UnknownObject {}
