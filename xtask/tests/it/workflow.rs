//! The weekly workflow does what it says: its own lines run here, with a git server in a folder and
//! a `gh` that only writes down what it is asked.

use crate::support::Root;
use crate::support::week::{
    BOT, CHANGE, FETCH, GENERATE, HOOK, HOOKS, OPEN, REPORT, TITLE, TOKEN, Week, told, workflow,
};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn one_pull_request_is_opened_and_then_updated() {
    let week = Week::new();
    let digest = week.prepare("fn a\nfn b\n");
    week.propose(&digest, "success", "");
    let text = week.path("text.md");
    let [setup, create] = &week.asked()[..] else {
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
        week.pushed("log --format=%s%n%ae main..origin/schema/update"),
        format!("{TITLE}\n{BOT}\n")
    );

    let digest = week.prepare("fn a\nfn c\n");
    week.propose(&digest, "failure", "7");
    let asked = week.asked();
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
        week.pushed("show origin/schema/update:schema/ovh-web-client/surface.txt"),
        "fn a\nfn c\n",
        "restarted from main"
    );
    assert_eq!(
        week.git("rev-list --count main..origin/schema/update"),
        "1\n"
    );
    assert_eq!(
        week.git("show origin/main:schema/ovh-web-client/surface.txt"),
        "fn a\n"
    );

    let digest = week.prepare("fn a\nfn c\n");
    week.propose(&digest, "success", "7");
    let ready = week.asked().pop().expect("it is asked");
    assert_eq!(ready.trim_end(), "pr ready 7", "a draft no longer");
}

#[test]
fn failing_tests_make_a_draft() {
    for result in ["failure", "cancelled", "skipped"] {
        let week = Week::new();
        let digest = week.prepare("fn b\n");
        week.propose(&digest, result, "");
        let create = week.asked().pop().expect("it is opened");
        assert!(create.ends_with(" --draft"), "{create}");
        let body = fs::read_to_string(week.path("text.md")).expect("a body");
        let line = format!("`cargo test`: **{result}**\n");
        assert!(body.starts_with(&line), "{body}");
    }
}

/// Found by an attack: the cut took the end of a code span, and its text became Markdown.
#[test]
fn a_long_text_is_cut_between_lines() {
    let week = Week::new();
    let lines = "- `a value`\n".repeat(5400);
    let body = format!(
        "# {TITLE}\n{lines}- `{}`\n",
        "@you <img src=x> ".repeat(100)
    );
    week.write("change/body.md", &body);
    let digest = week.prepare("fn b\n");
    week.propose(&digest, "success", "");
    let text = fs::read_to_string(week.path("text.md")).expect("a body");
    assert!((60_000..65_536).contains(&text.len()), "{}", text.len());
    assert!(text.ends_with("- `a value`\n"), "{:?}", text.lines().last());
}

#[test]
fn a_persons_commit_is_never_overwritten() {
    let week = Week::new();
    let digest = week.prepare("fn b\n");
    week.propose(&digest, "success", "");
    week.asked();
    week.person();
    let before = week.pushed("rev-parse origin/schema/update");
    let digest = week.prepare("fn c\n");
    // With an open pull request, and with one that was closed.
    for number in ["7", ""] {
        let out = week.propose(&digest, "success", number);
        assert!(
            out.contains("a person has committed to schema/update"),
            "{out}"
        );
        assert_eq!(week.asked(), ["auth setup-git"]);
        assert_eq!(week.pushed("rev-parse origin/schema/update"), before);
    }
    // Nor if they commit while the job runs: here, when it asks for the pull request.
    week.git("push --quiet --force origin main:schema/update");
    told(&week.check(&digest));
    let gh = "#!/bin/sh\ncase \"$*\" in *list*) git -C ../work push --quiet --force origin theirs:schema/update ;; esac\n";
    week.write("bin/gh", gh);
    assert!(!week.open(&[("TESTS", "success")]).status.success());
    assert_eq!(week.pushed("rev-parse origin/schema/update"), before);
}

#[test]
fn a_failing_gh_fails_the_job() {
    let week = Week::new();
    let digest = week.prepare("fn b\n");
    for (fails, number) in [
        ("auth", ""),
        ("pr list", ""),
        ("pr create", ""),
        ("pr edit", "7"),
        ("pr ready", "7"),
    ] {
        told(&week.check(&digest));
        let env = [
            ("TESTS", "success"),
            ("FAKE_NUMBER", number),
            ("FAKE_FAILS", fails),
        ];
        assert!(!week.open(&env).status.success(), "{fails}");
    }
}

