//! `probe`: what it finds, and what it does not show.

use std::collections::BTreeSet;

use ovh_web_cli::Exit;
use ovh_web_sandbox::{Builder, HostingSeed, RefusalShape, Sandbox, SeedCertificate};
use serde_json::{Value, json};

use crate::proxy::{Proxy, Reply};
use crate::support::Tool;

const HOSTING: &str = "canary-shop.ovh";

/// An account with something in most lists.
fn account() -> Builder {
    let seed = HostingSeed::new(HOSTING)
        .domains(3)
        .databases(3)
        .users(3)
        .modules(1)
        .crons(2)
        .tag("canary-key", "canary-value")
        .private_database("canary-private")
        .certificate(SeedCertificate::Free);
    Sandbox::builder().hosting_with(seed)
}

async fn tool(builder: Builder) -> Tool {
    let tool = Tool::start_with(builder).await;
    let create =
        "env-vars create -H canary-shop.ovh --key CANARY_KEY --type string --value canary-env";
    tool.run(create).await.expect(Exit::Done);
    tool
}

fn wire(path: &str) -> &str {
    let path = path.split('?').next().unwrap_or_default();
    path.split_once(HOSTING).map_or(path, |(_, rest)| rest)
}

/// Changes what differs from the documents.
fn differ(reply: &mut Reply) {
    let path = reply.path.clone();
    let segments: Vec<&str> = wire(&path).split('/').skip(1).collect();
    // Other header names, and no numbers of pages.
    for (name, _) in &mut reply.headers {
        if name == "x-ovh-queryid" {
            *name = "x-trace-name".to_owned();
        }
        if name == "x-pagination-total" {
            *name = "x-canary-shop".to_owned();
        }
    }
    reply
        .headers
        .retain(|(name, _)| !name.starts_with("x-pagination-"));
    if reply.status != 200 {
        return;
    }
    let body = &mut reply.body;
    match segments.as_slice() {
        ["database", _] => {
            body.as_object_mut().unwrap().remove("user");
            body["state"] = json!("canary-state");
            body["canary_owner"] = json!("canary_owner");
            body["surpriseFlag"] = json!(true);
            body["lastCheck"] = json!("29/11/2026");
        }
        ["cron", _] => {
            body["command"] = Value::Null;
            let id = body["id"].to_string();
            body["id"] = json!(id);
        }
        ["databaseAvailableType"] => *body = json!({"canaryType": true}),

        ["user", _] => {
            body["state"] = json!("RW");
            body.as_object_mut().unwrap().remove("home");
        }
        ["module", _] => {
            for n in 0..9 {
                body[format!("canarykey{n}")] = json!({"canaryInner": n});
            }
        }
        ["abuseState"] => {
            reply.status = 404;
            *body =
                json!({"class": "Client::NotFound", "message": "Got an invalid (or empty) URL"});
        }
        ["email"] => {
            reply.status = 403;
            *body = json!({"class": "Canary::Class", "message": "canary-shop", "canaryField": 1});
        }
        _ => {}
    }
}

/// Keys, routes and enum values of the documents, and fixed words of the report and of refusals.
fn allowed() -> BTreeSet<String> {
    fn collect(value: &Value, words: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    words.insert(key.clone());
                    if key == "enum" || key == "format" || key == "type" {
                        words.extend(texts(value));
                    }
                    collect(value, words);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
            _ => {}
        }
    }
    fn texts(value: &Value) -> Vec<String> {
        match value {
            Value::Array(items) => items.iter().flat_map(texts).collect(),
            Value::String(text) => vec![text.clone()],
            _ => Vec::new(),
        }
    }
    let mut words = BTreeSet::new();
    for text in ovh_web_sandbox::documents() {
        collect(&serde_json::from_str(text).unwrap(), &mut words);
    }
    let fixed = [
        "class",
        "count",
        "errorCode",
        "httpCode",
        "Client::NotFound",
        "Client::BadRequest",
        "Client::Unauthorized",
        "Client::Forbidden",
        "NOT_CREDENTIAL",
        "You must login first",
        "This credential does not exist",
        "Got an invalid (or empty) URL",
    ];
    words.extend(fixed.map(str::to_owned));
    words
}

