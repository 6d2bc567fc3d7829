//! Files of sites: plan, apply, drift, import and schema.

use ovh_web_cli::{Exit, Terminals};
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};
use serde_json::Value;

use crate::support::{Ended, Tool, files};

/// A hosting from nothing to a certificate.
pub(crate) const FILE: &str = r#"
[defaults.site]
ssl = true
[template.shop]
folder = "www/{domain}"

[hosting."example.ovh"]
php = "8.3"
ssh = "none"
certificate = true
env.APP_ENV = "production"
env.APP_KEY = { type = "password", value = { env = "APP_KEY" } }
[hosting."example.ovh".crons.nightly]
command = "www/cron.php"
frequency = "0 3 * * *"
language = "php8.3"
[hosting."example.ovh".users."{login}-shop"]
home = "shop"
password = { generate = true, store = "secrets/users" }
[hosting."example.ovh".databases.exampleshop]
capacity = "sqlPerso"
type = "mysql"
password = { file = "secrets/database" }
[hosting."example.ovh".site."shop.example.com"]
template = "shop"
aliases = ["www.{domain}"]
[hosting."example.ovh".site."shop.example.com".dns]
zone = "example.com"
records = [{ type = "A", targets = ["{ip}"] }]
"#;

pub(crate) const APP_KEY: &str = "canary1-app-key";
const DATABASE: &str = "Canary2Database";

/// A tool with a file, and with all secrets that it names.
pub(crate) async fn tool_with(text: &str, builder: ovh_web_sandbox::Builder) -> Tool {
    let mut tool = Tool::start_with(builder.zone("example.com")).await;
    write(&tool, text);
    std::fs::create_dir(tool.path("secrets")).unwrap();
    std::fs::write(tool.path("secrets/database"), format!("{DATABASE}\n")).unwrap();
    tool.extra.insert("APP_KEY".into(), APP_KEY.into());
    tool
}

pub(crate) async fn tool(text: &str) -> Tool {
    tool_with(text, Sandbox::builder().hosting("example.ovh")).await
}

pub(crate) fn write(tool: &Tool, text: &str) {
    std::fs::write(tool.path("sites.toml"), text).unwrap();
}

/// Runs a command of `sites` with the file of the test.
pub(crate) async fn run(tool: &Tool, command: &str, flags: &str) -> Ended {
    let path = file(tool);
    tool.run(&format!("sites {command} {path} {flags}")).await
}

/// The path of the file, which messages repeat.
pub(crate) fn file(tool: &Tool) -> String {
    tool.path("sites.toml").replace('\\', "/")
}

pub(crate) fn writes(tool: &Tool) -> usize {
    tool.bed.sandbox.journal().changes().count()
}

#[tokio::test]
async fn second_apply_writes_nothing() {
    let tool = tool(FILE).await;
    let ended = run(&tool, "apply", "--yes").await.expect(Exit::Done);
    assert!(ended.out.contains("12 done; "), "{ended:#?}");
    assert!(
        ended.out.contains("example.ovh: + crons nightly: done"),
        "{ended:#?}"
    );
    let before = writes(&tool);
    let ended = run(&tool, "apply", "--yes").await.expect(Exit::Done);
    assert!(
        ended.out.contains("nothing to do; 3 cannot be verified"),
        "{ended:#?}"
    );
    run(&tool, "plan", "").await.expect(Exit::Done);
    let drift = run(&tool, "drift", "").await.expect(Exit::Done);
    assert_eq!(drift.out, "");
    assert_eq!(writes(&tool), before);
}

