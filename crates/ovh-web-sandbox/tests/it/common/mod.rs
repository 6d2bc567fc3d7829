//! A client on plain sockets, with its own code for signatures.

#[cfg(unix)]
pub mod program;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ovh_web_sandbox::{Builder, Clock, RefusalShape, Sandbox};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

/// The hosting that a sandbox has by default, and its login.
pub const SERVICE: &str = "example.cluster01.hosting.ovh.net";
pub const LOGIN: &str = "example";

/// A certificate for the default hosting and whatever is below example.com.
pub const CERTIFICATE: &str = include_str!("../fixtures/certificate.pem");

/// A placeholder for its key.
pub const KEY: &str = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n";

/// The shapes in which credentials are refused.
pub const SHAPES: [RefusalShape; 2] = [RefusalShape::Class, RefusalShape::Old];

/// A sandbox on a manual clock.
pub fn manual() -> Sandbox {
    manual_with(Sandbox::builder())
}

/// The same with a DNS zone and its domain name.
pub fn zoned() -> Sandbox {
    manual_with(Sandbox::builder().zone("example.com"))
}

pub fn manual_with(builder: Builder) -> Sandbox {
    builder
        .clock(Clock::manual_at(1_760_000_000))
        .start_now()
        .expect("a sandbox")
}

/// A response, decoded.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }

    /// The value of a call that worked.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.json()
    }

    /// The message of a refusal with this status.
    #[track_caller]
    pub fn refused(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.body);
        let message = &self.json()["message"];
        message.as_str().expect("a message").to_owned()
    }

    /// The code of an error about credentials: in the older format, or of the message in the newer one.
    #[track_caller]
    pub fn code(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.body);
        let body = self.json();
        if let Some(code) = body["errorCode"].as_str() {
            assert_eq!(body["class"], Value::Null, "{body}");
            assert!(body["httpCode"].is_string(), "{body}");
            return code.to_owned();
        }
        let class = body["class"].as_str().expect("a class");
        let message = body["message"].as_str().expect("a message");
        let (expected, code) = match message {
            "Invalid signature" => (400, "INVALID_SIGNATURE"),
            "Query out of time" => (400, "QUERY_TIME_OUT"),
            "This application key is invalid" => (403, "INVALID_KEY"),
            "This credential is not valid" => (403, "INVALID_CREDENTIAL"),
            "This credential does not exist" => (403, "NOT_CREDENTIAL"),
            "This call has not been granted" => (403, "NOT_GRANTED_CALL"),
            "This credential is not valid from this IP" => (403, "FORBIDDEN"),
            _ => panic!("no refusal of credentials: {body}"),
        };
        assert_eq!(status, expected, "{body}");
        let named = match status {
            400 => "Client::BadRequest",
            _ => "Client::Forbidden",
        };
        assert_eq!(class, named, "{body}");
        code.to_owned()
    }

    /// Asserts that nobody has logged in, as either shape says it.
    #[track_caller]
    pub fn no_login(&self) {
        let body = self.json();
        assert_eq!(body["message"], "You must login first", "{body}");
        match body["errorCode"].as_str() {
            Some(code) => assert_eq!((self.status, code), (403, "NOT_CREDENTIAL")),
            None => {
                assert_eq!(self.status, 401);
                assert_eq!(body["class"], "Client::Unauthorized");
            }
        }
    }

    /// The id of the task that was answered.
    #[track_caller]
    pub fn task(&self) -> u64 {
        let task = self.ok();
        assert_eq!(task["status"], "todo");
        task["id"].as_u64().expect("a task id")
    }
}

/// A client that signs.
pub struct Client {
    pub address: SocketAddr,
    pub key: String,
    pub secret: String,
    pub consumer: String,
    /// By how much this client's clock is off, in seconds.
    pub skew: i64,
}

/// The target of a route, with the version that it is of.
pub fn versioned(path: &str) -> String {
    let version = if path.starts_with("/v2/") { "" } else { "/1.0" };
    format!("{version}{path}")
}

impl Client {
    pub fn new(sandbox: &Sandbox) -> Self {
        Self {
            address: sandbox.address(),
            key: sandbox.application_key().to_owned(),
            secret: sandbox.application_secret().to_owned(),
            consumer: sandbox.consumer_key().to_owned(),
            skew: 0,
        }
    }

    pub fn get(&self, path: &str) -> Response {
        self.send("GET", &versioned(path), &[], None)
    }

    pub fn delete(&self, path: &str) -> Response {
        self.send("DELETE", &versioned(path), &[], None)
    }

    pub fn post(&self, path: &str, body: Value) -> Response {
        self.send("POST", &versioned(path), &[], Some(&body.to_string()))
    }

