//! A week of the workflow `schema`: a git server in a folder, and the jobs of its steps.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub const FETCH: &str = "fetch OVHcloud's documents";
pub const GENERATE: &str = "generate and explain";
pub const REPORT: &str = "open or update the issue";
pub const CHANGE: &str = "is there a change at all";
pub const MAKE: &str = "make the patch";
pub const CHECK: &str = "check the patch";
pub const OPEN: &str = "open or update the pull request";
pub const BOT: &str = "41898282+github-actions[bot]@users.noreply.github.com";
pub const TITLE: &str = "API change: 1 method new (additive, 0.1.1)";
pub const TOKEN: &str = "canary-token-of-the-job";
/// A `gh` that writes down what it is asked, answers with a number, and fails at one command.
pub const GH: &str = r#"#!/bin/sh
printf '%s\n' "$*" >> "$FAKE/asked"
case "$*" in
  "$FAKE_FAILS"*) exit 1 ;;
  *" list "*) printf '%s' "$FAKE_NUMBER" ;;
esac
"#;
/// A `cargo xtask` that prints its arguments, and fails at one command with an error of two lines.
pub const CARGO: &str = r#"#!/bin/sh
if [ "$2" = "$FAKE_FAILS" ]; then printf 'a.json: bad\n```\n' >&2; exit 1; fi
echo "$*"
"#;
/// A hook that shows all it sees.
pub const HOOK: &str = "#!/bin/sh\nenv >> \"$FAKE/stolen\"\n";
pub const HOOKS: [&str; 13] = [
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "pre-applypatch",
    "pre-commit",
    "pre-push",
    "prepare-commit-msg",
    "reference-transaction",
    "update",
];

pub fn workflow() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows/schema.yml");
    fs::read_to_string(path).expect("the workflow")
}

/// The lines that a step runs.
pub fn lines_of(step: &str) -> String {
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

/// A git server, and the checkout of `main` in which something is generated.
pub struct Week {
    folder: tempfile::TempDir,
}

impl Week {
    pub fn new() -> Self {
        let week = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        for (program, text) in [("gh", GH), ("cargo", CARGO)] {
            let program = week.write(&format!("bin/{program}"), text);
            fs::set_permissions(program, fs::Permissions::from_mode(0o755)).expect("it may be run");
        }
        week.write("change/title", &format!("{TITLE}\n"));
        week.write(
            "change/body.md",
            &format!("# {TITLE}\n\nIt is explained.\n"),
        );
        for (path, text) in [
            ("schema/ovh-web-client/surface.txt", "fn a\n"),
            ("schema/ovh-web-client/docs.toml", "\n"),
            ("schema/ovh-web-client/hosting-web.json", "{}\n"),
            ("schema/sources.toml", "\n"),
            ("crates/ovh-web-client/src/lib.rs", "\n"),
            ("crates/ovh-web-sandbox/src/generated/auth.json", "{}\n"),
            ("tests/fuzz/src/models/table.rs", "\n"),
            ("CHANGELOG.md", "# Changelog\n"),
            ("Cargo.toml", "[workspace]\n"),
        ] {
            week.write(&format!("work/{path}"), text);
        }
        week.git("init --quiet --bare --initial-branch=main ../origin.git");
        week.git("init --quiet --initial-branch=main .");
        week.git("remote add origin ../origin.git");
        week.git("add --all");
        week.commit("main");
        week.git("push --quiet origin main");
        week
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(&path, text).expect("it can be written");
        path
    }

    pub fn command(&self, program: &str, folder: &str) -> Command {
        let mut path = self.path("bin").into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut command = Command::new(program);
        command
            .current_dir(self.path(folder))
            .env("PATH", path)
            .env("HOME", self.path(""))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("FAKE", self.path(""))
            .env("FAKE_FAILS", "nothing")
            .env("RUNNER_TEMP", self.folder.path())
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("BRANCH", "schema/update");
        command
    }

    /// Runs git in the checkout that generates.
    pub fn git(&self, words: &str) -> String {
        let output = self.command("git", "work").args(words.split(' ')).output();
        told(&output.expect("git runs"))
    }

    pub fn commit(&self, message: &str) {
        let who = "-c user.name=n -c user.email=e@example.com commit --quiet --message";
        self.git(&format!("{who}={message}"));
    }

    /// Runs a step as the runner does.
    pub fn step(&self, folder: &str, step: &str, env: &[(&str, &str)]) -> Output {
        let script = self.write("script", &lines_of(step));
        let mut command = self.command("bash", folder);
        command.arg("-e").arg(script).envs(env.iter().copied());
        command.output().expect("bash runs")
    }

    /// The next week: `main` again, and this generated from it; returns the digest of what is handed on.
    pub fn prepare(&self, surface: &str) -> String {
        self.git("reset --quiet --hard origin/main");
        self.write("work/schema/ovh-web-client/surface.txt", surface);
        self.make("")
    }

    /// Makes the patch; `refused` says what refused the documents, if anything.
    pub fn make(&self, refused: &str) -> String {
        told(&self.step("work", MAKE, &[("REFUSED", refused)]));
        let digest = self.output("digest");
        digest.expect("a digest")
    }

    /// The last value of an output of the steps so far.
    pub fn output(&self, name: &str) -> Option<String> {
        let text = fs::read_to_string(self.path("output")).ok()?;
        let values = text.lines().filter_map(|line| line.split_once('='));
        let mut values = values.filter(|(key, _)| *key == name);
        values.next_back().map(|(_, value)| value.to_owned())
    }

    /// The checkout of the job that has the token.
    pub fn checkout(&self) {
        let _ = fs::remove_dir_all(self.path("fresh"));
        self.git("clone --quiet ../origin.git ../fresh");
    }

    pub fn check(&self, digest: &str) -> Output {
        self.checkout();
        self.step("fresh", CHECK, &[("DIGEST", digest)])
    }

    /// The job that has the token; `number` is that of the pull request that is open.
    pub fn propose(&self, digest: &str, tests: &str, number: &str) -> String {
        told(&self.check(digest));
        told(&self.open(&[("TESTS", tests), ("FAKE_NUMBER", number)]))
    }

    pub fn open(&self, env: &[(&str, &str)]) -> Output {
        let mut all = vec![("GH_TOKEN", TOKEN)];
        all.extend(env);
        self.step("fresh", OPEN, &all)
    }

    /// A person commits to the branch of the pull request.
    pub fn person(&self) {
        self.git("fetch --quiet origin");
        self.git("checkout --quiet -B theirs origin/schema/update");
        self.write("work/schema/ovh-web-client/docs.toml", "theirs\n");
        self.git("add --all");
        self.commit("theirs");
        self.git("push --quiet origin theirs:schema/update");
        self.git("checkout --quiet main");
    }

    /// Runs git on the branch that was pushed.
    pub fn pushed(&self, words: &str) -> String {
        self.git("fetch --quiet origin");
        self.git(words)
    }

    /// The commands that `gh` got, without those that only list.
    pub fn asked(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("asked")).expect("gh was asked");
        fs::remove_file(self.path("asked")).expect("it is there");
        let lines = text.lines().filter(|line| !line.contains(" list "));
        lines.map(str::to_owned).collect()
    }
}

pub fn told(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
