//! Values that are never shown.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde_core::de::{self, Visitor};
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
        // Asked for a string, serde_json quotes the number that it finds instead.
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Text)
        } else {
            deserializer.deserialize_string(Text)
        }
    }
}

/// Reads a text, and says nothing of what is there instead: it may be the secret, without quotes.
struct Text;

impl Visitor<'_> for Text {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Secret, E> {
        Err(E::custom("invalid type: boolean, expected a string"))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Secret, E> {
        Err(E::custom("invalid type: number, expected a string"))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Secret, E> {
        self.visit_i64(0)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Secret, E> {
        self.visit_i64(0)
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
    fn refuses_a_number_without_quoting_it() {
        for json in ["73195486", "-73195486", "73195486.5", "true"] {
            let error = serde_json::from_str::<Secret>(json)
                .expect_err(json)
                .to_string();
            assert!(!error.contains(json), "{error}");
            assert!(error.contains("expected a string at line 1"), "{error}");
        }
        let secret: Secret = serde_json::from_str(r#""s3\"cr3t""#).expect("a text");
        assert_eq!(secret.expose(), "s3\"cr3t");
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
