//! No secret in logs and no secret in `Debug`: of the credentials, of a body, of a query.

mod support;

use std::fmt;
use std::sync::{Arc, Mutex};

use ovh_web::config::Sources;
use ovh_web::types::{NewDatabase, NewDatabaseType, NewUser};
use ovh_web::{Client, Credentials, Method};
use serde_json::Value;
use support::{APPLICATION_KEY, APPLICATION_SECRET, CONSUMER_KEY, Server, answer, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes down everything that is traced, whoever traces it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = self.0.lock().expect("the log");
        text.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let name = span.metadata().name();
        self.0
            .lock()
            .expect("the log")
            .push_str(&format!("\n{name}"));
        span.record(&mut self.clone());
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_call_is_traced_with_its_outcome_and_without_any_secret() {
    let server = Server::start(|seen| match &*seen.method {
        "GET" => json(r#"{"password":"s3cr3t"}"#),
        _ => answer(500, "X-OVH-QUERYID: EU.test.9\r\n", r#"{"message":"no"}"#),
    })
    .await;
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let client = server.client();
    client
        .request(Method::Get, "/me/token")
        .query("secret", "s3cr3t")
        .json::<Value>()
        .await
        .expect("an answer");
    let error = client
        .hosting("example.ovh")
        .users()
        .create(&NewUser::new(".", "example-x", "s3cr3t"))
        .await
        .expect_err("refused");
    drop(guard);
    let text = log.0.lock().expect("the log").clone();
    for word in [
        "ovh_call",
        "operation=GET /me/token",
        "operation=users::create",
        "status=200",
        "status=500",
        "EU.test.1",
        "EU.test.9",
        "milliseconds=0",
    ] {
        assert!(text.contains(word), "no `{word}` in {text}");
    }
    let shown = format!("{text} {error} {error:?}");
    for secret in [
        "s3cr3t",
        APPLICATION_KEY,
        APPLICATION_SECRET,
        CONSUMER_KEY,
        "$1$",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn nothing_that_holds_a_secret_shows_it() {
    let credentials = Credentials::new("s3cr3t", "s3cr3t", "s3cr3t");
    let sources = Sources::new().variable("OVH_CONSUMER_KEY", "s3cr3t").file(
        "ovh.conf",
        "[default]\nendpoint = http://127.0.0.1:1/1.0\n# s3cr3t",
    );
    let builder = Client::builder()
        .credentials(credentials.clone())
        .sources(sources.clone())
        // Named by the program too: the keys do not come from the file that names it.
        .base_url("http://127.0.0.1:1/1.0")
        .proxy("http://user:s3cr3t@127.0.0.1:1");
    let builder_shown = format!("{builder:?}");
    let client = builder.build().expect("a client");
    let request = client
        .request(Method::Post, "/me?password=s3cr3t")
        .query("token", "s3cr3t")
        .body("s3cr3t");
    let request_shown = format!("{request:?}");
    let call = request.json::<Value>();
    let call_shown = format!("{call:?}");
    let database = NewDatabase::new("sqlPerso", NewDatabaseType::Mysql, "x").password("s3cr3t");
    let shown = format!(
        "{credentials:?} {sources:?} {builder_shown} {client:?} {:?} {request_shown} {call_shown} {:?} \
         {database:?} {:?}",
        client.raw(),
        call.into_request(),
        NewUser::new(".", "x", "s3cr3t"),
    );
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

#[tokio::test]
async fn a_refusal_that_quotes_what_it_was_sent_becomes_an_error_without_secrets() {
    let server = Server::start(|seen| {
        let body = String::from_utf8_lossy(&seen.body).replace('"', "'");
        let key = seen.header("x-ovh-consumer").unwrap_or_default();
        let signed = seen.header("authorization").unwrap_or_default();
        answer(
            400,
            "",
            &format!(
                r#"{{"message":"bad: {body} by {key} {signed}","details":{{"got":"{key}"}}}}"#
            ),
        )
    })
    .await;
    let new = NewUser::new(".", "example-x", "s3cr3t word");
    let bearer = Client::builder()
        .base_url(server.base())
        .access_token("t0ken-s3cr3t")
        .retries(0)
        .build()
        .expect("a client");
    for client in [server.client(), bearer] {
        let users = client.hosting("example.ovh").users();
        let error = users.create(&new).await.expect_err("refused");
        let raw = String::from_utf8_lossy(error.raw_body()).into_owned();
        let shown = format!(
            "{error} {error:?} {:?} {raw}",
            error.details().collect::<Vec<_>>()
        );
        for secret in ["s3cr3t", CONSUMER_KEY] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        // The other words stay, so that it can be understood.
        assert!(
            error
                .message()
                .starts_with("bad: {'home':'.','login':'example-x',"),
            "{error}"
        );
        assert!(
            error.message().contains("'password':'[redacted]'"),
            "{error}"
        );
    }
}
