//! Tests of broken downloads: resumed if the content is unchanged, else restarted.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{Answer, HandClock, Seen, Server, json};
use ovh_web::handle::Dump;
use ovh_web::{DownloadProgress, ErrorKind};

const OLD: &str = "the content of a dump as it was";
const NEW: &str = "another content, longer than the old one was";

/// A response that announces all of `body` and ends after `sent` bytes.
fn cut(status: u16, headers: &str, body: &str, sent: usize) -> Answer {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Whatever\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    Answer::Bytes(format!("{head}{}", &body[..sent]).into_bytes())
}

fn whole(status: u16, headers: &str, body: &str) -> Answer {
    cut(status, headers, body, body.len())
}

fn rest(headers: &str, from: usize) -> Answer {
    let (last, total) = (OLD.len() - 1, OLD.len());
    let headers = format!("{headers}Content-Range: bytes {from}-{last}/{total}\r\n");
    whole(206, &headers, &OLD[from..])
}

/// A dump whose storage answers with `respond`, which gets the number of requests.
async fn stored(
    respond: impl Fn(usize, &Seen) -> Answer + Send + Sync + 'static,
) -> (Server, Dump) {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |seen| {
        if seen.target.starts_with("/1.0/") {
            let host = seen.header("host").expect("a host");
            return json(&format!(
                r#"{{"id":5,"creationDate":"2026-01-02T03:04:05+01:00","deletionDate":"2026-02-02T03:04:05+01:00",
                    "status":"created","type":"now","taskId":null,"url":"http://{host}/dumps/5?token=s3cr3t"}}"#
            ));
        }
        respond(asked.fetch_add(1, Ordering::SeqCst), seen)
    })
    .await;
    let clock = HandClock::jumping(Duration::from_secs(30));
    let client = server.builder().clock(clock).build().expect("a client");
    let dump = client.hosting("example.ovh").database("x").dump(5);
    (server, dump)
}

/// `Range` and `If-Range` of every request to the storage.
fn ranges(server: &Server) -> Vec<(Option<String>, Option<String>)> {
    let asked = server.calls().into_iter();
    let asked = asked.filter(|seen| seen.target.starts_with("/dumps/"));
    let header = |seen: &Seen, name| seen.header(name).map(str::to_owned);
    asked
        .map(|seen| (header(&seen, "range"), header(&seen, "if-range")))
        .collect()
}

fn wanted(from: usize, condition: &str) -> (Option<String>, Option<String>) {
    (Some(format!("bytes={from}-")), Some(condition.to_owned()))
}

/// A temporary folder, removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("ovh-web-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn count(&self) -> usize {
        std::fs::read_dir(&self.0).expect("the folder").count()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn resumes_break_with_same_tag() {
    let tag = "ETag: \"one\"\r\n";
    let (server, dump) = stored(move |number, _| match number {
        0 => cut(200, tag, OLD, 4),
        1 => {
            let last = OLD.len() - 1;
            let range = format!("{tag}Content-Range: bytes 4-{last}/{}\r\n", OLD.len());
            cut(206, &range, &OLD[4..], 6)
        }
        _ => rest(tag, 10),
    })
    .await;
    let mut bytes = Vec::new();
    let size = dump.download_to(&mut bytes).await.expect("a dump");
    assert_eq!(String::from_utf8(bytes).expect("text"), OLD);
    assert_eq!(size, OLD.len() as u64);
    let expected = [(None, None), wanted(4, "\"one\""), wanted(10, "\"one\"")];
    assert_eq!(ranges(&server), expected);
}

#[tokio::test]
async fn resumes_break_with_same_date_and_size() {
    let date = "Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT\r\n";
    let (server, dump) = stored(move |number, _| match number {
        0 => cut(200, date, OLD, 4),
        _ => rest(date, 4),
    })
    .await;
    let mut bytes = Vec::new();
    dump.download_to(&mut bytes).await.expect("a dump");
    assert_eq!(bytes, OLD.as_bytes());
    assert_eq!(
        ranges(&server)[1],
        wanted(4, "Fri, 02 Jan 2026 03:04:05 GMT")
    );
}

/// Regression: the partial target counted as the whole content.
#[tokio::test]
async fn shorter_content_with_same_tag_is_an_error() {
    let head = "HTTP/1.1 200 OK\r\nETag: \"one\"\r\n";
    let (_server, dump) = stored(move |number, _| match number {
        0 => cut(200, "ETag: \"one\"\r\n", OLD, 10),
        _ => Answer::Bytes(
            format!("{head}Transfer-Encoding: chunked\r\n\r\n4\r\nthe \r\n0\r\n\r\n").into(),
        ),
    })
    .await;
    let mut bytes = Vec::new();
    dump.download_to(&mut bytes)
        .await
        .expect_err("a partial dump");
}

