//! Commands that are killed while they write: the next run completes the change.

use crate::support::{Root, Run, fixture_path, run_in, small};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use xtask::env::Env;

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// The folder of staged changes.
const STAGING: &str = ".xtask-staging";

/// Runs a command that is killed before its `limit`-th change of the file system; `None` if it was.
fn run_up_to(limit: usize, root: &Path, args: &[&str]) -> Option<Run> {
    let count = Rc::new(Cell::new(0));
    let counted = Rc::clone(&count);
    let hook: Rc<dyn Fn()> = Rc::new(move || {
        counted.set(counted.get() + 1);
        if counted.get() == limit {
            resume_unwind(Box::new("killed"));
        }
    });
    let edge = Env {
        before_write: Some(&hook),
        ..Root::empty().edge()
    };
    catch_unwind(AssertUnwindSafe(|| run_in(root, edge, args))).ok()
}

/// The files of a folder, without what is staged.
fn files(root: &Root) -> (Files, bool) {
    let mut all = root.snapshot();
    let count = all.len();
    all.retain(|path, _| !path.components().any(|part| part.as_os_str() == STAGING));
    let is_staged = all.len() < count;
    (all, is_staged)
}

/// Leaves these files in the folder and nothing else.
fn restore(root: &Root, files: &Files) {
    for entry in std::fs::read_dir(root.path("")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let removed = match path.is_dir() {
            true => std::fs::remove_dir_all(path),
            false => std::fs::remove_file(path),
        };
        removed.expect("removed");
    }
    for (path, bytes) in files {
        root.write_bytes(path, bytes);
    }
}

/// A workspace whose next `regen` adds, changes and removes files.
fn before_regen() -> Root {
    let root = Root::fetched();
    assert_eq!(root.run(&["regen"]).code, 0);
    let text = root
        .read("schema/ovh-web-client/hosting-web.json")
        .replace("/cron", "/user")
        .replace("hosting.web.Cron", "hosting.web.user.User");
    root.write("in/web.json", &text);
    let path = root.path("in/web.json");
    let run = root.run(&["fetch", "--force", "--from", path.to_str().expect("UTF-8")]);
    assert_eq!(run.code, 0, "{run:?}");
    std::fs::remove_dir_all(root.path("in")).expect("it is there");
    root
}

/// Kills `args` before every `step`-th of its changes; then runs it again, and expects what a whole
/// run leaves.
fn killed_everywhere(root: &Root, args: &[&str], step: usize) {
    let (old, _) = files(root);
    let whole = root.run(args);
    assert_eq!((whole.code, whole.err.as_str()), (0, ""), "{whole:?}");
    let new = root.snapshot();
    assert_ne!(old, new);
    for limit in (1..).step_by(step) {
        restore(root, &old);
        if let Some(run) = run_up_to(limit, &root.path(""), args) {
            assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
            assert!(limit > 20, "only {limit} changes");
            assert_eq!(root.snapshot(), new);
            break;
        }
        // Either side, or recognized as half done.
        let (now, is_staged) = files(root);
        assert!(now == old || now == new || is_staged, "mixed after {limit}");
        let run = root.run(args);
        assert_eq!(
            (run.code, run.err.as_str()),
            (0, ""),
            "after {limit}: {run:?}"
        );
        assert_eq!(root.snapshot(), new, "after {limit}");
        assert!(!root.path(STAGING).exists(), "after {limit}");
    }
}

#[test]
fn regen_finishes_what_a_killed_run_began() {
    killed_everywhere(&before_regen(), &["regen"], 1);
}

#[test]
fn preview_finishes_what_a_killed_run_began() {
    let root = Root::empty();
    root.write(
        "Cargo.toml",
        "[workspace.dependencies]\nserde_json = \"1\"\nschemars = \"1\"\n",
    );
    root.write("crates/ovh-runtime/x", "");
    root.write("small.json", &small().to_string());
    let [document, out] = ["small.json", "client"].map(|path| root.path(path));
    let [document, out] = [&document, &out].map(|path| path.to_str().expect("UTF-8"));
    let args = ["preview", document, "--out", out];
    killed_everywhere(&root, &args, 5);
    // And over a crate of another document.
    let auth = fixture_path("auth.json");
    let args = ["preview", auth.to_str().expect("UTF-8"), "--out", out];
    killed_everywhere(&root, &args, 5);
}

