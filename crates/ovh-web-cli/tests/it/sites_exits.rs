//! Files of sites: exit codes and results if a column, the output, a folder or a variable is missing.

use std::io::ErrorKind;

use ovh_web_cli::{Exit, Terminals};
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};

use crate::sites::{FILE, file, run, tool, tool_with, writes};
use crate::support::Tool;

/// A tool whose cron job cannot be created.
async fn with_refusal() -> Tool {
    let tool = tool(FILE).await;
    let fault = Fault::on("crons::create").status(403).message("no more");
    tool.bed.sandbox.faults().add(fault);
    tool
}

#[tokio::test]
async fn column_without_a_value_is_empty() {
    let tool = tool(FILE).await;
    let flags = "-o csv --columns of,name,reason,hint --sort place";
    for command in ["plan", "drift"] {
        let ended = run(&tool, command, flags).await.expect(Exit::Pending);
        let row = "\nexample.ovh,nightly,,\n";
        assert!(ended.out.contains(row), "{ended:#?}");
    }
    let flags = "--yes -o csv --columns of,name,outcome,message,exit --sort hint";
    let ended = run(&tool, "apply", flags).await.expect(Exit::Done);
    let row = "\nexample.ovh,nightly,done,,\n";
    assert!(ended.out.contains(row), "{ended:#?}");
}

#[tokio::test]
async fn closed_output_keeps_the_result_of_apply() {
    for flags in ["", "-o json"] {
        let tool = with_refusal().await;
        let line = format!("sites apply {} --yes {flags}", file(&tool));
        let ended = tool.run_without_output(&line, ErrorKind::BrokenPipe).await;
        ended.expect(Exit::NotAllowed).says("to go on: ovh-web ");
        assert!(writes(&tool) > 0);
    }
}

#[tokio::test]
async fn failed_output_says_what_was_sent() {
    for flags in ["", "-o json"] {
        let tool = with_refusal().await;
        let line = format!("sites apply {} --yes {flags}", file(&tool));
        let ended = tool.run_without_output(&line, ErrorKind::StorageFull).await;
        ended
            .expect(Exit::Failed)
            .says("was sent, and then: standard output: ")
            .says("to go on: ovh-web ");
    }
}

#[tokio::test]
async fn plan_is_saved_before_it_is_printed() {
    let tool = tool(FILE).await;
    let out = tool.path("plan.json");
    let line = format!("sites plan {} --out {out}", file(&tool));
    tool.run_without_output(&line, ErrorKind::BrokenPipe).await;
    let flags = format!("--plan {out} --yes");
    run(&tool, "apply", &flags).await.expect(Exit::Done);
}

#[tokio::test]
async fn plan_that_is_not_saved_is_no_comment() {
    let tool = tool(FILE).await;
    let flags = format!("--markdown --out {}", tool.path("none/plan.json"));
    let ended = run(&tool, "plan", &flags).await.expect(Exit::Failed);
    assert_eq!(ended.out.matches("```diff").count(), 1, "{ended:#?}");
    assert!(ended.out.contains("plan.json: "), "{ended:#?}");
}

#[tokio::test]
async fn empty_variable_of_the_file_is_unset() {
    let text = "[variables]\nfolder = { env = \"FOLDER\" }\n\
                [hosting.\"example.ovh\".site.\"shop.example.com\"]\nfolder = \"www/{folder}\"\n";
    let mut tool = tool(text).await;
    tool.extra.insert("FOLDER".into(), String::new());
    run(&tool, "plan", "")
        .await
        .expect(Exit::Usage)
        .says("the environment variable `FOLDER` is not set");
}

#[tokio::test]
async fn apply_waits_for_work_without_a_question() {
    let seed = HostingSeed::new("example.ovh").users(1);
    let text = "[hosting.\"example.ovh\"]\nprune = [\"users\"]\n";
    let mut tool = tool_with(text, Sandbox::builder().hosting_with(seed)).await;
    let line = "users delete -H example.ovh example-u1 --no-wait --yes";
    tool.run(line).await.expect(Exit::Done);
    tool.terminals = Terminals {
        stdin: true,
        stderr: true,
        ..Terminals::default()
    };
    let ended = run(&tool, "apply", "").await.expect(Exit::Done);
    assert!(ended.out.contains("\n1 done; "), "{ended:#?}");
    assert!(!ended.err.contains("[y/N]"), "{ended:#?}");
}
