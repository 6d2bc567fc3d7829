//! The file of `--state`: saving, locking and errors.

use std::path::PathBuf;
use std::process::{Command, Output};

use crate::common;
use crate::common::program::Program;
use serde_json::json;

/// A folder of this test, and a file in it that is not there yet.
fn folder(name: &str) -> (PathBuf, PathBuf) {
    let name = format!("sandbox-state-{name}-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("state.json");
    (folder, file)
}

fn run(file: &std::path::Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ovh-web-sandbox"))
        .arg("--state")
        .arg(file)
        .args(["--", "true"])
        .output()
        .expect("the program")
}

#[test]
fn a_clean_stop_saves_the_state() {
    let (folder, file) = folder("clean");
    let arguments = ["--speed", "1000", "--state", file.to_str().expect("a path")];
    let mut program = Program::start(&arguments);
    let first = program.client();
    let body = serde_json::json!({"login": "example-a", "home": "./", "password": "canaryPass42x"});
    let task = first.post(&common::at("/user"), body).task();
    assert!(program.stop("TERM").contains("saved the state"));
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let mut program = Program::start(&arguments);
    let second = program.client();
    // The task was started before; nobody waits here for more than its thousandth of time.
    let path = common::at(&format!("/tasks/{task}"));
    while second.get(&path).status == 200 {}
    let users = second.get(&common::at("/user")).ok();
    assert!(
        users
            .as_array()
            .expect("a list")
            .contains(&"example-a".into())
    );
    assert!(program.stop("INT").contains("resumed 1 writes"));
    std::fs::write(&file, "nonsense").expect("a file");
    let wrong = Command::new(env!("CARGO_BIN_EXE_ovh-web-sandbox"))
        .args(arguments)
        .output()
        .expect("the program");
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("state.json: not a state"));
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), "nonsense");
    std::fs::remove_dir_all(&folder).expect("a clean end");
}

#[test]
fn a_killed_program_has_saved_what_changed() {
    let (folder, file) = folder("killed");
    let arguments = ["--state", file.to_str().expect("a path")];
    let mut program = Program::start(&arguments);
    let first = program.client();
    let body = json!({"login": "example-a", "home": "./", "password": "canaryPass42x"});
    first.post(&common::at("/user"), body).task();
    // It is written by another thread than the one that answers; each time whole.
    let saved = || {
        let text = std::fs::read_to_string(&file).expect("a file");
        let state: serde_json::Value = serde_json::from_str(&text).expect("a whole file");
        state["writes"].as_array().expect("a list").len()
    };
    while saved() == 0 {
        std::thread::yield_now();
    }
    program.signal("KILL");
    program.child.wait().expect("its end");
    let mut program = Program::start(&arguments);
    let second = program.client();
    assert_eq!(first.key, second.key, "keys go on with the state");
    assert_eq!(first.consumer, second.consumer);
    second.get("/hosting/web").ok();
    let log = program.stop("TERM");
    assert!(log.contains("resumed 1 writes, 0 of them"), "{log}");
    std::fs::remove_dir_all(&folder).expect("a clean end");
}

#[test]
fn a_second_sandbox_refuses_the_state_of_a_first() {
    let (folder, file) = folder("locked");
    let mut program = Program::start(&["--state", file.to_str().expect("a path")]);
    program.client().get("/hosting/web").ok();
    let second = run(&file);
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("is in use by another sandbox"), "{said}");
    program.stop("TERM");
    assert!(run(&file).status.success(), "it is free again");
    std::fs::remove_dir_all(&folder).expect("a clean end");
}

#[test]
fn a_state_of_another_version_is_told_in_words() {
    let (folder, file) = folder("version");
    let state = json!({"version": 99, "somethingNew": true}).to_string();
    std::fs::write(&file, &state).expect("a file");
    let output = run(&file);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for words in ["state.json", "another version of the sandbox", "99"] {
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), state);
    std::fs::remove_dir_all(&folder).expect("a clean end");
}

#[test]
fn unwritable_state_file_is_an_early_error() {
    let (folder, _) = folder("missing");
    let output = run(&folder.join("nowhere/state.json"));
    assert_eq!(output.status.code(), Some(1));
    std::fs::remove_dir_all(&folder).expect("a clean end");
}

#[test]
fn a_link_in_place_of_the_lock_is_not_followed() {
    let (folder, file) = folder("link");
    let target = folder.join("target");
    std::os::unix::fs::symlink(&target, folder.join(".state.json.lock")).expect("a link");
    let output = run(&file);
    assert_eq!(output.status.code(), Some(1));
    assert!(!target.exists());
    std::fs::remove_dir_all(&folder).expect("a clean end");
}
