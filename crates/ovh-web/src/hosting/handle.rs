//! The handle of one hosting.
//!
//! The methods for its resources are in `hosting`; tasks and waiting need only this handle.

use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind};
use tokio::sync::OwnedMutexGuard;

use crate::Client;
use crate::macros::partial_debug;

/// The handle of one hosting.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// let hosting = client.hosting("example.ovh");
/// println!("{}", hosting.get().await?.offer);
/// for domain in hosting.domains().list().await? {
///     println!("{}: {}", domain.domain, domain.path);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Hosting {
    client: Client,
    service_name: Arc<str>,
    login: Option<Arc<str>>,
}

impl Hosting {
    pub(crate) fn new(client: Client, service_name: String) -> Self {
        Self {
            client,
            service_name: Arc::from(service_name),
            login: None,
        }
    }

    /// Returns the service name.
    #[must_use]
    pub fn service_name(&self) -> &str {
        &self.service_name
    }

    /// Returns the client.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Sets the hosting's login: `primary_login` of [`get`](Self::get).
    ///
    /// With it, a new user or database user that does not start with this login is refused before
    /// the request is sent.
    ///
    /// ```
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// let hosting = client.hosting("example.ovh");
    /// let login = hosting.get().await?.primary_login;
    /// let hosting = hosting.with_login(login);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_login(mut self, login: impl Into<String>) -> Self {
        self.login = Some(Arc::from(login.into()));
        self
    }

    /// Waits until this client runs no other `ensure` of an object, for a limited time.
    pub(crate) async fn exclusive(
        &self,
        what: &str,
        limit: Duration,
    ) -> Result<OwnedMutexGuard<()>, Error> {
        let (service, clock) = (&*self.service_name, &**self.client.clock());
        let name = format!("{service} {what}");
        let lock = self.client.locks().acquire_within(&name, clock, limit);
        lock.await.ok_or_else(|| {
            let message = format!("{what} of {service} is still being changed after {limit:?}");
            Error::builder(ErrorKind::Timeout, message)
                .hint("this client runs another `ensure` of it; nothing was sent")
                .build()
        })
    }

    pub(crate) fn raw(&self) -> &ovh_web_client::Client {
        self.client.raw()
    }

    /// The hosting's login, if it was set.
    pub(crate) fn login(&self) -> Option<&str> {
        self.login.as_deref()
    }
}

partial_debug!(Hosting, |hosting| service_name = hosting.service_name);