    pub fn post_nothing(&self, path: &str) -> Response {
        self.send("POST", &versioned(path), &[], None)
    }

    pub fn put(&self, path: &str, body: Value) -> Response {
        self.send("PUT", &versioned(path), &[], Some(&body.to_string()))
    }

    /// A page of objects.
    pub fn page(&self, path: &str, number: u32, size: u32) -> Response {
        let (number, size) = (number.to_string(), size.to_string());
        let headers = [
            ("X-Pagination-Mode", "CachedObjectList-Pages"),
            ("X-Pagination-Number", number.as_str()),
            ("X-Pagination-Size", size.as_str()),
        ];
        self.send("GET", &versioned(path), &headers, None)
    }

    /// Every object of a list.
    #[track_caller]
    pub fn objects(&self, path: &str) -> Vec<Value> {
        match self.page(path, 1, 1000).ok() {
            Value::Array(objects) => objects,
            other => panic!("{path} answered {other}"),
        }
    }

    /// Signs and sends.
    pub fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Response {
        let url = format!("http://{}{target}", self.address);
        self.send_signed_for(&url, method, target, headers, body)
    }

    /// Signs another URL than the one that is called.
    pub fn send_signed_for(
        &self,
        url: &str,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Response {
        let timestamp = (unix_now() + self.skew).to_string();
        let text = [
            self.secret.as_str(),
            &self.consumer,
            method,
            url,
            body.unwrap_or_default(),
            &timestamp,
        ]
        .join("+");
        let digest = Sha1::digest(text.as_bytes());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let signature = format!("$1${hex}");
        let mut all = vec![
            ("X-Ovh-Application", self.key.as_str()),
            ("X-Ovh-Consumer", &self.consumer),
            ("X-Ovh-Timestamp", &timestamp),
            ("X-Ovh-Signature", &signature),
        ];
        all.extend(headers);
        request(self.address, method, target, &all, body)
    }
}

impl Client {
    /// The head of a signed request, to be sent by hand.
    pub fn signed_head(&self, method: &str, target: &str, body: Option<&str>) -> String {
        let url = format!("http://{}{target}", self.address);
        self.signed_head_for(&url, method, target, body)
    }

    /// The same, signed for another URL.
    pub fn signed_head_for(
        &self,
        url: &str,
        method: &str,
        target: &str,
        body: Option<&str>,
    ) -> String {
        let timestamp = (unix_now() + self.skew).to_string();
        let body = body.unwrap_or_default();
        let parts = [&self.secret, &self.consumer, method, url, body, &timestamp];
        let digest = Sha1::digest(parts.join("+").as_bytes());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nX-Ovh-Application: {}\r\n\
             X-Ovh-Consumer: {}\r\nX-Ovh-Timestamp: {timestamp}\r\n\
             X-Ovh-Signature: $1${hex}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            self.key,
            self.consumer,
            body.len()
        )
    }
}

pub fn unix_now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    since.as_secs().try_into().expect("before the end of time")
}

/// Sends a request just so.
pub fn request(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Response {
    let mut text = format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("Connection: close\r\n");
    if let Some(body) = body {
        text.push_str("Content-Type: application/json\r\n");
        text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    } else {
        text.push_str("\r\n");
    }
    let raw = raw(address, text.as_bytes());
    parse(&raw)
}

/// Sends a whole request as text.
pub fn exchange(address: SocketAddr, text: &str) -> Response {
    parse(&raw(address, text.as_bytes()))
}

/// Sends bytes and gives what comes back.
pub fn raw(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a timeout");
    // The server may close while it is still written to: what it answered is what counts.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

fn parse(raw: &[u8]) -> Response {
    let text = String::from_utf8(raw.to_vec()).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|status| status.parse().ok())
        .expect("a status");
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Response {
        status,
        headers,
        body: body.to_owned(),
    }
}

/// Lets every running task come to its end, and be archived.
pub fn settle(sandbox: &Sandbox) {
    sandbox.clock().advance(Duration::from_secs(6));
}

/// Lets the running tasks be done, but still readable.
pub fn finish(sandbox: &Sandbox) {
    sandbox.clock().advance(Duration::from_secs(3));
}

/// A path below the default hosting.
pub fn at(path: &str) -> String {
    format!("/hosting/web/{SERVICE}{path}")
}

/// Creates a database and waits until it is there.
pub fn database(sandbox: &Sandbox, client: &Client, user: &str) -> String {
    let body = json!({"capabilitie": "sqlPerso", "type": "mysql", "user": user, "password": "canaryPass42x"});
    client.post(&at("/database"), body).task();
    settle(sandbox);
    format!("{user}.mysql.db")
}
