//! The client: what everything else is reached from.

use std::fmt;
use std::sync::Arc;

use ovh_runtime::{Call, Core, Error, ErrorKind, Method, Secret, Transport};

use crate::access::{AccessRules, CredentialRequest};
use crate::request::FreeRequest;
use crate::transport::{Auth, EngineSettings, HttpTransport};
use crate::types::{AuthDetails, Credential};
use crate::wait::Work;
use crate::{ClientBuilder, Clock, Credentials, Endpoint, WaitPolicy};

/// A client of OVHcloud web hosting.
///
/// Cheap to clone, and meant to be: clones share one pool of connections and one knowledge of the
/// server's clock. It can be used from any number of tasks at once, and in several Tokio runtimes:
/// each has connections of its own, so that a client in a `static` outlives the runtime of a test.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: HttpTransport,
    core: Core,
    raw: ovh_web_client::Client,
    clock: Arc<dyn Clock>,
    endpoint: Endpoint,
    /// The way to addresses that are not the API's.
    engine_settings: EngineSettings,
    wait_policy: Option<WaitPolicy>,
}

impl Client {
    /// A client with the settings of the environment and of `ovh.conf`.
    ///
    /// # Errors
    ///
    /// Settings that are missing, mixed, malformed or unreadable.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().from_env().build()
    }

    /// A client with the settings of these pairs and of nothing else: see
    /// [`ClientBuilder::from_pairs`].
    ///
    /// # Errors
    ///
    /// Settings that are missing, mixed or malformed.
    pub fn from_pairs<K, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self, Error>
    where
        K: AsRef<str>,
        V: Into<Secret>,
    {
        Self::builder().from_pairs(pairs).build()
    }

    /// Begins a client whose settings come from the program.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    pub(crate) fn assemble(
        transport: HttpTransport,
        clock: Arc<dyn Clock>,
        endpoint: Endpoint,
        engine_settings: EngineSettings,
        wait_policy: Option<WaitPolicy>,
    ) -> Self {
        let core = Core::new(Arc::new(transport.clone()));
        Self {
            inner: Arc::new(Inner {
                raw: ovh_web_client::Client::new(core.clone()),
                transport,
                core,
                clock,
                endpoint,
                engine_settings,
                wait_policy,
            }),
        }
    }

    /// The complete generated client: every operation of `/hosting/web`, on the same road.
    #[must_use]
    pub fn raw(&self) -> &ovh_web_client::Client {
        &self.inner.raw
    }

    /// A call of any other route: `client.request(Method::Get, "/me").json::<Me>().await?`.
    ///
    /// The target stands below the API's base; values in its path have to be escaped already. It
    /// may begin with `/v1/` or `/v2/` to choose the API's version.
    pub fn request(&self, method: Method, target: impl Into<String>) -> FreeRequest {
        FreeRequest::new(self.inner.core.clone(), method, target.into())
    }

    /// What carries the calls, for other generated clients on the same runtime.
    #[must_use]
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.inner.transport.clone())
    }

    /// Begins to ask for a consumer key that may do what these rules say.
    ///
    /// ```no_run
    /// use ovh_web::{AccessRules, Client};
    ///
    /// # async fn example() -> Result<(), ovh_web::Error> {
    /// let client = Client::builder().from_env().without_consumer_key().build()?;
    /// let rules = AccessRules::new().manage_hosting("example.cluster01.hosting.ovh.net");
    /// let pending = client.request_credential(rules).await?;
    /// println!("open {} and agree", pending.validation_url());
    /// let client = pending.wait_validated().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request_credential(&self, rules: AccessRules) -> CredentialRequest {
        CredentialRequest::new(self.clone(), rules)
    }

    /// What the consumer key in use may do, and until when.
    pub fn current_credential(&self) -> Call<Credential> {
        self.raw().auth().current_credential().fresh()
    }

    /// Who is calling, by whatever credentials, and what they may do.
    pub fn identity(&self) -> Call<AuthDetails> {
        self.raw().auth().details().fresh()
    }

    /// Ends the consumer key in use for good.
    pub fn logout(&self) -> Call<()> {
        self.raw().auth().logout()
    }

    /// The same client on behalf of another consumer key: same application, same connections,
    /// same limits.
    ///
    /// # Errors
    ///
    /// A client that has no application key and secret, or a key that no header can carry.
    pub fn with_consumer_key(&self, key: impl Into<Secret>) -> Result<Self, Error> {
        let key = key.into();
        let refuse = |what: &str| Err(Error::builder(ErrorKind::Configuration, what).build());
        let (application, secret) = match self.inner.transport.auth() {
            Auth::Signature(credentials) => (
                credentials.application_key().clone(),
                credentials.application_secret().clone(),
            ),
            Auth::Application { key, secret } => (key.clone(), secret.clone()),
            Auth::OAuth2(_) | Auth::Bearer(_) => {
                return refuse(
                    "a consumer key goes with an application key, which this client has not",
                );
            }
        };
        let text = key.expose();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refuse("the consumer key is empty, or holds what no header can carry");
        }
        let auth = Auth::Signature(Credentials::new(application, secret, key));
        Ok(self.over(self.inner.transport.with_auth(auth)))
    }

    /// The same client, but one that refuses every call that would change something, before it is
    /// sent.
    #[must_use]
    pub fn read_only(&self) -> Self {
        self.over(self.inner.transport.read_only())
    }

    fn over(&self, transport: HttpTransport) -> Self {
        Self::assemble(
            transport,
            Arc::clone(&self.inner.clock),
            self.inner.endpoint.clone(),
            self.inner.engine_settings.clone(),
            self.inner.wait_policy,
        )
    }

    /// Where the calls go.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// What tells one client from another: clones are the same, clients of other servers or keys are
    /// not.
    pub(crate) fn identity_of_clones(&self) -> usize {
        Arc::as_ptr(&self.inner) as usize
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    /// The policy of a wait that is given none.
    pub(crate) fn wait_policy(&self, work: Work) -> WaitPolicy {
        self.inner
            .wait_policy
            .unwrap_or_else(|| WaitPolicy::of(work))
    }

    pub(crate) fn engine_settings(&self) -> &EngineSettings {
        &self.inner.engine_settings
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.inner.endpoint)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_can_go_everywhere() {
        fn everywhere<T: Clone + Send + Sync + 'static>() {}
        everywhere::<Client>();
    }
}
