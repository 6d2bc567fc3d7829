//! Tests of dump downloads: right content, no client data in the request.

use std::time::Duration;

use crate::support::{Answer, HandClock, Server, answer, json};
use ovh_web::ErrorKind;
use ovh_web::handle::Dump;

const CONTENT: &str = "-- a dump, as long as it needs to be\n";

fn dump_at(url: &str) -> Answer {
    json(&format!(
        r#"{{"id":5,"creationDate":"2026-01-02T03:04:05+01:00","deletionDate":"2026-02-02T03:04:05+01:00",
            "status":"created","type":"now","taskId":null,"url":{url}}}"#
    ))
}

/// A server that is both the API and the storage of the dumps.
async fn server(address: fn(&str) -> String, file: fn(&str) -> Answer) -> (Server, Dump) {
    let server = Server::start(move |seen| {
        let host = seen.header("host").expect("a host");
        if seen.target.starts_with("/1.0/") {
            dump_at(&address(host))
        } else {
            file(&seen.target)
        }
    })
    .await;
    let clock = HandClock::jumping(Duration::from_secs(30));
    let builder = server.builder().clock(clock);
    // It would send the address of the dump, with its token, to the target of a redirect.
    let builder = builder.reqwest(|| reqwest::Client::builder().referer(true));
    let client = builder.build().expect("a client");
    let dump = client.hosting("example.ovh").database("x").dump(5);
    (server, dump)
}

fn here(host: &str) -> String {
    format!(r#""http://{host}/dumps/5.sql.gz?token=s3cr3t""#)
}

#[tokio::test]
async fn download_sends_no_client_data() {
    let (server, dump) = server(here, |_| answer(200, "", CONTENT)).await;
    let mut bytes = Vec::new();
    let size = dump.download_to(&mut bytes).await.expect("a dump");
    assert_eq!((size, &*bytes), (CONTENT.len() as u64, CONTENT.as_bytes()));
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    let asked = &calls[1];
    assert_eq!(asked.target, "/dumps/5.sql.gz?token=s3cr3t");
    for (name, value) in &asked.headers {
        let name = name.to_ascii_lowercase();
        assert!(
            matches!(&*name, "host" | "accept"),
            "{name}: {value} must not be sent"
        );
    }
}

#[tokio::test]
async fn file_appears_only_when_complete() {
    let folder = std::env::temp_dir().join(format!("ovh-web-downloads-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("5.sql.gz");
    let (_server, whole) = server(here, |_| answer(200, "", CONTENT)).await;
    let (_other, broken) = server(here, |_| {
        Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec())
    })
    .await;
    let error = broken.download_to_file(&path).await.expect_err("half");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(!error.to_string().contains("s3cr3t"), "{error}");
    let left = std::fs::read_dir(&folder).expect("the folder").count();
    assert_eq!(left, 0, "a partial dump must be removed");
    whole.download_to_file(&path).await.expect("a dump");
    assert_eq!(std::fs::read(&path).expect("the file"), CONTENT.as_bytes());
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[tokio::test]
async fn refuses_missing_or_unencrypted_address() {
    let (server, dump) = server(
        |_| r#""http://dumps.example.net/5?token=s3cr3t""#.to_owned(),
        |_| answer(200, "", CONTENT),
    )
    .await;
    let error = dump
        .download_to(&mut Vec::new())
        .await
        .expect_err("refused");
    assert!(error.to_string().contains("not encrypted"), "{error}");
    assert!(!error.to_string().contains("s3cr3t"), "{error}");
    assert_eq!(server.calls().len(), 1);

    let (_server, dump) = self::server(|_| "null".to_owned(), |_| answer(200, "", "")).await;
    let error = dump.download_to(&mut Vec::new()).await.expect_err("none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn follows_only_allowed_redirects() {
    let (storage, dump) = server(here, |target| match target {
        "/elsewhere" => answer(200, "", CONTENT),
        _ => answer(302, "Location: /elsewhere\r\n", ""),
    })
    .await;
    let mut bytes = Vec::new();
    dump.download_to(&mut bytes).await.expect("a dump");
    assert_eq!(bytes, CONTENT.as_bytes());
    let calls = storage.calls();
    let last = calls.last().expect("a call");
    assert_eq!(
        (&*last.target, last.header("referer")),
        ("/elsewhere", None)
    );
    let (_server, dump) = server(here, |_| {
        answer(302, "Location: http://dumps.example.net/5\r\n", "")
    })
    .await;
    let error = dump
        .download_to(&mut Vec::new())
        .await
        .expect_err("refused");
    assert!(error.to_string().contains("HTTP 302"), "{error}");
}

#[tokio::test]
async fn storage_error_keeps_its_status() {
    for (status, kind) in [
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (503, ErrorKind::Server),
    ] {
        let file: fn(&str) -> Answer = match status {
            403 => |_| answer(403, "", "no"),
            404 => |_| answer(404, "", "no"),
            _ => |_| answer(503, "", "no"),
        };
        let (_server, dump) = server(here, file).await;
        let error = dump
            .download_to(&mut Vec::new())
            .await
            .expect_err("refused");
        assert_eq!(error.kind(), kind);
    }
}

#[tokio::test]
async fn proxy_serves_downloads_without_credentials() {
    // The API's proxy, which forwards calls to the API and refuses the dump.
    let server = Server::start(|seen| match &*seen.method {
        "CONNECT" => answer(403, "", "no way"),
        _ => dump_at(r#""https://dumps.example.net/5.sql.gz?token=s3cr3t""#),
    })
    .await;
    let proxy = format!("http://user:word@{}", server.host);
    let client = server.builder().proxy(proxy).build().expect("a client");
    let dump = client.hosting("example.ovh").database("x").dump(5);
    let error = dump
        .download_to(&mut Vec::new())
        .await
        .expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(!error.to_string().contains("s3cr3t"), "{error}");
    let calls = server.calls();
    let asked = calls.last().expect("a call");
    assert_eq!(
        (&*asked.method, &*asked.target),
        ("CONNECT", "dumps.example.net:443")
    );
    for (name, value) in &asked.headers {
        let name = name.to_ascii_lowercase();
        assert!(
            !name.starts_with("x-ovh") && name != "authorization",
            "{name}: {value}"
        );
    }
}