#[tokio::test]
async fn secrets_are_in_no_output_and_no_file() {
    let tool = tool(FILE).await;
    let path = tool.path("plan.json");
    let mut outputs = Vec::new();
    let saves = format!("--out {path}");
    for flags in ["", "-o json", "-o jsonl", "-o table", "--markdown", &saves] {
        outputs.push(run(&tool, "plan", flags).await.expect(Exit::Pending));
    }
    let flags = format!("--plan {path} --yes -o json -vv --timing");
    outputs.push(run(&tool, "apply", &flags).await.expect(Exit::Done));
    let flags = "--yes --write-secrets 'env APP_KEY' --write-secrets 'users example-shop'";
    outputs.push(run(&tool, "apply", flags).await.expect(Exit::Done));
    outputs.push(run(&tool, "drift", "-vv").await.expect(Exit::Done));
    let stored = tool.read("secrets/users");
    let generated = stored.trim_end().rsplit('\t').next().unwrap();
    assert_eq!(generated.len(), 20);
    let secrets = [APP_KEY, DATABASE, generated];
    for ended in outputs {
        let shown = format!("{ended:?}");
        assert!(!secrets.iter().any(|it| shown.contains(it)), "{shown}");
    }
    for (path, text) in files(tool.folder.path()) {
        let has_secret = secrets.iter().any(|it| text.contains(it));
        assert_eq!(has_secret, path.contains("secrets"), "{path}");
    }
}

#[tokio::test]
async fn named_secret_is_written_again() {
    let tool = tool(FILE).await;
    run(&tool, "apply", "--yes").await.expect(Exit::Done);
    let before = writes(&tool);
    let flags = "--write-secrets 'users example-shop'";
    let ended = run(&tool, "plan", flags).await.expect(Exit::Pending);
    assert!(ended.out.contains("~ users example-shop"), "{ended:#?}");
    let flags = format!("{flags} --yes");
    let ended = run(&tool, "apply", &flags).await.expect(Exit::Done);
    assert!(ended.out.contains("1 done; "), "{ended:#?}");
    assert_eq!(writes(&tool), before + 1);
    assert_eq!(tool.calls("users::change_password"), 1);
    for name in ["nobody", "example-shop"] {
        let flags = format!("--write-secrets '{name}'");
        let ended = run(&tool, "plan", &flags).await.expect(Exit::Usage);
        assert!(ended.err.contains(name), "{ended:#?}");
    }
}

#[tokio::test]
async fn saved_plan_is_refused_after_a_change() {
    let tool = tool(FILE).await;
    let flags = format!("--out {}", tool.path("plan.json"));
    run(&tool, "plan", &flags).await.expect(Exit::Pending);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = std::fs::metadata(tool.path("plan.json")).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
    let line = "env-vars create -H example.ovh --key APP_ENV --type string --value test";
    tool.run(line).await.expect(Exit::Done);
    let before = writes(&tool);
    let flags = format!("--yes --plan {}", tool.path("plan.json"));
    run(&tool, "apply", &flags)
        .await
        .expect(Exit::Conflict)
        .says("example.ovh: env APP_ENV")
        .says("make and review a new plan");
    assert_eq!(writes(&tool), before);
    // The file is replaced by a new plan, which is applied.
    let saves = format!("--out {}", tool.path("plan.json"));
    run(&tool, "plan", &saves).await.expect(Exit::Pending);
    run(&tool, "apply", &flags).await.expect(Exit::Done);
    assert_eq!(files(tool.folder.path()).len(), 4, "no file is left over");
}

