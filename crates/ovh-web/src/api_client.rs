//! The API client.

use std::sync::Arc;

use ovh_runtime::{Call, ClientCore, Error, Method, Operation, Secret, Transport};

use crate::credentials::Auth;
use crate::error::{configuration, is_header_value};
use crate::locks::Locks;
use crate::macros::partial_debug;
use crate::request::RawRequest;
#[cfg(feature = "reqwest")]
use crate::transport::EngineSettings;
use crate::transport::HttpTransport;
use crate::types::{AuthDetails, Credential};
use crate::wait::Work;
use crate::{Clock, Endpoint, WaitPolicy, operations};

/// The API client for OVHcloud web hosting.
///
/// Cheap to clone: clones share one connection pool and one estimate of the server's clock. A
/// client can be used from any number of tasks at once, and from several Tokio runtimes: each
/// runtime has its own connections, so a client in a `static` survives the runtime of a test.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: HttpTransport,
    core: ClientCore,
    raw: ovh_web_client::Client,
    shared: Shared,
}

/// The settings that a client passes on to those derived from it.
#[derive(Clone)]
struct Shared {
    wait_policy: Option<WaitPolicy>,
    locks: Locks,
}

impl Client {
    pub(crate) fn new(transport: HttpTransport, wait_policy: Option<WaitPolicy>) -> Self {
        let shared = Shared {
            wait_policy,
            locks: Locks::default(),
        };
        Self::with(transport, shared)
    }

    fn with(transport: HttpTransport, shared: Shared) -> Self {
        let core = ClientCore::new(Arc::new(transport.clone()));
        Self {
            inner: Arc::new(Inner {
                raw: ovh_web_client::Client::new(core.clone()),
                transport,
                core,
                shared,
            }),
        }
    }

    /// Returns the generated client, with every operation of `/hosting/web`.
    #[must_use]
    pub fn raw(&self) -> &ovh_web_client::Client {
        &self.inner.raw
    }

    /// Creates a request to any route.
    ///
    /// Example: `client.request(Method::GET, "/me").json::<Me>().await?`. The target is relative to
    /// the API's base URL, and values in its path must already be percent-encoded. It may start
    /// with `/v1/` or `/v2/` to choose the API version.
    ///
    /// A route of [`operations`] gets that operation's metadata: [`operations::of_route`].
    pub fn request(&self, method: Method, target: impl Into<String>) -> RawRequest {
        let target = target.into();
        // Below another base, the same route may be another operation.
        let is_v1 = !self.endpoint().base_url().ends_with("/v2");
        let row = operations::of_route(&method, &target).filter(|_| is_v1);
        RawRequest::new(self.inner.core.clone(), method, target, row)
    }

    /// Creates a request of an operation, from its path values in the order of the route.
    ///
    /// For programs that choose the operation at run time; [`raw`](Self::raw) has a typed method
    /// for each.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::operations;
    ///
    /// let operation = operations::by_id("crons::get").expect("an operation");
    /// let cron = client.operation(operation, &["example.ovh", "7"])?;
    /// println!("{}", cron.json::<serde_json::Value>().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if there are more or fewer values than parameters, or if a value is empty,
    /// `.`, `..` or one that selects another route.
    pub fn operation(
        &self,
        operation: &'static Operation,
        values: &[&str],
    ) -> Result<RawRequest, Error> {
        let target = operation.target(values)?;
        let method = operation.method().clone();
        let core = self.inner.core.clone();
        Ok(RawRequest::new(core, method, target, Some(operation)))
    }

    /// Returns the transport, for other generated clients on the same runtime.
    #[must_use]
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.inner.transport.clone())
    }

    /// Returns the consumer key in use: its access rules and expiry.
    ///
    /// Operation: `auth::current_credential`.
    pub fn current_credential(&self) -> Call<Credential> {
        self.raw().auth().current_credential().fresh()
    }

    /// Returns the identity behind the credentials, and its permissions.
    ///
    /// Operation: `auth::details`.
    pub fn identity(&self) -> Call<AuthDetails> {
        self.raw().auth().details().fresh()
    }

    /// Revokes the consumer key in use.
    ///
    /// Operation: `auth::logout`.
    pub fn logout(&self) -> Call<()> {
        self.raw().auth().logout()
    }

    /// Returns the same client with another consumer key.
    ///
    /// Application, connections and limits are shared.
    ///
    /// # Errors
    ///
    /// Returns an error if the client has no application key and secret, or if the key is not valid
    /// in a header.
    pub fn with_consumer_key(&self, key: impl Into<Secret>) -> Result<Self, Error> {
        let new = key.into();
        let refuse = |message: &str| Err(configuration(message).build());
        let mut auth = self.inner.transport.auth().clone();
        let Auth::Application { consumer, .. } = &mut auth else {
            return refuse("a consumer key needs an application key, which this client lacks");
        };
        if !is_header_value(new.expose()) {
            return refuse("the consumer key is empty, or not valid in a header");
        }
        *consumer = Some(new);
        Ok(self.over(self.inner.transport.with_auth(auth)))
    }

    /// Returns a client that refuses every call that would change something, before sending it.
    #[must_use]
    pub fn read_only(&self) -> Self {
        self.over(self.inner.transport.read_only())
    }

    fn over(&self, transport: HttpTransport) -> Self {
        Self::with(transport, self.inner.shared.clone())
    }

    /// Returns the endpoint of the API.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        self.inner.transport.endpoint()
    }

    /// Identifies the client; clones share one value.
    pub(crate) fn identity_of_clones(&self) -> usize {
        Arc::as_ptr(&self.inner) as usize
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.transport.config().clock
    }

    /// The policy for waits that are not given one.
    pub(crate) fn wait_policy(&self, work: Work) -> WaitPolicy {
        self.inner
            .shared
            .wait_policy
            .unwrap_or_else(|| WaitPolicy::of(work))
    }

    /// Ends once no write of this client is being sent.
    #[cfg(feature = "sites")]
    pub(crate) async fn no_write(&self) {
        self.inner.transport.no_write().await;
    }

    pub(crate) fn locks(&self) -> &Locks {
        &self.inner.shared.locks
    }

    #[cfg(feature = "reqwest")]
    /// For downloads from addresses outside the API.
    pub(crate) fn engine_settings(&self) -> &EngineSettings {
        &self.inner.transport.config().engine
    }
}

partial_debug!(Client, |client| endpoint = client.endpoint());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_is_clone_send_sync() {
        fn everywhere<T: Clone + Send + Sync + 'static>() {}
        everywhere::<Client>();
    }
}
