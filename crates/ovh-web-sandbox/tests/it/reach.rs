//! Access from other addresses, names, machines and origins.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use crate::common::{self, Client, exchange, manual_with};
use ovh_web_sandbox::Sandbox;

/// An address of this machine that is not loopback; none if it has no network.
fn outward() -> Option<IpAddr> {
    // Nothing is sent: the system chooses the address from which it would be.
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

fn ask(address: SocketAddr, head: &str) -> common::Response {
    exchange(address, &format!("{head}Connection: close\r\n\r\n"))
}

#[test]
fn it_listens_on_another_address() {
    let builder = Sandbox::builder().bind(Ipv4Addr::new(127, 0, 0, 2));
    let sandbox = manual_with(builder.host("sandbox.test"));
    let address = sandbox.address();
    assert_eq!(sandbox.base_url(), format!("http://{address}/1.0"));
    assert!(address.to_string().starts_with("127.0.0.2:"));
    let client = Client::new(&sandbox);
    client.get("/hosting/web").ok();
    // A signature holds the name under which the client calls.
    let url = format!("http://sandbox.test:{}/1.0/hosting/web", address.port());
    let head = client.signed_head_for(&url, "GET", "/1.0/hosting/web", None);
    let named = format!("Host: sandbox.test:{}", address.port());
    let head = head.replace(&format!("Host: {address}"), &named);
    exchange(address, &head).ok();
}

#[test]
fn it_listens_on_ipv6() {
    if TcpListener::bind("[::1]:0").is_err() {
        return; // This machine has none.
    }
    let sandbox = manual_with(Sandbox::builder().bind(Ipv6Addr::LOCALHOST));
    assert!(sandbox.base_url().starts_with("http://[::1]:"));
    Client::new(&sandbox).get("/hosting/web").ok();
    let own = ask(
        sandbox.address(),
        "GET /_sandbox/clock HTTP/1.1\r\nHost: [::1]\r\n",
    );
    own.ok();
}

#[test]
fn all_addresses_are_named_by_loopback() {
    let sandbox = manual_with(Sandbox::builder().bind(Ipv4Addr::UNSPECIFIED));
    let port = sandbox.address().port();
    assert_eq!(sandbox.base_url(), format!("http://127.0.0.1:{port}/1.0"));
    let mut client = Client::new(&sandbox);
    client.address = SocketAddr::from(([127, 0, 0, 1], port));
    client.get("/hosting/web").ok();
}

#[test]
fn other_machines_need_the_control_token() {
    // An address of a network card stands for another machine: it is not loopback.
    let Some(ip) = outward() else {
        return;
    };
    let all = || {
        Sandbox::builder()
            .bind(Ipv4Addr::UNSPECIFIED)
            .host("sandbox")
    };
    let closed = manual_with(all());
    let open = manual_with(all().control_token("canary-control"));
    let from_there = |sandbox: &Sandbox, target: &str, more: &str| {
        let address = SocketAddr::new(ip, sandbox.address().port());
        let head =
            format!("POST {target} HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 0\r\n{more}");
        ask(address, &head)
    };
    let token = "Authorization: Bearer canary-control\r\n";
    // The name is empty, the password is the token.
    let password = "Authorization: Basic OmNhbmFyeS1jb250cm9s\r\n";
    for target in ["/_sandbox/reset", "/_sandbox/page/reset"] {
        from_there(&closed, target, token).refused(403);
        let asked = from_there(&open, target, "");
        asked.refused(401);
        assert!(asked.header("www-authenticate").is_some());
        from_there(&open, target, "Authorization: Bearer other\r\n").refused(401);
        for right in [token, password] {
            assert!(from_there(&open, target, right).status < 400);
        }
        let foreign = format!("{password}Origin: http://evil.example\r\n");
        from_there(&open, target, &foreign).refused(403);
        let renamed = token.to_owned() + "Host: evil.example\r\n";
        from_there(&open, target, &renamed).refused(403);
    }
    // What an answer leads to has the name that the caller used.
    let body = "{\"accessRules\":[]}";
    let head = format!(
        "POST /1.0/auth/credential HTTP/1.1\r\nHost: sandbox:80\r\nX-Ovh-Application: {}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        open.application_key(),
        body.len()
    );
    let response = exchange(SocketAddr::new(ip, open.address().port()), &head).ok();
    let url = response["validationUrl"].as_str().expect("a URL");
    assert!(url.starts_with("http://sandbox:80/auth/?"), "{url}");
}

#[test]
fn this_machine_needs_no_control_token() {
    let sandbox = manual_with(Sandbox::builder().control_token("canary-control"));
    let head = "POST /_sandbox/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n";
    ask(sandbox.address(), head).ok();
}

#[test]
fn other_origins_may_call_api_routes_only() {
    let sandbox = manual_with(Sandbox::builder());
    let origin = "Origin: https://app.example\r\n";
    let send = |method: &str, target: &str, host: &str, more: &str| {
        let head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n{more}");
        ask(sandbox.address(), &head)
    };
    let allowed = "access-control-allow-origin";
    let wish = format!("{origin}Access-Control-Request-Method: PUT\r\n");
    for target in [
        "/1.0/hosting/web/x",
        "/v1/hosting/web",
        "/v2/iam/authorization/check",
    ] {
        let asked = send("OPTIONS", target, "localhost", &wish);
        assert_eq!(asked.status, 204);
        assert_eq!(asked.header(allowed), Some("*"));
        let methods = asked.header("access-control-allow-methods");
        assert!(methods.is_some_and(|methods| methods.contains("PUT")));
        let headers = asked.header("access-control-allow-headers");
        assert!(headers.is_some_and(|headers| headers.contains("X-Ovh-Signature")));
        // A page of another origin cannot ask for pages of a list.
        assert!(headers.is_some_and(|headers| !headers.contains("X-Pagination")));
    }
    sandbox.journal().calls().never();
    let time = send("GET", "/1.0/auth/time", "localhost", origin);
    assert_eq!(time.header(allowed), Some("*"));
    assert!(time.header("access-control-allow-credentials").is_none());
    let exposed = time.header("access-control-expose-headers");
    assert!(exposed.is_some_and(|it| !it.contains("Date") && it.contains("X-Ovh-Queryid")));
    // A refusal is for the page to read as well.
    let refused = send("GET", "/1.0/hosting/web", "localhost", origin);
    refused.refused(403);
    assert_eq!(refused.header(allowed), Some("*"));
    let plain = send("GET", "/1.0/auth/time", "localhost", "");
    assert_eq!(plain.header(allowed), None);
    for target in [
        "/_sandbox/journal",
        "/auth/?credentialToken=x",
        "/auth/oauth2/token",
        "/dumps/x/1",
    ] {
        for (method, more) in [("GET", origin), ("OPTIONS", wish.as_str())] {
            assert_eq!(
                send(method, target, "localhost", more).header(allowed),
                None,
                "{target}"
            );
        }
    }
    let rebound = send("OPTIONS", "/1.0/auth/time", "evil.example", &wish);
    rebound.refused(403);
}
