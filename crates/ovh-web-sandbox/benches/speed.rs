//! How fast the sandbox is, seen by a client on a socket: signed calls a second on one connection,
//! with few and with many objects, and how long a start takes.
//!
//! `cargo bench -p ovh-web-sandbox`. Numbers, not verdicts: what is fast enough depends on the
//! machine.

#![allow(missing_docs)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ovh_web_sandbox::{Clock, HostingSeed, Sandbox};
use sha1::{Digest, Sha1};

/// How long each thing is measured.
const TIME: Duration = Duration::from_secs(3);

/// A connection that is kept.
struct Client<'a> {
    sandbox: &'a Sandbox,
    stream: BufReader<TcpStream>,
}

impl<'a> Client<'a> {
    fn new(sandbox: &'a Sandbox) -> Self {
        let stream = TcpStream::connect(sandbox.address()).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Self {
            sandbox,
            stream: BufReader::new(stream),
        }
    }

    fn get(&mut self, path: &str, more: &str) -> usize {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970");
        let now = now.as_secs().to_string();
        let (sandbox, address) = (self.sandbox, self.sandbox.address());
        let url = format!("http://{address}/1.0{path}");
        let (secret, consumer) = (sandbox.application_secret(), sandbox.consumer_key());
        let text = [secret, consumer, "GET", &url, "", &now].join("+");
        let hash = Sha1::digest(text.as_bytes());
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let head = format!(
            "GET /1.0{path} HTTP/1.1\r\nHost: {address}\r\nX-Ovh-Application: {}\r\n\
             X-Ovh-Consumer: {consumer}\r\nX-Ovh-Timestamp: {now}\r\n\
             X-Ovh-Signature: $1${hex}\r\n{more}\r\n",
            sandbox.application_key()
        );
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes()).expect("a request");
        let (mut line, mut length) = (String::new(), 0);
        self.stream.read_line(&mut line).expect("a status");
        assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        while line != "\r\n" {
            line.clear();
            self.stream.read_line(&mut line).expect("a header");
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a body");
        length
    }
}

fn report(what: &str, value: f64, unit: &str) {
    let _ = writeln!(std::io::stdout(), "{what:<48} {value:>12.1} {unit}");
}

/// Calls a second.
fn rate(mut call: impl FnMut()) -> f64 {
    for _ in 0..50 {
        call();
    }
    let (start, mut calls) = (Instant::now(), 0_u32);
    while start.elapsed() < TIME {
        call();
        calls += 1;
    }
    f64::from(calls) / start.elapsed().as_secs_f64()
}

fn main() {
    let start = Instant::now();
    const STARTS: u32 = 20;
    for _ in 0..STARTS {
        let sandbox = Sandbox::builder().start_now().expect("a sandbox");
        Client::new(&sandbox).get("/hosting/web", "");
    }
    let each = start.elapsed().as_secs_f64() * 1000.0 / f64::from(STARTS);
    report("start, and the first answer", each, "ms");

    let sandbox = Sandbox::builder().start_now().expect("a sandbox");
    let mut client = Client::new(&sandbox);
    let path = "/hosting/web/example.cluster01.hosting.ovh.net";
    report(
        "one hosting",
        rate(|| {
            client.get(path, "");
        }),
        "calls/s",
    );

    let seed = HostingSeed::new("big.example").domains(10_000);
    let builder = Sandbox::builder().hosting_with(seed).clock(Clock::manual());
    let sandbox = builder.start_now().expect("a sandbox");
    let mut client = Client::new(&sandbox);
    let list = "/hosting/web/big.example/attachedDomain";
    let one = "/hosting/web/big.example";
    report(
        "a hosting with 10,000 domains",
        rate(|| {
            client.get(one, "");
        }),
        "calls/s",
    );
    let page = "X-Pagination-Mode: CachedObjectList-Pages\r\nX-Pagination-Size: 100\r\n";
    report(
        "a page of 100 of 10,000",
        rate(|| {
            client.get(list, page);
        }),
        "calls/s",
    );
    report(
        "10,000 ids",
        rate(|| {
            client.get(list, "");
        }),
        "calls/s",
    );
}