/// The values of a response, and its keys that no document has.
fn data(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            words.insert(text.clone());
        }
        Value::Number(number) => {
            words.insert(number.to_string());
        }
        Value::Array(items) => items.iter().for_each(|item| data(item, words)),
        Value::Object(object) => {
            for (key, value) in object {
                words.insert(key.clone());
                data(value, words);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

#[track_caller]
fn has(report: &Value, finding: &str, at: &str) {
    let findings = report["findings"].as_array().unwrap();
    let found = findings
        .iter()
        .any(|it| it["finding"] == finding && it["at"] == at);
    assert!(found, "no {finding} at {at}: {findings:#?}");
}

#[tokio::test]
async fn sandbox_is_as_documented() {
    let tool = tool(account()).await;
    let ended = tool.run("probe -H canary-shop.ovh").await;
    let report = ended.json();
    assert_eq!(report["findings"], json!([]), "{report:#}");
    let read = report["read"]["200"].as_array().unwrap().len();
    assert!(read > 60, "{read} {report:#}");
    let clocks = report["own_clock"].as_object().unwrap();
    assert_eq!(clocks.len(), 1, "{clocks:?}");
    assert!(clocks.contains_key("at most 2 s from the server's"));
    let journal = tool.bed.sandbox.journal();
    let own = journal
        .entries()
        .iter()
        .skip(1)
        .filter(|it| it.method != "GET")
        .count();
    assert_eq!(own, 0, "a tour only reads");
}

#[tokio::test]
async fn report_shows_all_differences_and_no_data() {
    let builder = account().refusals(RefusalShape::Old).time_offset(7_200);
    let mut tool = tool(builder).await;
    let proxy = Proxy::start(&tool.bed.sandbox.base_url(), differ).await;
    tool.extra
        .insert("OVH_ENDPOINT".to_owned(), proxy.url.clone());
    let file = tool.path("report.json");
    let line = format!("probe -H canary-shop.ovh --save {file}");
    let ended = tool.run(&line).await;
    let report = ended.json();
    assert_eq!(
        tool.read("report.json"),
        ended.out,
        "printed as it is saved"
    );

    has(
        &report,
        "promised property is missing",
        "hosting.web.database.user",
    );
    has(
        &report,
        "null where a value is promised",
        "hosting.web.Cron.command",
    );
    has(&report, "the library corrects it", "User::home");
    has(&report, "the library cannot decode it", "response");
    has(&report, "number as text", "hosting.web.Cron.id");
    has(&report, "unknown property", "hosting.web.database");
    has(&report, "unknown property", "hosting.web.module");
    has(&report, "unknown enum value", "hosting.web.database.state");
    has(
        &report,
        "enum value in other case",
        "hosting.web.user.state",
    );
    has(&report, "another kind of JSON value", "response");
    has(&report, "another format", "hosting.web.database.lastCheck");
    has(&report, "the server does not know the route", "response");
    has(&report, "header is missing", "x-ovh-queryid");
    has(&report, "header is missing", "x-pagination-total");
    for text in [
        "\"surpriseFlag\"",
        "\"x-trace-name\"",
        "\"errorCode\"",
        "\"more than 1 h behind\"",
        "\"DD/MM/YYYY or MM/DD/YYYY\"",
        "\"another class\"",
        "\"hidden_headers\": 1",
    ] {
        assert!(ended.out.contains(text), "{text}: {}", ended.out);
    }

    let (mut words, allowed) = (BTreeSet::new(), allowed());
    for reply in proxy.replies() {
        data(&reply.body, &mut words);
        words.extend(reply.headers.iter().map(|(_, value)| value.clone()));
    }
    assert!(words.len() > 300, "{}", words.len());
    let printed = format!("{}{}", ended.out, ended.err);
    let shown: Vec<&String> = words
        .iter()
        .filter(|word| word.len() >= 4 && *word != "surpriseFlag" && !allowed.contains(*word))
        .filter(|word| printed.contains(*word))
        .collect();
    assert!(shown.is_empty(), "{shown:?} in {}", ended.out);
    assert!(
        !ended.out.to_lowercase().contains("canary"),
        "{}",
        ended.out
    );
}

#[tokio::test]
async fn existing_report_is_never_overwritten() {
    let tool = tool(account()).await;
    std::fs::write(tool.path("old.json"), "old").unwrap();
    let line = format!("probe -H canary-shop.ovh --save {}", tool.path("old.json"));
    let ended = tool.run(&line).await.expect(Exit::Failed);
    assert!(ended.err.contains("a new file"), "{}", ended.err);
    assert_eq!(tool.read("old.json"), "old");
}

#[tokio::test]
async fn question_before_saving_follows_the_report() {
    let mut tool = tool(account()).await;
    tool.terminals.stdin = true;
    tool.terminals.stderr = true;
    let line = format!("probe -H canary-shop.ovh --save {}", tool.path("new.json"));
    tool.stdin = "n\n".to_owned();
    let ended = tool.run(&line).await.expect(Exit::Done);
    assert!(ended.err.contains("Save it to") && ended.out.contains("\"read\""));
    assert!(!std::path::Path::new(&tool.path("new.json")).exists());
    tool.stdin = "y\n".to_owned();
    let ended = tool.run(&line).await.expect(Exit::Done);
    assert!(ended.err.contains("/issues/new"), "{}", ended.err);
    assert_eq!(tool.read("new.json"), ended.out);
}

#[tokio::test]
async fn hosting_of_another_account_is_not_probed() {
    let tool = tool(account()).await;
    let ended = tool.run("probe -H other.ovh").await.expect(Exit::NotFound);
    assert_eq!(ended.out, "");
    tool.run("probe --all").await.expect(Exit::Usage);
}
