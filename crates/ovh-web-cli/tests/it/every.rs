//! Every command of the table once against the sandbox, with values of the right kind.

use std::borrow::Cow;

use ovh_web_cli::command::{Body, Command, Flag, Kind, Place};
use ovh_web_cli::generated::COMMANDS;

use crate::support::Tool;

/// A value that fits the kind.
fn sample(kind: Kind, wire: &str) -> String {
    match kind {
        Kind::Choice(values) if wire == "offer" && values.contains(&"hosting-starter") => {
            "hosting-starter".to_owned()
        }
        Kind::Choice(values) | Kind::IntegerChoice(values) => values[0].to_owned(),
        Kind::Boolean => "true".to_owned(),
        Kind::Integer | Kind::Number => "1".to_owned(),
        Kind::Date => "2026-11-29".to_owned(),
        Kind::DateTime => "2026-11-29T08:00:00Z".to_owned(),
        Kind::Ip => "192.0.2.7".to_owned(),
        Kind::Text => match wire {
            "domain" | "zoneName" | "domainName" => "shop.example.com".to_owned(),
            "user" => "exampleshop".to_owned(),
            "login" => "example-shop".to_owned(),
            "email" => "me@example.com".to_owned(),
            "frequency" => "0 4 * * *".to_owned(),
            "vcsUrl" => "https://github.com/example/site.git".to_owned(),
            _ => "shop".to_owned(),
        },
    }
}

fn wire(flag: &Flag) -> Cow<'static, str> {
    match flag.place {
        Place::Body => flag.body_path().pop().unwrap_or_default(),
        Place::Query(wire) | Place::JoinedQuery(wire) | Place::Header(wire) => wire.into(),
    }
}

/// The arguments with every required flag.
pub(crate) fn arguments(tool: &Tool, command: &Command, n: usize) -> Vec<String> {
    let mut words: Vec<String> = command.path.split(' ').map(str::to_owned).collect();
    let mut add = |text: &str| words.push(text.to_owned());
    for value in command.values {
        match value.is_hosting {
            true => {
                add("-H");
                add("example.ovh");
            }
            false => add(&sample(value.kind, value.wire)),
        }
    }
    for flag in command.flags.iter().filter(|flag| flag.is_required) {
        match flag.is_secret {
            true if flag.name == "token" => {
                std::fs::write(tool.path("token"), "token").unwrap();
                add("--token-file");
                add(&tool.path("token"));
            }
            true => {
                add(&format!("--generate-{}", flag.name));
                add(&tool.path(&format!("secret{n}-{}", flag.name)));
            }
            false => {
                add(&format!("--{}", flag.name));
                add(&sample(flag.kind, &wire(flag)));
            }
        }
    }
    let body = match command.operation {
        "auth::request_credential" => r#"{"accessRules": [{"method": "GET", "path": "/me"}]}"#,
        _ if command.body == Body::Json => "[]",
        _ => "",
    };
    if !body.is_empty() {
        std::fs::write(tool.path("body"), body).unwrap();
        add("--body");
        add(&tool.path("body"));
    }
    for word in ["--yes", "--no-wait", "-o", "json"] {
        add(word);
    }
    words
}

#[tokio::test]
async fn every_command_reaches_its_operation() {
    let tool = Tool::start().await;
    let journal = tool.bed.sandbox.journal();
    let mut wrong = Vec::new();
    for (n, command) in COMMANDS.iter().copied().flatten().enumerate() {
        journal.clear();
        let ended = tool.run_words(arguments(&tool, command, n)).await;
        let calls = journal.operation(command.operation);
        let status = calls.last().map(|entry| entry.status);
        // The hosting has few objects, so many are not found.
        let is_fine = matches!(status, Some(200 | 404 | 409 | 403));
        if !is_fine {
            wrong.push(format!("{}: {status:?} {}", command.path, ended.err.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
}
