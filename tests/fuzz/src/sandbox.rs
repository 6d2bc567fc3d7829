//! The sandbox's HTTP and JSON edge: bytes that are nearly HTTP, and requests that are nearly
//! valid, in rows that build on each other. Nothing of it may make the sandbox panic or stand
//! still.

use std::cell::RefCell;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use ovh_web_client::operations;
use ovh_web_sandbox::{Clock, Sandbox};
use serde_json::{Value, json};

use crate::{Choices, json as values, text};

const TOKEN: &str = "a-token";

/// How many runs one sandbox serves: it is reset before each, but its clock stays where it is.
const RUNS: u32 = 256;

/// A sandbox that does not answer for so long stands still.
const PATIENCE: Duration = Duration::from_secs(10);

thread_local! {
    static SANDBOX: RefCell<Option<(Sandbox, u32)>> = const { RefCell::new(None) };
}

/// What a thread of a sandbox said when it panicked. The sandbox answers 500 and goes on, which is
/// right, but not what a test wants.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

fn watch_for_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() == Some("ovh-web-sandbox") {
                *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some(info.to_string());
            }
            before(info);
        }));
    });
}

pub(crate) fn target(data: &[u8]) {
    watch_for_panics();
    SANDBOX.with_borrow_mut(|place| {
        let (sandbox, runs) = match place.take() {
            Some((sandbox, runs)) if runs < RUNS => {
                sandbox.reset();
                (sandbox, runs + 1)
            }
            _ => (start(), 1),
        };
        visit(&sandbox, &mut Choices::new(data));
        *place = Some((sandbox, runs));
    });
    let panic = PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    assert!(panic.is_none(), "the sandbox panicked: {panic:?}");
}

fn start() -> Sandbox {
    Sandbox::builder()
        .clock(Clock::manual())
        .access_token(TOKEN)
        .start_now()
        .expect("a sandbox on the loopback")
}

fn visit(sandbox: &Sandbox, choices: &mut Choices<'_>) {
    let mut stream = TcpStream::connect(sandbox.address()).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.set_nodelay(true).expect("no delay");
    if choices.once_in(4) {
        let mut bytes = request(choices, "close").into_bytes();
        for _ in 0..1 + choices.below(4) {
            spoil(&mut bytes, choices);
        }
        // The sandbox may have hung up on what it read so far.
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let _ = rest(&mut stream);
        return;
    }
    let count = 1 + choices.below(5);
    for number in 1..=count {
        let last = number == count;
        let text = request(choices, if last { "close" } else { "keep-alive" });
        if stream.write_all(text.as_bytes()).is_err() {
            return;
        }
        if choices.once_in(3) {
            let seconds = [1, 3, 60, 86_400][choices.below(4)];
            sandbox.clock().advance(Duration::from_secs(seconds));
        }
    }
    let replies = rest(&mut stream);
    let said = String::from_utf8_lossy(&replies);
    assert!(
        replies.is_empty() || said.starts_with("HTTP/1.1 "),
        "{said}"
    );
    assert!(!said.contains("a mistake of the sandbox"), "{said}");
}

/// Everything until the sandbox hangs up.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes) {
        let stands_still = [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind());
        assert!(!stands_still, "no answer in {PATIENCE:?}");
    }
    bytes
}

/// Bytes out, bytes in.
fn spoil(bytes: &mut Vec<u8>, choices: &mut Choices<'_>) {
    const PIECES: &[&str] = &[
        "\r\n",
        "\n",
        "\r\n\r\n",
        ":",
        " ",
        "\0",
        "HTTP/2.0",
        "HTTP/1.0",
        "GET ",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "5\r\nabcde\r\n0\r\n\r\n",
        "ffffffffffffffff\r\n",
        "Expect: 100-continue\r\n",
        "Upgrade: h2c\r\nConnection: upgrade\r\n",
        "Host: \r\n",
        "Host: a\r\nHost: b\r\n",
        "CONNECT a:1 HTTP/1.1\r\n",
        "http://[::1",
        "*",
    ];
    let at = choices.below(bytes.len() + 1);
    let end = (at + choices.below(16)).min(bytes.len());
    match choices.below(4) {
        0 => drop(bytes.splice(at..at, choices.pick(PIECES).bytes())),
        1 => drop(bytes.drain(at..end)),
        2 => bytes.truncate(at),
        _ => drop(bytes.splice(at..end, choices.bytes(16).to_vec())),
    }
}

