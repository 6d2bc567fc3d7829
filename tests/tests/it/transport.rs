//! Replies that no well-behaved server sends, as the typed calls of client and facade meet them.
//!
//! What the transport does with them below those calls is tested with the facade.

use std::error::Error as _;

use ovh_web::types::{DumpDate, ListUsers, NewDump, NewUser, User, UserUpdate};
use ovh_web::{Client, Error, ErrorKind};
use ovh_web_tests::{Answer, RawServer, Seen, fails};
use serde_json::{Value, json};

const QUERY_ID: &str = "X-OVH-QUERYID: EU.tests.2\r\n";

fn user(login: &str) -> Value {
    let address = json!({"port": 21, "url": "ftp.example", "user": login});
    json!({
        "home": "www", "isPrimaryAccount": false, "login": login, "sshState": "none",
        "serviceManagementCredentials": {"ftp": address, "ssh": address},
        "state": "rw", "status": "created", "taskId": null,
    })
}

async fn create(client: &Client) -> Result<(), Error> {
    let new = NewUser::new("www", "example-a", "aLongPassword1");
    let users = client.hosting("s.example").users();
    users.create(&new).await.map(drop)
}

async fn get(client: &Client) -> Result<User, Error> {
    client.hosting("s.example").users().get("example-a").await
}

#[tokio::test]
async fn gateway_page_is_a_proxy_error() {
    let page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
    let server =
        RawServer::start(move |_| Answer::response(502, "Content-Type: text/html\r\n", page)).await;
    let client = server.client();
    for (result, operation) in [
        (get(&client).await.map(drop), "users::get"),
        (create(&client).await, "users::create"),
        (
            client.hosting("s.example").users().list().await.map(drop),
            "users::list",
        ),
    ] {
        let words = ["502 Bad Gateway", "response from a proxy", operation];
        let error = fails(result, ErrorKind::Server, &words);
        assert!(!error.to_string().contains('<'), "{error}");
        assert_eq!(
            (
                error.status().map(|status| status.as_u16()),
                error.class(),
                error.code()
            ),
            (Some(502), None, None)
        );
        assert_eq!(error.raw_body(), page.as_bytes());
    }
    assert_eq!(server.seen().len(), 3, "each was sent once");
}

#[tokio::test]
async fn a_page_with_status_200_is_not_an_answer() {
    let server = RawServer::start(|_| {
        Answer::response(
            200,
            "Content-Type: text/html\r\n",
            "<html>Please log in</html>",
        )
    })
    .await;
    let words = ["not JSON", "text/html", "users::get"];
    let error = fails(get(&server.client()).await, ErrorKind::Decode, &words);
    assert_eq!(error.raw_body(), b"<html>Please log in</html>");
}

#[tokio::test]
async fn a_reply_that_breaks_off() {
    let server = RawServer::start(|_| {
        Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"login\": \"exam".to_vec())
    })
    .await;
    let client = server.client();
    let words = ["cut off after 15 bytes", "users::get"];
    fails(get(&client).await, ErrorKind::Connection, &words);
    let words = ["cut off", "users::create", "check before you retry"];
    fails(create(&client).await, ErrorKind::Connection, &words);
    assert_eq!(server.seen().len(), 2, "each was sent once");
}

#[tokio::test]
async fn dropped_connection_is_a_transport_error() {
    let server = RawServer::start(|_| Answer::Bytes(b"".to_vec())).await;
    let words = [
        "lost before the response",
        "users::create",
        "check before you retry",
    ];
    fails(
        create(&server.client()).await,
        ErrorKind::Connection,
        &words,
    );
    assert_eq!(server.seen().len(), 1, "a write is never repeated");
}

#[tokio::test]
async fn empty_body_is_an_error_for_typed_calls() {
    for (status, body) in [(200, ""), (200, " \r\n"), (204, "")] {
        let server = RawServer::start(move |_| Answer::response(status, QUERY_ID, body)).await;
        let client = server.client();
        for result in [get(&client).await.map(drop), create(&client).await] {
            let words = ["the response is empty", "query id EU.tests.2"];
            let error = fails(result, ErrorKind::Decode, &words);
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(error.query_id(), Some("EU.tests.2"));
        }
    }
}