#[test]
fn a_refused_document_becomes_a_draft() {
    for fails in ["regen", "pr-body"] {
        let week = Week::new();
        week.write(
            "work/schema/ovh-web-client/hosting-web.json",
            "{\"new\": 1}\n",
        );
        week.write("work/schema/sources.toml", "new\n");
        // What an earlier command has generated does not belong to it.
        week.write("work/schema/ovh-web-client/surface.txt", "fn b\n");
        told(&week.step("work", GENERATE, &[("FAKE_FAILS", fails)]));
        let refused = week.output("refused").expect("an output");
        let digest = week.make(&refused);
        week.propose(&digest, "skipped", "");
        let create = week.asked().pop().expect("it is opened");
        assert!(create.ends_with(" --draft"), "{create}");
        let pushed = week.pushed("diff --name-only main origin/schema/update");
        assert_eq!(
            pushed,
            "schema/ovh-web-client/hosting-web.json\nschema/sources.toml\n"
        );
        let body = fs::read_to_string(week.path("text.md")).expect("a body");
        assert!(
            body.contains("\n\n    a.json: bad\n    ```\n\nCheck out the branch"),
            "{body}"
        );
    }
    let week = Week::new();
    told(&week.step("work", GENERATE, &[]));
    assert_eq!(week.output("refused"), None);
    let body = fs::read_to_string(week.path("change/body.md")).expect("a body");
    assert_eq!(body, "xtask pr-body --changelog\n");
}

#[test]
fn a_failing_fetch_becomes_an_issue() {
    let week = Week::new();
    fs::remove_dir_all(week.path("change")).expect("it is there");
    told(&week.step("work", FETCH, &[("FAKE_FAILS", "fetch")]));
    assert_eq!(week.output("refused").as_deref(), Some("fetch"));
    told(&week.step("work", CHANGE, &[]));
    assert_eq!(week.output("found").as_deref(), Some("no"));
    let body = week.path("change/body.md");
    let text = fs::read_to_string(&body).expect("a body");
    assert!(
        text.contains("\n\n    a.json: bad\n    ```\n\nRun it"),
        "{text}"
    );
    told(&week.step("", REPORT, &[]));
    let title = "--title The API's documents cannot be fetched";
    let file = format!("--body-file {}", body.display());
    assert_eq!(week.asked(), [format!("issue create {title} {file}")]);
    told(&week.step("", REPORT, &[("FAKE_NUMBER", "5")]));
    assert_eq!(week.asked(), [format!("issue edit 5 {file}")]);
    let env = [("FAKE_FAILS", "issue list")];
    assert!(!week.step("", REPORT, &env).status.success());
    // One that works leaves nothing to report.
    let week = Week::new();
    fs::remove_dir_all(week.path("change")).expect("it is there");
    told(&week.step("work", FETCH, &[]));
    assert_eq!(week.output("refused"), None);
}

#[test]
fn every_generated_file_is_handed_on() {
    let week = Week::new();
    week.git("reset --quiet --hard origin/main");
    let files = [
        "CHANGELOG.md",
        "crates/ovh-domain-client/src/records.rs",
        "crates/ovh-web-client/src/crons.rs",
        "crates/ovh-web-client/src/types/crons.rs",
        "crates/ovh-web-sandbox/src/generated/domain.rs",
        "crates/ovh-web-sandbox/src/generated/hosting-web.json",
        "schema/ovh-domain-client/domain.json",
        "schema/ovh-web-client/hosting-web.json",
        "schema/ovh-web-client/names.toml",
        "tests/fuzz/src/models/table.rs",
    ];
    for file in files {
        week.write(&format!("work/{file}"), "new\n");
    }
    fs::remove_file(week.path("work/crates/ovh-web-client/src/lib.rs")).expect("it is there");
    // What else lies in the checkout stays there.
    week.write("work/Cargo.toml", "[workspace]\n# changed\n");
    week.write("work/target/x", "built\n");
    let digest = week.make("");
    week.propose(&digest, "success", "");
    let mut names: Vec<String> = files.map(str::to_owned).to_vec();
    names.push("crates/ovh-web-client/src/lib.rs".to_owned());
    names.sort_unstable();
    let pushed = week.pushed("diff --name-only main origin/schema/update");
    assert_eq!(pushed.lines().collect::<Vec<_>>(), names);
}

