//! The credentials of calls.
//!
//! Lookup is in `config`, signing in `sign`.

use std::sync::Arc;

use ovh_runtime::Secret;

use crate::oauth2::Tokens;

/// An application key, its secret, and a consumer key.
///
/// The application key identifies the program; the consumer key identifies the account and the
/// access rules. All three belong to one endpoint. `Debug` redacts them.
#[derive(Clone, Debug)]
pub struct Credentials {
    application_key: Secret,
    application_secret: Secret,
    consumer_key: Secret,
}

impl Credentials {
    /// Creates credentials.
    #[must_use]
    pub fn new(
        application_key: impl Into<Secret>,
        application_secret: impl Into<Secret>,
        consumer_key: impl Into<Secret>,
    ) -> Self {
        Self {
            application_key: application_key.into(),
            application_secret: application_secret.into(),
            consumer_key: consumer_key.into(),
        }
    }

    /// Returns the application key.
    #[must_use]
    pub const fn application_key(&self) -> &Secret {
        &self.application_key
    }

    /// Returns the application secret.
    #[must_use]
    pub const fn application_secret(&self) -> &Secret {
        &self.application_secret
    }

    /// Returns the consumer key.
    #[must_use]
    pub const fn consumer_key(&self) -> &Secret {
        &self.consumer_key
    }
}

/// The authentication of calls.
#[derive(Clone, Debug)]
pub(crate) enum Auth {
    /// An application. With a consumer key every call is signed, without it only public routes work.
    Application {
        key: Secret,
        secret: Secret,
        consumer: Option<Secret>,
    },
    /// OAuth2 tokens for an id and a secret.
    OAuth2(Arc<Tokens>),
    /// A fixed bearer token.
    Bearer(Secret),
}

impl Auth {
    /// Returns all secrets.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        match self {
            Self::Application {
                key,
                secret,
                consumer,
            } => [key, secret].into_iter().chain(consumer).cloned().collect(),
            Self::OAuth2(tokens) => tokens.secrets(),
            Self::Bearer(token) => vec![token.clone()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_redacts_everything() {
        let credentials = Credentials::new("k3y", "s3cr3t", "c0nsum3r");
        let shown = format!("{credentials:?} {credentials:#?}");
        for part in ["k3y", "s3cr3t", "c0nsum3r"] {
            assert!(!shown.contains(part), "{shown}");
        }
    }
}
