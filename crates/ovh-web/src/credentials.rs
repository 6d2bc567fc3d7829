//! Who is calling: the three parts of a signature.
//!
//! Not here: where they come from (`config`) and how a call is signed (`sign`).

use std::fmt;

use ovh_runtime::Secret;

/// An application key, its secret, and a consumer key.
///
/// The application says which program is calling, the consumer key on whose behalf and with which
/// access rules. All three belong to one endpoint. None of them is ever shown.
#[derive(Clone)]
pub struct Credentials {
    application_key: Secret,
    application_secret: Secret,
    consumer_key: Secret,
}

impl Credentials {
    /// Credentials from their parts.
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

    /// The application key.
    #[must_use]
    pub const fn application_key(&self) -> &Secret {
        &self.application_key
    }

    /// The application secret.
    #[must_use]
    pub const fn application_secret(&self) -> &Secret {
        &self.application_secret
    }

    /// The consumer key.
    #[must_use]
    pub const fn consumer_key(&self) -> &Secret {
        &self.consumer_key
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_show_nothing_of_themselves() {
        let credentials = Credentials::new("k3y", "s3cr3t", "c0nsum3r");
        let shown = format!("{credentials:?} {credentials:#?}");
        for part in ["k3y", "s3cr3t", "c0nsum3r"] {
            assert!(!shown.contains(part), "{shown}");
        }
    }
}