#[tokio::test]
async fn plan_replaces_only_plans() {
    let tool = tool(FILE).await;
    let flags = format!("--out {}", tool.path("sites.toml"));
    run(&tool, "plan", &flags)
        .await
        .expect(Exit::Usage)
        .says("is not a plan");
    let flags = format!("--yes --plan {}", tool.path("sites.toml"));
    run(&tool, "apply", &flags)
        .await
        .expect(Exit::Usage)
        .says("not a saved plan");
    assert_eq!(tool.read("sites.toml"), FILE);
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

#[tokio::test]
async fn data_loss_needs_its_flag() {
    let seed = HostingSeed::new("example.ovh").databases(1);
    let text = "[hosting.\"example.ovh\"]\nabsent.databases = [\"exampledb1\"]\n";
    let mut tool = tool_with(text, Sandbox::builder().hosting_with(seed)).await;
    let ended = run(&tool, "plan", "").await.expect(Exit::Pending);
    let line = "- databases exampledb1: its data is lost";
    assert!(ended.out.contains(line), "{ended:#?}");
    for is_terminal in [false, true] {
        tool.terminals.stdin = is_terminal;
        tool.terminals.stderr = is_terminal;
        let flags = if is_terminal { "" } else { "--yes" };
        run(&tool, "apply", flags)
            .await
            .expect(Exit::Conflict)
            .says("--allow-data-loss");
        assert_eq!(writes(&tool), 0);
    }
    tool.stdin = "n\n".to_owned();
    run(&tool, "apply", "--allow-data-loss")
        .await
        .expect(Exit::Failed)
        .says("Apply 1 change, 1 of them with loss of data? [y/N] ");
    let flags = "--yes --allow-data-loss";
    run(&tool, "apply", flags).await.expect(Exit::Done);
    assert_eq!(tool.calls("databases::delete"), 1);
}

#[tokio::test]
async fn question_is_asked_on_a_terminal_only() {
    let mut tool = tool(FILE).await;
    run(&tool, "apply", "")
        .await
        .expect(Exit::Usage)
        .says("add --yes");
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
    tool.terminals = Terminals {
        stdin: true,
        stderr: true,
        ..Terminals::default()
    };
    tool.stdin = "n\n".to_owned();
    run(&tool, "apply", "")
        .await
        .expect(Exit::Failed)
        .says("Apply 12 changes? [y/N] ");
    assert_eq!(writes(&tool), 0);
    tool.stdin = "y\n".to_owned();
    run(&tool, "apply", "").await.expect(Exit::Done);
    // Nothing is left to ask about.
    let ended = run(&tool, "apply", "").await.expect(Exit::Done);
    assert!(!ended.err.contains("[y/N]"), "{ended:#?}");
}

#[tokio::test]
async fn mistakes_come_before_credentials() {
    let mut tool = tool("").await;
    // A value that no request could use.
    tool.extra.insert("OVH_ENDPOINT".into(), "nowhere".into());
    let text = FILE
        .replace("ssl =", "sssl =")
        .replace("frequency =", "freqency =");
    write(&tool, &text);
    let path = file(&tool);
    for command in ["plan", "apply --yes", "apply", "drift"] {
        let (command, flags) = command.split_once(' ').unwrap_or((command, ""));
        run(&tool, command, flags)
            .await
            .expect(Exit::Usage)
            .says(&format!("error: 2 mistakes in {path}\n"))
            .says(&format!(
                "\n  {path}:3:1: unknown field `sssl`, did you mean `ssl`?\n"
            ))
            .says(&format!("\n  {path}:15:1: "));
    }
    let comment = run(&tool, "plan", "--markdown").await.expect(Exit::Usage);
    let line = format!("\n! {path}:3:1: unknown field `sssl`");
    assert!(comment.out.contains(&line), "{comment:#?}");
    let ended = run(&tool, "plan", "-o json").await.expect(Exit::Usage);
    let error: Value = serde_json::from_str(&ended.err).unwrap();
    let place = &error["error"]["mistakes"][0]["place"];
    assert_eq!(place, &format!("{path}:3:1"));
    run(&tool, "plan", "--markdown -o json")
        .await
        .expect(Exit::Usage)
        .says("--markdown");
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

#[tokio::test]
async fn failure_stops_nothing_else() {
    let tool = tool(FILE).await;
    let fault = Fault::on("crons::create").status(400).message("no more");
    tool.bed.sandbox.faults().add(fault);
    let saves = format!("--out {}", tool.path("plan.json"));
    run(&tool, "plan", &saves).await.expect(Exit::Pending);
    let flags = format!("--plan {} --yes", tool.path("plan.json"));
    let ended = run(&tool, "apply", &flags).await.expect(Exit::Failed);
    let path = file(&tool);
    let ended = ended
        .says(&format!("error: example.ovh: crons nightly ({path}:13:"))
        .says("no more")
        .says(&format!("to go on: ovh-web sites apply {path} --yes\n"));
    let list = "\nexample.ovh: + crons nightly: failed\n";
    assert!(ended.out.contains(list), "{ended:#?}");
    assert!(ended.out.contains("11 done, 1 failed; "), "{ended:#?}");
    tool.bed.sandbox.faults().clear();
    let ended = run(&tool, "apply", "--yes").await.expect(Exit::Done);
    assert!(ended.out.contains("1 done; "), "{ended:#?}");
}

#[tokio::test]
async fn apply_has_an_outcome_for_each_change() {
    let tool = tool(FILE).await;
    let fault = Fault::on("crons::create").status(403).message("no more");
    tool.bed.sandbox.faults().add(fault);
    let ended = run(&tool, "apply", "--yes -o json").await;
    let result: Value = serde_json::from_str(&ended.expect(Exit::NotAllowed).out).unwrap();
    assert_eq!(result["numbers"]["done"], 11);
    assert_eq!(result["numbers"]["failed"], 1);
    let changes = result["changes"].as_array().unwrap();
    let failed = changes.iter().find(|it| it["kind"] == "crons").unwrap();
    assert_eq!(
        (&failed["outcome"], &failed["exit"]),
        (&"failed".into(), &4.into())
    );
    assert!(failed["message"].as_str().unwrap().contains("no more"));
    tool.bed.sandbox.faults().clear();
    let ended = run(&tool, "apply", "--yes -o jsonl").await;
    let rows = ended.expect(Exit::Done).out;
    assert_eq!(rows.lines().count(), 1, "{rows}");
}

#[tokio::test]
async fn missing_secret_is_found_before_a_write() {
    let mut tool = tool(FILE).await;
    tool.extra.remove("APP_KEY");
    run(&tool, "apply", "--yes")
        .await
        .expect(Exit::Usage)
        .says("the environment variable APP_KEY is missing; nothing was sent");
    tool.bed.sandbox.journal().changes().never();
}

#[tokio::test]
async fn deadline_of_apply_has_its_own_code() {
    let tool = tool(FILE).await;
    let flags = "--yes --deadline 1s";
    let ended = run(&tool, "apply", flags).await.expect(Exit::Deadline);
    assert!(ended.out.contains(" not started; "), "{ended:#?}");
    let ended = ended.says("to go on: ovh-web sites apply ");
    assert!(!ended.err.contains("error"), "{ended:#?}");
    run(&tool, "apply", "--yes").await.expect(Exit::Done);
    assert_eq!(tool.calls("users::create"), 1);
}

#[tokio::test]
async fn apply_refuses_flags_without_effect() {
    let tool = tool(FILE).await;
    for flag in ["--dry-run", "--no-wait", "--resume record"] {
        let flags = format!("--yes {flag}");
        run(&tool, "apply", &flags).await.expect(Exit::Usage);
    }
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

#[tokio::test]
async fn progress_has_a_line_for_each_hosting() {
    let mut tool = Tool::with_hostings(3, |_, seed| seed).await;
    let hosting = |n: usize| format!("[hosting.\"h00{n}.ovh\"]\nenv.APP = \"x\"\nphp = \"8.3\"\n");
    let text: Vec<String> = (0..3).map(hosting).collect();
    write(&tool, &text.concat());
    tool.terminals.stderr = true;
    tool.terminals.width = Some(22);
    let ended = run(&tool, "apply", "--yes").await.expect(Exit::Done);
    for text in [
        "h000.ovh: 0 of 2: co…\n",
        "\u{1b}[3A\r\u{1b}[J",
        "h002.ovh: 2 of 2: do…\n",
    ] {
        assert!(ended.err.contains(text), "{text:?} {ended:#?}");
    }
}

#[tokio::test]
async fn interrupt_before_the_plan_sends_nothing() {
    let tool = tool(FILE).await;
    tool.interrupts.send_modify(|count| *count += 1);
    for (command, flags) in [("plan", ""), ("drift", ""), ("apply", "--yes")] {
        run(&tool, command, flags)
            .await
            .expect(Exit::Interrupted)
            .says("interrupted; nothing was sent");
    }
    assert_eq!(writes(&tool), 0);
}

#[tokio::test]
async fn certificate_that_waits_for_dns_is_pending() {
    // The site itself has no record.
    let text = FILE.replace(
        "{ type = \"A\",",
        "{ name = \"m.example.com\", type = \"A\",",
    );
    let tool = tool(&text).await;
    let ended = run(&tool, "apply", "--yes").await.expect(Exit::Pending);
    let ended = ended
        .says("pending: example.ovh: certificate")
        .says("to go on later: ovh-web sites apply ");
    assert!(ended.out.contains("1 pending"), "{ended:#?}");
}

#[tokio::test]
async fn import_gives_an_empty_plan() {
    let seed = HostingSeed::new("example.ovh").users(1).crons(1).domains(2);
    let builder = Sandbox::builder().hosting_with(seed).hosting("other.ovh");
    let tool = Tool::start_with(builder).await;
    let path = tool.path("sites.toml");
    let ended = tool.run(&format!("sites import --out {path}")).await;
    ended.expect(Exit::Done).says("2 hostings in ");
    let ended = run(&tool, "plan", "").await.expect(Exit::Done);
    assert!(ended.out.contains("nothing to do"), "{ended:#?}");
    let one = tool.run("sites import -H other.ovh").await;
    let one = one.expect(Exit::Done);
    assert!(one.out.contains("[hosting.\"other.ovh\"]"), "{one:#?}");
    assert!(!one.out.contains("example.ovh"), "{one:#?}");
    let before = tool.bed.sandbox.journal().total();
    let again = tool.run(&format!("sites import --out {path}")).await;
    again.expect(Exit::Usage).says("add --force");
    assert_eq!(tool.bed.sandbox.journal().total(), before);
    let line = format!("sites import -H other.ovh --out {path} --force");
    tool.run(&line).await.expect(Exit::Done);
    assert_eq!(tool.read("sites.toml"), one.out);
    assert_eq!(writes(&tool), 0);
}

#[tokio::test]
async fn file_comes_from_standard_input() {
    let mut tool = tool("").await;
    tool.stdin = r#"{"hosting": {"example.ovh": {"env": {"APP_ENV": "test"}}}}"#.to_owned();
    let ended = tool.run("sites plan -").await.expect(Exit::Pending);
    assert!(ended.out.contains("+ env APP_ENV"), "{ended:#?}");
    tool.stdin = "[hosting.\"example.ovh\"]\nphhp = \"8.3\"\n".to_owned();
    tool.run("sites plan -")
        .await
        .expect(Exit::Usage)
        .says("error: standard input:2:1: unknown field `phhp`, did you mean `php`?");
}

#[tokio::test]
async fn schema_has_the_fields_of_a_site() {
    let tool = tool("").await;
    let schema = tool.run("sites schema").await.json();
    let text = schema.to_string();
    assert!(
        text.contains("own_log") && text.contains("ip_location"),
        "{text}"
    );
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

#[tokio::test]
async fn every_command_of_sites_has_an_example() {
    let tool = tool("").await;
    for command in ["plan", "apply", "drift", "import", "schema"] {
        let help = tool.run(&format!("sites {command} --help")).await;
        let help = help.expect(Exit::Done).out;
        let example = format!("\n  ovh-web sites {command}");
        assert!(
            help.contains("Example") && help.contains(&example),
            "{help}"
        );
    }
}
