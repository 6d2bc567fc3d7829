//! Values that are never shown.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// A secret text: a password, a key, a token.
///
/// It prints as `[redacted]`, is wiped from memory when dropped, and shows itself only through
/// [`expose`](Self::expose). It serialises as the plain value, because a request body has to carry
/// it; do not serialise a model that holds one into a log.
#[derive(Clone, Default)]
pub struct Secret(SecretString);

impl Secret {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        // A text with room at its end would be moved, and what it leaves behind would stay readable.
        let text = Zeroizing::new(text.into());
        Self(SecretString::from(text.as_str()))
    }

    /// The plain text. Whoever calls this has to see to it that it is not shown.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use zeroize::ZeroizeOnDrop;

    use super::*;

    #[test]
    fn a_secret_and_all_of_its_text_are_wiped_when_they_are_dropped() {
        fn is_wiped<T: ZeroizeOnDrop>(_: &T) {}
        let mut roomy = String::with_capacity(100);
        roomy.push_str("s3cr3t");
        let secret = Secret::new(roomy);
        is_wiped(&secret.0);
        assert_eq!(secret.expose(), "s3cr3t");
    }

    #[test]
    fn a_secret_prints_nothing_of_itself_and_travels_plain() {
        let secret = Secret::new("s3cr3t");
        assert_eq!(format!("{secret:?}"), "[redacted]");
        assert_eq!(format!("{:?}", Some(&secret)), "Some([redacted])");
        assert_eq!(
            serde_json::to_string(&secret).expect("a string"),
            "\"s3cr3t\""
        );
    }
}