#[test]
fn no_change_starts_no_job() {
    let week = Week::new();
    for (surface, found) in [("fn a\n", "no"), ("fn b\n", "yes")] {
        week.write("work/schema/ovh-web-client/surface.txt", surface);
        told(&week.step("work", CHANGE, &[]));
        assert_eq!(week.output("found").as_deref(), Some(found));
    }
    // Every step behind that one asks for it, and both jobs.
    let text = workflow();
    let (_, behind) = text.split_once("found=yes").expect("the step");
    let (steps, jobs) = behind.split_once("\n  report:\n").expect("the next job");
    let asking = steps.matches("if: steps.change.outputs.found == 'yes'");
    assert_eq!(
        (steps.matches("\n      - ").count(), asking.count()),
        (3, 3)
    );
    let asking = jobs.matches("needs.prepare.outputs.found == 'yes'");
    assert_eq!(asking.count(), 2);
}

#[test]
fn every_job_works_on_the_same_commit_of_main() {
    let text = workflow();
    let (prepare, others) = text.split_once("\n  report:\n").expect("the next job");
    assert_eq!(prepare.matches("          ref: main\n").count(), 1);
    let checkouts = others.matches("uses: actions/checkout@").count();
    let same = "          ref: ${{ needs.prepare.outputs.commit }}\n";
    assert_eq!((checkouts, others.matches(same).count()), (2, 2));
    let week = Week::new();
    told(&week.step("work", CHANGE, &[]));
    assert_eq!(
        week.output("commit").expect("an output"),
        week.git("rev-parse HEAD").trim()
    );
}

/// A hook that what upstream sent has planted would see the token.
#[test]
fn no_hook_runs_where_the_token_is() {
    let week = Week::new();
    let digest = week.prepare("fn b\n");
    let plant = |folder: &str| {
        for hook in HOOKS {
            let hook = week.write(&format!("{folder}/.git/hooks/{hook}"), HOOK);
            fs::set_permissions(hook, fs::Permissions::from_mode(0o755)).expect("it may be run");
        }
    };
    // In the checkout that generates, which is not the one that pushes.
    plant("work");
    week.propose(&digest, "success", "");
    let stolen = || fs::read_to_string(week.path("stolen")).unwrap_or_default();
    assert!(!stolen().contains(TOKEN), "{}", stolen());
    // And in the one that pushes, if a hook ever came there.
    told(&week.check(&digest));
    let _ = fs::remove_file(week.path("stolen"));
    plant("fresh");
    week.git("-c core.hooksPath=/dev/null push --quiet --delete origin schema/update");
    let _ = fs::remove_file(week.path("stolen"));
    told(&week.open(&[("TESTS", "success")]));
    assert_eq!(stolen(), "");
    // They are hooks that would run.
    let mut command = week.command("git", "fresh");
    let output = command.args(["-c", "user.name=n", "-c", "user.email=e"]);
    let output = output.args(["commit", "--quiet", "--allow-empty", "-m", "x"]);
    let output = output.env("GH_TOKEN", TOKEN).output().expect("git runs");
    assert!(
        output.status.success() && stolen().contains(TOKEN),
        "{output:?}"
    );
}

/// Changes that no generator makes, each in a checkout from which a patch is taken.
#[test]
fn a_patch_of_anything_else_is_refused() {
    let files = [
        ".github/workflows/schema.yml",
        ".gitattributes",
        "CHANGELOG.md.orig",
        "Cargo.toml",
        "build.rs",
        "crates/ovh-web-client/Cargo.toml",
        "crates/ovh-web-client/build.rs",
        "crates/ovh-web-client/src/.cargo/config.toml",
        "crates/ovh-web-client/src/types/deep/x.rs",
        "crates/ovh-web-sandbox/src/generated/deep/x.rs",
        "crates/ovh-web-sandbox/src/lib.rs",
        "crates/ovh-web/src/lib.rs",
        "schema/.gitattributes",
        "schema/ovh-web-client/docs.toml",
        "schema/ovh-web-client/overlay.json",
        "schema/x.json",
        "schema/ovh-domain-client/budget.toml",
        "schema/ovh-domain-client/overlay.json",
        "schema/ovh-web-client/x.rs",
        "schema/ovh-web-client/a b.json",
        "schema/ovh-web-client/a\nb.json",
        "schema/ovh-web-client/deep/x.json",
        "schema/web/x.json",
        "crates/ovh-domain-client/Cargo.toml",
        "crates/ovh-domain-client/src/deep/x.rs",
        "crates/ovh-web-testing/src/lib.rs",
        "tests/fuzz/build.rs",
        "tests/fuzz/src/models/table.rs/x",
        "xtask/src/lib.rs",
    ];
    let week = Week::new();
    for file in files {
        week.git("reset --quiet --hard origin/main");
        week.git("clean -qfd");
        if file.contains("table.rs/") {
            fs::remove_file(week.path("work/tests/fuzz/src/models/table.rs")).expect("there");
        }
        week.write(&format!("work/{file}"), "evil\n");
        refuse_all(&week, file);
    }
    let link = |to: &str| {
        week.git("reset --quiet --hard origin/main");
        week.git("clean -qfd");
        fs::remove_file(week.path("work/schema/ovh-web-client/surface.txt")).expect("it is there");
        let place = week.path("work/schema/ovh-web-client/surface.txt");
        std::os::unix::fs::symlink(to, place).expect("a link");
    };
    link("../../.github/workflows/schema.yml");
    refuse_all(&week, "a link");
    week.git("reset --quiet --hard origin/main");
    let lib = week.path("work/crates/ovh-web-client/src/lib.rs");
    fs::set_permissions(lib, fs::Permissions::from_mode(0o755)).expect("it may be run");
    refuse_all(&week, "a program");
    week.git("reset --quiet --hard origin/main");
    week.git("mv Cargo.toml schema/moved.toml");
    refuse_all(&week, "a file that was moved");
    week.git("reset --quiet --hard origin/main");
    let head = week.git("rev-parse HEAD");
    week.git(&format!(
        "update-index --add --cacheinfo 160000,{},schema/module.json",
        head.trim()
    ));
    refuse_all(&week, "a repository in it");
}

