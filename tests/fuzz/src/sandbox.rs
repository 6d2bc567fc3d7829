//! The sandbox: bytes that are nearly HTTP, and requests that are nearly valid, on one connection.
//! It never panics and never hangs.

use std::cell::RefCell;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ovh_web_client::operations;
use ovh_web_sandbox::{Clock, Sandbox};
use serde_json::{Value, json};

use crate::Choices;
use crate::json::{self, SCHEMAS};

/// A sandbox that does not answer for this long hangs.
const PATIENCE: Duration = Duration::from_secs(10);

thread_local! {
    /// The sandbox and the number of runs that it served.
    static SANDBOX: RefCell<Option<(Sandbox, u32)>> = const { RefCell::new(None) };
}

/// Set when a thread of a sandbox panics, which the sandbox answers with 500.
static HAS_PANICKED: AtomicBool = AtomicBool::new(false);

pub(crate) fn fuzz(choices: &mut Choices<'_>) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let is_sandbox = std::thread::current().name() == Some("ovh-web-sandbox");
            HAS_PANICKED.fetch_or(is_sandbox, Ordering::Relaxed);
            before(info);
        }));
    });
    SANDBOX.with_borrow_mut(|slot| {
        // A reset keeps the clock, so a new sandbox is needed now and then.
        let (sandbox, runs) = slot
            .take()
            .filter(|(_, runs)| *runs < 256)
            .unwrap_or_else(|| {
                let sandbox = Sandbox::builder()
                    .clock(Clock::manual())
                    .access_token("token");
                (sandbox.start_now().expect("a free port"), 0)
            });
        sandbox.reset();
        connection(&sandbox, choices).expect("the sandbox answers in time");
        *slot = Some((sandbox, runs + 1));
    });
    assert!(
        !HAS_PANICKED.load(Ordering::Relaxed),
        "the sandbox panicked"
    );
}

fn connection(sandbox: &Sandbox, choices: &mut Choices<'_>) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(sandbox.address())?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let is_http = !choices.once_in(4);
    for left in (0..1 + choices.below(5)).rev() {
        let mut text = request(choices, if left == 0 { "close" } else { "keep-alive" });
        for _ in 0..if is_http { 0 } else { 1 + choices.below(4) } {
            choices.change(&mut text);
        }
        // The sandbox may have closed the connection already.
        let _ = stream.write_all(text.as_bytes());
        if choices.once_in(3) {
            sandbox
                .clock()
                .advance(Duration::from_secs(choices.pick(&[1, 3, 60, 86_400])));
        }
    }
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Err(error)
        }
        _ => {
            let answer = String::from_utf8_lossy(&answer);
            assert!(
                answer.is_empty() || !is_http || answer.starts_with("HTTP/1.1 "),
                "{answer}"
            );
            Ok(())
        }
    }
}

/// A request that is nearly valid.
fn request(choices: &mut Choices<'_>, connection: &str) -> String {
    let (method, path, body) = if choices.once_in(4) {
        own_route(choices)
    } else {
        operation(choices)
    };
    let mut head =
        format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: {connection}\r\n");
    if !choices.once_in(16) {
        head.push_str("Authorization: Bearer token\r\n");
    }
    for _ in 0..choices.below(4) {
        let name = choices.word(
            "X-Pagination-Mode|X-Pagination-Number|X-Pagination-Size|X-Pagination-Sort|X-Pagination-Filter|\
             X-Ovh-Application|X-Ovh-Timestamp|X-Ovh-Signature|Content-Type|Transfer-Encoding|Expect|Origin",
        );
        let value = choices.word(
            "CachedObjectList-Pages|CachedObjectList-Cursor|1|0|100|DESC|id|status|name:like=%a%|:=|\
             id:in=1,2&name:ne=x|creationDate:gt=2026-01-01T00:00:00Z|id:lt=|chunked|100-continue",
        );
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// A call of an operation, whose path, query and body are nearly valid.
fn operation(choices: &mut Choices<'_>) -> (String, String, String) {
    let operation = operations::ALL[choices.below(operations::ALL.len())];
    let mut path = choices.word("/1.0|/v1|/v2|").to_owned();
    for segment in operation.path().split('/').skip(1) {
        let values = match segment {
            "{serviceName}" => "example.cluster01.hosting.ovh.net",
            "{domain}" | "{domainName}" => "example.com|www.example.com|shop.example.com",
            "{login}" => "example|example-dev",
            "{name}" => "exampledb|exampleshop",
            _ if segment.starts_with('{') => "1|2|1001|10000|cdnBasic|KEY",
            fixed => fixed,
        };
        path.push('/');
        path.push_str(choices.word(values));
    }
    if choices.once_in(3) {
        let query = "?status=done|?name=|?creationDate.from=1|?iamTags={%22a%22:[{%22operator%22:%22EQ%22}]}|/%2e|/%ff";
        path.push_str(choices.word(query));
    }
    let method = operation.method().as_str();
    let schema = SCHEMAS.get(&format!("{method} {} body", operation.path()));
    let body = schema.map(|schema| {
        let value = json::near(schema, true, choices, 6);
        json::text(&value, true, choices)
    });
    let method = if choices.once_in(32) {
        choices.word("PATCH|HEAD|OPTIONS|get")
    } else {
        method
    };
    (method.to_owned(), path, body.unwrap_or_default())
}

/// A call of the login, or of one of the sandbox's own routes.
fn own_route(choices: &mut Choices<'_>) -> (String, String, String) {
    let route = choices.word(
        "GET /_sandbox/|GET /_sandbox/live|POST /_sandbox/page/advance-day|DELETE /_sandbox/faults/1|\
         GET /_sandbox/journal?limit=-1|POST /_sandbox/faults|POST /_sandbox/clock|POST /_sandbox/tasks/fail|\
         POST /_sandbox/credentials/1/validate|GET /_sandbox/hostings|POST /1.0/auth/credential|\
         GET /1.0/auth/currentCredential|GET /auth/?credentialToken=x|POST /auth/oauth2/token",
    );
    let known = [
        json!({ "operation": "databases::create", "status": 503, "times": 2, "afterEffect": true }),
        json!({ "method": "GET", "retryAfter": { "seconds": i64::MAX }, "wrongType": "id" }),
        json!({ "route": "/hosting/web/{serviceName}/cron", "truncate": 3, "shape": "html" }),
        json!({ "clockSkew": i64::MAX, "rateLimit": { "calls": 1, "seconds": 60 }, "reset": "before" }),
        json!({ "advance": 86_400.5 }),
        json!({ "timeOffset": i64::MIN }),
        json!({ "what": "database/create", "ending": "error" }),
        json!({ "accessRules": [{ "method": "GET", "path": "/*" }], "allowedIPs": ["192.0.2.0/24"] }),
        json!("grant_type=client_credentials&client_id=a&client_secret=b&scope=all"),
    ];
    let mut body = known[choices.below(known.len())].clone();
    let key = body
        .as_object()
        .and_then(|body| body.keys().next().cloned());
    if let (Some(key), true) = (key, choices.once_in(2)) {
        body[key] = json::any(choices, 2);
    }
    let (method, path) = route.split_once(' ').unwrap_or_default();
    let body = match body {
        Value::String(form) => form,
        body => json::text(&body, true, choices),
    };
    (method.to_owned(), path.to_owned(), body)
}
