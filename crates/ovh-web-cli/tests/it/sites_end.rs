//! Files of sites: the last lines of plan, apply and drift, and the order of their output.

use ovh_web_cli::{Exit, Terminals};
use ovh_web_sandbox::{HostingSeed, Sandbox};
use serde_json::Value;

use crate::sites::{FILE, file, run, tool, tool_with};
use crate::support::Tool;

/// A new user without a password, which cannot be created.
const CONFLICT: &str = "[hosting.\"example.ovh\".users.example-new]\nhome = \"new\"\n";

/// A change beside a conflict.
async fn with_conflict() -> Tool {
    let text = format!("[hosting.\"example.ovh\"]\nenv.APP = \"x\"\n{CONFLICT}");
    tool(&text).await
}

#[tokio::test]
async fn work_in_progress_is_the_reason() {
    let seed = HostingSeed::new("example.ovh").users(1);
    let text = "[hosting.\"example.ovh\"]\nprune = [\"users\"]\n";
    let tool = tool_with(text, Sandbox::builder().hosting_with(seed)).await;
    let line = "users delete -H example.ovh example-u1 --no-wait --yes";
    tool.run(line).await.expect(Exit::Done);
    let reason = "work in progress";
    let plan = run(&tool, "plan", "").await.expect(Exit::Done);
    let line = format!("  ? users example-u1: {reason}\n");
    assert!(plan.out.contains(&line), "{plan:#?}");
    let plan = run(&tool, "plan", "-o jsonl").await.expect(Exit::Done);
    let row: Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(row["reason"], reason, "{plan:#?}");
}

#[tokio::test]
async fn lost_data_is_in_the_last_line() {
    let seed = HostingSeed::new("example.ovh").databases(1).users(1);
    let text = "[hosting.\"example.ovh\"]\nabsent.databases = [\"exampledb1\"]\n\
                absent.users = [\"example-u1\"]\nphp = \"8.4\"\n";
    let mut tool = tool_with(text, Sandbox::builder().hosting_with(seed)).await;
    let loss = "2 removals lose data: apply needs --allow-data-loss";
    let plan = run(&tool, "plan", "").await.expect(Exit::Pending);
    assert!(plan.out.ends_with(&format!("; {loss}\n")), "{plan:#?}");
    let plan = run(&tool, "plan", "--markdown").await.expect(Exit::Pending);
    assert!(plan.out.contains(&format!("; {loss}**\n")), "{plan:#?}");
    let plan = run(&tool, "plan", "-o json").await.expect(Exit::Pending);
    let numbers: Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(numbers["numbers"]["data_loss"], 2);
    assert_eq!(plan.err, "");
    tool.terminals = Terminals {
        stdout: true,
        ..Terminals::default()
    };
    let plan = run(&tool, "plan", "-o table").await.expect(Exit::Pending);
    let plan = plan.says(&format!("{loss}\n"));
    assert_eq!(plan.out.matches("its data is lost").count(), 2, "{plan:#?}");
}

#[tokio::test]
async fn drift_without_difference_is_silent() {
    let tool = tool(FILE).await;
    run(&tool, "apply", "--yes").await.expect(Exit::Done);
    let drift = run(&tool, "drift", "").await.expect(Exit::Done);
    assert_eq!((&*drift.out, &*drift.err), ("", ""));
    let drift = run(&tool, "drift", "-o json").await.expect(Exit::Done);
    assert_eq!((drift.out.trim(), &*drift.err), ("[]", ""));
    let drift = run(&tool, "drift", "-v").await.expect(Exit::Done);
    assert_eq!(drift.says("\nnothing to do").out, "");
}

#[tokio::test]
async fn drift_has_its_numbers_after_a_difference() {
    let tool = with_conflict().await;
    run(&tool, "drift", "")
        .await
        .expect(Exit::Conflict)
        .says("1 to create, 1 conflict\n");
}

#[tokio::test]
async fn summary_is_below_the_list() {
    let tool = with_conflict().await;
    let line = format!("sites apply {} --yes", file(&tool));
    let text = tool.run_into_one(&line).await;
    let lines = [
        "1 to create, 1 conflict\n",
        "\nexample.ovh: + env APP: done\n",
        "\nconflict: example.ovh: users example-new ",
        "\n1 done, 1 not changed; ",
    ];
    let places = lines.map(|line| text.find(line).unwrap_or_else(|| panic!("{line}: {text}")));
    assert!(places.is_sorted(), "{text}");
}

#[tokio::test]
async fn list_and_summary_are_in_one_stream() {
    let tool = with_conflict().await;
    let ended = run(&tool, "apply", "--yes").await.expect(Exit::Conflict);
    let list = "\nexample.ovh: + env APP: done\n";
    assert!(ended.out.contains(list), "{ended:#?}");
    assert!(
        ended.out.contains("\n1 done, 1 not changed; "),
        "{ended:#?}"
    );
}

#[tokio::test]
async fn list_is_not_among_the_facts() {
    let tool = with_conflict().await;
    let ended = run(&tool, "apply", "--yes -o json").await;
    let ended = ended.expect(Exit::Conflict);
    let result: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(result["numbers"]["done"], 1);
    ended.says("example.ovh: + env APP: done\n");
}

#[tokio::test]
async fn conflicts_alone_have_no_command_to_go_on() {
    let tool = with_conflict().await;
    for _ in 0..2 {
        let ended = run(&tool, "apply", "--yes").await.expect(Exit::Conflict);
        assert!(!ended.err.contains("to go on"), "{ended:#?}");
    }
}
