//! A sandbox as a container has it: reached over the network, under a name, without encryption.

use std::net::{Ipv4Addr, UdpSocket};

use ovh_web::{AccessRules, Client, ErrorKind};
use ovh_web_sandbox::Sandbox;

/// An address of this machine that is not loopback; none if it has no network.
fn outward() -> Option<String> {
    // Nothing is sent: the system chooses the address from which it would be.
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then(|| address.to_string())
}

#[tokio::test]
async fn host_name_works_over_plain_http() {
    let Some(host) = outward() else {
        return;
    };
    let builder = Sandbox::builder().bind(Ipv4Addr::UNSPECIFIED);
    let sandbox = builder.start().await.expect("a sandbox");
    let base = format!("http://{host}:{}", sandbox.address().port());
    let client = || {
        let builder = Client::builder().from_pairs(sandbox.env());
        builder.base_url(format!("{base}/1.0"))
    };
    let error = client().build().expect_err("plain HTTP");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    sandbox.journal().calls().never();

    let client = client().allow_plain_http(&host).build().expect("a client");
    let names = client.hostings().names().await.expect("a list");
    assert_eq!(names, sandbox.state().hostings());
    let rules = AccessRules::new().read_hosting(&names[0]);
    let pending = client.request_credential(rules).await.expect("a key");
    let url = pending.validation_url();
    assert!(url.starts_with(&format!("{base}/auth/")), "{url}");
}
