//! Exit codes: one for each kind of failure, as the README lists them.

use std::time::Duration;

use ovh_web_cli::Exit;
use ovh_web_sandbox::Fault;
use serde_json::Value;

use crate::support::{Tool, split};

#[test]
fn readme_lists_the_codes() {
    let readme = include_str!("../../README.md");
    let table = readme
        .lines()
        .skip_while(|line| !line.starts_with("| exit code |"));
    let rows = table.skip(2).take_while(|line| line.starts_with('|'));
    let codes: Vec<u8> = rows
        .map(|row| row.split('|').nth(1).unwrap().trim().parse().unwrap())
        .collect();
    let exits = [
        Exit::Done,
        Exit::Failed,
        Exit::Usage,
        Exit::Credentials,
        Exit::NotAllowed,
        Exit::NotFound,
        Exit::Conflict,
        Exit::TaskFailed,
        Exit::Mixed,
        Exit::Deadline,
        Exit::Pending,
        Exit::Temporary,
        Exit::Interrupted,
    ];
    assert_eq!(codes, exits.map(Exit::code));
}

#[tokio::test]
async fn failures_have_the_code_of_their_kind() {
    for (status, exit) in [
        (400, Exit::Failed),
        (401, Exit::Credentials),
        (403, Exit::NotAllowed),
        (404, Exit::NotFound),
        (409, Exit::Conflict),
        (429, Exit::Temporary),
        (503, Exit::Temporary),
    ] {
        let tool = Tool::start().await;
        let fault = Fault::on("users::list").status(status);
        tool.bed.sandbox.faults().add(fault);
        tool.run("users list -H example.ovh").await.expect(exit);
    }
}

#[tokio::test]
async fn failed_task_has_its_own_code() {
    let tool = Tool::start().await;
    let sandbox = &tool.bed.sandbox;
    sandbox.fail_next_task("crons::create");
    let line = "crons create -H example.ovh --command a --frequency '0 4 * * *' --language php8.3";
    tool.run(line).await.expect(Exit::TaskFailed);
}

#[tokio::test]
#[cfg(unix)]
async fn sandbox_returns_the_code_of_its_command() {
    let tool = Tool::start().await;
    for (command, code) in [("exit 7", 7), ("kill -9 $$", 137)] {
        let line = format!("sandbox -- sh -c '{command}'");
        let ended = tool.run_words(split(&line)).await;
        assert_eq!(ended.exit.code(), code, "{ended:?}");
    }
}

#[tokio::test]
async fn wrong_arguments_are_json_errors_too() {
    let tool = Tool::start().await;
    for line in [
        "users list -o json --rate 0",
        "users list --output=json --colums x",
        "users lst -ojson",
        "--output=jsonl users list --deadline x",
    ] {
        let ended = tool.run(line).await.expect(Exit::Usage);
        let error: Value = serde_json::from_str(&ended.err).unwrap_or_default();
        assert_eq!(error["error"]["exit"], 2, "{line}: {ended:?}");
    }
}

#[tokio::test]
async fn rate_spaces_the_requests() {
    let tool = Tool::with_hostings(5, |_, seed| seed).await;
    let before = tool.bed.clock.elapsed();
    let line = "users list --all --rate 6/min";
    tool.run(line).await.expect(Exit::Done);
    // The list and five hostings.
    let passed = tool.bed.clock.elapsed() - before;
    assert!(passed >= Duration::from_secs(50), "{passed:?}");
}

#[tokio::test]
async fn variable_names_the_hosting() {
    let mut tool = Tool::with_hostings(2, |_, seed| seed).await;
    let line = "users delete nobody --yes";
    tool.run("users list").await.expect(Exit::Usage).says("-H");
    tool.extra
        .insert("OVH_WEB_HOSTING".into(), "h001.ovh".into());
    tool.run("users list").await.expect(Exit::Done);
    // It was named, which is enough for a deletion.
    tool.run(line).await.expect(Exit::NotFound);
    let calls = tool.bed.sandbox.journal().operation("users::delete");
    assert!(calls.last().unwrap().path.contains("h001.ovh"));
}

#[tokio::test]
async fn interrupt_ends_a_read_of_standard_input() {
    let mut tool = Tool::start().await;
    tool.is_endless = true;
    tool.interrupts.send_modify(|count| *count += 1);
    let pem = "-----BEGIN CERTIFICATE-----\n";
    for (stdin, line) in [
        ("", "sites plan -"),
        ("example.ovh\n", "users list --from -"),
        ("{", "databases create -H example.ovh --body -"),
        ("{", "api POST /hosting/web/example.ovh/user --body -"),
        ("", PASSWORD),
        (pem, PASSWORD),
    ] {
        tool.stdin = stdin.to_owned();
        tool.run(line)
            .await
            .expect(Exit::Interrupted)
            .says("interrupted; nothing was sent");
    }
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

const PASSWORD: &str =
    "users create -H example.ovh --login example-shop --home shop --password-stdin";

#[tokio::test]
async fn creation_waits_by_the_id_of_its_response() {
    let tool = Tool::start().await;
    let create = async |rest: &str| {
        let line = "webhosting websites create -H example.ovh --target-spec.name Shop";
        tool.run(&format!("{line} --target-spec.fqdn {rest}")).await
    };
    let website = create("a.example.com").await.json();
    assert_eq!(website["resourceStatus"], "READY", "{website}");
    let sandbox = &tool.bed.sandbox;
    sandbox.fail_next_task("webhosting/websites::create");
    let failed = create("b.example.com").await.expect(Exit::TaskFailed);
    failed.says("The task website/create failed");
    let ended = create("c.example.com --no-wait").await;
    let id = ended.json()["id"].as_str().unwrap().to_owned();
    ended.says(&format!(
        "ovh-web webhosting websites get -H example.ovh {id}"
    ));
}
