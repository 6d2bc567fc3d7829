//! Rules of flags, questions and pipes.

use std::io::{self, Write};
use std::sync::Arc;

use ovh_web_cli::{Console, Exit, Session, Terminals, run};
use tokio::sync::watch;

use crate::support::Tool;

#[tokio::test]
async fn values_may_begin_with_a_dash() {
    let tool = Tool::start().await;
    let line = "domains attach -H example.ovh --domain shop.example.com --path=-old \
        --bypass-dns-configuration true";
    let domain = tool.run(line).await.json();
    assert_eq!(domain["path"], "-old");
}

#[tokio::test]
async fn unknown_values_are_sent_with_a_warning() {
    let tool = Tool::start().await;
    let line = "databases create -H example.ovh --capacity sqlPers --type mysql --user exampleshop";
    let ended = tool.run(line).await;
    assert!(ended.err.contains("did you mean sqlPerso?"), "{ended:?}");
    assert_eq!(tool.calls("databases::create"), 1);
}

#[tokio::test]
async fn deprecated_commands_say_what_to_use() {
    let tool = Tool::start().await;
    let deprecated = ovh_web::operations::all().find(|row| row.deprecation().is_some());
    let id = deprecated.unwrap().id();
    let mut commands = ovh_web_cli::generated::COMMANDS.iter().copied().flatten();
    let path = commands
        .find(|command| command.operation == id)
        .unwrap()
        .path;
    let help = tool
        .run(&format!("{path} --help"))
        .await
        .expect(Exit::Done)
        .out;
    assert!(help.contains("This operation is deprecated"), "{help}");
}

#[tokio::test]
async fn body_file_may_be_toml() {
    let tool = Tool::start().await;
    let text = "capabilitie = \"sqlPerso\"\ntype = \"mysql\"\nuser = \"examplewrong\"\n";
    std::fs::write(tool.path("body.toml"), text).unwrap();
    let body = tool.path("body.toml");
    let line =
        format!("databases create -H example.ovh --body {body} --user exampleshop --dry-run");
    let plan = tool.run(&line).await.json();
    assert_eq!(plan["body"]["user"], "exampleshop");
    assert_eq!(plan["body"]["type"], "mysql");
    assert_eq!(plan["actions"][0], "webHosting:apiovh:database/create");
    assert_eq!(tool.calls("databases::create"), 0);
}

#[tokio::test]
async fn question_names_the_number_of_hostings() {
    let mut tool = Tool::with_hostings(3, |_, seed| seed.users(1)).await;
    tool.terminals = Terminals {
        stdin: true,
        stderr: true,
        ..Terminals::default()
    };
    tool.stdin = "n\n".to_owned();
    let ended = tool
        .run("users delete nobody --all")
        .await
        .expect(Exit::Failed);
    assert!(ended.err.contains("on 3 hostings? [y/N]"), "{}", ended.err);
    assert_eq!(tool.calls("users::delete"), 0);
    tool.stdin = String::new();
    let ended = tool.run("users delete nobody --all").await;
    ended.expect(Exit::Failed).says("[y/N] \nerror: nothing");
    tool.stdin = "y\n".to_owned();
    tool.run("users delete nobody --all --keep-going")
        .await
        .expect(Exit::NotFound);
    assert_eq!(tool.calls("users::delete"), 3);
}

/// A pipe whose reader has ended.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn closed_pipe_ends_quietly() {
    let tool = Tool::start().await;
    let lines = [
        "hosting list",
        "hosting list -o jsonl",
        "--help",
        "completion bash",
        "man",
    ];
    for line in lines {
        let err = crate::support::Buffer::default();
        let environment = tool.bed.sandbox.env().into_iter();
        let session = Session {
            arguments: crate::support::split(line),
            environment: environment
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            console: Console::new(io::empty(), Closed, err.clone(), Terminals::default()),
            clock: Arc::new(tool.bed.clock.clone()),
            interrupts: watch::channel(0).1,
            home: None,
            reads_config_files: false,
        };
        assert_eq!(run(&session).await, Exit::Done, "{line}");
        assert_eq!(err.text(), "", "{line}");
    }
}

#[tokio::test]
async fn full_disk_is_a_failure() {
    let tool = Tool::start().await;
    for line in ["--help", "--version", "man", "hosting list"] {
        let kind = io::ErrorKind::StorageFull;
        let ended = tool.run_without_output(line, kind).await;
        ended.expect(Exit::Failed).says("standard output");
    }
}

#[tokio::test]
async fn byte_order_mark_is_no_text() {
    let mut tool = Tool::start().await;
    let files = [
        ("names", "\u{feff}example.ovh\r\n"),
        ("body", "\u{feff}{\"displayName\": \"shop\"}\n"),
        ("value", "\u{feff}canary\r\n"),
    ];
    for (name, text) in files {
        std::fs::write(tool.path(name), text).unwrap();
    }
    let (names, body) = (tool.path("names"), tool.path("body"));
    let line = format!("hosting update --from {names} --body {body} -o csv");
    let ended = tool.run(&line).await.expect(Exit::Done);
    assert!(ended.out.contains("\nexample.ovh,done"), "{ended:?}");
    let line = format!("api PUT /hosting/web/example.ovh --body {body}");
    tool.run(&line).await.expect(Exit::Done);
    let value = tool.path("value");
    tool.extra.insert("VALUE".into(), "canary".into());
    let line = "env-vars create -H example.ovh --type string --key";
    for (key, source) in [
        ("A", format!("file {value}")),
        ("B", "env VALUE".to_owned()),
    ] {
        let line = format!("{line} {key} --value-{source}");
        tool.run(&line).await.expect(Exit::Done);
    }
    let list = "env-vars list -H example.ovh --show-secrets --query '[.[].value] | unique'";
    let values = tool.run(list).await.json();
    assert_eq!(values.as_array().unwrap().len(), 1, "{values}");
}

#[tokio::test]
async fn timing_and_verbose_go_to_standard_error() {
    let tool = Tool::start().await;
    let ended = tool.run("users list -H example.ovh -v --timing").await;
    assert!(
        ended.err.contains("GET /hosting/web/example.ovh/user 200"),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("1 requests, 0 retries"), "{}", ended.err);
    ended.json();
}
