//! The guide of files of sites, run line by line with the program, and the example of its folder.

use std::path::Path;
use std::process::Command;

use ovh_web_cli::Exit;
use ovh_web_sandbox::{Builder, Sandbox};

use crate::support::Tool;

const GUIDE: &str = include_str!("../../../../docs/sites.md");
const EXAMPLE: &str = include_str!("../../../../docs/sites-example/sites.toml");
const HOSTINGS: &str = include_str!("../../../../docs/sites-example/hostings.json");
const NOT_RUN: &str = "<!-- not run -->";

fn account() -> Builder {
    let builder = Sandbox::builder().hostings_from_json(HOSTINGS).unwrap();
    builder.zone("example.com")
}

/// The blocks of the guide that are run or added to the file, each with its language.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let mut parts = GUIDE.split("```");
    let mut before = parts.next().unwrap();
    let mut blocks = Vec::new();
    while let (Some(block), Some(after)) = (parts.next(), parts.next()) {
        if !before.trim_end().ends_with(NOT_RUN) {
            blocks.push(block.split_once('\n').unwrap());
        }
        before = after;
    }
    blocks
}

#[tokio::test(flavor = "multi_thread")]
async fn guide_runs_as_written() {
    let sandbox = account().speed(4.0).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_ovh-web"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let (mut commands, mut shown) = (0, String::new());
    for (language, block) in blocks() {
        if language == "toml" {
            let file = folder.path().join("sites.toml");
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&file, format!("{text}\n{block}")).unwrap();
            continue;
        }
        assert_eq!(language, "sh");
        let output = Command::new("sh")
            .args(["-e", "-c", block])
            .current_dir(folder.path())
            .env_clear()
            .envs(sandbox.env())
            .env("PATH", &path)
            .output()
            .unwrap();
        assert!(output.status.success(), "{block}: {output:?}");
        shown.push_str(&String::from_utf8(output.stdout).unwrap());
        commands += block.matches("ovh-web ").count();
    }
    assert_eq!(commands, 6);
    assert!(shown.contains("  + users two-shop\n"), "{shown}");
    assert!(shown.contains("\n12 done; "), "{shown}");
}

#[tokio::test]
async fn example_of_the_folder_is_applied() {
    let builder = account().zone("example.org");
    let mut tool = Tool::start_with(builder).await;
    std::fs::write(tool.path("sites.toml"), EXAMPLE).unwrap();
    for (name, value) in [
        ("REPORTS_ADDRESS", "reports@example.com"),
        ("SHOP_DATABASE_PASSWORD", "canary1Shop"),
    ] {
        tool.extra.insert(name.into(), value.into());
    }
    let path = tool.path("sites.toml");
    let plan = tool.run(&format!("sites plan {path}")).await;
    plan.expect(Exit::Pending);
    let apply = tool.run(&format!("sites apply {path} --yes")).await;
    apply.expect(Exit::Done);
    let drift = tool.run(&format!("sites drift {path}")).await;
    assert_eq!(drift.expect(Exit::Done).out, "");
}

#[test]
fn workflow_of_the_example_is_safe() {
    let workflow = include_str!("../../../../docs/sites-example/.github/workflows/sites.yml");
    for name in ["REPORTS_ADDRESS", "SHOP_DATABASE_PASSWORD"] {
        assert!(EXAMPLE.contains(name) && workflow.contains(name), "{name}");
    }
    assert!(!workflow.contains("pull_request_target"));
    let is_same_repository = "head.repo.full_name == github.repository";
    assert!(workflow.contains(is_same_repository) && workflow.contains("environment: production"));
    let actions: Vec<&str> = workflow
        .lines()
        .filter(|line| line.contains("uses: "))
        .collect();
    let is_pinned = |line: &&str| {
        line.split_once('@')
            .is_some_and(|(_, hash)| hash.len() > 40)
    };
    assert!(
        !actions.is_empty() && actions.iter().all(is_pinned),
        "{actions:?}"
    );
}
