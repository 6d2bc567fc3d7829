//! Computes the signature of a call.

use ovh_runtime::Secret;
use sha1::{Digest, Sha1};

/// Returns the value of the header `X-Ovh-Signature`.
///
/// `url` is the absolute URL and `body` the bytes, both exactly as sent; `timestamp` is in seconds
/// of the server's clock. Headers are not signed.
#[must_use]
pub fn signature(
    application_secret: &Secret,
    consumer_key: &Secret,
    method: &str,
    url: &str,
    body: &[u8],
    timestamp: u64,
) -> String {
    // From all four of OVH's clients: SHA-1 over the six fields, joined with `+`.
    let timestamp = timestamp.to_string();
    let mut hash = Sha1::new();
    for field in [
        application_secret.expose().as_bytes(),
        consumer_key.expose().as_bytes(),
        method.as_bytes(),
        url.as_bytes(),
        body,
    ] {
        hash.update(field);
        hash.update(b"+");
    }
    hash.update(timestamp.as_bytes());

    let mut text = String::with_capacity(3 + 40);
    text.push_str("$1$");
    for byte in hash.finalize() {
        for half in [byte >> 4, byte & 0xf] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Endpoint;

    /// Published test vectors of OVH's own clients; the keys are revoked.
    const VECTORS: &str = include_str!("../tests/fixtures/signatures.txt");

    #[test]
    fn matches_published_vectors() {
        let secret = Secret::from("9ufkBmLaTQ9nz5yMUlg79taH0GNnzDjk");
        let consumer = Secret::from("5mBuy6SUQcRw2ZUxg0cG68BoDKpED4KY");
        let mut count = 0;
        for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [method, target, path, expected] = fields[..] else {
                panic!("a vector has four fields: {line}");
            };
            let body = match method {
                "POST" | "PUT" => r#"{"a":"b","c":"d"}"#,
                _ => "",
            };
            let url = Endpoint::OvhEu.url(target);
            assert_eq!(url, format!("https://eu.api.ovh.com{path}"));
            assert_eq!(
                signature(
                    &secret,
                    &consumer,
                    method,
                    &url,
                    body.as_bytes(),
                    1_457_018_875
                ),
                expected,
                "{line}"
            );
            count += 1;
        }
        assert_eq!(count, 11);
    }

    #[test]
    fn any_changed_byte_changes_signature() {
        let sign = |secret: &str, consumer: &str, method, url, body: &[u8], time| {
            signature(
                &Secret::from(secret),
                &Secret::from(consumer),
                method,
                url,
                body,
                time,
            )
        };
        let base = sign("s", "c", "GET", "https://x/1.0/me", b"", 1);
        for other in [
            sign("t", "c", "GET", "https://x/1.0/me", b"", 1),
            sign("s", "d", "GET", "https://x/1.0/me", b"", 1),
            sign("s", "c", "PUT", "https://x/1.0/me", b"", 1),
            sign("s", "c", "GET", "https://x/1.0/me?", b"", 1),
            sign("s", "c", "GET", "https://x/1.0/me", b" ", 1),
            sign("s", "c", "GET", "https://x/1.0/me", b"", 2),
        ] {
            assert_ne!(base, other);
        }
    }
}
