//! A consumer key that awaits approval by the account owner.

use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, Secret};
use url::Url;

use crate::endpoint::is_loopback;
use crate::macros::partial_debug;
use crate::types::{Credential, CredentialRequested, CredentialState};
use crate::wait::{PollOutcome, until_settled};
use crate::{Client, WaitPolicy};

/// A consumer key that is not approved yet.
///
/// The account owner approves it by opening [`validation_url`](Self::validation_url) and logging
/// in.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// let pending = client.request_credential(ovh_web::AccessRules::read_only()).await?;
/// println!("open {} and agree", pending.validation_url());
/// let client = pending.wait_validated().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PendingCredential {
    client: Client,
    consumer_key: Secret,
    validation_url: Secret,
}

impl PendingCredential {
    pub(super) fn new(client: &Client, requested: CredentialRequested) -> Result<Self, Error> {
        let base = client.endpoint().base_url();
        if !is_web_page(requested.validation_url.expose(), base) {
            let message = "the validation URL of the new consumer key is not an https address";
            return Err(Error::builder(ErrorKind::Decode, message)
                .hint("do not open it: the server may not be OVHcloud's API")
                .build());
        }
        Ok(Self {
            client: client.with_consumer_key(requested.consumer_key.clone())?,
            consumer_key: requested.consumer_key,
            validation_url: requested.validation_url,
        })
    }

    /// Returns the approval URL, to open in a browser.
    ///
    /// It contains a token: show it only to the account owner.
    #[must_use]
    pub fn validation_url(&self) -> &str {
        self.validation_url.expose()
    }

    /// Returns the consumer key, to store for later runs.
    #[must_use]
    pub const fn consumer_key(&self) -> &Secret {
        &self.consumer_key
    }

    /// Returns a client with the key, approved or not.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Waits up to 15 minutes for approval, and returns a client with the key.
    pub async fn wait_validated(&self) -> Result<Client, Error> {
        let policy = WaitPolicy::default()
            .interval(Duration::from_secs(2))
            .longest_interval(Duration::from_secs(5))
            .deadline(Duration::from_secs(15 * 60));
        self.wait_validated_with(policy).await
    }

    /// Waits for approval, and returns a client with the key.
    ///
    /// Cancel-safe: the future may be dropped and the wait repeated.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Authentication`]: the key was refused, has expired or does not exist, or the
    ///   application key is invalid.
    /// - [`ErrorKind::Timeout`]: the policy's deadline has passed. The owner may still approve, or
    ///   may have refused: the API answers `This credential is not valid` in both cases.
    /// - The error of the call, if several polls in a row fail.
    pub async fn wait_validated_with(&self, policy: WaitPolicy) -> Result<Client, Error> {
        let clock = Arc::clone(self.client.clock());
        let settled = until_settled(&*clock, policy, false, || async {
            read(self.client.current_credential().await)
        });
        let timeout = || {
            let limit = policy.deadline;
            let message = format!("the consumer key is not approved after waiting for {limit:?}");
            Err(Error::builder(ErrorKind::Timeout, message)
                .hint("the owner may still approve it, or may have refused: wait again, or request another key")
                .build())
        };
        settled.await.unwrap_or_else(timeout)?;
        Ok(self.client())
    }
}

/// Returns `true` if a browser may open the URL.
///
/// It must use HTTPS, or plain HTTP if it is on this machine or the API uses plain HTTP too.
fn is_web_page(address: &str, base: &str) -> bool {
    let is_plain = |letter: char| letter.is_control() || letter.is_whitespace();
    !address.contains(is_plain)
        && Url::parse(address).is_ok_and(|url| match url.scheme() {
            "https" => url.host().is_some(),
            "http" => {
                let is_api = |base: Url| base.origin() == url.origin();
                is_loopback(&url) || Url::parse(base).is_ok_and(is_api)
            }
            _ => false,
        })
}

/// Interprets the response about the key.
fn read(response: Result<Credential, Error>) -> Result<PollOutcome<()>, Error> {
    let credential = match response {
        Ok(credential) => credential,
        Err(error) => {
            return match error.code() {
                // From fixtures and logs of OVHcloud's clients: both codes mean "not approved yet";
                // the first also means "refused".
                Some("INVALID_CREDENTIAL" | "INVALID_SIGNATURE") => Ok(PollOutcome::InProgress),
                // Inferred: rules are only checked once the key is valid.
                Some("NOT_GRANTED_CALL") => Ok(PollOutcome::Done(())),
                _ => Err(error),
            };
        }
    };
    let message = match credential.status {
        CredentialState::Validated => return Ok(PollOutcome::Done(())),
        CredentialState::Refused => "the account owner refused the consumer key",
        CredentialState::Expired => "the consumer key has expired",
        _ => return Ok(PollOutcome::InProgress),
    };
    Err(Error::builder(ErrorKind::Authentication, message)
        .hint("request another one")
        .build())
}

partial_debug!(PendingCredential, |credential| client = credential.client);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_gets_only_web_urls() {
        for address in [
            "https://eu.api.ovh.com/auth/?credentialToken=a",
            "http://127.0.0.1:8080/auth/?credentialToken=a",
            "http://[::1]/auth/",
        ] {
            assert!(
                is_web_page(address, "https://eu.api.ovh.com/1.0"),
                "{address}"
            );
        }
        let sandbox = "http://sandbox:8080/auth/?credentialToken=a";
        assert!(is_web_page(sandbox, "http://sandbox:8080/1.0"));
        assert!(!is_web_page(sandbox, "http://sandbox:8081/1.0"));
        for address in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
            "http://eu.api.ovh.com/auth/",
            "https://eu.api.ovh.com/\u{1b}[2J",
            "https://eu.api.ovh.com/ x",
            "--version",
            "",
        ] {
            assert!(
                !is_web_page(address, "https://eu.api.ovh.com/1.0"),
                "{address}"
            );
        }
    }
}
