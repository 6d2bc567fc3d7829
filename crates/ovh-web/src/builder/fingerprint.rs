//! A hash that tells accounts apart.

use ovh_runtime::Error;
use sha1::{Digest, Sha1};

use super::ClientBuilder;
use crate::config::resolve;

impl ClientBuilder {
    /// Returns a hash of the endpoint and the credentials, as a key for caches. Sends nothing.
    ///
    /// It is 40 hexadecimal digits. The credentials cannot be computed from it, and another key of
    /// the same account has another one.
    ///
    /// # Errors
    ///
    /// Returns the error of [`build`](Self::build) if settings are missing, contradictory or
    /// malformed.
    pub fn fingerprint(&self) -> Result<String, Error> {
        let (explicit, sources) = self.inputs()?;
        let settings = resolve(&explicit, &sources)?;
        let mut hash = Sha1::new();
        hash.update(settings.endpoint.base_url());
        for secret in settings.auth.secrets() {
            // The length keeps `ab`, `c` apart from `a`, `bc`.
            hash.update(secret.expose().len().to_be_bytes());
            hash.update(secret.expose());
        }
        let bytes = hash.finalize();
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Client, Credentials, Endpoint};

    fn of(endpoint: Endpoint, key: &str, consumer: &str) -> String {
        let builder = Client::builder()
            .endpoint(endpoint)
            .credentials(Credentials::new(key, "s3cr3t", consumer));
        builder.fingerprint().expect("complete")
    }

    #[test]
    fn fingerprint_tells_accounts_apart() {
        let own = of(Endpoint::OvhEu, "key", "consumer");
        assert_eq!(own, of(Endpoint::OvhEu, "key", "consumer"));
        for other in [
            of(Endpoint::OvhCa, "key", "consumer"),
            of(Endpoint::OvhEu, "other", "consumer"),
            of(Endpoint::OvhEu, "key", "other"),
        ] {
            assert_ne!(own, other);
        }
        assert_eq!(own.len(), 40);
        Client::builder().fingerprint().expect_err("no endpoint");
    }
}
