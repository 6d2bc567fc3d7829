//! Many hostings: selection, parallel work, failures, and a job that goes on after it was killed.

use std::collections::BTreeSet;
use std::time::Duration;

use ovh_web_cli::Exit;
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox, SeedCertificate};
use serde_json::Value;

use crate::support::{Tool, split};

/// A hundred hostings, every second one with PHP 8.1.
async fn hundred() -> Tool {
    Tool::with_hostings(100, |n, seed| {
        seed.php(if n % 2 == 0 { "8.1" } else { "8.3" })
    })
    .await
}

const UPGRADE: &str = "php 8.3 --where 'php < 8.2' -o csv --parallel 16 --resume";

/// The number of requests of an operation, of which no hosting has two.
#[track_caller]
fn sent_once(tool: &Tool, operation: &str) -> usize {
    let calls = tool.bed.sandbox.journal().operation(operation);
    let paths = calls.entries().iter().map(|entry| entry.path.as_str());
    let hostings: BTreeSet<&str> = paths.collect();
    assert_eq!(hostings.len(), calls.count(), "a hosting was written twice");
    calls.count()
}

fn outcomes(csv: &str, outcome: &str) -> usize {
    csv.lines()
        .filter(|line| line.contains(&format!(",{outcome},")))
        .count()
}

#[tokio::test]
async fn php_upgrade_is_one_line() {
    let tool = hundred().await;
    let record = tool.path("upgrade.jsonl");
    let ended = tool
        .run(&format!("{UPGRADE} {record}"))
        .await
        .expect(Exit::Done);
    assert_eq!(outcomes(&ended.out, "done"), 50, "{}", ended.out);
    assert!(ended.err.contains("php costs a request"), "{}", ended.err);
    assert_eq!(tool.calls("ovh_configs::change"), 50);
    // The list, the configurations of each hosting, and for each change: the plan, the write, and
    // polls, whose number depends on the pauses of the others.
    let requests = tool.bed.sandbox.journal().total();
    assert!(requests <= 101 + 50 * 14, "{requests}");
    let again = tool
        .run(&format!("{UPGRADE} {record}"))
        .await
        .expect(Exit::Done);
    assert_eq!(again.out, "hosting,outcome,from,to\n");
    assert_eq!(tool.calls("ovh_configs::change"), 50);
}

#[tokio::test]
async fn resumed_upgrade_sends_no_write_twice() {
    let tool = hundred().await;
    let record = tool.path("upgrade.jsonl");
    let line = format!("{UPGRADE} {record}");
    // The run is dropped in the middle, as if the program were killed.
    let stop = async {
        while tool.calls("ovh_configs::change") < 20 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = stop => {}
        ended = tool.run(&line) => panic!("ended too early: {ended:?}"),
    }
    let killed = tool.calls("ovh_configs::change");
    assert!((20..50).contains(&killed), "{killed}");
    // What was in flight settles on the server.
    tool.bed.clock.advance(Duration::from_secs(3_600));
    let ended = tool.run(&format!("{line} --keep-going")).await;
    let unknown = ended.out.matches("an earlier run was stopped").count();
    let sent = sent_once(&tool, "ovh_configs::change");
    // What may have been sent is looked up, and never sent again by itself.
    // Some of these may have reached the server after the run was stopped.
    assert!(sent + unknown >= 50, "{ended:?}");
    tool.bed.clock.advance(Duration::from_secs(3_600));
    let fresh = tool.path("fresh.jsonl");
    tool.run(&format!("{UPGRADE} {fresh}"))
        .await
        .expect(Exit::Done);
    let ended = tool.run("hosting list --where 'php < 8.2'").await;
    assert_eq!(ended.exit, Exit::Usage, "this command concerns no hosting");
    let left = tool
        .run("ovh-configs list --where 'php < 8.2' -o jsonl")
        .await;
    assert_eq!(left.expect(Exit::Done).out, "");
}

