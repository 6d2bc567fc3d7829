//! `ensure` against an API that does not show what was written.

mod support;

use std::time::Duration;

use ovh_web::types::NewUser;
use ovh_web::{ChangeKind, ErrorKind};
use support::{HandClock, Server, json};

fn user(home: &str) -> String {
    format!(
        r#"{{"home":"{home}","login":"example-shop","isPrimaryAccount":false,"sshState":"none","state":"rw",
            "status":"created","taskId":null,
            "serviceManagementCredentials":{{"ftp":{{"url":"","port":21,"user":"x"}},"ssh":{{"url":"","port":22,"user":"x"}}}}}}"#
    )
}

async fn ensure(shown: &'static str) -> (Server, Result<ChangeKind, ovh_web::Error>) {
    let server = Server::start(move |seen| match &*seen.method {
        "GET" => json(&user(shown)),
        _ => json("null"),
    })
    .await;
    let client = server
        .builder()
        .clock(HandClock::jumping(Duration::from_secs(10)))
        .build()
        .expect("a client");
    let new = NewUser::new("shop", "example-shop", "a long password");
    let done = client.hosting("example.ovh").users().ensure(&new).await;
    (server, done.map(|done| done.change.kind))
}

#[tokio::test]
async fn a_value_that_the_api_does_not_take_over_ends_in_an_error_and_one_write() {
    let (server, done) = ensure("elsewhere").await;
    let error = done.expect_err("it shows another home for ever");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("home"), "{error}");
    let calls = server.calls();
    let writes = calls.iter().filter(|call| call.method != "GET").count();
    assert_eq!(writes, 1);
    assert!(calls.len() < 15, "{} calls", calls.len());
}

#[tokio::test]
async fn a_folder_that_the_api_writes_in_another_way_is_no_difference() {
    for shown in ["./shop", "/homez.12/example/shop"] {
        let (server, done) = ensure(shown).await;
        assert_eq!(
            done.expect("nothing to do"),
            ChangeKind::Unchanged,
            "{shown}"
        );
        assert_eq!(server.calls().len(), 1);
    }
}

#[tokio::test]
async fn a_corrected_field_is_unverified_and_not_written() {
    let lacking = user("elsewhere").replace(r#""home":"elsewhere","#, "");
    let server = Server::start(move |seen| match &*seen.method {
        "GET" => json(&lacking),
        _ => json("null"),
    })
    .await;
    let client = server.client();
    let users = client.hosting("example.ovh").users();
    let new = NewUser::new("shop", "example-shop", "canary-password").ssh_state("none");
    let plan = users.plan(&new).await.expect("a plan");
    let change = users.ensure(&new).await.expect("nothing to do").change;
    assert_eq!(change, plan);
    assert_eq!((change.kind, change.fields.len()), (ChangeKind::Unchanged, 0));
    assert!(change.unverified.contains(&"home"), "{change}");
    assert!(server.calls().iter().all(|call| call.method == "GET"));
    // With strict decoding there is nothing to compare with.
    let strict = server.builder().strict_decoding(true).build().expect("a client");
    let error = strict.hosting("example.ovh").users().ensure(&new).await;
    assert_eq!(error.expect_err("no home").kind(), ErrorKind::Decode);
}
