//! A client that signs, on one connection that is kept, and that costs as little as it can.

#![allow(dead_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use ovh_web_sandbox::Sandbox;
use sha1::{Digest, Sha1};

/// A connection that is kept.
pub(crate) struct Client<'a> {
    sandbox: &'a Sandbox,
    stream: BufReader<TcpStream>,
}

impl<'a> Client<'a> {
    pub(crate) fn new(sandbox: &'a Sandbox) -> Self {
        let stream = TcpStream::connect(sandbox.address()).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Self {
            sandbox,
            stream: BufReader::new(stream),
        }
    }

    /// Reads, and gives the length of what came.
    pub(crate) fn get(&mut self, path: &str, more: &str) -> usize {
        self.call("GET", path, more, "").len()
    }

    /// Signs and sends, and gives the body of a success.
    pub(crate) fn call(&mut self, method: &str, path: &str, more: &str, body: &str) -> Vec<u8> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970");
        let now = now.as_secs().to_string();
        let (sandbox, address) = (self.sandbox, self.sandbox.address());
        let url = format!("http://{address}/1.0{path}");
        let (secret, consumer) = (sandbox.application_secret(), sandbox.consumer_key());
        let text = [secret, consumer, method, &url, body, &now].join("+");
        let hash = Sha1::digest(text.as_bytes());
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let length = body.len();
        let request = format!(
            "{method} /1.0{path} HTTP/1.1\r\nHost: {address}\r\nX-Ovh-Application: {}\r\n\
             X-Ovh-Consumer: {consumer}\r\nX-Ovh-Timestamp: {now}\r\n\
             X-Ovh-Signature: $1${hex}\r\nContent-Length: {length}\r\n{more}\r\n{body}",
            sandbox.application_key()
        );
        let stream = self.stream.get_mut();
        stream.write_all(request.as_bytes()).expect("a request");
        let (mut line, mut length) = (String::new(), 0);
        self.stream.read_line(&mut line).expect("a status");
        assert!(line.starts_with("HTTP/1.1 200"), "{method} {path}: {line}");
        while line != "\r\n" {
            line.clear();
            self.stream.read_line(&mut line).expect("a header");
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a body");
        body
    }
}

/// What the kernel counts of this process; nothing where it does not say.
pub(crate) fn resident_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// How much processor time the thread of a sandbox has taken, in seconds.
///
/// Wall time on a busy machine says how busy it is; this says what a call costs.
pub(crate) fn server_seconds() -> Option<f64> {
    let mut total = None;
    for task in std::fs::read_dir("/proc/self/task").ok()?.flatten() {
        let name = std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
        if name.trim_end() != "ovh-web-sandbox" {
            continue;
        }
        // The first number is nanoseconds on a processor.
        let times = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        let spent: f64 = times.split_whitespace().next()?.parse().ok()?;
        total = Some(total.unwrap_or(0.0) + spent / 1e9);
    }
    total
}

pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
