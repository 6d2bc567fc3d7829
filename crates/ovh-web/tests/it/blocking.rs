//! Tests of the blocking API: from one thread, from many, and inside a runtime.

use std::io::{Read, Write};
use std::net::TcpListener;

use ovh_web::blocking::{Block, Client, Each};
use ovh_web::{Credentials, ErrorKind, Method};
use serde_json::Value;

/// A server on its own thread, which answers everything with a number.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}/1.0", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a caller");
            let mut bytes = [0; 4096];
            let count = stream.read(&mut bytes).expect("a request");
            let body = match bytes[..count].windows(7).any(|part| part == b"/absent") {
                true => "HTTP/1.1 404 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
                false => {
                    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n1457018875"
                }
            };
            stream.write_all(body.as_bytes()).expect("a listener");
        }
    });
    base
}

fn client() -> Client {
    Client::builder()
        .base_url(server())
        .credentials(Credentials::new("ak", "as", "ck"))
        .build()
        .expect("a client")
        .into()
}

fn get(client: &Client) -> Value {
    let call = client.request(Method::GET, "/me").json::<Value>();
    call.block().expect("an answer")
}

#[test]
fn blocking_returns_values_and_errors() {
    let client = client();
    assert_eq!(get(&client), 1_457_018_875);
    let error = client.hosting("absent.example").users().get("a").block();
    assert_eq!(error.expect_err("not there").kind(), ErrorKind::NotFound);
    let mut list = client
        .hosting("absent.example")
        .users()
        .list()
        .stream()
        .each();
    let first = list.next().expect("an item").expect_err("not there");
    assert_eq!(first.kind(), ErrorKind::NotFound);
    assert!(list.next().is_none());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(get(&client), 1_457_018_875));
        }
    });
}

#[test]
fn does_not_panic_inside_any_runtime() {
    let client = client();
    for builder in [
        tokio::runtime::Builder::new_current_thread,
        tokio::runtime::Builder::new_multi_thread,
    ] {
        let runtime = builder().enable_all().build().expect("a runtime");
        runtime.block_on(async { assert_eq!(get(&client), 1_457_018_875) });
        let client = client.clone();
        let task = runtime.spawn(async move { get(&client) });
        assert_eq!(runtime.block_on(task).expect("no panic"), 1_457_018_875);
    }
}

#[test]
fn derived_clients_block_too() {
    let reader: Client = client().read_only();
    assert_eq!(get(&reader), 1_457_018_875);
    let write = reader.request(Method::POST, "/me").json::<Value>();
    let error = write.block().expect_err("a write of a reader");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let other: Client = client().with_consumer_key("ck2").expect("a client");
    assert_eq!(get(&other), 1_457_018_875);
}