/// A request that is nearly valid.
fn request(choices: &mut Choices<'_>, connection: &str) -> String {
    let (method, path, body) = match choices.below(8) {
        0 => own(choices),
        1 => account(choices),
        _ => call(choices),
    };
    let mut head = format!(
        "{method} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        escaped(&path)
    );
    if !choices.once_in(16) {
        head.push_str(&format!("Authorization: Bearer {TOKEN}\r\n"));
    }
    for _ in 0..choices.below(4) {
        head.push_str(&header(choices));
    }
    head.push_str(&format!("Connection: {connection}\r\n"));
    if !body.is_empty() || choices.once_in(8) {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    format!("{head}\r\n{body}")
}

/// Percent-encodes the bytes that a request line cannot carry.
fn escaped(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'!'..=b'~'
                if !matches!(
                    byte,
                    b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#'
                ) =>
            {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn header(choices: &mut Choices<'_>) -> String {
    let names = [
        "X-Pagination-Mode",
        "X-Pagination-Number",
        "X-Pagination-Size",
        "X-Pagination-Sort",
        "X-Pagination-Sort-Order",
        "X-Pagination-Filter",
        "X-Ovh-Application",
        "X-Ovh-Consumer",
        "X-Ovh-Timestamp",
        "X-Ovh-Signature",
        "Content-Type",
        "Pragma",
        "Origin",
    ];
    let known = [
        "CachedObjectList-Pages",
        "CachedObjectList-Cursor",
        "1",
        "0",
        "100",
        "ASC",
        "DESC",
        "id",
        "name",
        "status",
        "name:like=%a%",
        "id:in=1,2&name:ne=x",
        "creationDate:gt=2026-01-01T00:00:00Z",
        "id:lt=",
        ":=",
    ];
    let value = match choices.below(3) {
        0 | 1 => choices.pick(&known).to_owned(),
        _ => text::odd(choices).replace(|c: char| c.is_control(), ""),
    };
    format!("{}: {value}\r\n", choices.pick(&names))
}

/// A call of the API: path values that may fit, a query and a body that may be right.
fn call(choices: &mut Choices<'_>) -> (String, String, String) {
    let operation = operations::ALL[choices.below(operations::ALL.len())];
    let mut path = choices.pick(&["/1.0", "/v1", "/1.0", "/v2", ""]).to_owned();
    for segment in operation.path().split('/').skip(1) {
        path.push('/');
        match segment.strip_prefix('{') {
            Some(parameter) => path.push_str(&path_value(parameter.trim_end_matches('}'), choices)),
            None => path.push_str(segment),
        }
    }
    if choices.once_in(4) {
        path.push('?');
        for _ in 0..1 + choices.below(3) {
            let name = choices.pick(&[
                "status",
                "name",
                "path",
                "domain",
                "creationDate.from",
                "period",
                "type",
                "iamTags",
                "",
            ]);
            let value = match choices.once_in(2) {
                true => text::odd(choices),
                false => choices
                    .pick(&[
                        "done",
                        "example.com",
                        "home",
                        "1",
                        r#"{"a":[{"operator":"EQ","value":"b"}]}"#,
                    ])
                    .to_owned(),
            };
            path.push_str(&format!("{name}={}&", value.replace('&', "%26")));
        }
    }
    let method = match choices.once_in(32) {
        true => choices.pick(&["PATCH", "HEAD", "OPTIONS", "get", "TRACE"]),
        false => operation.method().as_str(),
    };
    let body = match operation.method().is_read() && !choices.once_in(16) {
        true => String::new(),
        false => body(choices),
    };
    (method.to_owned(), path, body)
}

fn path_value(parameter: &str, choices: &mut Choices<'_>) -> String {
    if choices.once_in(6) {
        return text::odd(choices);
    }
    let fitting: &[&str] = match parameter {
        "serviceName" => &["example.cluster01.hosting.ovh.net"],
        "domain" | "domainName" => &["example.com", "www.example.com", "shop.example.com"],
        "login" => &["example", "example-dev", "dev"],
        "name" => &["exampledb", "exampleshop", "db"],
        _ => &["1", "2", "1001", "10000", "cdnBasic", "KEY"],
    };
    choices.pick(fitting).to_owned()
}

/// A body made of properties that some operation knows.
fn body(choices: &mut Choices<'_>) -> String {
    const KNOWN: &[(&str, &str)] = &[
        ("command", r#""www/a.php""#),
        ("frequency", r#""0 * * * *""#),
        ("language", r#""php8.2""#),
        ("email", r#""a@example.com""#),
        ("status", r#""enabled""#),
        ("description", r#""a note""#),
        ("domain", r#""shop.example.com""#),
        ("path", r#""shop""#),
        ("cdn", r#""active""#),
        ("ssl", "true"),
        ("runtimeId", "1"),
        ("firewall", r#""none""#),
        ("ipLocation", r#""FR""#),
        ("ownLog", r#""shop.example.com""#),
        ("capabilitie", r#""extraSqlPersonal""#),
        ("type", r#""mysql""#),
        ("user", r#""exampledb""#),
        ("version", r#""8.0""#),
        ("quota", r#""400""#),
        ("password", r#""Passw0rd""#),
        ("login", r#""example-dev""#),
        ("home", r#"".""#),
        ("sshState", r#""active""#),
        ("state", r#""rw""#),
        ("date", r#""now""#),
        ("sendEmail", "false"),
        ("flushDatabase", "true"),
        ("key", r#""KEY""#),
        ("value", r#""a value""#),
        ("moduleId", "1"),
        ("dependencies", "[]"),
        ("adminName", r#""admin""#),
        ("backup", r#""daily.1""#),
        ("certificate", r#""-----BEGIN CERTIFICATE-----""#),
        ("accessRules", r#"[{"method":"GET","path":"/*"}]"#),
        ("vcsUrl", r#""https://example.com/a.git""#),
        ("vcsBranch", r#""main""#),
        ("offer", r#""PRO_2014""#),
        ("name", r#""main""#),
        ("config", r#"{"ttl":60}"#),
        ("enabled", "true"),
        ("renew", r#"{"automatic":true}"#),
    ];
    if choices.once_in(12) {
        return values::any(choices, 5).to_string();
    }
    let mut body = json!({});
    for _ in 0..choices.below(10) {
        let (key, value) = KNOWN[choices.below(KNOWN.len())];
        body[key] = match choices.once_in(6) {
            true => values::any(choices, 2),
            false => serde_json::from_str(value).unwrap_or_default(),
        };
    }
    let mut text = body.to_string();
    if choices.once_in(8) {
        text::change(&mut text, choices);
    }
    text
}

/// A call of the sandbox's own routes.
fn own(choices: &mut Choices<'_>) -> (String, String, String) {
    let id = text::odd(choices);
    let (method, path) = match choices.below(12) {
        0 => ("GET", "/_sandbox/".to_owned()),
        1 => ("GET", "/_sandbox/live".to_owned()),
        2 => (
            "POST",
            format!(
                "/_sandbox/page/{}",
                choices.pick(&["advance-minute", "advance-day", "reset", "x"])
            ),
        ),
        3 | 4 => ("POST", "/_sandbox/faults".to_owned()),
        5 => ("DELETE", format!("/_sandbox/faults/{id}")),
        6 => (
            "GET",
            format!("/_sandbox/journal?operation={id}&limit={id}"),
        ),
        7 => ("POST", "/_sandbox/clock".to_owned()),
        8 => ("POST", "/_sandbox/tasks/fail".to_owned()),
        9 => ("POST", format!("/_sandbox/credentials/{id}/validate")),
        10 => ("GET", "/_sandbox/hostings".to_owned()),
        _ => ("GET", format!("/_sandbox/{id}")),
    };
    let body = match path.as_str() {
        "/_sandbox/faults" => fault(choices).to_string(),
        "/_sandbox/clock" => clock(choices).to_string(),
        "/_sandbox/tasks/fail" => {
            json!({ "what": choices.pick(&["databases::create", "database/create", ""]),
            "ending": choices.pick(&["error", "cancelled", "x"]) })
            .to_string()
        }
        _ => String::new(),
    };
    (method.to_owned(), path, body)
}

/// How the clock may be set: every number, near the edges too.
fn clock(choices: &mut Choices<'_>) -> Value {
    let value = match choices.below(4) {
        0 => values::any(choices, 2),
        1 => json!(i64::from_ne_bytes(choices.number().to_ne_bytes())),
        2 => json!([i64::MAX, i64::MIN, 0, -1, 3_153_600_000][choices.below(5)]),
        _ => json!([0.0, 1.5, -1.0, 86_400.0, 3.1e9, 1e300, 5e-324][choices.below(7)]),
    };
    json!({ choices.pick(&["advance", "timeOffset", "x"]): value })
}

/// A fault, without a delay that would only take time.
fn fault(choices: &mut Choices<'_>) -> Value {
    const KNOWN: &[(&str, &str)] = &[
        ("operation", r#""databases::create""#),
        ("operation", r#""hosting::*""#),
        ("method", r#""GET""#),
        ("route", r#""/hosting/web/{serviceName}/cron""#),
        ("call", "1"),
        ("times", "2"),
        ("status", "503"),
        ("status", "204"),
        ("shape", r#""html""#),
        ("class", r#""Client::X""#),
        ("errorCode", r#""QUERY_TIME_OUT""#),
        ("message", r#""no""#),
        ("afterEffect", "true"),
        ("retryAfter", "5"),
        ("retryAfter", r#"{"seconds":9223372036854775807}"#),
        ("delayMs", "1"),
        ("reset", r#""before""#),
        ("truncate", "3"),
        ("wrongType", r#""id""#),
        ("clockSkew", "9223372036854775807"),
        ("staleCache", "true"),
        ("rateLimit", r#"{"calls":1,"seconds":60}"#),
    ];
    let mut fault = json!({});
    for _ in 0..choices.below(5) {
        let (key, value) = KNOWN[choices.below(KNOWN.len())];
        fault[key] = match key != "delayMs" && choices.once_in(6) {
            true => values::any(choices, 2),
            false => serde_json::from_str(value).unwrap_or_default(),
        };
    }
    fault
}

/// Consumer keys and tokens.
fn account(choices: &mut Choices<'_>) -> (String, String, String) {
    let (method, path) = [
        ("POST", "/1.0/auth/credential"),
        ("POST", "/auth/oauth2/token"),
        ("GET", "/1.0/auth/time"),
        ("GET", "/1.0/auth/currentCredential"),
        ("POST", "/1.0/auth/logout"),
        ("GET", "/auth/?credentialToken=x"),
    ][choices.below(6)];
    let body = match path {
        "/auth/oauth2/token" => format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope=all",
            text::odd(choices),
            text::odd(choices)
        ),
        "/1.0/auth/credential" => {
            let rules: Value = (0..choices.below(4))
                .map(|_| json!({ "method": choices.pick(&["GET", "POST", "*", ""]), "path": text::odd(choices) }))
                .collect();
            json!({ "accessRules": rules, "redirection": text::odd(choices), "allowedIPs": ["192.0.2.0/24", text::odd(choices)] }).to_string()
        }
        _ => String::new(),
    };
    (method.to_owned(), path.to_owned(), body)
}
