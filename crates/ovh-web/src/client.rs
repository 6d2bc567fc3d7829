//! The client: what everything else is reached from.

use std::fmt;
use std::sync::Arc;

use ovh_runtime::{Core, Error, Method, Transport};

use crate::request::FreeRequest;
use crate::{ClientBuilder, Clock, Endpoint};

/// A client of OVHcloud web hosting.
///
/// Cheap to clone, and meant to be: clones share one pool of connections and one knowledge of the
/// server's clock. It can be used from any number of tasks at once, within a tokio runtime.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Arc<dyn Transport>,
    core: Core,
    raw: ovh_web_client::Client,
    clock: Arc<dyn Clock>,
    endpoint: Endpoint,
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

    /// Begins a client whose settings come from the program.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    pub(crate) fn assemble(
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        endpoint: Endpoint,
    ) -> Self {
        let core = Core::new(Arc::clone(&transport));
        Self {
            inner: Arc::new(Inner {
                raw: ovh_web_client::Client::new(core.clone()),
                transport,
                core,
                clock,
                endpoint,
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
        Arc::clone(&self.inner.transport)
    }

    /// Where the calls go.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
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
