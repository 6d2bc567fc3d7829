//! The check of OVHcloud's request signature.
//!
//! The facade has its own code for signatures: each implementation tests the other.

use sha1::{Digest, Sha1};

use crate::secrets;

/// Guess: the largest clock offset of a timestamp, in seconds. The real one is unknown.
const WINDOW: i64 = 30;

/// The parts of a signature.
#[derive(Clone, Copy)]
pub(super) struct Signed<'a> {
    pub(super) secret: &'a str,
    pub(super) consumer_key: &'a str,
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) body: &'a [u8],
    pub(super) timestamp: &'a str,
}

impl Signed<'_> {
    fn signature(&self) -> String {
        let mut hash = Sha1::new();
        for part in [self.secret, self.consumer_key, self.method, self.url] {
            hash.update(part);
            hash.update("+");
        }
        hash.update(self.body);
        hash.update("+");
        hash.update(self.timestamp);
        let mut text = String::from("$1$");
        text.extend(hash.finalize().iter().map(|byte| format!("{byte:02x}")));
        text
    }

    /// The signed string for logs, without keys, body and secret parameters.
    fn shown(&self) -> String {
        let body = match self.body.len() {
            0 => String::new(),
            length => format!("<body of {length} bytes>"),
        };
        format!(
            "<secret>+<consumer key>+{}+{}+{body}+{}",
            self.method,
            secrets::redacted_target(self.url),
            self.timestamp
        )
    }

    /// The frequent mistake that explains a signature, if there is one.
    fn likely_mistake(&self, given: &str) -> Option<&'static str> {
        let Self { method, url, .. } = *self;
        let https = |url: &str| url.replacen("http://", "https://", 1);
        let without_port = without_port(url);
        let (secure, secure_without_port) = (https(url), https(&without_port));
        let path = url.splitn(4, '/').nth(3);
        let path = path.map(|path| format!("/{path}")).unwrap_or_default();
        let without_query = url.split('?').next().unwrap_or_default();
        let lower = method.to_ascii_lowercase();
        let with = |url| Signed { url, ..*self };
        let variants = [
            (with(&without_port), "the URL was signed without its port"),
            (with(&secure), "the URL was signed as https"),
            (
                with(&secure_without_port),
                "the URL was signed as https and without its port",
            ),
            (with(&path), "only the path was signed, not the whole URL"),
            (
                with(without_query),
                "the query was left out of the signed URL",
            ),
            (
                Signed { body: b"", ..*self },
                "the body was left out of the signature",
            ),
            (
                Signed {
                    method: &lower,
                    ..*self
                },
                "the method was signed in lower case",
            ),
        ];
        let found = variants
            .iter()
            .find(|(variant, _)| variant.signature() == given);
        found.map(|(_, mistake)| *mistake)
    }
}

/// Checks the distance of a timestamp from the server's time.
pub(super) fn check_timestamp(timestamp: &str, server: i64) -> Result<(), String> {
    let Ok(given) = timestamp.parse::<i64>() else {
        return Err("X-Ovh-Timestamp: expected a whole number of seconds".into());
    };
    let off = given.saturating_sub(server);
    if off.saturating_abs() > WINDOW {
        return Err(format!(
            "the timestamp {given} is {off:+} s off the server's time {server}; \
             {WINDOW} s are allowed (take the difference from GET /auth/time)"
        ));
    }
    Ok(())
}

pub(super) fn check(signed: &Signed<'_>, given: &str) -> Result<(), String> {
    let computed = signed.signature();
    if computed == given {
        return Ok(());
    }
    let mistake = signed
        .likely_mistake(given)
        .unwrap_or("wrong secret, or not the bytes that were sent");
    Err(format!(
        "the server computed {computed} over {}, and got {given}; likely cause: {mistake}",
        signed.shown()
    ))
}

fn without_port(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the tests of OVHcloud's own clients.
    fn published<'a>(method: &'a str, url: &'a str, body: &'a str) -> Signed<'a> {
        Signed {
            secret: "9ufkBmLaTQ9nz5yMUlg79taH0GNnzDjk",
            consumer_key: "5mBuy6SUQcRw2ZUxg0cG68BoDKpED4KY",
            method,
            url,
            body: body.as_bytes(),
            timestamp: "1457018875",
        }
    }

    #[test]
    fn computes_published_signatures() {
        let body = r#"{"a":"b","c":"d"}"#;
        for (method, path, body, expected) in [
            (
                "GET",
                "/1.0/auth",
                "",
                "$1$e9556054b6309771395efa467c22e627407461ad",
            ),
            (
                "POST",
                "/1.0/auth",
                body,
                "$1$ec2fb5c7a81f64723c77d2e5b609ae6f58a84fc1",
            ),
            (
                "PUT",
                "/1.0/auth",
                body,
                "$1$8a75a9e7c8e7296c9dbeda6a2a735eb6bd58ec4b",
            ),
            (
                "DELETE",
                "/1.0/auth",
                "",
                "$1$a1eecd00b3b02b6cf5708b84b9ff42059a950d85",
            ),
            (
                "GET",
                "/v1/call",
                "",
                "$1$e6e7906d385eb28adcbfbe6b66c1528a42d741ad",
            ),
        ] {
            let url = format!("https://eu.api.ovh.com{path}");
            assert_eq!(published(method, &url, body).signature(), expected);
        }
    }

    #[test]
    fn names_likely_mistake_without_keys() {
        let right = published("POST", "http://localhost:8080/1.0/auth?a=1", "{}");
        let node = Signed {
            url: "http://localhost/1.0/auth?a=1",
            ..right
        };
        let help = check(&right, &node.signature()).expect_err("a wrong URL");
        assert!(help.contains("without its port"), "{help}");
        let wrong = Signed {
            secret: "other",
            ..right
        };
        let help = check(&right, &wrong.signature()).expect_err("a wrong secret");
        assert!(help.contains("wrong secret"), "{help}");
        assert!(!help.contains(right.secret) && !help.contains(right.consumer_key));
    }

    #[test]
    fn refuses_timestamps_outside_window() {
        assert!(check_timestamp("1030", 1000).is_ok());
        assert!(check_timestamp("970", 1000).is_ok());
        for bad in [
            "1031",
            "969",
            "",
            "now",
            "9223372036854775807",
            "-9223372036854775808",
        ] {
            assert!(check_timestamp(bad, 1000).is_err(), "{bad} passed");
        }
    }
}