#[tokio::test]
async fn selection_by_fields_of_the_list() {
    let tool =
        Tool::with_hostings(4, |n, seed| seed.offer(["cloudweb1", "perso2014"][n % 2])).await;
    let line = "users list --where 'offer = cloudweb1 and state != blocked' -o jsonl";
    let ended = tool.run(line).await.expect(Exit::Done);
    let hostings: Vec<Value> = ended
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["hosting"].clone())
        .collect();
    assert_eq!(hostings, ["h000.ovh", "h002.ovh"]);
    let ended = tool.run("users list --where 'displayName = x'").await;
    assert!(ended.err.contains("4 left out"), "{ended:?}");
    // A size without a unit.
    let ended = tool.run("users list --where 'quotaUsed > 50'").await;
    ended.says("missing or cannot be compared: h000.ovh");
}

#[tokio::test]
async fn hostings_come_from_standard_input() {
    let mut tool = Tool::with_hostings(3, |_, seed| seed).await;
    tool.stdin = "# two\nh002.ovh\n\nh000.ovh\nh002.ovh\n".to_owned();
    let ended = tool.run("users list --from - --query '.[].hosting'").await;
    assert_eq!(ended.expect(Exit::Done).out, "\"h002.ovh\"\n\"h000.ovh\"\n");
}

#[tokio::test]
async fn first_failure_stops_unless_told_to_go_on() {
    let tool = Tool::with_hostings(8, |_, seed| seed).await;
    let fault = Fault::on_route("POST", "/hosting/web/h001.ovh/cron").status(400);
    tool.bed.sandbox.faults().add(fault);
    let line = "crons create --all --parallel 1 --command job.php --frequency '0 4 * * *' \
        --language php8.3 -o json";
    let ended = tool.run(line).await.expect(Exit::Failed);
    let rows: Value = serde_json::from_str(&ended.out).unwrap();
    let outcomes: Vec<&str> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == "not sent")
            .count(),
        6
    );
    let rest = "with only -H h002.ovh -H h003.ovh";
    assert!(ended.err.contains(rest), "{}", ended.err);
    // Beside these, it would select all of them again.
    ended.says("command without --all, with only");
}

#[tokio::test]
async fn different_failures_have_their_own_code() {
    let tool = Tool::with_hostings(2, |_, seed| seed).await;
    let faults = tool.bed.sandbox.faults();
    faults.add(Fault::on_route("GET", "/hosting/web/h000.ovh/user").status(404));
    faults.add(Fault::on_route("GET", "/hosting/web/h001.ovh/user").status(403));
    let line = "users list --all --keep-going -o json";
    let ended = tool.run(line).await.expect(Exit::Mixed);
    let errors = ended.err.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        let error = &line["error"];
        Some((
            error["target"].as_str()?.to_owned(),
            error["exit"].as_u64()?,
        ))
    });
    let mut errors: Vec<_> = errors.collect();
    errors.sort();
    let expected = [("h000.ovh".to_owned(), 5), ("h001.ovh".to_owned(), 4)];
    assert_eq!(errors, expected, "{ended:?}");
    // A reader that has ended hides no failure.
    for line in [line, "users delete nobody --all --yes --keep-going"] {
        let closed = std::io::ErrorKind::BrokenPipe;
        let ended = tool.run_without_output(line, closed).await;
        assert_ne!(ended.exit, Exit::Done, "{line}");
        ended.says("2 of 2 failed");
    }
}

#[tokio::test]
async fn accepted_is_never_called_done() {
    let tool = Tool::start().await;
    let line = "domains attach -H example.ovh --domain shop.example.com --path shop \
        --bypass-dns-configuration true --no-wait";
    let ended = tool.run(line).await.expect(Exit::Done);
    assert!(
        ended.err.contains("accepted, not done yet"),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("ovh-web wait -H"), "{}", ended.err);
    let task: Value = serde_json::from_str(&ended.out).unwrap();
    let ended = tool
        .run(&format!("wait -H example.ovh {}", task["id"]))
        .await;
    assert_eq!(ended.json()[0]["outcome"], "done");
    // Work that goes on has not failed.
    let line = line.replace("shop", "blog");
    let task = &tool.run(&line).await.json()["id"];
    let line = format!("wait -H example.ovh {task} --deadline 1s -o csv");
    let ended = tool.run(&line).await.expect(Exit::Deadline);
    assert_eq!(outcomes(&ended.out, "in work"), 1, "{ended:?}");
    // Nor has a task that has disappeared after its end.
    tool.bed
        .clock
        .advance(std::time::Duration::from_secs(3_600));
    let line = line.replace(" --deadline 1s", "");
    let ended = tool.run(&line).await.expect(Exit::NotFound);
    assert_eq!(outcomes(&ended.out, "unknown"), 1, "{ended:?}");
    ended.says("may be done");
}

