//! Getting a consumer key: ask for it, let the owner of the account agree, use it.
//!
//! ```text
//! application key and secret -> request_credential(rules) -> PendingCredential
//!   the owner opens its validation URL, logs in and agrees
//! wait_validated -> a client with the new key
//! ```

mod pending;
mod rules;

use std::future::IntoFuture;

use ovh_runtime::{BoxFuture, Error};

pub use pending::PendingCredential;
pub use rules::{AccessRule, AccessRules};

use crate::Client;
use crate::types;

/// The question for a consumer key, to be awaited.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct CredentialRequest {
    client: Client,
    rules: AccessRules,
    redirection: Option<String>,
    addresses: Vec<String>,
}

impl CredentialRequest {
    pub(crate) fn new(client: Client, rules: AccessRules) -> Self {
        Self {
            client,
            rules,
            redirection: None,
            addresses: Vec::new(),
        }
    }

    /// Where the browser is sent once the owner has agreed.
    pub fn redirection(mut self, url: impl Into<String>) -> Self {
        self.redirection = Some(url.into());
        self
    }

    /// An address block from which the key may be used, such as `192.0.2.0/24`. May be called more
    /// than once; without it the key may be used from anywhere.
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

impl IntoFuture for CredentialRequest {
    type Output = Result<PendingCredential, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