#[tokio::test]
async fn restarts_without_range_support() {
    let tag = "ETag: \"one\"\r\n";
    let (_server, dump) = stored(move |number, _| match number {
        0 => cut(200, tag, OLD, 4),
        _ => whole(200, tag, OLD),
    })
    .await;
    let mut bytes = Vec::new();
    let mut received = Vec::new();
    let progress = |at: DownloadProgress| received.push(at.received);
    dump.download()
        .on_progress(progress)
        .to(&mut bytes)
        .await
        .expect("a dump");
    assert_eq!(bytes, OLD.as_bytes(), "what was there is not written twice");
    assert!(received.is_sorted(), "{received:?}");
}

/// Responses of a storage whose content has changed.
fn others() -> Vec<(&'static str, Answer)> {
    let (last, total) = (NEW.len() - 1, NEW.len());
    let range = format!("Content-Range: bytes 4-{last}/{total}\r\n");
    let tagged = format!("ETag: \"two\"\r\n{range}");
    let shifted = format!(
        "ETag: \"one\"\r\nContent-Range: bytes 5-{}/{}\r\n",
        OLD.len() - 1,
        OLD.len()
    );
    vec![
        ("a new tag", whole(200, "ETag: \"two\"\r\n", NEW)),
        ("no tag", whole(200, "", NEW)),
        ("a part of the new", whole(206, &tagged, &NEW[4..])),
        ("a part without tag", whole(206, &range, &NEW[4..])),
        ("another part", whole(206, &shifted, &OLD[5..])),
        (
            "a part without range",
            whole(206, "ETag: \"one\"\r\n", &OLD[4..]),
        ),
        ("no such part", whole(416, "", "")),
    ]
}

#[tokio::test]
async fn changed_content_restarts_file() {
    let folder = Folder::new("changed");
    for index in 0..others().len() {
        let (server, dump) = stored(move |number, seen| match number {
            0 => cut(200, "ETag: \"one\"\r\n", OLD, 4),
            1 => others().remove(index).1,
            _ => {
                assert_eq!(seen.header("range"), None);
                whole(200, "ETag: \"two\"\r\n", NEW)
            }
        })
        .await;
        let path = folder.0.join("5.sql.gz");
        let (name, _) = others().remove(index);
        let size = dump.download_to_file(&path).await.expect(name);
        assert_eq!(std::fs::read_to_string(&path).expect(name), NEW, "{name}");
        assert_eq!(size, NEW.len() as u64, "{name}");
        assert_eq!(ranges(&server)[1], wanted(4, "\"one\""), "{name}");
        assert_eq!(folder.count(), 1, "{name}");
    }
}

#[tokio::test]
async fn changed_content_is_never_mixed_in_writer() {
    for index in 0..others().len() {
        let (_server, dump) = stored(move |number, _| match number {
            0 => cut(200, "ETag: \"one\"\r\n", OLD, 4),
            1 => others().remove(index).1,
            _ => whole(200, "ETag: \"two\"\r\n", NEW),
        })
        .await;
        let (name, _) = others().remove(index);
        let mut bytes = Vec::new();
        let error = dump.download_to(&mut bytes).await.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Connection, "{name}");
        assert!(error.to_string().contains("not resumable"), "{error}");
        assert!(!error.to_string().contains("s3cr3t"), "{error}");
        assert_eq!(bytes, &OLD.as_bytes()[..4], "{name}");
    }
}

#[tokio::test]
async fn unversioned_content_starts_over() {
    let folder = Folder::new("nameless");
    for headers in ["", "ETag: W/\"weak\"\r\n"] {
        let (server, dump) = stored(move |number, _| match number {
            0 => cut(200, headers, OLD, 4),
            _ => whole(200, headers, NEW),
        })
        .await;
        let path = folder.0.join("5.sql.gz");
        dump.download_to_file(&path).await.expect("a dump");
        assert_eq!(std::fs::read_to_string(&path).expect("a file"), NEW);
        assert_eq!(ranges(&server), [(None, None), (None, None)]);
    }
}

#[tokio::test]
async fn gives_up_after_repeated_breaks() {
    let folder = Folder::new("broken");
    let (server, dump) = stored(|_, _| cut(200, "", OLD, 4)).await;
    let path = folder.0.join("5.sql.gz");
    let error = dump.download_to_file(&path).await.expect_err("broken");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(ranges(&server).len(), 6);
    assert_eq!(folder.count(), 0, "a partial dump must be removed");
}

#[tokio::test]
async fn error_response_ends_or_is_retried() {
    let tag = "ETag: \"one\"\r\n";
    let (_server, dump) = stored(move |number, _| match number {
        0 => cut(200, tag, OLD, 4),
        1 => whole(503, "", "busy"),
        _ => rest(tag, 4),
    })
    .await;
    let mut bytes = Vec::new();
    dump.download_to(&mut bytes).await.expect("a dump");
    assert_eq!(bytes, OLD.as_bytes());
    let (server, dump) = stored(move |number, _| match number {
        0 => cut(200, tag, OLD, 4),
        _ => whole(403, "", "no"),
    })
    .await;
    let error = dump
        .download_to(&mut Vec::new())
        .await
        .expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert_eq!(ranges(&server).len(), 2);
}