#[tokio::test]
async fn deadline_has_its_own_code() {
    let tool = Tool::start().await;
    let line = "domains attach -H example.ovh --domain shop.example.com --path shop \
        --bypass-dns-configuration true --deadline 1s";
    tool.run(line).await.expect(Exit::Deadline);
}

#[tokio::test]
async fn inventory_has_a_row_for_each_hosting_or_site() {
    let tool = Tool::with_hostings(2, |n, seed| match n {
        0 => seed
            .databases(1)
            .domains(1)
            .php("8.1")
            .certificate(SeedCertificate::Free),
        _ => seed,
    })
    .await;
    let rows = tool.run("inventory --sort hosting").await.json();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    let first = &rows[0];
    assert_eq!(
        (&first["hosting"], &first["php"]),
        (&"h000.ovh".into(), &"8.1".into())
    );
    assert!(
        first["databases"][0].as_str().unwrap().contains("mysql.db"),
        "{first}"
    );
    assert!(
        first["expires"].is_string() && rows[1]["expires"].is_null(),
        "{rows}"
    );
    let sites = tool.run("inventory --by site --sort domain").await.json();
    assert_eq!(sites.as_array().unwrap().len(), 3);
    let soon = tool
        .run("inventory --by site --expires-within 365d -o csv")
        .await;
    assert!(
        soon.out.contains("h000.ovh") && !soon.out.contains("h001.ovh"),
        "{}",
        soon.out
    );
}

#[tokio::test]
async fn inventory_of_sites_outlives_a_bad_hosting() {
    let builder = Sandbox::builder()
        .without_webhosting_v2(404)
        .hosting("h000.ovh")
        .hosting("h001.ovh");
    let tool = Tool::start_with(builder).await;
    let route = "/hosting/web/h001.ovh/attachedDomain";
    let faults = tool.bed.sandbox.faults();
    faults.add(Fault::on_route("GET", route).status(460));
    let ended = tool.run("inventory --by site -o csv").await;
    assert!(ended.out.contains("h000.ovh"), "{ended:#?}");
    let ended = ended.expect(Exit::Failed).says("h001.ovh");
    assert!(!ended.out.contains("h001.ovh"), "{ended:#?}");
}

#[tokio::test]
async fn inventory_outlives_unreadable_certificates() {
    let tool = Tool::with_hostings(2, |_, seed| seed.certificate(SeedCertificate::Free)).await;
    let faults = tool.bed.sandbox.faults();
    for (route, known) in [
        ("/v2/webhosting/resource/h001.ovh/certificate", 1),
        ("/v2/webhosting/attachedDomain", 0),
    ] {
        faults.add(Fault::on_route("GET", route).status(500));
        let ended = tool.run("inventory -o json").await.expect(Exit::Temporary);
        let rows: Value = serde_json::from_str(&ended.out).unwrap();
        let expiries = rows.as_array().unwrap().iter();
        let expiries: Vec<_> = expiries.map(|row| row["expires"].is_string()).collect();
        assert_eq!(expiries.len(), 2, "{ended:#?}");
        assert_eq!(
            expiries.iter().filter(|it| **it).count(),
            known,
            "{ended:#?}"
        );
    }
}

#[tokio::test]
async fn inventory_shows_an_expired_certificate() {
    let seed = |_, seed: HostingSeed| seed.certificate(SeedCertificate::Imported);
    let tool = Tool::with_hostings(1, seed).await;
    for (days, state) in [(0, "active"), (400, "expired")] {
        let seconds = days * 24 * 3600;
        tool.bed.clock.advance(Duration::from_secs(seconds));
        tool.bed.clock.set_skew(seconds.cast_signed());
        let rows = tool.run("inventory --by site").await.json();
        assert_eq!(rows[0]["certificate"], state, "{rows}");
    }
}

