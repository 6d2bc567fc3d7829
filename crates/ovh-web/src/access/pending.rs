//! A consumer key that waits for the owner of the account to agree.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ovh_runtime::{Error, ErrorKind, Secret};
use reqwest::Url;

use crate::endpoint::is_loopback;
use crate::types::{Credential, CredentialRequested, CredentialState};
use crate::wait::{Look, until_settled};
use crate::{Client, WaitPolicy};

/// A consumer key that was asked for.
///
/// It is of no use until the owner of the account has opened
/// [`validation_url`](Self::validation_url), logged in and agreed.
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
            return Err(Error::builder(
                ErrorKind::Decode,
                "the validation URL of the new consumer key is not an https address",
            )
            .hint("do not open it: the server may not be OVHcloud's API")
            .build());
        }
        Ok(Self {
            client: client.with_consumer_key(requested.consumer_key.clone())?,
            consumer_key: requested.consumer_key,
            validation_url: requested.validation_url,
        })
    }

    /// The address to open in a browser. It holds a token: show it to the owner of the account and
    /// to nobody else.
    #[must_use]
    pub fn validation_url(&self) -> &str {
        self.validation_url.expose()
    }

    /// The key itself, to be kept for the next time.
    #[must_use]
    pub const fn consumer_key(&self) -> &Secret {
        &self.consumer_key
    }

    /// A client with the key, whether it is good already or not.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Waits until the owner has agreed, for 15 minutes at most, and gives a client with the key.
    ///
    /// # Errors
    ///
    /// As [`wait_validated_with`](Self::wait_validated_with).
    pub async fn wait_validated(&self) -> Result<Client, Error> {
        let policy = WaitPolicy::default()
            .interval(Duration::from_secs(2))
            .longest_interval(Duration::from_secs(5))
            .deadline(Duration::from_secs(15 * 60));
        self.wait_validated_with(policy).await
    }

    /// Waits until the owner has agreed, and gives a client with the key.
    ///
    /// The future may be dropped at any time and the wait started again.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Authentication`]: the API says that the key was refused, has expired or does
    ///   not exist, or that the application key is wrong.
    /// - [`ErrorKind::Timeout`]: the policy's deadline has passed. The owner may still agree, or
    ///   may have refused: `This credential is not valid` is the answer in both cases.
    /// - any other failure of the request, several times in a row.
    pub async fn wait_validated_with(&self, policy: WaitPolicy) -> Result<Client, Error> {
        let clock = Arc::clone(self.client.clock());
        let settled = until_settled(&*clock, policy, false, || async {
            read(self.client.current_credential().await)
        });
        match settled.await {
            Some(result) => result.map(|()| self.client()),
            None => Err(Error::builder(
                ErrorKind::Timeout,
                format!(
                    "the consumer key was not validated when the {:?} for waiting had passed",
                    policy.limit()
                ),
            )
            .hint(
                "the owner may still agree, or may have refused: ask, then wait again or request another key",
            )
            .build()),
        }
    }
}

/// `true` if a browser may open the address: HTTPS, or plain HTTP on this machine or where the API
/// is called that way.
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

/// Reads an answer about the key.
fn read(answer: Result<Credential, Error>) -> Result<Look<()>, Error> {
    let credential = match answer {
        Ok(credential) => credential,
        Err(error) => {
            return match error.code() {
                // Fixtures and logs of OVHcloud's clients: both are said of a key that nobody has
                // agreed to yet. The first is also said of a refused one.
                Some("INVALID_CREDENTIAL" | "INVALID_SIGNATURE") => Ok(Look::Going),
                // Inferred: rules are looked at only once the key is valid.
                Some("NOT_GRANTED_CALL") => Ok(Look::Settled(())),
                _ => Err(error),
            };
        }
    };
    let what = match credential.status {
        CredentialState::Validated => return Ok(Look::Settled(())),
        CredentialState::Refused => "the owner of the account has refused the consumer key",
        CredentialState::Expired => "the consumer key has expired",
        _ => return Ok(Look::Going),
    };
    Err(Error::builder(ErrorKind::Authentication, what)
        .hint("ask for another one")
        .build())
}

impl fmt::Debug for PendingCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingCredential")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_handed_to_a_browser() {
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