#[tokio::test]
async fn void_call_accepts_empty_body() {
    for (status, body) in [
        (200, ""),
        (200, "null"),
        (204, ""),
        (201, " null\n"),
        (200, "{}"),
        (200, r#"{"id": 7}"#),
        (202, "OK"),
    ] {
        let server = RawServer::start(move |_| Answer::response(status, QUERY_ID, body)).await;
        let client = server.client();
        let change = UserUpdate::new().home("www");
        let users = client.raw().users();
        let done = users.update("s.example", "example-a", &change).await;
        done.unwrap_or_else(|error| panic!("{status} {body:?}: {error}"));
        let seen = server.seen();
        assert_eq!((seen.len(), &*seen[0].method), (1, "PUT"));
        assert_eq!(seen[0].body, br#"{"home":"www"}"#);
    }
}

#[tokio::test]
async fn void_call_refuses_html_page() {
    let server = RawServer::start(|_| {
        Answer::response(
            200,
            "Content-Type: text/html\r\n",
            "\n<html>Please log in</html>",
        )
    })
    .await;
    let change = UserUpdate::new().home("www");
    let client = server.client();
    let done = client
        .raw()
        .users()
        .update("s.example", "example-a", &change);
    let words = [
        "the response is a page from a proxy",
        "text/html",
        "may have been made",
    ];
    let error = fails(done.await, ErrorKind::Decode, &words);
    assert!(error.maybe_applied());
    assert_eq!(server.seen().len(), 1, "it was sent once");
}

#[tokio::test]
async fn decode_error_names_path_and_keeps_body() {
    let mut wrong = user("example-a");
    wrong["serviceManagementCredentials"]["ssh"]["port"] = json!("twenty-two");
    let body = wrong.to_string();
    let server = RawServer::start({
        let body = body.clone();
        move |_| Answer::json(&body)
    })
    .await;
    let client = server.client();
    let words = [
        "`serviceManagementCredentials.ssh.port`",
        "users::get",
        "status 200",
        "query id EU.test.1",
    ];
    let error = fails(get(&client).await, ErrorKind::Decode, &words);
    assert_eq!(
        (
            error.status().map(|status| status.as_u16()),
            error.query_id()
        ),
        (Some(200), Some("EU.test.1"))
    );
    assert_eq!(error.raw_body(), body.as_bytes());
    assert!(
        error.get_ref().is_some() && error.source().is_none(),
        "told once"
    );
    assert_eq!(error.path(), Some("/hosting/web/s.example/user/example-a"));
    assert!(error.to_string().contains("s.example"), "{error}");
    assert!(
        error
            .hint()
            .is_some_and(|hint| hint.contains("`.json::<T>()`")),
        "{error}"
    );
    // The way out: a type of the caller's, on the same call.
    let users = client.hosting("s.example").users();
    let own: Value = users.get("example-a").json().await.expect("JSON");
    assert_eq!(own, wrong);
}

#[tokio::test]
async fn missing_field_is_named_unknown_is_ignored() {
    let mut value = user("example-a");
    value["quantumState"] = json!({"of": ["the", "cat"]});
    value["sshState"] = json!("teleport");
    let whole = value.to_string();
    value.as_object_mut().expect("an object").remove("login");
    let holed = value.to_string();
    let server = RawServer::start(move |seen| {
        Answer::json(if seen.target.contains("holed") {
            &holed
        } else {
            &whole
        })
    })
    .await;
    let client = server.client();
    let got = get(&client).await.expect("more than was promised");
    assert_eq!(got.ssh_state.as_str(), "teleport");
    let holed = client.hosting("holed.example").users().get("a").await;
    let words = [
        "at `login`: expected a string, found nothing",
        "holed.example",
    ];
    fails(holed, ErrorKind::Decode, &words);
}

#[tokio::test]
async fn undecodable_task_counts_as_started() {
    let server = RawServer::start(|_| Answer::json(r#"{"id": 7, "status": null}"#)).await;
    let words = ["at `startDate`", "very likely made", "s.example"];
    let error = fails(create(&server.client()).await, ErrorKind::Decode, &words);
    assert!(error.maybe_applied());
    assert_eq!(server.seen().len(), 1, "it was sent once");
}

#[tokio::test]
async fn bad_item_does_not_lose_the_page() {
    let mut bad = user("example-bad");
    bad["isPrimaryAccount"] = json!("no");
    let page = json!([user("example-a"), bad, user("example-c")]).to_string();
    let server = RawServer::start(move |_| Answer::json(&page)).await;
    let client = server.client();
    let page = client
        .raw()
        .users()
        .page("s.example", &ListUsers::default());
    let items = page.await.expect("a page").items;
    let logins: Vec<_> = items
        .iter()
        .map(|item| item.as_ref().map(|user| user.login.as_str()).ok())
        .collect();
    assert_eq!(logins, [Some("example-a"), None, Some("example-c")]);
    let error = items.into_iter().nth(1).expect("it").expect_err("bad");
    assert_eq!(error.kind(), ErrorKind::Decode);
    for words in ["`[1].isPrimaryAccount`", "users::list", "EU.test.1"] {
        assert!(error.to_string().contains(words), "{error}");
    }
    let raw: Value = serde_json::from_slice(error.raw_body()).expect("the item alone");
    assert_eq!(raw["login"], "example-bad");
    // The facade's plain list gives all or an error that names the item.
    let all = client.hosting("s.example").users().list().await;
    fails(all, ErrorKind::Decode, &["`[1].isPrimaryAccount`"]);
}

/// A server that ignores the wish for pages, as some regions do: ids, then each object.
fn without_pages(seen: &Seen) -> Answer {
    match seen.target.rsplit('/').next() {
        Some("user") => Answer::json(r#"["example-a", "example-gone", "example-c"]"#),
        Some("example-gone") => Answer::response(
            404,
            QUERY_ID,
            r#"{"class": "Client::NotFound", "message": "The requested object does not exist"}"#,
        ),
        Some(login) => Answer::json(&user(login).to_string()),
        None => Answer::Bytes(b"".to_vec()),
    }
}

#[tokio::test]
async fn unpaged_list_is_fetched_one_by_one() {
    let server = RawServer::start(without_pages).await;
    let client = server.client();
    let users = client.hosting("s.example").users().list().await;
    let users = users.expect("what is still there");
    let logins: Vec<_> = users.iter().map(|it| it.login.as_str()).collect();
    assert_eq!(logins, ["example-a", "example-c"], "in the server's order");
    let seen = server.seen();
    let asks = |seen: &Seen| seen.header("X-Pagination-Mode") == Some("CachedObjectList-Pages");
    let asked: Vec<_> = seen.iter().map(asks).collect();
    assert_eq!(asked, [true, false, false, false, false]);
    // The raw page says what happened instead of guessing.
    let page = client
        .raw()
        .users()
        .page("s.example", &ListUsers::default());
    fails(page.await, ErrorKind::NotPaged, &["list the ids"]);
}

#[tokio::test]
async fn empty_list_counts_as_paged() {
    let server = RawServer::start(|_| Answer::json("[]")).await;
    let users = server.client().hosting("s.example").users().list().await;
    assert!(users.expect("none").is_empty());
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn invalid_task_is_an_error_of_its_call() {
    let server = RawServer::start(|_| Answer::json(r#"{"id": 7, "status": "todo"}"#)).await;
    let client = server.client();
    let database = client.hosting("s.example").database("d");
    let task = database.dumps().create(&NewDump::new(DumpDate::Now)).await;
    fails(task, ErrorKind::Decode, &["dumps::create", "EU.test.1"]);
}