#[tokio::test]
async fn killed_program_resumes_without_second_write() {
    let tool = Tool::with_hostings(100, |_, seed| seed).await;
    let delay = Duration::from_millis(10);
    tool.bed
        .sandbox
        .faults()
        .add(Fault::on("crons::create").delay(delay));
    let line = format!(
        "crons create --all --no-wait --keep-going --resume {} --command job.php \
         --frequency '0 4 * * *' --language php8.3 -o csv",
        tool.path("record")
    );
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_ovh-web"))
        .args(split(&line))
        .envs(tool.bed.sandbox.env())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while tool.calls("crons::create") < 20 {
        tokio::task::yield_now().await;
    }
    program.kill().unwrap();
    program.wait().unwrap();
    let before = tool.calls("crons::create");
    assert!(before < 100, "{before}");
    let ended = tool.run(&line).await;
    let sent = sent_once(&tool, "crons::create");
    let unknown = ended.out.matches("an earlier run was stopped").count();
    assert!(unknown <= 8 && sent + unknown >= 100, "{ended:?}");
}

#[tokio::test]
async fn record_belongs_to_an_endpoint() {
    let tool = Tool::start().await;
    let record = tool.path("record");
    let crons = "crons create -H example.ovh --command a --frequency '0 4 * * *' --language php8.3";
    for line in [crons, "php 8.4 -H example.ovh"] {
        let _ = std::fs::remove_file(&record);
        let line = format!("{line} --resume {record}");
        tool.run(&line).await.expect(Exit::Done);
        tool.run(&line).await.expect(Exit::Done);
        // A rehearsal against a sandbox says nothing of the account.
        let other = Tool::start().await;
        let ended = other.run(&line).await.expect(Exit::Usage);
        assert!(ended.err.contains("not the record"), "{ended:?}");
    }
    assert_eq!(tool.calls("crons::create"), 1);
}

#[tokio::test]
async fn work_that_may_go_on_is_not_called_undone() {
    let tool = Tool::start().await;
    let record = tool.path("record");
    let line = format!(
        "domains attach -H example.ovh --domain shop.example.com --path shop \
         --bypass-dns-configuration true --resume {record}"
    );
    let faults = tool.bed.sandbox.faults();
    faults.add(Fault::on("domains::attach").status(400));
    tool.run(&line).await.expect(Exit::Failed);
    faults.clear();
    let mut text = tool.read("record");
    text.push_str("{\"target\":\"example.ovh\",\"intent\":true}\n");
    std::fs::write(&record, text).unwrap();
    let ended = tool.run(&line).await.expect(Exit::Failed);
    assert!(ended.err.contains("is not known"), "{ended:?}");
    assert_eq!(tool.calls("domains::attach"), 1);
}

#[tokio::test]
async fn id_of_an_object_is_not_called_a_task() {
    let tool = Tool::with_hostings(1, |_, seed| seed.crons(1)).await;
    std::fs::write(tool.path("names"), "h000.ovh\n").unwrap();
    let from = format!("--from {}", tool.path("names"));
    let crons = tool.run("crons list").await.json();
    let id = &crons[0]["id"];
    let line = format!("crons update {id} {from} --description new");
    let rows = tool.run(&line).await.json();
    assert_eq!(&rows[0]["id"], id, "{rows}");
    assert!(rows[0]["task"].is_null(), "{rows}");
    let create =
        format!("crons create {from} --command a --frequency '0 4 * * *' --language php8.3");
    let rows = tool.run(&create).await.json();
    assert!(
        rows[0]["task"].is_i64() && rows[0]["id"].is_null(),
        "{rows}"
    );
}

