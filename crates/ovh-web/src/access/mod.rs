//! Consumer keys: request one, have the account owner approve it, use it.
//!
//! ```text
//! application key and secret -> request_credential(rules) -> PendingCredential
//!   the owner opens its validation URL, logs in and agrees
//! wait_validated -> a client with the new key
//! ```

mod pending;
pub(crate) mod rules;

use std::future::IntoFuture;

use ovh_runtime::{BoxFuture, Error, Secret};

pub use pending::PendingCredential;
pub use rules::{AccessRules, Rule};

use crate::Client;
use crate::types;

impl Client {
    /// Requests a new consumer key with these access rules.
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
    pub fn request_credential(&self, rules: AccessRules) -> RequestCredential {
        RequestCredential::new(self.clone(), rules)
    }
}

/// A request for a consumer key, sent when awaited.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct RequestCredential {
    client: Client,
    rules: AccessRules,
    redirection: Option<Secret>,
    addresses: Vec<String>,
}

impl RequestCredential {
    fn new(client: Client, rules: AccessRules) -> Self {
        Self {
            client,
            rules,
            redirection: None,
            addresses: Vec::new(),
        }
    }

    /// Sets the URL that the browser is redirected to after approval.
    ///
    /// It appears in no `Debug` output, since it may hold a session token.
    pub fn redirection(mut self, url: impl Into<Secret>) -> Self {
        self.redirection = Some(url.into());
        self
    }

    /// Allows the key only from this address block, such as `192.0.2.0/24`.
    ///
    /// May be called more than once. Without it, the key works from anywhere.
    pub fn allowed_ip(mut self, block: impl Into<String>) -> Self {
        self.addresses.push(block.into());
        self
    }

    async fn send(self) -> Result<PendingCredential, Error> {
        let mut body = types::CredentialRequest::new().access_rules(self.rules.into_body()?);
        if let Some(url) = self.redirection {
            body = body.redirection(url);
        }
        if !self.addresses.is_empty() {
            body = body.allowed_ips(self.addresses);
        }
        let requested = self.client.raw().auth().request_credential(&body).await?;
        PendingCredential::new(&self.client, requested)
    }
}

impl IntoFuture for RequestCredential {
    type Output = Result<PendingCredential, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Credentials, Endpoint};

    #[test]
    fn debug_shows_no_redirection() {
        let credentials = Credentials::new("ak", "as", "ck");
        let builder = Client::builder().endpoint(Endpoint::OvhEu);
        let client = builder.credentials(credentials).build().expect("complete");
        let url = "https://shop.example/back?session=s3cr3t";
        let request = client
            .request_credential(AccessRules::read_only())
            .redirection(url);
        let body = types::CredentialRequest::new().redirection(url);
        let shown = format!("{request:?} {body:?}");
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
}
