//! Tests that `Debug` and errors show no secret of credentials, bodies or queries.

use crate::support::{CONSUMER_KEY, Server, answer};
use ovh_web::config::Sources;
use ovh_web::types::{NewDatabase, NewDatabaseType, NewUser};
use ovh_web::{Client, Credentials, Method};
use serde_json::Value;

#[test]
fn debug_shows_no_secret() {
    let credentials = Credentials::new("s3cr3t", "s3cr3t", "s3cr3t");
    let sources = Sources::new().variable("OVH_CONSUMER_KEY", "s3cr3t").file(
        "ovh.conf",
        "[default]\nendpoint = http://127.0.0.1:1/1.0\n# s3cr3t",
    );
    let builder = Client::builder()
        .credentials(credentials.clone())
        .sources(sources.clone())
        // Set by the program too: the keys do not come from the file that names the server.
        .base_url("http://127.0.0.1:1/1.0")
        .proxy("http://user:s3cr3t@127.0.0.1:1");
    let builder_shown = format!("{builder:?}");
    let client = builder.build().expect("a client");
    let request = client
        .request(Method::POST, "/me?password=s3cr3t")
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
async fn error_that_quotes_request_has_no_secret() {
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
        // The rest of the message stays readable.
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
