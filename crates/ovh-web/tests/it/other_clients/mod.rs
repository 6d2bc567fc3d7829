//! Runs the published tests of OVHcloud's own clients against this client.
//!
//! Compared are the requests. Each case names its origin; each difference has its key and reason in
//! the guide page `differences`.

mod settings;
mod wire;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::NOW;
use ovh_web::{
    Body, BoxFuture, Bytes, Client, ClientBuilder, Clock, ClockSync, Credentials, Endpoint,
    ErrorKind, HttpEngine, HttpFailure, Method, Secret, http, signature,
};
use settings::{ACCOUNT, KEYS, configurations, files};

const PAGE: &str = include_str!("../../../src/guide/differences.md");

/// The keys of the page's rows.
fn keys_of_the_page() -> BTreeSet<&'static str> {
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next()).collect()
}

/// The relation of a case to the other clients.
#[derive(Clone, Copy)]
enum Is {
    /// Like python-ovh and go-ovh, if they support it.
    Same,
    /// A difference, by its key.
    Other(&'static str),
}

/// A request that an engine received.
type Sent = http::Request<Body>;

/// The value of a header of a request.
fn header<'a>(sent: &'a Sent, name: &str) -> Option<&'a str> {
    sent.headers().get(name)?.to_str().ok()
}

/// Records requests, and answers those for the time and for a token.
#[derive(Clone, Debug, Default)]
struct Kept(Arc<Mutex<Vec<Sent>>>);

impl HttpEngine for Kept {
    fn exchange(&self, request: Sent) -> BoxFuture<'_, Result<http::Response<Bytes>, HttpFailure>> {
        let answer = match request.uri().path() {
            path if path.ends_with("/auth/time") => SERVER.to_string(),
            path if path.ends_with("/oauth2/token") || path.ends_with("/token") => {
                r#"{"access_token":"canary-granted","token_type":"Bearer","expires_in":3599}"#
                    .to_owned()
            }
            _ => "null".to_owned(),
        };
        self.0.lock().expect("what was sent").push(request);
        Box::pin(std::future::ready(Ok(http::Response::new(answer.into()))))
    }
}

impl Kept {
    fn all(&self) -> Vec<Sent> {
        self.0.lock().expect("what was sent").clone()
    }
}

/// python-ovh's clock test: local time truncated to seconds, the server's six ahead.
const SERVER: u64 = NOW + 6;

/// 1457018875.467 by the local clock.
#[derive(Debug)]
struct PythonsClock;

