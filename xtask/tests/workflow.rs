//! The weekly workflow does what it says: its own lines are run here, with a server of git in a
//! folder and a `gh` that only writes down what it is asked.
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::Root;

const OPEN: &str = "open or update the pull request";
const BOT: &str = "41898282+github-actions[bot]@users.noreply.github.com";
const TITLE: &str = "API change: 1 operation new (additive, 0.1.1)";
/// What is asked of `gh` goes to a file; what it would find is told by the test.
const GH: &str = r#"#!/bin/sh
printf '%s\n' "$*" >> "$FAKE/asked"
case "$*" in
  *authors*) printf '%s' "$FAKE_AUTHORS" ;;
  "pr list"*) printf '%s' "$FAKE_NUMBER" ;;
esac
"#;

fn workflow() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows/schema.yml");
    fs::read_to_string(path).expect("the workflow")
}

/// The lines that a step runs.
fn lines_of(step: &str) -> String {
    let text = workflow();
    let (_, behind) = text
        .split_once(&format!("- name: {step}\n"))
        .unwrap_or_else(|| panic!("no step `{step}`"));
    let (_, script) = behind.split_once("run: |\n").expect("lines to run");
    script
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with("          "))
        .map(|line| format!("{}\n", line.trim_start_matches("          ")))
        .collect()
}

/// A checkout of `main` in which something was generated, and where it is pushed to.
struct Job {
    folder: tempfile::TempDir,
}

impl Job {
    fn new() -> Self {
        let job = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        for folder in ["bin", "work/schema"] {
            fs::create_dir_all(job.path(folder)).expect("a folder");
        }
        let gh = job.write("bin/gh", GH);
        fs::set_permissions(gh, fs::Permissions::from_mode(0o755)).expect("it may be run");
        job.write("title", &format!("{TITLE}\n"));
        job.write("body.md", &format!("# {TITLE}\n\nIt is explained.\n"));
        job.write("work/schema/surface.txt", "fn a\n");
        job.git("init --quiet --bare --initial-branch=main ../origin.git");
        job.git("init --quiet --initial-branch=main .");
        job.git("remote add origin ../origin.git");
        job.git("add --all");
        job.git("-c user.name=n -c user.email=e@example.com commit --quiet --message=main");
        job.git("push --quiet origin main");
        job
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path(path);
        fs::write(&path, text).expect("it can be written");
        path
    }

    fn command(&self, program: &str) -> Command {
        let mut path = self.path("bin").into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new(program);
        command
            .current_dir(self.path("work"))
            .env("PATH", path)
            .env("HOME", self.path(""))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("FAKE", self.path(""))
            .env("RUNNER_TEMP", self.folder.path())
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("BRANCH", "schema/update");
        command
    }

    fn git(&self, words: &str) -> String {
        let output = self.command("git").args(words.split(' ')).output();
        told(&output.expect("git runs"))
    }

    /// Runs a step as the runner does; `number` and `authors` are of the pull request that is open.
    fn step(&self, step: &str, tests: &str, number: &str, authors: &str) -> String {
        let script = self.write("script", &lines_of(step));
        let output = self
            .command("bash")
            .arg("-e")
            .arg(script)
            .env("TESTS", tests)
            .env("FAKE_NUMBER", number)
            .env("FAKE_AUTHORS", authors)
            .output();
        told(&output.expect("bash runs"))
    }

    /// What `gh` was asked to do, and not only to tell.
    fn asked(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("asked")).expect("gh was asked");
        fs::remove_file(self.path("asked")).expect("it is there");
        let lines = text.lines().filter(|line| !line.starts_with("pr list"));
        lines.map(str::to_owned).collect()
    }

    /// The next week: `main` again, and something else generated.
    fn next(&self, surface: &str) {
        self.git("switch --quiet --discard-changes main");
        self.write("work/schema/surface.txt", surface);
    }
}

