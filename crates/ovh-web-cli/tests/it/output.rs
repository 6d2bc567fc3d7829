//! Golden outputs of every format.

use ovh_web_cli::{Exit, Terminals};

use crate::support::Tool;

async fn tool() -> Tool {
    let tool = Tool::with_hostings(3, |_, seed| seed.offer("cloudweb1")).await;
    for (name, text) in [("h000.ovh", "=1+1"), ("h001.ovh", "a, \"b\"")] {
        let line = format!("hosting update -H {name} --display-name '{text}'");
        tool.run(&line).await.expect(Exit::Done);
    }
    tool.bed.sandbox.journal().clear();
    tool
}

const COLUMNS: &str = "--columns serviceName,displayName,offer,state";

async fn printed(line: &str) -> String {
    tool().await.run(line).await.expect(Exit::Done).out
}

#[tokio::test]
async fn csv_guards_formulas_and_quotes() {
    let csv = printed(&format!("hosting list -o csv {COLUMNS}")).await;
    let expected = "serviceName,displayName,offer,state\n\
        h000.ovh,'=1+1,cloudweb1,active\n\
        h001.ovh,\"a, \"\"b\"\"\",cloudweb1,active\n\
        h002.ovh,,cloudweb1,active\n";
    assert_eq!(csv, expected);
    let raw = printed(&format!("hosting list -o tsv --raw-csv {COLUMNS}")).await;
    assert!(
        raw.starts_with("serviceName\tdisplayName\toffer\tstate\nh000.ovh\t=1+1\t"),
        "{raw}"
    );
}

#[tokio::test]
async fn table_lists_columns_and_is_not_cut_when_piped() {
    let table = printed(&format!(
        "hosting list -o table {COLUMNS} --sort -serviceName"
    ))
    .await;
    let expected = "SERVICENAME  DISPLAYNAME  OFFER      STATE\n\
        h002.ovh                  cloudweb1  active\n\
        h001.ovh     a, \"b\"       cloudweb1  active\n\
        h000.ovh     =1+1         cloudweb1  active\n";
    assert_eq!(table, expected);
}

#[tokio::test]
async fn json_lines_and_yaml_have_all_items() {
    let lines = printed("hosting list -o jsonl").await;
    assert_eq!(lines.lines().count(), 3);
    for line in lines.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["state"], "active");
    }
    let yaml = printed("hosting list -o yaml --query '[.[] | {serviceName, displayName}]'").await;
    let expected = "- displayName: =1+1\n  serviceName: h000.ovh\n";
    assert!(yaml.starts_with(expected), "{yaml}");
}

#[tokio::test]
async fn query_filters_what_is_printed() {
    let out = printed("hosting list --query '.[] | .serviceName'").await;
    assert_eq!(out, "\"h000.ovh\"\n\"h001.ovh\"\n\"h002.ovh\"\n");
}

#[tokio::test]
async fn terminal_gets_a_table_with_colors() {
    let mut tool = tool().await;
    tool.terminals = Terminals {
        stdout: true,
        width: Some(40),
        ..Terminals::default()
    };
    let line = format!("hosting list {COLUMNS}");
    let out = tool.run(&line).await.expect(Exit::Done).out;
    assert!(out.contains("\u{1b}[32mactive\u{1b}[0m"), "{out}");
    tool.extra.insert("NO_COLOR".to_owned(), "1".to_owned());
    let out = tool.run(&line).await.expect(Exit::Done).out;
    assert!(!out.contains('\u{1b}'), "{out}");
}

#[tokio::test]
async fn unknown_columns_are_refused() {
    for line in [
        "hosting list --columns sate -o csv",
        "hosting list --sort sate",
    ] {
        let ended = tool().await.run(line).await;
        ended.expect(Exit::Usage).says("did you mean `state`?");
    }
}

#[tokio::test]
async fn list_of_one_hosting_is_one_request() {
    let tool = Tool::with_hostings(3, |_, seed| seed).await;
    tool.run("databases list -H h000.ovh")
        .await
        .expect(Exit::Done);
    assert_eq!(tool.bed.sandbox.journal().total(), 1);
}
