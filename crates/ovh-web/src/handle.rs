//! One hosting by its name, which every other handle stands on.
//!
//! What it consists of is not here but in `hosting`, a family a file; so tasks and waiting need to
//! know a hosting, and none of its families.

use std::fmt;
use std::sync::Arc;

use crate::Client;

/// One hosting.
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

    /// Its service name.
    #[must_use]
    pub fn service_name(&self) -> &str {
        &self.service_name
    }

    /// The client that calls for it.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The same hosting, whose login is known: `primary_login` of [`get`](Self::get).
    ///
    /// With it, a database user or a login that the API would refuse is refused before anything is
    /// sent.
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

    pub(crate) fn raw(&self) -> &ovh_web_client::Client {
        self.client.raw()
    }

    /// The hosting's login, if it is known.
    pub(crate) fn login(&self) -> Option<&str> {
        self.login.as_deref()
    }
}

impl fmt::Debug for Hosting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosting")
            .field("service_name", &self.service_name)
            .finish_non_exhaustive()
    }
}
