//! Completion in real shells. One that is not installed is skipped, but not in CI.

use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use ovh_web_sandbox::Sandbox;

use crate::interactive::environment;
use crate::terminal::Terminal;

const PROMPT: &str = "ready> ";

/// Lines, and what they become: words, flags, choices, and names from the account.
const LINES: &[(&str, &str)] = &[
    ("ovh-web crons li", "ovh-web crons list "),
    ("ovh-web crons list --col", "ovh-web crons list --columns "),
    (
        "ovh-web databases create --type maria",
        "ovh-web databases create --type mariadb ",
    ),
    (
        "ovh-web crons list -H exa",
        "ovh-web crons list -H example.ovh ",
    ),
    (
        "ovh-web databases create --type=maria",
        "ovh-web databases create --type=mariadb ",
    ),
    ("ovh-web users get exa", "ovh-web users get example "),
    ("ovh-web completion po", "ovh-web completion powershell "),
];

/// `true` if the shell can be tested.
fn is_installed(shell: &str) -> bool {
    let version = Command::new(shell).arg("--version").output();
    let is_installed = version.is_ok_and(|output| output.status.success());
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(is_installed || !is_ci, "{shell} is not installed");
    if !is_installed {
        // Shown also if the test passes, unlike what is printed by a macro.
        let note = format!("skipped: {shell} is not installed\n");
        io::stderr().write_all(note.as_bytes()).unwrap();
    }
    is_installed
}

/// A sandbox, and the variables of a shell that finds the tool and the sandbox.
async fn account(home: &Path) -> (Sandbox, Vec<(String, String)>) {
    let builder = Sandbox::builder().hosting("example.ovh");
    let sandbox = builder.start().await.unwrap();
    let mut variables = environment(&sandbox);
    let folder = Path::new(env!("CARGO_BIN_EXE_ovh-web")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let home = home.display().to_string();
    variables.retain(|(name, _)| name != "PATH" && name != "TERM");
    for (name, value) in [
        ("PATH", path),
        ("HOME", home.clone()),
        ("XDG_CACHE_HOME", format!("{home}/cache")),
        ("XDG_CONFIG_HOME", format!("{home}/config")),
        ("INPUTRC", "/dev/null".to_owned()),
        ("TERM", "dumb".to_owned()),
        ("PS1", PROMPT.to_owned()),
    ] {
        variables.push((name.to_owned(), value));
    }
    (sandbox, variables)
}

/// Types each line and a tab.
async fn completes(shell: &str, arguments: &[&str], setup: &str) {
    if !is_installed(shell) {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let (sandbox, variables) = account(home.path()).await;
    for (line, completed) in LINES {
        // One shell for each: what is typed while it completes may be lost.
        let mut terminal = Terminal::start(shell, arguments, &variables);
        terminal.expect(PROMPT);
        terminal.type_in(setup);
        terminal.type_in("; echo set-$((20 + 3))\n");
        terminal.expect("set-23");
        terminal.expect(PROMPT);
        terminal.type_in(line);
        terminal.expect(line);
        terminal.type_in("\t");
        terminal.expect(&completed[line.len()..]);
    }
    sandbox.journal().operation("hosting::list").exactly(1);
    sandbox.journal().operation("users::list").exactly(1);
    sandbox.journal().changes().exactly(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bash_completes() {
    let setup = "source <(ovh-web completion bash)";
    completes("bash", &["--norc", "--noprofile", "-i"], setup).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn zsh_completes() {
    let setup =
        "bindkey -e; autoload -U compinit; compinit -D -u; source <(ovh-web completion zsh)";
    completes("zsh", &["-f", "-i"], setup).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fish_completes() {
    if !is_installed("fish") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let (_sandbox, variables) = account(home.path()).await;
    let mut script = "ovh-web completion fish | source".to_owned();
    for (line, _) in LINES {
        script.push_str(&format!("; complete -C '{line}'"));
    }
    let output = Command::new("fish")
        .args(["--no-config", "-c", &script])
        .env_clear()
        .envs(variables)
        .output()
        .unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let offered = output.lines().map(|line| line.split('\t').next().unwrap());
    let expected = LINES
        .iter()
        .map(|(_, completed)| completed.trim_end().rsplit(' ').next());
    assert_eq!(
        offered.collect::<Vec<_>>(),
        expected.map(Option::unwrap).collect::<Vec<_>>()
    );
}