/// Takes all changes of the checkout as a patch, which the job with the token has to refuse.
fn refuse_all(week: &Week, what: &str) {
    let add = if what == "a repository in it" {
        "status --short"
    } else {
        "add --all --force"
    };
    week.git(add);
    let patch = week.git("diff --cached --binary");
    week.write("change/update.patch", &patch);
    let sum = "sha256sum update.patch title body.md | sha256sum";
    let sum = week.command("sh", "change").args(["-c", sum]).output();
    let sum = told(&sum.expect("sh runs"));
    let digest = sum.split(' ').next().expect("a digest");
    let output = week.check(digest);
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{what}: {output:?}");
    let refused = out.lines().filter(|line| line.starts_with("refused: "));
    assert_eq!(
        (refused.count(), out.lines().count()),
        (1, 1),
        "{what}: {output:?}"
    );
}

#[test]
fn a_patch_that_changed_on_its_way_is_refused() {
    let week = Week::new();
    for file in ["update.patch", "title", "body.md"] {
        let digest = week.prepare("fn b\n");
        let path = week.path(&format!("change/{file}"));
        let text = fs::read_to_string(&path).expect("it is there");
        fs::write(&path, format!("{text}\n")).expect("it can be written");
        let output = week.check(&digest);
        assert!(!output.status.success(), "{file}: {output:?}");
        fs::write(&path, text).expect("it can be written");
    }
}

#[test]
fn a_title_is_one_line() {
    let week = Week::new();
    week.write("change/title", &format!("{TITLE}\n\n# more\n"));
    let digest = week.prepare("fn b\n");
    week.propose(&digest, "success", "");
    let message = week.pushed("log -1 --format=%B origin/schema/update");
    assert_eq!(message.trim_end(), TITLE);
}

#[test]
fn the_token_is_where_nothing_of_upstream_runs() {
    let text = workflow();
    let root = Root::empty();
    let mut commands = 0;
    for (at, _) in text.match_indices("cargo xtask ") {
        let name = text[at..].split_whitespace().nth(2).expect("a command");
        let name = name.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
        assert_eq!(root.run(&[name, "--help"]).code, 0, "{name}");
        commands += 1;
    }
    assert!(commands >= 4, "fetch, regen, title, body");
    let (before, job) = text.split_once("\n  propose:\n").expect("the job");
    let (prepare, before) = before.split_once("\n  report:\n").expect("the job");
    let (report, test) = before.split_once("\n  test:\n").expect("the job");
    for untrusted in [prepare, test] {
        assert!(!untrusted.contains("github.token") && !untrusted.contains(": write"));
    }
    assert!(!report.contains("checkout@") && !report.contains("cargo"));
    assert!(!text.contains("secrets.") && !job.contains("cargo xtask"));
    let (steps, opening) = job.split_once(OPEN).expect("the step");
    assert!(!steps.contains("github.token") && opening.contains("github.token"));
    for run in job.split("run: |\n").skip(1) {
        assert!(
            run.trim_start()
                .starts_with("git() { command git -c core.hooksPath=/dev/null")
        );
        assert!(
            !run.lines()
                .any(|line| line.trim_start().starts_with("cargo"))
        );
    }
}