impl Clock for PythonsClock {
    fn unix_time(&self) -> Duration {
        Duration::from_millis(NOW * 1000 + 467)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// The result of building a client and making one call.
#[derive(Debug, PartialEq, Eq)]
enum Turns {
    /// Signed with key, secret and consumer key, at this base URL.
    Signed(&'static str, [&'static str; 3]),
    /// With a token that was fetched there, at this base URL.
    Token(&'static str, &'static str),
    /// With a token that was given, at this base URL.
    Bearer(&'static str),
    /// Refused, with these texts in the message.
    Refused(&'static [&'static str]),
}

async fn check(what: &str, builder: ClientBuilder, expected: &Turns) {
    let kept = Kept::default();
    let built = builder
        .http(kept.clone())
        .clock(PythonsClock)
        .retries(0)
        .clock_sync(ClockSync::Eager)
        .build();
    let client = match (built, expected) {
        (Ok(client), _) => client,
        (Err(error), Turns::Refused(words)) => {
            assert_eq!(error.kind(), ErrorKind::Configuration, "{what}");
            let text = error.to_string();
            for word in *words {
                assert!(text.contains(word), "{what}: no `{word}` in {text}");
            }
            return;
        }
        (Err(error), _) => panic!("{what}: {error}"),
    };
    let call = client.request(Method::GET, "/me").send().await;
    call.unwrap_or_else(|error| panic!("{what}: {error}"));
    let all = kept.all();
    let sent = all.last().expect("a call");
    let base = match expected {
        Turns::Signed(base, _) | Turns::Token(base, _) | Turns::Bearer(base) => base,
        Turns::Refused(_) => panic!("{what}: it was not refused"),
    };
    assert_eq!(sent.uri().to_string(), format!("{base}/me"), "{what}");
    match expected {
        Turns::Signed(base, [key, secret, consumer]) => {
            assert_eq!(
                all[0].uri().to_string(),
                format!("{base}/auth/time"),
                "{what}"
            );
            assert_eq!(header(sent, "x-ovh-application"), Some(*key), "{what}");
            assert_eq!(header(sent, "x-ovh-consumer"), Some(*consumer), "{what}");
            let (secret, consumer) = (Secret::from(*secret), Secret::from(*consumer));
            let signed = signature(
                &secret,
                &consumer,
                "GET",
                &sent.uri().to_string(),
                b"",
                SERVER,
            );
            assert_eq!(header(sent, "x-ovh-signature"), Some(&*signed), "{what}");
            assert_eq!(header(sent, "authorization"), None, "{what}");
        }
        Turns::Token(_, from) => {
            assert_eq!(all[0].uri().to_string(), *from, "{what}");
            let form = String::from_utf8_lossy(all[0].body().as_bytes()).into_owned();
            let whole =
                "grant_type=client_credentials&scope=all&client_id=id&client_secret=canary-secret";
            assert_eq!(form, whole, "{what}");
            assert_eq!(header(sent, "authorization"), Some("Bearer canary-granted"));
            assert_eq!(header(sent, "x-ovh-application"), None, "{what}");
        }
        Turns::Bearer(_) => {
            assert_eq!(all.len(), 1, "{what}");
            assert_eq!(header(sent, "authorization"), Some("Bearer token"));
            assert_eq!(header(sent, "x-ovh-application"), None, "{what}");
        }
        Turns::Refused(_) => {}
    }
}

const EU: &str = "https://eu.api.ovh.com/1.0";

#[tokio::test]
async fn settings_match_except_documented() {
    for (what, _, sources, expected) in configurations() {
        check(what, Client::builder().sources(sources), &expected).await;
    }
    // The program's settings take precedence over both.
    let keys = Credentials::new("own-ak", "own-as", "own-ck");
    let beside = files([KEYS, "", ""]).variable("OVH_CONSUMER_KEY", "env");
    let builder = Client::builder().sources(beside).credentials(keys.clone());
    let own = Turns::Signed(EU, ["own-ak", "own-as", "own-ck"]);
    check("an argument before the environment", builder, &own).await;
    let builder = Client::builder()
        .sources(files([ACCOUNT, "", ""]))
        .credentials(keys);
    check("program-is-whole", builder, &own).await;
    let builder = Client::builder()
        .endpoint(Endpoint::KimsufiEu)
        .client_id("id")
        .client_secret("canary-secret")
        .token_url("https://example.com/token");
    let kimsufi = Turns::Token(
        "https://eu.api.kimsufi.com/1.0",
        "https://example.com/token",
    );
    check("token-url", builder, &kimsufi).await;
}

/// Rows that other tests cover: tokens, clocks, responses, and files on Windows.
const SHOWN_ELSEWHERE: &[&str] = &[
    "clock",
    "empty-response",
    "foreign-server",
    "token-renewal",
    "unreadable-file",
    "url-of-region",
    "windows-etc",
];

/// Rows that the tests above cover without a case in the table.
const SHOWN_ABOVE: &[&str] = &[
    "auth-routes",
    "content-type",
    "json-text",
    "new-shape",
    "program-is-whole",
    "query-blank",
    "query-null",
    "token-url",
    "version-prefix",
];

#[test]
fn each_difference_has_row_and_test() {
    let cases = configurations();
    let in_cases = cases.iter().filter_map(|(_, is, _, _)| match is {
        Is::Other(key) => Some(*key),
        Is::Same => None,
    });
    let shown: BTreeSet<&str> = in_cases
        .chain(SHOWN_ABOVE.iter().copied())
        .chain(SHOWN_ELSEWHERE.iter().copied())
        .collect();
    assert_eq!(shown, keys_of_the_page());
}