fn told(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn one_pull_request_is_opened_and_then_brought_up_to_date() {
    let job = Job::new();
    job.next("fn a\nfn b\n");
    job.step(OPEN, "success", "", "");
    let text = job.path("text.md");
    let [setup, create] = &job.asked()[..] else {
        panic!("it is opened");
    };
    assert_eq!(setup, "auth setup-git");
    assert_eq!(
        create.trim_end(),
        format!(
            "pr create --head schema/update --title {TITLE} --body-file {}",
            text.display()
        )
    );
    let body = fs::read_to_string(&text).expect("a body");
    assert_eq!(body, "`cargo test`: **success**\n\nIt is explained.\n");
    assert_eq!(
        job.git("log --format=%s%n%ae main..origin/schema/update"),
        format!("{TITLE}\n{BOT}\n")
    );

    job.next("fn a\nfn c\n");
    job.step(OPEN, "failure", "7", BOT);
    let asked = job.asked();
    assert!(
        asked.iter().any(|line| line.starts_with("pr edit 7 ")),
        "{asked:?}"
    );
    assert!(
        asked.contains(&"pr ready 7 --undo".to_owned()),
        "it is a draft: {asked:?}"
    );
    assert!(
        !asked.iter().any(|line| line.contains("create")),
        "{asked:?}"
    );
    assert_eq!(
        job.git("show origin/schema/update:schema/surface.txt"),
        "fn a\nfn c\n",
        "begun anew from main"
    );
    assert_eq!(
        job.git("rev-list --count main..origin/schema/update"),
        "1\n"
    );
    assert_eq!(job.git("show origin/main:schema/surface.txt"), "fn a\n");

    job.next("fn a\nfn c\n");
    job.step(OPEN, "success", "7", BOT);
    let ready = job.asked().pop().expect("it is asked");
    assert_eq!(ready.trim_end(), "pr ready 7", "a draft no longer");
}

#[test]
fn one_with_failing_tests_is_a_draft() {
    let job = Job::new();
    job.next("fn b\n");
    job.step(OPEN, "failure", "", "");
    let create = job.asked().pop().expect("it is opened");
    assert!(create.ends_with(" --draft"), "{create}");
    let body = fs::read_to_string(job.path("text.md")).expect("a body");
    assert!(body.starts_with("`cargo test`: **failure**\n"), "{body}");
}

#[test]
fn what_a_person_committed_is_never_overwritten() {
    let job = Job::new();
    job.next("fn b\n");
    job.step(OPEN, "success", "", "");
    let before = job.git("rev-parse origin/schema/update");
    job.asked();
    job.next("fn c\n");
    let authors = format!("{BOT}\nsomebody@example.com");
    let out = job.step(OPEN, "success", "7", &authors);
    assert!(out.contains("merge or close pull request 7"), "{out}");
    assert_eq!(job.asked(), [""; 0]);
    assert_eq!(job.git("rev-parse origin/schema/update"), before);
}

#[test]
fn where_nothing_changed_nothing_follows() {
    let job = Job::new();
    let found = |job: &Job| {
        job.step("is there a change at all", "", "", "");
        fs::read_to_string(job.path("output")).expect("an output")
    };
    assert_eq!(found(&job), "found=no\n");
    job.write("work/schema/surface.txt", "fn b\n");
    assert_eq!(found(&job), "found=no\nfound=yes\n");
    // Every step behind that one asks for it.
    let text = workflow();
    let (_, behind) = text.split_once("found=yes").expect("the step");
    let steps = behind.matches("- name: ").count();
    let asking = behind.matches("if: steps.change.outputs.found == 'yes'");
    assert_eq!((steps, asking.count()), (4, 4));
}

#[test]
fn it_runs_commands_that_there_are_and_hides_the_token_from_them() {
    let text = workflow();
    let root = Root::empty();
    let mut commands = 0;
    for (at, _) in text.match_indices("cargo xtask ") {
        let name = text[at..].split_whitespace().nth(2).expect("a command");
        assert_eq!(root.run(&[name, "--help"]).code, 0, "{name}");
        commands += 1;
    }
    assert!(commands >= 4, "fetch, regen, title, body");
    let (before, _) = text.split_once(OPEN).expect("the step");
    assert!(before.contains("persist-credentials: false"));
    assert!(!before.contains("github.token") && !before.contains("secrets."));
}