#[test]
fn fetch_finishes_what_a_killed_run_began() {
    let root = Root::fetched();
    let mut document = small();
    document["components"]["schemas"]["hosting.web.Cron"]["properties"]["more"] =
        serde_json::json!({"type": "string"});
    root.write("in.json", &document.to_string());
    let file = root.path("in.json");
    let args = ["fetch", "--from", file.to_str().expect("UTF-8")];
    let (old, _) = files(&root);
    assert_eq!(root.run(&args).code, 0);
    let new = root.snapshot();
    for limit in (1..).step_by(3) {
        restore(&root, &old);
        let done = run_up_to(limit, &root.path(""), &args).is_some();
        assert_eq!(root.run(&args).code, 0);
        assert_eq!(root.snapshot(), new, "after {limit}");
        if done {
            break;
        }
    }
}

/// A command that only looks does not write, nor does it take a mixed state for what is.
#[test]
fn read_only_commands_report_interrupted_runs() {
    let root = before_regen();
    let mut limit = 1;
    while !root.path(&format!("{STAGING}/plan.json")).exists() {
        assert!(run_up_to(limit, &root.path(""), &["regen"]).is_none());
        limit += 1;
    }
    let before = root.snapshot();
    for args in [
        &["regen", "--check"][..],
        &["diff"],
        &["lint"],
        &["pr-body"],
    ] {
        let run = root.run(args);
        assert_eq!(run.code, 1, "{args:?}: {run:?}");
        assert!(run.err.contains("was interrupted"), "{run:?}");
        assert_eq!(root.snapshot(), before, "{args:?}");
    }
    let run = root.run(&["regen"]);
    assert!(
        run.out
            .starts_with("finished what an interrupted run began"),
        "{run:?}"
    );
    assert_eq!(root.run(&["regen", "--check"]).code, 0);
}

/// Edits since the interrupted run are not overwritten.
#[test]
fn edits_since_an_interrupted_run_are_kept() {
    let root = before_regen();
    let mut limit = 1;
    while !root.path(&format!("{STAGING}/plan.json")).exists() {
        assert!(run_up_to(limit, &root.path(""), &["regen"]).is_none());
        limit += 1;
    }
    root.write("schema/ovh-web-client/names.toml", "# mine\n");
    let before = root.snapshot();
    let run = root.run(&["regen"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.err.contains("schema/ovh-web-client/names.toml") && run.err.contains(STAGING),
        "{run:?}"
    );
    assert_eq!(root.snapshot(), before);
}

/// A plan is not believed where it leads out of the workspace.
#[test]
fn plans_stay_inside_the_workspace() {
    let root = before_regen();
    let outside = tempfile::tempdir().expect("a folder");
    let victim = outside.path().join("victim");
    let absolute = victim.to_str().expect("UTF-8");
    for path in ["../victim", absolute, "a/../../victim", ""] {
        let entry = serde_json::json!({"path": path, "old": null, "new": "0"});
        let plan = serde_json::json!({"changes": [entry]}).to_string();
        root.write(&format!("{STAGING}/plan.json"), &plan);
        root.write(&format!("{STAGING}/0"), "evil");
        let run = root.run(&["regen"]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(!victim.exists() && !root.path("../victim").exists());
        std::fs::remove_dir_all(root.path(STAGING)).expect("removed");
    }
}

/// Starts the real program.
fn start(root: &Path, args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("--root").arg(root).args(args);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it starts")
}

/// Kills the program once it has staged `count` files, or at any time if it never does.
fn kill_at(mut child: Child, folder: &Path, count: usize) {
    let staging = folder.join(STAGING);
    while child.try_wait().expect("a child").is_none() {
        let staged = std::fs::read_dir(&staging).map_or(0, Iterator::count);
        if staged >= count {
            break;
        }
    }
    let _ = child.kill();
    child.wait().expect("it ended");
}

#[test]
#[ignore = "takes a minute: cargo test -p xtask killed -- --ignored"]
fn fifty_killed_programs_leave_nothing_mixed() {
    let root = before_regen();
    let (old, _) = files(&root);
    assert_eq!(root.run(&["regen"]).code, 0);
    let new = root.snapshot();
    let mut numbers = 1_u64;
    let mut killed = 0;
    for round in 0..50 {
        restore(&root, &old);
        numbers = numbers
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let count = (numbers >> 33) as usize % 18;
        kill_at(start(&root.path(""), &["regen"]), &root.path(""), count);
        let (now, is_staged) = files(&root);
        assert!(
            now == old || now == new || is_staged,
            "mixed in round {round}"
        );
        killed += usize::from(now != new);
        let status = start(&root.path(""), &["regen"]).wait().expect("it ended");
        assert!(status.success(), "round {round}");
        assert_eq!(root.snapshot(), new, "round {round}");
    }
    assert!(killed > 20, "only {killed} were killed in time");
}
