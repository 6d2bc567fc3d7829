//! Secret values, which are never printed.

use std::fmt;

use serde_core::de::{self, Visitor};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// A secret string: a password, a key, a token.
///
/// It prints as `[redacted]`, is wiped from memory when dropped, and returns its text only through
/// [`expose`](Self::expose). It serializes as the plain value, because a request body has to carry
/// it; do not serialize a model with a secret into a log.
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// Wraps a string.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        // Growing or shrinking a string would leave a readable copy of it in memory.
        let text = Zeroizing::new(text.into());
        Self(Zeroizing::new(text.as_str().into()))
    }

    /// The plain text. The caller must not print it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Compares in constant time; only the lengths may be learned from the time it takes.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        let (own, other) = (self.expose().as_bytes(), other.expose().as_bytes());
        own.ct_eq(other).into()
    }
}

impl Eq for Secret {}

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
        // For an expected string, serde_json quotes a number that it finds instead.
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Text)
        } else {
            deserializer.deserialize_string(Text)
        }
    }
}

/// Reads a string; an error omits the actual value, which may be an unquoted secret.
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
    fn wipes_all_of_the_secret_on_drop() {
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
    fn compares_the_whole_text() {
        let secret = Secret::new("s3cr3t");
        assert_eq!(secret, Secret::new("s3cr3t"));
        for other in ["", "s3cr3", "s3cr3T", "S3cr3t", "s3cr3tt"] {
            assert_ne!(secret, Secret::new(other));
        }
    }

    #[test]
    fn prints_redacted_and_serializes_plain() {
        let secret = Secret::new("s3cr3t");
        assert_eq!(format!("{secret:?}"), "[redacted]");
        assert_eq!(format!("{:?}", Some(&secret)), "Some([redacted])");
        assert_eq!(
            serde_json::to_string(&secret).expect("a string"),
            "\"s3cr3t\""
        );
    }
}
