//! The output of plans in each format, compared with committed files.
//!
//! `UPDATE_GOLDEN=1 cargo test -p ovh-web-cli --test it golden` updates them.

use std::path::Path;

use ovh_web_cli::{Exit, Terminals};
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};

use crate::sites::{run, tool_with};
use crate::support::Tool;

/// Something of each kind of difference, on an account with a hosting that cannot be read.
const FILE: &str = r#"
[hosting."example.ovh"]
php = "8.4"
prune = ["crons"]
absent.users = ["example-u1"]
env.APP_ENV = "production | `code` <b>"
env.APP_KEY = { type = "password", value = { env = "APP_KEY" } }
[hosting."example.ovh".crons."job 1"]
command = "www/job1.php"
frequency = "30 3 * * *"
language = "php8.4"
[hosting."example.ovh".crons.hostile]
command = "www/job2.php"
frequency = "0 3 * * *"
language = "php8.4"
[hosting."example.ovh".users.example-new]
home = "new"
[hosting."example.ovh".databases.exampledb1]
type = "mariadb"
capacity = "sqlPerso"
[hosting."example.ovh".site."shop.example.com"]
folder = "www"
dns = { zone = "example.com", records = [{ type = "A", targets = ["{ip}"] }] }

[hosting."other.ovh"]
env.APP_ENV = "production"
[hosting."missing.ovh"]
php = "8.3"
"#;

async fn messy() -> Tool {
    let seed = HostingSeed::new("example.ovh")
        .php("8.1")
        .users(1)
        .crons(2)
        .databases(1);
    let other = HostingSeed::new("other.ovh");
    let builder = Sandbox::builder().seed(7).hosting_with(seed);
    let tool = tool_with(FILE, builder.hosting_with(other)).await;
    let line = "env-vars create -H other.ovh --key APP_ENV --type string --value test";
    tool.run(line).await.expect(Exit::Done);
    // A text that must not end a block of code, a line, or change a terminal.
    let command = "```\n@team <b> \u{1b}[31m \u{202e}| ` [x](y)";
    let words = ["crons", "create", "-H", "example.ovh", "--command", command];
    let more = ["--description", "[hostile]", "--frequency", "0 3 * * *"];
    let more = more.into_iter().chain(["--language", "php8.4"]);
    let words = words.into_iter().chain(more).map(str::to_owned);
    tool.run_words(words.collect()).await.expect(Exit::Done);
    let fault = Fault::on_route("GET", "/hosting/web/other.ovh/envVar*");
    tool.bed.sandbox.faults().add(fault.wrong_type("/0/key"));
    tool
}

/// The number of a response is another one in each run.
fn without_query_ids(text: &str) -> String {
    let mut parts = text.split("EU.sandbox");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        let end = part.find([']', ';', '"', '\n']).unwrap();
        plain.push_str(&part[end..]);
    }
    plain
}

fn compare(tool: &Tool, name: &str, text: &str) -> Option<String> {
    let place = tool.path("").replace('\\', "/");
    let text = text.replace(place.trim_end_matches('/'), "FOLDER");
    let text = without_query_ids(&text);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let path = folder.join(format!("sites-{name}"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    (committed.replace("\r\n", "\n") != text).then(|| name.to_owned())
}

#[tokio::test]
async fn golden_plans_are_as_committed() {
    let mut tool = messy().await;
    let mut wrong = Vec::new();
    for (name, command, flags) in [
        ("plan.txt", "plan", ""),
        ("plan.json", "plan", "-o json"),
        ("plan.jsonl", "plan", "-o jsonl"),
        ("plan.csv", "plan", "-o csv"),
        ("plan.md", "plan", "--markdown"),
        ("drift.txt", "drift", ""),
        ("drift.json", "drift", "-o json"),
        ("plan.yaml", "plan", "-o yaml"),
    ] {
        let ended = run(&tool, command, flags).await.expect(Exit::Mixed);
        let is_for_people = name.ends_with(".txt") || name.ends_with(".md");
        let hostile = ['\u{1b}', '\u{202e}'];
        assert!(!is_for_people || !ended.out.contains(hostile), "{name}");
        wrong.extend(compare(&tool, name, &ended.out));
    }
    tool.terminals = Terminals {
        stdout: true,
        width: Some(100),
        ..Terminals::default()
    };
    let ended = run(&tool, "plan", "").await.expect(Exit::Mixed);
    wrong.extend(compare(&tool, "plan-terminal.txt", &ended.out));
    tool.terminals = Terminals::default();
    // The numbers of seconds and requests are not compared.
    let flags = "--yes --allow-data-loss --parallel 1";
    let ended = run(&tool, "apply", flags).await.expect(Exit::Mixed);
    let (done, _) = ended.out.rsplit_once("; ").unwrap();
    let text = format!("{done}\n== standard error\n{}", ended.err);
    wrong.extend(compare(&tool, "apply.txt", &text));
    assert!(
        wrong.is_empty(),
        "run with UPDATE_GOLDEN=1 and read the difference: {wrong:?}"
    );
}
