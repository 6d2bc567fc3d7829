//! Checks the URLs that documents are downloaded from.

use crate::failure::Failure;
use ureq::http::Uri;

/// Refuses what could be read or changed on the way; tells whether the host is this machine.
pub(super) fn check(url: &str) -> Result<bool, Failure> {
    let refuse = |what: &str| Failure::new(format!("{url}: {what}"));
    let uri: Uri = url
        .parse()
        .map_err(|error| refuse(&format!("this is no URL: {error}")))?;
    let host = uri.host().unwrap_or_default();
    let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match uri.scheme_str() {
        Some("https") => Ok(local),
        Some("http") if local => Ok(true),
        Some("http") => Err(refuse(
            "plain HTTP is allowed only to this machine - use https",
        )),
        _ => Err(refuse("not a web URL - begin it with https://")),
    }
}

/// `url` on another server: `base` takes the place of scheme and host.
///
/// # Errors
/// If `url` has no path.
pub fn rebase(url: &str, base: &str) -> Result<String, Failure> {
    let path = url
        .split_once("://")
        .and_then(|(_, rest)| rest.find('/').map(|slash| &rest[slash..]))
        .ok_or_else(|| Failure::new(format!("{url}: this URL has no path")))?;
    Ok(format!("{}{path}", base.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_reached_without_tls() {
        for url in [
            "https://eu.api.ovh.com/x",
            "http://127.0.0.1:80/x",
            "http://[::1]/x",
        ] {
            check(url).expect(url);
        }
        for url in [
            "http://eu.api.ovh.com/x",
            "http://127.0.0.1.example.org/x",
            "http://127.0.0.1@example.org/x",
            "file:///etc/passwd",
            "/x",
            "",
        ] {
            check(url).expect_err(url);
        }
    }

    #[test]
    fn another_server_gets_the_same_path() {
        let url = "https://eu.api.ovh.com/v1/auth.json?format=openapi3";
        let rebased = rebase(url, "http://localhost:1/").expect("it has a path");
        assert_eq!(rebased, "http://localhost:1/v1/auth.json?format=openapi3");
        rebase("https://x", "http://localhost").expect_err("no path");
    }
}