#[tokio::test]
async fn pending_changes_have_their_own_code() {
    let tool = Tool::with_hostings(2, |n, seed| seed.php(["8.1", "8.3"][n])).await;
    let ended = tool.run("php 8.3 --all --dry-run").await;
    let ended = ended.expect(Exit::Pending);
    assert!(ended.out.contains("would change"), "{ended:?}");
    assert_eq!(tool.calls("ovh_configs::change"), 0);
    let line = "php 8.3 -H h001.ovh --dry-run";
    tool.run(line).await.expect(Exit::Done);
}

#[tokio::test]
async fn expiry_beyond_all_dates_still_filters() {
    let tool = Tool::with_hostings(2, |n, seed| match n {
        0 => seed.certificate(SeedCertificate::Free),
        _ => seed,
    })
    .await;
    let line = "inventory --expires-within 200000000000000d";
    let rows = tool.run(line).await.json();
    assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
}

#[tokio::test]
async fn accepted_change_is_not_sent_twice() {
    let tool = Tool::with_hostings(1, |_, seed| seed.php("8.1")).await;
    let line = format!("php 8.3 --all --resume {}", tool.path("record"));
    let faults = tool.bed.sandbox.faults();
    // The change is accepted, and what is read of its work is refused.
    faults.add(Fault::on("tasks::get").status(403));
    tool.run(&line).await.expect(Exit::NotAllowed);
    faults.clear();
    let ended = tool.run(&line).await.expect(Exit::Failed);
    assert!(ended.err.contains("an earlier run"), "{ended:?}");
    assert_eq!(tool.calls("ovh_configs::change"), 1);
}

#[tokio::test]
async fn refused_change_is_sent_again() {
    let tool = Tool::with_hostings(1, |_, seed| seed.php("8.1")).await;
    let line = format!("php 8.3 --all --resume {}", tool.path("record"));
    let refused = Fault::on("ovh_configs::change").status(400).times(1);
    tool.bed.sandbox.faults().add(refused);
    tool.run(&line).await.expect(Exit::Failed);
    tool.run(&line).await.expect(Exit::Done);
}

#[tokio::test]
async fn deadline_of_a_fleet_says_how_to_wait() {
    let tool = Tool::with_hostings(2, |_, seed| seed.php("8.1")).await;
    let create = "crons create --all --keep-going --command a --frequency '0 4 * * *' \
        --language php8.3 --deadline 1s -o csv";
    let ended = tool.run(create).await.expect(Exit::Deadline);
    assert_eq!(outcomes(&ended.out, "in work"), 2, "{ended:?}");
    assert!(ended.err.contains("ovh-web wait -H h000.ovh "), "{ended:?}");
    let line = "php 8.3 --all --keep-going --deadline 1s -o csv";
    let ended = tool.run(line).await.expect(Exit::Deadline);
    assert_eq!(outcomes(&ended.out, "in work"), 2, "{ended:?}");
    let line = "php 8.3 --all --no-wait";
    tool.run(line).await.expect(Exit::Usage).says("--no-wait");
}

#[tokio::test]
async fn unreadable_hosting_stops_no_selection() {
    let tool = Tool::with_hostings(3, |_, seed| seed.php("8.1")).await;
    let faults = tool.bed.sandbox.faults();
    let route = "/hosting/web/h001.ovh/ovhConfig*";
    faults.add(Fault::on_route("GET", route).status(403));
    let line = "--where 'php < 8.2' -o csv";
    tool.run(&format!("php 8.3 {line}"))
        .await
        .expect(Exit::NotAllowed);
    assert_eq!(tool.calls("ovh_configs::change"), 0);
    for command in ["users list", "inventory", "php 8.3 --dry-run"] {
        let ended = tool.run(&format!("{command} {line} --keep-going")).await;
        let ended = ended.expect(Exit::NotAllowed).says("h001.ovh: ");
        assert!(ended.out.contains("h002.ovh"), "{ended:?}");
    }
    let line = format!("php 8.3 {line} --keep-going");
    let ended = tool.run(&line).await.expect(Exit::NotAllowed);
    assert_eq!(outcomes(&ended.out, "done"), 2, "{ended:?}");
    assert_eq!(outcomes(&ended.out, "failed"), 1, "{ended:?}");
}
