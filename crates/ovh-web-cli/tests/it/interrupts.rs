//! Ctrl-C: a read ends at once, a write in flight ends first, and nothing else is begun.

use std::sync::Arc;
use std::time::Duration;

use ovh_web_cli::Exit;
use ovh_web_sandbox::Fault;

use crate::support::{Ended, Tool};

const ATTACH: &str = "domains attach --domain shop.example.com --path shop \
    --bypass-dns-configuration true";

/// An account whose server does not answer.
async fn silent() -> Tool {
    let tool = Tool::with_hostings(2, |_, seed| seed).await;
    let never = Duration::from_secs(3_600);
    tool.bed
        .sandbox
        .faults()
        .add(Fault::everywhere().delay(never));
    tool
}

#[tokio::test]
async fn interrupt_ends_every_read() {
    let tool = silent().await;
    tool.interrupts.send_modify(|count| *count += 1);
    for line in [
        "api GET /me",
        "api GET /hosting/web --paged",
        "whoami",
        "doctor",
        "inventory",
        "inventory --by site",
        "users list",
        "users list --all",
        "php 8.3 --all",
        "wait 1",
        "probe",
        "users delete nobody -H h000.ovh --dry-run",
    ] {
        let ended = tool.run(line).await.expect(Exit::Interrupted);
        ended.says("interrupted");
    }
}

#[tokio::test]
async fn second_interrupt_ends_other_writes() {
    let tool = silent().await;
    std::fs::write(tool.path("body"), "{}").unwrap();
    tool.interrupts.send_modify(|count| *count += 2);
    let api = format!("api PUT /hosting/web/h000.ovh --body {}", tool.path("body"));
    for line in [api.as_str(), "logout"] {
        tool.run(line)
            .await
            .expect(Exit::Interrupted)
            .says("may have been done");
    }
}

#[tokio::test]
async fn nothing_is_begun_after_an_interrupt() {
    let tool = Tool::with_hostings(2, |_, seed| seed).await;
    tool.interrupts.send_modify(|count| *count += 1);
    for targets in ["--all", "-H h000.ovh -H h001.ovh", "-H h000.ovh"] {
        let ended = tool.run(&format!("{ATTACH} {targets}")).await;
        ended.expect(Exit::Interrupted);
    }
    assert_eq!(tool.calls("domains::attach"), 0);
}

/// Runs a line, with an interrupt when its first request has come.
async fn interrupted_at_a_request(tool: &Tool, line: &str) -> Ended {
    let interrupt = async {
        while tool.bed.sandbox.journal().total() == 0 {
            tokio::task::yield_now().await;
        }
        tool.interrupts.send_modify(|count| *count += 1);
        std::future::pending::<()>().await;
    };
    let ended = tokio::select! {
        ended = tool.run(line) => ended,
        () = interrupt => unreachable!(),
    };
    ended.expect(Exit::Interrupted)
}

#[tokio::test]
async fn interrupted_read_counts_what_was_not_read() {
    let mut tool = Tool::with_hostings(4, |_, seed| seed).await;
    tool.clock = Some(Arc::new(ovh_web::SystemClock::new()));
    let hostings = "-H h000.ovh -H h001.ovh -H h002.ovh -H h003.ovh";
    let line = format!("users list {hostings} --rate 1/min --parallel 2 -o jsonl");
    let ended = interrupted_at_a_request(&tool, &line).await;
    let read = ended.out.lines().count();
    let unread = format!("{} not read", 4 - read);
    ended.says(&unread);
}

#[tokio::test]
async fn write_that_waits_for_the_rate_is_not_sent() {
    let mut tool = Tool::with_hostings(3, |_, seed| seed.php("8.1")).await;
    tool.clock = Some(Arc::new(ovh_web::SystemClock::new()));
    let crons = "crons create --no-wait --command a --frequency '0 4 * * *' --language php8.3";
    for (command, operation, sent) in [
        (crons, "crons::create", 1),
        ("php 8.3", "ovh_configs::change", 0),
    ] {
        tool.bed.sandbox.journal().clear();
        tool.interrupts.send_replace(0);
        let record = tool.path(operation);
        let line = format!(
            "{command} -H h000.ovh -H h001.ovh -H h002.ovh --rate 1/min --resume {record} -o csv"
        );
        let ended = interrupted_at_a_request(&tool, &line).await;
        assert_eq!(tool.calls(operation), sent, "{ended:?}");
        let unsent = ended.out.matches(",not sent").count();
        assert_eq!(unsent, 3 - sent, "{ended:?}");
        // The same command sends the others.
        tool.interrupts.send_replace(0);
        let line = line.replace("--rate 1/min", "");
        let clock = tool.clock.take();
        tool.run(&line).await.expect(Exit::Done);
        tool.clock = clock;
        assert_eq!(tool.calls(operation), 3);
    }
}

#[tokio::test]
async fn interrupted_wait_says_how_to_go_on() {
    let tool = Tool::start().await;
    let line = format!("{ATTACH} -H example.ovh");
    interrupted_at_a_request(&tool, &line)
        .await
        .says("ovh-web wait -H example.ovh");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn interrupts_end_a_filter_without_end() {
    let tool = Tool::start().await;
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_ovh-web"))
        .args(["hosting", "list", "--query", "last(repeat(1))"])
        .envs(tool.bed.sandbox.env())
        .spawn()
        .unwrap();
    while tool.calls("hosting::list") == 0 {
        tokio::task::yield_now().await;
    }
    let id = program.id().to_string();
    let status = loop {
        // Some may reach the program as one.
        let mut kill = std::process::Command::new("kill");
        kill.args(["-INT", &id]).status().unwrap();
        if let Some(status) = program.try_wait().unwrap() {
            break status;
        }
    };
    assert_eq!(status.code(), Some(130));
}
