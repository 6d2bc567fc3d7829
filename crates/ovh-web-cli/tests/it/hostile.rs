//! Texts of a server that are no data: they move no cursor, and change nothing on this machine.

use ovh_web_cli::Exit;
use serde_json::{Value, json};

use crate::proxy::{Proxy, Reply};
use crate::support::Tool;

const NAME: &str = "a\u{1b}[2J\u{9b}31m\u{202e}.ovh";

fn edit(reply: &mut Reply) {
    let path = reply.path.split('?').next().unwrap_or_default();
    if path.ends_with("/hosting/web") {
        reply.body = json!([{"serviceName": NAME, "state": "active"}]);
    }
    if path.ends_with("/hosting/web/example.ovh") {
        reply.body[NAME] = json!(1);
        reply.body["=cmd"] = json!(1);
    }
    if path.ends_with("/example.ovh/user") {
        reply.status = 400;
        reply.body = json!({"class": "Client::BadRequest", "message": NAME});
    }
}

#[track_caller]
fn is_printable(text: &str) {
    let is_bad = |letter: char| letter != '\n' && (letter.is_control() || letter == '\u{202e}');
    assert!(!text.contains(is_bad), "{text:?}");
}

async fn tool() -> Tool {
    let mut tool = Tool::start().await;
    let proxy = Proxy::start(&tool.bed.sandbox.base_url(), edit).await;
    tool.extra.insert("OVH_ENDPOINT".into(), proxy.url);
    tool
}

#[tokio::test]
async fn messages_have_no_control_characters() {
    let tool = tool().await;
    let ended = tool.run("users list --where 'offer = x'").await;
    assert!(ended.err.contains("1 left out"), "{ended:?}");
    is_printable(&ended.err);
    let ended = tool.run("users list").await;
    is_printable(&ended.err);
    let line = "users list -H example.ovh -o json";
    let ended = tool.run(line).await.expect(Exit::Failed);
    is_printable(&ended.err);
    let error: Value = serde_json::from_str(&ended.err).unwrap();
    assert_eq!(error["error"]["server_message"], NAME);
}

#[tokio::test]
async fn terminal_shows_every_format_escaped() {
    let mut tool = tool().await;
    let line = "hosting get -H example.ovh -o";
    let piped = tool.run(&format!("{line} json")).await.json();
    tool.terminals.stdout = true;
    for format in ["json", "jsonl", "yaml", "csv", "tsv"] {
        let ended = tool.run(&format!("{line} {format}")).await;
        let ended = ended.expect(Exit::Done);
        is_printable(&ended.out.replace('\t', " "));
        if format.starts_with("json") {
            assert_eq!(ended.json(), piped);
        }
    }
}

#[tokio::test]
async fn commands_in_hints_are_quoted() {
    let tool = Tool::start().await;
    let names = tool.path("names");
    std::fs::write(&names, "a;id.ovh\nb$(id).ovh\nplain.ovh\n").unwrap();
    let line = format!(
        "crons create --from {names} --parallel 1 --command a --frequency '0 4 * * *' --language x"
    );
    let ended = tool.run(&line).await;
    assert!(
        ended.err.contains("-H 'b$(id).ovh' -H plain.ovh"),
        "{ended:?}"
    );
}

#[tokio::test]
async fn names_of_properties_are_escaped() {
    let tool = tool().await;
    let line = "hosting get -H example.ovh -o";
    let ended = tool.run(&format!("{line} table")).await.expect(Exit::Done);
    assert!(ended.out.contains("=cmd"), "{}", ended.out);
    is_printable(&ended.out);
    let line = format!("{line} table --query '[.]' --columns");
    let ended = tool.run(&format!("{line} {NAME}")).await.expect(Exit::Done);
    is_printable(&ended.out);
    let ended = tool.run("hosting get -H example.ovh -o csv").await;
    let header = ended.out.lines().next().unwrap_or_default();
    assert!(header.split(',').any(|name| name == "'=cmd"), "{header}");
}