#[tokio::test]
async fn progress_has_total_if_known() {
    let (_server, dump) = stored(|_, _| whole(200, "", OLD)).await;
    let mut last = None;
    dump.download()
        .on_progress(|progress| last = Some(progress))
        .to(&mut Vec::new())
        .await
        .expect("a dump");
    let last = last.expect("progress");
    assert_eq!(last.received, OLD.len() as u64);
    assert_eq!(last.total, Some(OLD.len() as u64));

    let (_server, dump) = stored(|_, _| {
        let chunked = format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{:x}\r\n{OLD}\r\n0\r\n\r\n",
            OLD.len()
        );
        Answer::Bytes(chunked.into_bytes())
    })
    .await;
    let mut seen = Vec::new();
    dump.download()
        .on_progress(|progress| seen.push(progress))
        .to(&mut Vec::new())
        .await
        .expect("a dump");
    assert!(seen.iter().all(|progress| progress.total.is_none()));
    assert_eq!(seen.last().expect("progress").received, OLD.len() as u64);
}

#[tokio::test]
async fn suggested_name_is_only_reported() {
    let folder = Folder::new("suggested");
    for (name, suggested) in [
        ("x-5.sql.gz", Some("x-5.sql.gz")),
        ("../../evil.sql", None),
        ("/etc/cron.d/evil", None),
        (".ssh", None),
    ] {
        let header = format!("Content-Disposition: attachment; filename=\"{name}\"\r\n");
        let (_server, dump) = stored(move |_, _| whole(200, &header, OLD)).await;
        let path = folder.0.join("mine.sql.gz");
        let done = dump.download().to_file(&path).await.expect("a dump");
        assert_eq!(done.suggested_name.as_deref(), suggested);
        assert_eq!(folder.count(), 1, "nothing but what was asked for");
    }
}

#[tokio::test]
async fn foreign_part_file_is_left_alone() {
    let folder = Folder::new("parts");
    let path = folder.0.join("5.sql.gz");
    let others = folder.0.join("5.sql.gz.part");
    std::fs::write(&others, "mine").expect("a file");
    let (_server, dump) = stored(|_, _| whole(200, "", OLD)).await;
    dump.download_to_file(&path).await.expect("a dump");
    let (_server, missing) = stored(|_, _| whole(404, "", "")).await;
    missing.download_to_file(&path).await.expect_err("no dump");
    assert_eq!(std::fs::read_to_string(&others).expect("a file"), "mine");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), OLD);
    assert_eq!(folder.count(), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn follows_no_link_and_file_is_private() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = Folder::new("links");
    let victim = folder.0.join("victim");
    std::fs::write(&victim, "precious").expect("a file");
    let path = folder.0.join("5.sql.gz");
    symlink(&victim, folder.0.join("5.sql.gz.part")).expect("a link");
    symlink(&victim, &path).expect("a link");
    let (_server, missing) = stored(|_, _| whole(404, "", "")).await;
    missing.download_to_file(&path).await.expect_err("no dump");
    let (_server, dump) = stored(|_, _| whole(200, "", OLD)).await;
    dump.download_to_file(&path).await.expect("a dump");
    assert_eq!(
        std::fs::read_to_string(&victim).expect("a file"),
        "precious"
    );
    let metadata = std::fs::symlink_metadata(&path).expect("a file");
    assert!(metadata.is_file(), "the link is replaced");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), OLD);
}

#[tokio::test]
async fn two_downloads_to_one_path_do_not_mix() {
    let folder = Folder::new("twice");
    let path = Arc::new(folder.0.join("5.sql.gz"));
    let (long, short) = ("a".repeat(300_000), "b".repeat(200_000));
    let mut running = tokio::task::JoinSet::new();
    for content in [long.clone(), short.clone(), long.clone(), short.clone()] {
        let (server, dump) = stored(move |_, _| whole(200, "", &content)).await;
        let path = Arc::clone(&path);
        running.spawn(async move {
            let size = dump.download_to_file(&*path).await;
            drop(server);
            size
        });
    }
    while let Some(size) = running.join_next().await {
        size.expect("no panic").expect("a dump");
    }
    let found = std::fs::read_to_string(&*path).expect("a file");
    assert!(found == long || found == short, "{} bytes", found.len());
    assert_eq!(folder.count(), 1);
}

#[tokio::test]
async fn impossible_target_is_an_error() {
    let folder = Folder::new("targets");
    let (_server, dump) = stored(|_, _| whole(200, "", OLD)).await;
    for path in [
        folder.0.join("missing/5.sql"),
        folder.0.join(".."),
        folder.0.clone(),
    ] {
        let error = dump.download_to_file(&path).await.expect_err("no file");
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        let shown = path.display().to_string();
        assert!(error.message().contains(&shown), "{error}");
    }
    assert_eq!(folder.count(), 0);
}
