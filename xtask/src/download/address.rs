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

/// The target of a redirect, if it has the scheme, host and port of `url`, which a reviewer of
/// `schema/sources.toml` has approved.
pub(super) fn redirected(url: &str, location: &str) -> Option<String> {
    let origin = |url: &str| {
        let uri: Uri = url.parse().ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let port = uri.port_u16().unwrap_or(match scheme.as_str() {
            "https" => 443,
            _ => 80,
        });
        // A URL with a user name is refused.
        let has_user = uri.authority()?.as_str().contains('@');
        (!has_user).then(|| Some((scheme, uri.host()?.to_ascii_lowercase(), port)))?
    };
    let (start, _) = url.split_at(url.find("://")? + 3);
    let host = url[start.len()..].split(['/', '?']).next()?;
    let absolute = if let Some(rest) = location.strip_prefix("//") {
        format!("{start}{rest}")
    } else if location.starts_with('/') {
        format!("{start}{host}{location}")
    } else {
        location.to_owned()
    };
    let absolute = absolute.split('#').next().unwrap_or_default().to_owned();
    (origin(&absolute)? == origin(url)?).then_some(absolute)
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
    fn a_redirect_stays_with_its_server() {
        const FROM: &str = "https://eu.api.ovh.com/v1/auth.json?format=openapi3";
        for (location, to) in [
            ("/1.0/auth.json", "https://eu.api.ovh.com/1.0/auth.json"),
            ("//eu.api.ovh.com/x", "https://eu.api.ovh.com/x"),
            (
                "https://EU.api.ovh.com:443/x#y",
                "https://EU.api.ovh.com:443/x",
            ),
        ] {
            assert_eq!(redirected(FROM, location).as_deref(), Some(to));
        }
        for location in [
            "http://eu.api.ovh.com/x",
            "https://eu.api.ovh.com:444/x",
            "https://ca.api.ovh.com/x",
            "https://eu.api.ovh.com@example.org/x",
            "https://user@eu.api.ovh.com/x",
            "https://eu.api.ovh.com.example.org/x",
            "//example.org/x",
            "x.json",
            "file:///etc/passwd",
            "",
        ] {
            assert_eq!(redirected(FROM, location), None, "{location}");
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
