//! Who may use the sandbox's own routes: programs on this machine, and pages that the sandbox
//! itself served.
//!
//! A web page from elsewhere that is open in a browser on this machine reaches loopback too. It
//! is turned away in two ways: a name that it made point to 127.0.0.1 stands in `Host`, and a
//! request that it sends across sites carries its own `Origin`.

use crate::engine::Engine;
use crate::reply::Refusal;
use crate::wire::Incoming;

/// Lets a call through, or refuses it.
pub(crate) fn admits(engine: &Engine, incoming: &Incoming) -> Result<(), Refusal> {
    let refused = |why: &str| Err(Refusal::new(403, "Client::Forbidden", why));
    if !incoming.peer.is_loopback() {
        return refused("The sandbox's own routes are for this machine only");
    }
    let header = |name: &str| {
        incoming
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("?"))
    };
    let host = header("host").unwrap_or("127.0.0.1");
    if !is_here(host) && engine.public_host() != Some(host) {
        return refused("The Host header names another machine");
    }
    if ["GET", "HEAD"].contains(&incoming.method.as_str()) {
        // No header allows another origin to read the answer, nor to show it in a frame.
        return Ok(());
    }
    let own = |origin: &str| origin.split_once("://").map(|(_, rest)| rest) == Some(host);
    if header("origin").is_some_and(|origin| !own(origin)) {
        return refused("The request comes from another site's page");
    }
    if header("sec-fetch-site").is_some_and(|site| !["same-origin", "none"].contains(&site)) {
        return refused("The request comes from another site's page");
    }
    Ok(())
}

/// Whether a `Host` header names this machine, whatever the port.
fn is_here(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    ["127.0.0.1", "localhost", "::1"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::is_here;

    #[test]
    fn only_loopback_names_are_here() {
        for host in ["127.0.0.1", "127.0.0.1:80", "localhost:8080", "[::1]:1"] {
            assert!(is_here(host), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com:80",
            "[::2]",
            "",
        ] {
            assert!(!is_here(host), "{host}");
        }
    }
}
