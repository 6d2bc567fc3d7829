//! `cargo xtask fetch` against servers of all kinds: what is followed, what is tried again and what
//! comes to an end.

use crate::support::one_section::{
    NATIVE, NOT_FOUND, WAITS, WEB, fetch, good, in_turn, limits, redirect, server, status,
};
use crate::support::{Answer, Root, Server, fixture, ok, small};
use std::process::Command;
use std::time::Duration;
use xtask::download::Limits;
use xtask::env::Env;

#[test]
fn redirects_are_refused() {
    let root = Root::empty();
    let before = root.snapshot();
    let other = server(&[("/new", good())]);
    let target = format!("{}/new", other.base);
    let moved = server(&[(WEB, redirect(&target)), (NATIVE, redirect(&target))]);
    let (run, _) = fetch(&root, limits(), &moved.base, &[]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("redirects") && run.err.contains(&target),
        "{}",
        run.err
    );
    assert_eq!(other.paths(), [""; 0], "the other server got no request");
    assert_eq!(moved.paths(), [WEB]);
    assert_eq!(root.snapshot(), before);
}

#[test]
fn what_may_pass_is_tried_again() {
    for line in [
        "500 Oops",
        "502 Bad Gateway",
        "503 Busy",
        "504 Late",
        "429 Slowly",
        "408 Late",
    ] {
        let root = Root::empty();
        let server = in_turn(vec![status(line), Answer::Text(good())]);
        let (run, waits) = fetch(&root, limits(), &server.base, &[]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{line}");
        assert_eq!(waits, WAITS[..1], "{line}");
        assert_eq!(server.paths(), [WEB, WEB]);
    }
    // No reply at all, and half of one.
    let root = Root::empty();
    let half = good().replace("Content-Length: ", "Content-Length: 9");
    let answers = vec![
        Answer::Text(String::new()),
        Answer::Text(half),
        Answer::Text(good()),
    ];
    let server = in_turn(answers);
    let (run, waits) = fetch(&root, limits(), &server.base, &[]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(waits, WAITS);
    assert!(
        root.read("schema/sources.toml")
            .contains("form = \"openapi\"")
    );
}

#[test]
fn what_would_not_pass_is_not_tried_again() {
    for line in [
        "400 No",
        "401 Who",
        "403 Never",
        "404 Nowhere",
        "410 Gone",
        "501 Cannot",
    ] {
        let root = Root::empty();
        let server = in_turn(vec![status(line), status(line)]);
        let (run, waits) = fetch(&root, limits(), &server.base, &[]);
        assert_eq!((run.code, waits), (1, vec![]), "{line}");
        let forms: &[&str] = match &line[..3] {
            "404" | "410" => &[WEB, NATIVE],
            _ => &[WEB],
        };
        assert_eq!(server.paths(), forms, "{line}: once in each form");
    }
}

#[test]
fn retries_are_limited_and_obey_retry_after() {
    let root = Root::empty();
    let before = root.snapshot();
    let server = Server::start(|_| status("503 Busy"));
    let (run, waits) = fetch(&root, limits(), &server.base, &[]);
    assert_eq!(run.code, 1);
    assert_eq!(waits, WAITS);
    assert_eq!(server.paths(), [WEB, WEB, WEB]);
    assert!(run.err.contains("try again later"), "{}", run.err);

    let server = in_turn(vec![
        status("429 Slowly\r\nRetry-After: 7"),
        Answer::Text(good()),
    ]);
    let (run, waits) = fetch(&root, limits(), &server.base, &[]);
    assert_eq!((run.code, waits), (0, vec![Duration::from_secs(7)]));

    // Nobody sits in front of it for an hour.
    let busy = "503 Busy\r\nRetry-After: 3600";
    let server = Server::start(move |_| status(busy));
    let (run, waits) = fetch(&root, limits(), &server.base, &[]);
    assert_eq!((run.code, waits), (1, vec![]));
    assert_ne!(root.snapshot(), before, "the second server gave a document");
}

#[test]
fn a_reply_beyond_the_limit_is_refused() {
    let root = Root::empty();
    let before = root.snapshot();
    let small = Limits {
        bytes: 10_000,
        ..limits()
    };
    let endless =
        Server::start(|_| Answer::Flood("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_owned()));
    let (run, waits) = fetch(&root, small, &endless.base, &[]);
    assert_eq!((run.code, waits), (1, vec![]));
    assert!(run.err.contains("larger than 10000 bytes"), "{}", run.err);
    let long = ok(&fixture("hosting-web.json"));
    let long = server(&[(WEB, long.clone()), (NATIVE, long)]);
    let (run, _) = fetch(&root, small, &long.base, &[]);
    assert!(run.err.contains("larger than 10000 bytes"), "{}", run.err);
    assert_eq!(root.snapshot(), before);
    let (run, _) = fetch(&root, limits(), &long.base, &[]);
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn stalled_downloads_time_out() {
    let silent = Server::start(|_| Answer::Hang(String::new()));
    let stuck = ok(&small().to_string())[..200].to_owned();
    let stuck = Server::start(move |_| Answer::Hang(stuck.clone()));
    for (server, limits, more) in [
        (
            &silent,
            Limits {
                total: Duration::from_millis(100),
                ..limits()
            },
            &[][..],
        ),
        (&silent, limits(), &["--timeout", "0.1"]),
        (&stuck, limits(), &["--timeout", "0.1"]),
    ] {
        let root = Root::empty();
        let before = root.snapshot();
        let (run, waits) = fetch(&root, limits, &server.base, more);
        assert_eq!((run.code, run.err.lines().count()), (1, 1), "{}", run.err);
        assert!(run.err.contains("timeout"), "{}", run.err);
        assert_eq!(waits[..2], WAITS, "it was tried again");
        assert_eq!(root.snapshot(), before);
    }
}

#[test]
fn what_goes_on_is_said_when_somebody_watches() {
    let root = Root::empty();
    let server = in_turn(vec![
        status("503 Busy"),
        Answer::Text(NOT_FOUND.to_owned()),
        Answer::Text(ok(&fixture("hosting-web.2024-06.native.json"))),
    ]);
    let edge = Env {
        is_watched: true,
        ..root.edge()
    };
    let run = root.run_at(edge, &["fetch", "hosting-web", "--base", &server.base]);
    assert_eq!(run.code, 0, "{}", run.err);
    let lines: Vec<&str> = run.err.lines().collect();
    assert_eq!(lines.len(), 5, "{}", run.err);
    for (line, says) in lines.iter().zip([
        "hosting-web: asking http://",
        "trying again in 1 s",
        "requesting the native form",
        NATIVE,
        "hosting-web: got ",
    ]) {
        assert!(
            line.starts_with("hosting-web: ") && line.contains(says),
            "{line}"
        );
    }
}

/// The proxy of the environment is asked for other hosts, never for this machine, and not for those
/// that NO_PROXY names. Each run is a separate process, since the environment is global.
#[test]
fn proxies_are_those_of_the_environment() {
    let refusing = || Server::start(|_| Answer::Text("HTTP/1.1 403 Forbidden\r\n\r\n".to_owned()));
    let fetch = |root: &Root, base: &str, proxy: &str, except: &str, seconds: &str| {
        let run = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["--root", root.path("").to_str().unwrap()])
            .args(["fetch", "hosting-web", "--base", base])
            .args(["--attempts", "1", "--timeout", seconds])
            .env_clear()
            .env("HTTPS_PROXY", proxy)
            .env("NO_PROXY", except)
            .output()
            .expect("it runs");
        (
            run.status.code(),
            String::from_utf8_lossy(&run.stderr).into_owned(),
        )
    };
    let root = Root::empty();
    let proxy = refusing();
    let (code, text) = fetch(&root, "https://schema.example.org", &proxy.base, "", "20");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("HTTPS_PROXY"), "{text}");
    let asked = proxy.requests();
    assert_eq!(
        asked.len(),
        1,
        "a refusal is not asked for twice: {asked:?}"
    );
    assert!(
        asked[0].starts_with("CONNECT schema.example.org:443 "),
        "{asked:?}"
    );

    let (proxy, here) = (refusing(), server(&[(WEB, good())]));
    let (code, text) = fetch(&root, &here.base, &proxy.base, "", "20");
    assert_eq!((code, proxy.requests().len()), (Some(0), 0), "{text}");

    // Nobody has this address: asking it directly ends in no answer.
    let proxy = refusing();
    let (code, text) = fetch(&root, "https://192.0.2.1", &proxy.base, "192.0.2.1", "0.1");
    assert_eq!((code, proxy.requests().len()), (Some(1), 0), "{text}");
    let (code, text) = fetch(&root, "https://192.0.2.1", &proxy.base, "192.0.2.2", "20");
    assert_eq!((code, proxy.requests().len()), (Some(1), 1), "{text}");
}
