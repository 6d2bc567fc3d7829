//! Access control: the `Host` header must name this machine, and the control API is for this machine,
//! its own pages, and clients with a token.
//!
//! A foreign web page in a local browser can reach loopback too. Its requests have a foreign `Host`
//! (DNS rebinding) or a foreign `Origin`.

use std::net::IpAddr;

use hyper::header::HOST;
use sha1::{Digest, Sha1};

use crate::auth::oauth2::basic_credentials;
use crate::engine::Engine;
use crate::http::HttpRequest;
use crate::response::Refusal;

/// Refuses a request whose `Host` header names another machine.
pub(crate) fn check_host(engine: &Engine, request: &HttpRequest) -> Result<(), Refusal> {
    let mut given = request.headers.get_all(HOST).iter();
    // Every browser sends the header.
    let Some(host) = given.next() else {
        return Ok(());
    };
    let host = host.to_str().unwrap_or_default();
    let known = engine.settings.hosts.iter().map(String::as_str);
    let mut known = known.chain(engine.public_host().map(host_name));
    let name = host_name(host).to_ascii_lowercase();
    let ours = is_here(&name, request.local) || known.any(|known| known == name);
    if ours && given.next().is_none() {
        return Ok(());
    }
    let message = "The Host header names another machine; `--host NAME` adds a name";
    Err(Refusal::forbidden(message))
}

/// Refuses a request of the control API from elsewhere.
pub(crate) fn check(engine: &Engine, request: &HttpRequest) -> Result<(), Refusal> {
    check_host(engine, request)?;
    if !request.peer.is_loopback() {
        check_token(engine, request)?;
    }
    if ["GET", "HEAD"].contains(&request.method.as_str()) {
        // No header allows another origin to read or frame the response.
        return Ok(());
    }
    let header = |name: &str| {
        request
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("?"))
    };
    let host = header("host").unwrap_or("127.0.0.1");
    let own = |origin: &str| origin.split_once("://").map(|(_, rest)| rest) == Some(host);
    let other = |site: &str| !["same-origin", "none"].contains(&site);
    if header("origin").is_some_and(|origin| !own(origin))
        || header("sec-fetch-site").is_some_and(other)
    {
        let message = "The request comes from another site's page";
        return Err(Refusal::forbidden(message));
    }
    Ok(())
}

fn check_token(engine: &Engine, request: &HttpRequest) -> Result<(), Refusal> {
    let Some(token) = &engine.settings.control_token else {
        let message =
            "The control API is for this machine only; `--control-token` lets others use it";
        return Err(Refusal::forbidden(message));
    };
    let given = request.header("authorization");
    let bearer = given.and_then(|given| given.strip_prefix("Bearer ").map(str::to_owned));
    let password = || Some(basic_credentials(given?)?.1);
    // Comparing digests reveals nothing through its time.
    let same = |given: String| Sha1::digest(given) == Sha1::digest(token.expose());
    if bearer.or_else(password).is_some_and(same) {
        return Ok(());
    }
    let message = "The control API needs the control token";
    Err(Refusal::new(401, "Client::Unauthorized", message))
}

/// A `Host` header without its port; empty if it is malformed.
fn host_name(host: &str) -> &str {
    let (name, rest) = match host.strip_prefix('[') {
        Some(inner) => inner.split_once(']').unwrap_or_default(),
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    if is_port { name } else { "" }
}

/// Returns `true` if the name is one of this machine.
fn is_here(name: &str, local: IpAddr) -> bool {
    let address = name.parse::<IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback() || address == local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_only_names_of_this_machine() {
        let here = |host| is_here(host_name(host), IpAddr::from([192, 168, 1, 2]));
        for host in [
            "127.0.0.1",
            "127.0.0.1:80",
            "127.0.0.2",
            "localhost:8080",
            "[::1]:1",
            "192.168.1.2:8080",
        ] {
            assert!(here(host), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com:80",
            "192.168.1.3",
            "0.0.0.0",
            "[::2]",
            "[::1].example.com",
            "[::1",
            "localhost:80.example.com",
            "localhost:80@example.com",
            "",
        ] {
            assert!(!here(host), "{host}");
        }
    }
}
