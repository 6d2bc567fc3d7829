//! Getting a document over the network: with a time limit, a size limit and no surprises.

use crate::failure::Failure;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Uri;

/// Far more than the largest section has; a reply that is longer is none of them.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// How long a download may take in all.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Downloads the text at `url`, which must be HTTPS unless the host is this machine.
///
/// Redirects are not followed: the address of a document is part of what a reviewer agreed to.
///
/// # Errors
/// If the address is not allowed, the server cannot be reached, or the answer is not a text with
/// status 200.
pub fn text(url: &str) -> Result<String, Failure> {
    let failed = |what: &dyn std::fmt::Display, advice: &str| {
        Failure::new(format!("{url}: {what} - {advice}"))
    };
    let local = check_address(url)?;
    let mut config = Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(concat!("ovh-web-xtask/", env!("CARGO_PKG_VERSION")));
    if local {
        config = config.proxy(None);
    }
    let agent: Agent = config.build().into();
    let mut reply = agent
        .get(url)
        .header("Accept", "application/json")
        .call()
        .map_err(|error| failed(&error, "check the address and the network, then try again"))?;
    let bytes = reply
        .body_mut()
        .with_config()
        .limit(MAX_BYTES)
        .read_to_vec()
        .map_err(|error| failed(&error, "the reply did not arrive in full: try again"))?;
    let status = reply.status();
    if status.as_u16() != 200 {
        let words = String::from_utf8_lossy(&bytes);
        let words: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let words: String = words
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect();
        let what = format!("the server answered {status}: {words}");
        return Err(failed(&what, "check the address in schema/sources.toml"));
    }
    String::from_utf8(bytes).map_err(|_| {
        failed(
            &"the reply is not UTF-8",
            "look at it with another program: it is no OpenAPI document",
        )
    })
}

/// Refuses what could be read or changed on the way; tells whether the host is this machine.
fn check_address(url: &str) -> Result<bool, Failure> {
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
        _ => Err(refuse("this is no URL of the web - begin it with https://")),
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
            check_address(url).expect(url);
        }
        for url in [
            "http://eu.api.ovh.com/x",
            "http://127.0.0.1.example.org/x",
            "http://127.0.0.1@example.org/x",
            "file:///etc/passwd",
            "/x",
            "",
        ] {
            check_address(url).expect_err(url);
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
