//! Who may use the server: requests that name this machine in `Host`, and for the sandbox's own
//! routes programs on this machine, its own pages, and others with a token.
//!
//! A web page from elsewhere that is open in a browser on this machine reaches loopback too. It
//! is turned away in two ways: a name that it made point to 127.0.0.1 stands in `Host`, and a
//! request that it sends across sites carries its own `Origin`.

use std::net::IpAddr;

use hyper::header::{AUTHORIZATION, HOST};
use ovh_runtime::Secret;
use sha1::{Digest, Sha1};

use crate::auth::oauth2::basic_credentials;
use crate::engine::Engine;
use crate::reply::Refusal;
use crate::wire::Incoming;

/// What was settled at the start.
#[derive(Default)]
pub(crate) struct Guard {
    /// Names besides those of this machine, in lower case.
    pub(crate) hosts: Vec<String>,
    pub(crate) control_token: Option<Secret>,
}

/// Lets a request through that names this machine, or refuses it.
pub(crate) fn admits_host(engine: &Engine, incoming: &Incoming) -> Result<(), Refusal> {
    let mut given = incoming.headers.get_all(HOST).iter();
    // Every browser sends the header.
    let Some(host) = given.next() else {
        return Ok(());
    };
    let host = host.to_str().unwrap_or_default();
    let known = engine.guard.hosts.iter().map(String::as_str);
    let mut known = known.chain(engine.public_host().map(host_name));
    let name = host_name(host).to_ascii_lowercase();
    let ours = is_here(&name, incoming.local) || known.any(|known| known == name);
    if ours && given.next().is_none() {
        return Ok(());
    }
    let message = "The Host header names another machine; `--host NAME` adds a name";
    Err(Refusal::new(403, "Client::Forbidden", message))
}

/// Lets a call of the sandbox's own routes through, or refuses it.
pub(crate) fn admits(engine: &Engine, incoming: &Incoming) -> Result<(), Refusal> {
    admits_host(engine, incoming)?;
    if !incoming.peer.is_loopback() {
        admits_token(&engine.guard, incoming)?;
    }
    if ["GET", "HEAD"].contains(&incoming.method.as_str()) {
        // No header allows another origin to read the answer, nor to show it in a frame.
        return Ok(());
    }
    let refused = || {
        let message = "The request comes from another site's page";
        Err(Refusal::new(403, "Client::Forbidden", message))
    };
    let header = |name: &str| {
        incoming
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("?"))
    };
    let host = header("host").unwrap_or("127.0.0.1");
    let own = |origin: &str| origin.split_once("://").map(|(_, rest)| rest) == Some(host);
    if header("origin").is_some_and(|origin| !own(origin)) {
        return refused();
    }
    if header("sec-fetch-site").is_some_and(|site| !["same-origin", "none"].contains(&site)) {
        return refused();
    }
    Ok(())
}

fn admits_token(guard: &Guard, incoming: &Incoming) -> Result<(), Refusal> {
    let Some(token) = &guard.control_token else {
        let message = "The sandbox's own routes are for this machine only; `--control-token` \
                       lets others use them";
        return Err(Refusal::new(403, "Client::Forbidden", message));
    };
    let given = incoming.headers.get(AUTHORIZATION);
    let given = given.and_then(|given| given.to_str().ok());
    let bearer = given.and_then(|given| given.strip_prefix("Bearer ").map(str::to_owned));
    let password = || Some(basic_credentials(given?)?.1);
    // Digests are compared, so that the time tells nothing of the token.
    let same = |given: String| Sha1::digest(given) == Sha1::digest(token.expose());
    if bearer.or_else(password).is_some_and(same) {
        return Ok(());
    }
    let message = "This needs the control token";
    Err(Refusal::new(401, "Client::Unauthorized", message))
}

/// A `Host` header without its port; empty if anything else follows the name.
fn host_name(host: &str) -> &str {
    let (name, rest) = match host.strip_prefix('[') {
        Some(inner) => inner.split_once(']').unwrap_or_default(),
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    if is_port { name } else { "" }
}

/// Returns `true` if the name is this machine's: an address never stands for another one.
fn is_here(name: &str, local: IpAddr) -> bool {
    let address = name.parse::<IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback() || address == local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_here() {
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
