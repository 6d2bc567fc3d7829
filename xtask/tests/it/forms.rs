//! `cargo xtask fetch` and what a server has: which form of a document, and whether it is a new one.

use crate::support::one_section::{NATIVE, NOT_FOUND, WAITS, WEB, fetch, good, limits, server};
use crate::support::{Answer, Root, Server, fixture, fixture_path, ok, small};
use serde_json::{Value, json};
use xtask::env::Env;

#[test]
fn a_new_section_falls_back_to_the_native_form() {
    // The committed file is the same as from the document in a file.
    let other = Root::empty();
    let file = fixture_path("hosting-web.2024-06.native.json");
    other.run(&["fetch", "--from", file.to_str().unwrap()]);
    let by_file = other.read("schema/ovh-web-client/hosting-web.json");
    let native = ok(&fixture("hosting-web.2024-06.native.json"));
    for status in ["404 Not Found", "410 Gone"] {
        let root = Root::empty();
        let instead = NOT_FOUND.replace("404 Not Found", status);
        let server = server(&[(WEB, instead), (NATIVE, native.clone())]);
        let (run, _) = fetch(&root, limits(), &server.base, &[]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{status}");
        assert!(
            run.out
                .contains("converted from the native form: new content"),
            "{}",
            run.out
        );
        assert!(
            run.out.contains("taken from the native form") && run.out.contains(status),
            "{}",
            run.out
        );
        assert_eq!(server.paths().last().map(String::as_str), Some(NATIVE));
        let sources = root.read("schema/sources.toml");
        assert!(sources.contains("form = \"native\"\n"), "{sources}");
        assert_eq!(root.read("schema/ovh-web-client/hosting-web.json"), by_file);
    }
}

/// Any other failure says nothing about the forms: the native one would look like a change.
#[test]
fn a_failure_does_not_change_the_form() {
    let unavailable = |status: &str| format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
    for (instead, says) in [
        (unavailable("500 Internal Server Error"), "try again"),
        (unavailable("503 Unavailable"), "try again"),
        (unavailable("429 Too Many Requests"), "try again"),
        (unavailable("403 Forbidden"), "check the address"),
        (
            ok("<!DOCTYPE html><title>Down</title>"),
            "this is HTML or XML, not JSON",
        ),
        (ok(&small().to_string()[..300]), "the JSON ends too early"),
        (
            ok(&small().to_string()).replace("Content-Length: ", "Content-Length: 9"),
            "did not arrive in full",
        ),
        (
            ok(&small().to_string().replace("3.0.0", "2.0")),
            "expected version 3.0.x",
        ),
    ] {
        let root = Root::empty();
        let before = root.snapshot();
        let server = server(&[(WEB, instead), (NATIVE, good())]);
        let (run, _) = fetch(&root, limits(), &server.base, &[]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{says}");
        assert!(run.err.contains(says), "{}", run.err);
        assert!(server.paths().iter().all(|path| path == WEB), "{says}");
        assert_eq!(root.snapshot(), before);
    }
}

#[test]
fn the_form_changes_on_request_only() {
    let root = Root::empty();
    let native = ok(&fixture("hosting-web.2024-06.native.json"));
    let openapi = ok(&fixture("hosting-web.2024-06.json"));
    let both = server(&[(WEB, openapi), (NATIVE, native.clone())]);
    let form = || {
        let sources = root.read("schema/sources.toml");
        sources.contains("form = \"native\"\n")
    };
    fetch(&root, limits(), &both.base, &[]);
    assert!(!form());
    let no_openapi = server(&[(WEB, NOT_FOUND.to_owned()), (NATIVE, native)]);
    let (run, _) = fetch(&root, limits(), &no_openapi.base, &[]);
    assert_eq!((run.code, no_openapi.paths()), (1, vec![WEB.to_owned()]));
    assert!(run.err.contains("--form native"), "{}", run.err);
    let (run, _) = fetch(&root, limits(), &no_openapi.base, &["--form", "native"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(form());
    let (run, _) = fetch(&root, limits(), &both.base, &[]);
    assert_eq!(
        (run.code, both.paths().last().unwrap().as_str()),
        (0, NATIVE)
    );
    assert!(form());
    let (run, _) = fetch(&root, limits(), &both.base, &["--form", "openapi"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(!form());
}

#[test]
fn keeps_facts_that_native_form_lacks() {
    let root = Root::empty();
    let file = fixture_path("hosting-web.2025-09.json");
    root.run(&["fetch", "--from", file.to_str().unwrap()]);
    let native = fixture("hosting-web.2024-06.native.json");
    let server = server(&[(WEB, NOT_FOUND.to_owned()), (NATIVE, ok(&native))]);
    let (run, _) = fetch(&root, limits(), &server.base, &["--form", "native"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(
        run.out.contains("kept from the document before"),
        "{}",
        run.out
    );
    let text = root.read("schema/ovh-web-client/hosting-web.json");
    let document: Value = serde_json::from_str(&text).unwrap();
    let list = &document["paths"]["/hosting/web/{serviceName}/user"]["get"];
    assert_eq!(list["x-expanded-response"], "HostingWebUser");
}

#[test]
fn when_both_forms_are_missing_both_are_told() {
    let root = Root::empty();
    let before = root.snapshot();
    let server = server(&[(WEB, NOT_FOUND.to_owned()), (NATIVE, ok("<html>"))]);
    let (run, waits) = fetch(&root, limits(), &server.base, &[]);
    assert_eq!(
        (run.code, run.out.as_str(), run.err.lines().count()),
        (1, "", 1)
    );
    assert!(
        run.err.contains("404 Not Found") && run.err.contains("HTML or XML"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains(WEB) && run.err.contains(NATIVE),
        "{}",
        run.err
    );
    assert_eq!(
        (server.paths(), waits),
        (vec![WEB.into(), NATIVE.into()], vec![])
    );
    assert_eq!(root.snapshot(), before);
}

/// The native form of it would be as wrong.
#[test]
fn a_wrong_section_does_not_try_native_form() {
    let root = Root::empty();
    let before = root.snapshot();
    let server = server(&[(WEB, ok(&fixture("domain.json"))), (NATIVE, good())]);
    let (run, _) = fetch(&root, limits(), &server.base, &[]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("is not in the section /hosting/web"),
        "{}",
        run.err
    );
    assert_eq!(server.paths(), [WEB]);
    assert_eq!(root.snapshot(), before);
}

#[test]
fn nobody_there_is_no_reason_for_the_native_form() {
    let root = Root::empty();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", port.local_addr().unwrap());
    drop(port);
    let (run, waits) = fetch(&root, limits(), &base, &[]);
    assert_eq!((run.code, run.err.lines().count()), (1, 1), "{}", run.err);
    assert!(
        run.err.contains(WEB) && !run.err.contains(NATIVE),
        "{}",
        run.err
    );
    assert_eq!(waits, WAITS);
}

/// A server that knows its document's version.
fn versioned() -> Server {
    Server::start(|request| {
        Answer::Text(
            if request.to_lowercase().contains("if-none-match: \"v1\"") {
                "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned()
            } else {
                good().replace(
                    "\r\n\r\n",
                    "\r\nETag: \"v1\"\r\nLast-Modified: Fri, 01 Jan 2027 00:00:00 GMT\r\n\r\n",
                )
            },
        )
    })
}

#[test]
fn an_unchanged_document_is_not_downloaded() {
    let root = Root::empty();
    let server = versioned();
    let (run, _) = fetch(&root, limits(), &server.base, &[]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let before = root.snapshot();
    let sources = root.read("schema/sources.toml");
    assert!(
        !sources.contains("v1\\\"") && !sources.contains("GMT"),
        "{sources}"
    );

    let later = Env {
        today: chrono::NaiveDate::from_ymd_opt(2027, 6, 1).unwrap(),
        ..root.edge()
    };
    let args = ["fetch", "hosting-web", "--base", &server.base];
    let run = root.run_at(later, &args);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(
        run.out,
        "schema/ovh-web-client/hosting-web.json: not modified since it was fetched\n"
    );
    assert_eq!(root.snapshot(), before);
    let last = || {
        server
            .requests()
            .last()
            .cloned()
            .unwrap_or_default()
            .to_lowercase()
    };
    assert!(last().contains("if-none-match: \"v1\""), "{}", last());
    assert!(
        last().contains("if-modified-since: fri, 01 jan 2027 00:00:00 gmt"),
        "{}",
        last()
    );

    // Prose needs the document, and an edited document is replaced.
    let run = root.run(&[&args[..], &["--with-prose"]].concat());
    assert!(
        run.out.contains("as before") && !last().contains("if-none-match"),
        "{}",
        last()
    );
    root.write(
        "schema/ovh-web-client/hosting-web.json",
        &small().to_string(),
    );
    let run = root.run(&args);
    assert!(
        run.out.contains("new content") && !last().contains("if-none-match"),
        "{}",
        last()
    );
    for (path, bytes) in &before {
        assert_eq!(
            &std::fs::read(root.path(path.to_str().unwrap())).unwrap(),
            bytes
        );
    }

    // A broken file of versions is ignored.
    root.write("target/fetch/validators.toml", "[[");
    let run = root.run(&args);
    assert!(
        run.out.contains("as before") && !last().contains("if-none-match"),
        "{}",
        last()
    );
}

#[test]
fn nor_is_an_unchanged_native_document() {
    let root = Root::empty();
    let native = fixture("hosting-web.2024-06.native.json");
    let server = Server::start(move |request| {
        Answer::Text(if crate::support::path(request) == WEB {
            NOT_FOUND.to_owned()
        } else if request.contains("\"n1\"") {
            "HTTP/1.1 304 Not Modified\r\n\r\n".to_owned()
        } else {
            ok(&native).replacen("\r\n\r\n", "\r\nETag: \"n1\"\r\n\r\n", 1)
        })
    });
    let (run, _) = fetch(&root, limits(), &server.base, &[]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let before = root.snapshot();
    let (run, _) = fetch(&root, limits(), &server.base, &[]);
    assert!(run.out.contains("not modified"), "{}", run.out);
    assert_eq!(root.snapshot(), before);
    assert_eq!(server.paths(), [WEB, NATIVE, NATIVE]);
}

#[test]
fn refuses_304_to_unconditional_requests() {
    let root = Root::empty();
    let server = Server::start(|_| Answer::Text("HTTP/1.1 304 Not Modified\r\n\r\n".to_owned()));
    let (run, _) = fetch(&root, limits(), &server.base, &[]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("304 Not Modified"), "{}", run.err);
}

#[test]
fn same_document_on_another_day_is_no_change() {
    let root = Root::empty();
    let first = server(&[(WEB, good())]);
    fetch(&root, limits(), &first.base, &[]);
    let before = root.snapshot();
    let mut reworded = small();
    reworded["paths"]["/hosting/web/{serviceName}/cron/{id}"]["get"]["summary"] = json!("Other");
    let second = server(&[(WEB, ok(&reworded.to_string()))]);
    let later = Env {
        today: chrono::NaiveDate::from_ymd_opt(2027, 6, 1).unwrap(),
        ..root.edge()
    };
    let run = root.run_at(later, &["fetch", "hosting-web", "--base", &second.base]);
    assert!(run.out.ends_with("as before\n"), "{}", run.out);
    assert_eq!(root.snapshot(), before);
}

/// Whoever has a native document can use it as it is: the generator converts it.
#[test]
fn regen_diff_and_preview_take_the_native_form() {
    let native = fixture_path("hosting-web.2024-06.native.json");
    let native = native.to_str().unwrap();
    let converted = Root::empty();
    assert_eq!(converted.run(&["fetch", "--from", native]).code, 0);
    let copied = Root::empty();
    copied.write(
        "schema/ovh-web-client/hosting-web.json",
        &fixture("hosting-web.2024-06.native.json"),
    );
    for root in [&converted, &copied] {
        root.write("schema/ovh-web-client/auth.json", &fixture("auth.json"));
        let run = root.run(&["regen"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
        assert!(!run.out.contains("repaired:"), "{}", run.out);
    }
    let generated = |root: &Root| {
        let mut all = root.snapshot();
        all.retain(|path, _| path.starts_with("crates/ovh-web-client"));
        assert!(all.len() > 20, "there is a client");
        (
            all,
            root.read("schema/ovh-web-client/surface.txt"),
            root.read("schema/ovh-web-client/names.toml"),
        )
    };
    assert!(
        generated(&converted) == generated(&copied),
        "the same client"
    );

    let openapi = fixture_path("hosting-web.2024-06.json");
    let run = converted.run(&["diff", openapi.to_str().unwrap(), native]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(
        run.out.contains("ServicesService.service_id"),
        "{}",
        run.out
    );

    let workspace = fixture_path("../../..");
    let crate_folder = converted.path("client");
    let edge = converted.edge();
    let args = ["preview", native, "--out", crate_folder.to_str().unwrap()];
    let run = crate::support::run_in(&workspace, edge, &args);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.contains("170 operations"), "{}", run.out);
    assert!(run.out.contains("nothing repaired"), "{}", run.out);

    // An unknown type is refused with its place in the native document.
    let broken = fixture("hosting-web.2024-06.native.json").replace("\"uuid\"", "\"uuidd\"");
    converted.write("in/web.json", &broken);
    let file = converted.path("in/web.json");
    let args = [
        "preview",
        file.to_str().unwrap(),
        "--out",
        crate_folder.to_str().unwrap(),
    ];
    let run = crate::support::run_in(&workspace, edge, &args);
    assert_eq!(run.code, 1);
    assert!(
        run.err
            .contains("no type or model is named `uuidd` - did you mean `uuid`?"),
        "{}",
        run.err
    );
}
