//! The source of application keys, consumer keys and tokens: random, or derived from a seed.

use std::io;

use ovh_runtime::Secret;
use sha1::{Digest, Sha1};

/// The secret that all keys of a sandbox are derived from. A saved state contains it, so that its
/// keys stay valid.
#[derive(Clone)]
pub(crate) struct KeySource(Secret);

impl KeySource {
    /// Random keys.
    pub(crate) fn random() -> io::Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|error| io::Error::other(format!("no random bytes: {error}")))?;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self(Secret::new(hex)))
    }

    /// Public keys.
    pub(crate) fn fixed(seed: u64) -> Self {
        Self::from_text(&format!("seed {seed}"))
    }

    pub(crate) fn from_text(text: &str) -> Self {
        Self(Secret::new(text))
    }

    pub(crate) fn text(&self) -> &str {
        self.0.expose()
    }

    /// A key of letters and digits for `label`.
    pub(crate) fn key(&self, label: &str, length: usize) -> String {
        const ALPHABET: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut key = String::new();
        let mut block = 0_u32;
        while key.len() < length {
            let digest = Sha1::digest(format!("{}\n{label}\n{block}", self.text()));
            // Larger bytes would make the first letters more likely.
            let even = digest.iter().filter(|byte| **byte < 248);
            key.extend(even.map(|byte| char::from(ALPHABET[usize::from(byte % 62)])));
            block += 1;
        }
        key.truncate(length);
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_source_gives_same_keys() {
        let (one, two) = (KeySource::fixed(1), KeySource::fixed(1));
        assert_eq!(one.key("consumer", 32), two.key("consumer", 32));
        assert_eq!(one.key("consumer", 64).len(), 64);
        assert_ne!(one.key("consumer", 32), one.key("secret", 32));
        assert_ne!(one.key("a", 32), KeySource::fixed(2).key("a", 32));
        let (one, two) = (KeySource::random(), KeySource::random());
        let (one, two) = (one.expect("bytes"), two.expect("bytes"));
        assert_ne!(one.key("a", 32), two.key("a", 32));
        let again = KeySource::from_text(one.text());
        assert_eq!(one.key("a", 32), again.key("a", 32));
    }
}
