//! The program on a terminal: prompts, questions, progress and Ctrl-C.

use std::time::Duration;

use ovh_web_sandbox::{Fault, Sandbox};

use crate::terminal::Terminal;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ovh-web");
const CREATE_USER: &str = "users create -H example.ovh --login example-shop --home shop";
const CREATE_DATABASE: &str =
    "databases create -H example.ovh --capacity sqlPerso --type mysql --user exampleshop";

/// A sandbox whose tasks have ended at the first poll, or never end.
async fn sandbox(speed: f64) -> Sandbox {
    let builder = Sandbox::builder().hosting("example.ovh").speed(speed);
    builder.start().await.unwrap()
}

const FAST: f64 = 4.0;
const SLOW: f64 = 0.000_1;

/// The variables of a program that talks to the sandbox.
pub(crate) fn environment(sandbox: &Sandbox) -> Vec<(String, String)> {
    let own = sandbox.env().into_iter();
    let mut variables: Vec<(String, String)> =
        own.map(|(name, value)| (name.to_owned(), value)).collect();
    for (name, value) in [("TERM", "xterm"), ("LANG", "C.UTF-8")] {
        variables.push((name.to_owned(), value.to_owned()));
    }
    variables.push(("PATH".to_owned(), std::env::var("PATH").unwrap()));
    variables
}

fn start(sandbox: &Sandbox, line: &str) -> Terminal {
    let words: Vec<&str> = line.split(' ').collect();
    Terminal::start(PROGRAM, &words, &environment(sandbox))
}

fn calls(sandbox: &Sandbox, operation: &str) -> usize {
    sandbox.journal().operation(operation).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_is_asked_for_twice_without_echo() {
    let sandbox = sandbox(FAST).await;
    let mut terminal = start(&sandbox, CREATE_USER);
    terminal.expect("password: ");
    terminal.type_in("canaryPassw0rd\n");
    terminal.expect("password again: ");
    terminal.type_in("canaryPassw0rd\n");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(calls(&sandbox, "users::create"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_that_differs_is_refused() {
    let sandbox = sandbox(FAST).await;
    let mut terminal = start(&sandbox, CREATE_USER);
    terminal.expect("password: ");
    terminal.type_in("canaryPassw0rd\n");
    terminal.expect("password again: ");
    terminal.type_in("canaryPassw0rt\n");
    let (code, shown) = terminal.end();
    assert_eq!(code, 2, "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(sandbox.journal().total(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn deletion_asks_first() {
    let sandbox = sandbox(FAST).await;
    let line = format!("{CREATE_USER} --generate-password -");
    assert_eq!(start(&sandbox, &line).end().0, 0);
    for (answer, code, sent) in [("\n", 1, 0), ("n\n", 1, 0), ("y\n", 0, 1)] {
        let mut terminal = start(&sandbox, "users delete example-shop -H example.ovh");
        terminal.expect("users delete on example.ovh? [y/N] ");
        terminal.type_in(answer);
        let (ended, shown) = terminal.end();
        assert_eq!(ended, code, "{answer:?}: {shown}");
        assert_eq!(shown.contains("nothing was sent"), sent == 0, "{shown}");
        assert_eq!(calls(&sandbox, "users::delete"), sent);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_one_line() {
    let sandbox = sandbox(FAST).await;
    let mut terminal = start(
        &sandbox,
        &format!("{CREATE_DATABASE} --generate-password -"),
    );
    terminal.expect("\r\u{1b}[Kexample.ovh: databases create: todo");
    terminal.expect("\r\u{1b}[Kexample.ovh: databases create: done\r\n");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_says_how_to_go_on() {
    let sandbox = sandbox(SLOW).await;
    let mut terminal = start(
        &sandbox,
        &format!("{CREATE_DATABASE} --generate-password -"),
    );
    terminal.expect("databases create: todo");
    terminal.type_in("\u{3}");
    // The line of progress ends first.
    terminal.expect("\r\nerror: interrupted: the server goes on");
    terminal.expect("ovh-web wait -H example.ovh ");
    let (code, shown) = terminal.end();
    assert_eq!(code, 130, "{shown}");
    assert_eq!(calls(&sandbox, "databases::create"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn second_ctrl_c_stops_at_once() {
    let sandbox = sandbox(FAST).await;
    let never = Duration::from_secs(3_600);
    sandbox
        .faults()
        .add(Fault::on("users::create").delay(never));
    let mut terminal = start(&sandbox, &format!("{CREATE_USER} --generate-password -"));
    // The secret is printed before it is sent.
    terminal.expect("\r\n");
    terminal.type_in("\u{3}");
    terminal.expect("what was sent ends first; again to stop at once");
    terminal.type_in("\u{3}");
    terminal.expect("what was sent may have been done");
    let (code, shown) = terminal.end();
    assert_eq!(code, 130, "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_a_prompt() {
    let sandbox = sandbox(FAST).await;
    for (line, question) in [
        (CREATE_USER, "password: "),
        ("users delete example -H example.ovh", "[y/N] "),
    ] {
        let mut terminal = start(&sandbox, line);
        terminal.expect(question);
        terminal.type_in("\u{3}");
        let (code, shown) = terminal.end();
        assert_eq!(code, 130, "{shown}");
    }
    assert_eq!(sandbox.journal().changes().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_process_has_a_secret_as_argument() {
    let sandbox = sandbox(SLOW).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "canaryPassw0rd1\n").unwrap();
    let mut environment = environment(&sandbox);
    environment.push(("SECRET".to_owned(), "canaryPassw0rd1".to_owned()));
    let file = format!("--password-file {}", file.display());
    for (n, source) in [&*file, "--password-env SECRET", "--password-stdin"]
        .iter()
        .enumerate()
    {
        let line = CREATE_DATABASE.replace("exampleshop", &format!("example{n}"));
        let line = format!("{line} {source}");
        let words: Vec<&str> = line.split(' ').collect();
        let mut terminal = Terminal::start(PROGRAM, &words, &environment);
        if *source == "--password-stdin" {
            for question in ["password: ", "password again: "] {
                terminal.expect(question);
                terminal.type_in("canaryPassw0rd1\n");
            }
        }
        // The work goes on, and so do all processes of the tool.
        terminal.expect("databases create: todo");
        let own = format!("/proc/{}/cmdline", terminal.id());
        let own = std::fs::read_to_string(own).unwrap();
        assert!(
            own.contains("ovh-web") && own.contains("databases"),
            "{own}"
        );
        for entry in std::fs::read_dir("/proc").unwrap() {
            let arguments = std::fs::read(entry.unwrap().path().join("cmdline"));
            let arguments = String::from_utf8_lossy(&arguments.unwrap_or_default()).into_owned();
            assert!(!arguments.contains("canaryPassw0rd"), "{arguments}");
        }
        terminal.type_in("\u{3}");
        let (code, shown) = terminal.end();
        assert_eq!(code, 130, "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_the_question_of_a_report() {
    let sandbox = sandbox(FAST).await;
    let mut terminal = start(&sandbox, "probe -H example.ovh --save /no/such/file");
    terminal.expect("Save it to");
    terminal.type_in("\u{3}");
    let (code, shown) = terminal.end();
    assert_eq!(code, 130, "{shown}");
}
