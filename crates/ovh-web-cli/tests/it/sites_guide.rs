//! The guide to files of sites, run as it is written: in a shell, with the program and a sandbox.

use std::path::Path;
use std::process::Command;

const GUIDE: &str = include_str!("../../../../docs/sites.md");

/// The guide as a script: shell blocks as they are, and TOML blocks added to the file.
fn script() -> String {
    let steps = GUIDE.split("\n# More\n").next().expect("the steps");
    let mut script = "set -eu\n".to_owned();
    let mut blocks = steps.split("\n```");
    let mut before = blocks.next().expect("a text");
    while let (Some(block), Some(after)) = (blocks.next(), blocks.next()) {
        let is_run = !before.trim_end().ends_with("<!-- not run -->");
        match block.split_once('\n').filter(|_| is_run) {
            Some(("sh", lines)) => script += &format!("{lines}\n"),
            Some(("toml", lines)) => {
                script += &format!("cat >> sites.toml <<'END'\n{lines}\nEND\n")
            }
            _ => {}
        }
        before = after;
    }
    script
}

#[cfg(target_os = "linux")]
#[test]
fn guide_to_sites_runs_as_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = script();
    assert!(
        script.contains("sites import") && script.contains("[template.shop]"),
        "{script}"
    );
    std::fs::write(folder.path().join("guide.sh"), script).expect("a script");
    let program = Path::new(env!("CARGO_BIN_EXE_ovh-web"));
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sites-example");
    let path = format!(
        "{}:{}",
        program.parent().expect("a folder").display(),
        std::env::var("PATH").expect("a path")
    );
    let ended = Command::new(program)
        .current_dir(folder.path())
        .env("PATH", path)
        .env("HOME", folder.path())
        .args(["sandbox", "--zone", "example.com", "--hostings"])
        .arg(example.join("hostings.json"))
        .args(["--", "sh", "guide.sh"])
        .output()
        .expect("the program runs");
    let [out, err] = [&ended.stdout, &ended.stderr].map(|it| String::from_utf8_lossy(it));
    assert!(ended.status.success(), "{out}\n{err}");
    // After the import and after the changes.
    assert_eq!(out.matches("nothing to do").count(), 3, "{out}\n{err}");
    assert!(out.contains("php: 8.1 -> 8.3"), "{out}");
    assert!(out.contains("+ domains shop.example.com"), "{out}");
    let stored = std::fs::read_to_string(folder.path().join("secrets/users"));
    assert!(
        stored
            .expect("a store")
            .starts_with("two.example.ovh users two-shop\t")
    );
}

/// The file of the example has no mistakes, and everything that it names exists.
#[test]
fn example_of_sites_has_no_mistakes() {
    let text = include_str!("../../../../docs/sites-example/sites.toml");
    let env = |_: &str| Some("reports@example.com".to_owned());
    let file = ovh_web::sites::SitesFile::parse("sites.toml", text, env);
    let file = file.expect("no mistakes");
    assert_eq!(file.hostings().count(), 2);
    let workflow = include_str!("../../../../docs/sites-example/.github/workflows/sites.yml");
    for name in ["REPORTS_ADDRESS", "SHOP_DATABASE_PASSWORD"] {
        assert!(text.contains(name) && workflow.contains(name), "{name}");
    }
    assert!(!workflow.contains("pull_request_target"));
    let is_pinned = |line: &&str| {
        line.split_once('@')
            .is_some_and(|(_, version)| version.len() > 40)
    };
    let actions = workflow.lines().filter(|line| line.contains("uses: "));
    assert!(actions.clone().count() > 0 && actions.clone().all(|it| is_pinned(&it)));
}
