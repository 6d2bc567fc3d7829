//! The examples as programs: arguments, messages and exit codes.

use std::process::Command;
use std::time::Duration;

use ovh_web::{Client, types::NewDomain};
use ovh_web_sandbox::{Builder, Fault, Sandbox};
use ovh_web_tests::{SERVICE, changes};

const ROTATE: &str = env!("CARGO_BIN_EXE_example-rotate-certificates");
const REPORT: &str = env!("CARGO_BIN_EXE_example-report");
const SCRIPT: &str = env!("CARGO_BIN_EXE_example-from-python");
const ONBOARD: &str = env!("CARGO_BIN_EXE_example-onboard-customer");

/// A sandbox with tasks that take no time, and stay until the client polls them.
async fn start(builder: Builder) -> Sandbox {
    let none = Duration::ZERO;
    let builder = builder.task_times(none, none, Duration::from_secs(600));
    builder.start().await.expect("a sandbox")
}

/// Runs an example with the keys of a sandbox. Returns its exit code, output and errors.
async fn run(
    program: &'static str,
    sandbox: &Sandbox,
    arguments: &[&'static str],
) -> (i32, String, String) {
    let mut command = Command::new(program);
    command.args(arguments);
    command.env_clear().envs(sandbox.env());
    // The sandbox is served by the thread of the test.
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.expect("a thread").expect("the program");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().expect("an exit code");
    (code, text(output.stdout), text(output.stderr))
}

#[tokio::test]
async fn examples_print_errors_as_text() {
    let sandbox = start(Sandbox::builder()).await;
    let refused = Fault::on("hosting::list").status(403).message("not yours");
    sandbox.faults().add(refused);
    let (code, _, errors) = run(ROTATE, &sandbox, &[]).await;
    assert_eq!(code, 1);
    assert!(
        errors.starts_with("Error: not yours [hosting::list"),
        "{errors}"
    );
}

#[tokio::test]
async fn examples_refuse_wrong_arguments() {
    let sandbox = start(Sandbox::builder()).await;
    let (script, onboard) = ("from_python SERVICE", "onboard_customer SERVICE DOMAIN");
    for (program, arguments, usage) in [
        (SCRIPT, &[][..], script),
        (SCRIPT, &["--yes"], script),
        (SCRIPT, &["--serivce"], script),
        (SCRIPT, &["", "--yes"], script),
        (SCRIPT, &[SERVICE, "--no"], script),
        (SCRIPT, &[SERVICE, "--yes=no"], script),
        (SCRIPT, &[SERVICE, "--yes", "--yes"], script),
        (SCRIPT, &[SERVICE, SERVICE], script),
        (SCRIPT, &[SERVICE, "yes", "--yes"], script),
        (ONBOARD, &[SERVICE, "--yes"], onboard),
        (ROTATE, &[SERVICE], "rotate_certificates"),
        (ROTATE, &["--yes", "--yes"], "rotate_certificates"),
    ] {
        let (code, output, errors) = run(program, &sandbox, arguments).await;
        assert_eq!((code, &*output), (1, ""), "{arguments:?}");
        let expected = format!("Error: usage: {usage} [--yes]\n");
        assert_eq!(errors, expected, "{arguments:?}");
    }
    assert!(sandbox.journal().entries().is_empty());
}

#[tokio::test]
async fn examples_refuse_an_empty_password() {
    let sandbox = start(Sandbox::builder()).await;
    let arguments = &[SERVICE, "shop.example.com", "--yes"];
    let (code, _, errors) = run(ONBOARD, &sandbox, arguments).await;
    assert_eq!(code, 1);
    assert!(errors.contains("set CUSTOMER_PASSWORD"), "{errors}");
    assert!(sandbox.journal().entries().is_empty());
}

#[tokio::test]
async fn script_writes_only_with_yes() {
    let sandbox = start(Sandbox::builder()).await;
    let (code, output, errors) = run(SCRIPT, &sandbox, &[SERVICE]).await;
    assert_eq!((code, &*errors), (0, ""));
    assert!(output.contains("shop.example.com would be created"));
    assert!(output.contains("--yes"), "{output}");
    assert!(changes(&sandbox).is_empty());
    let (code, output, errors) = run(SCRIPT, &sandbox, &["--yes", SERVICE]).await;
    assert_eq!((code, &*errors), (0, ""));
    assert!(output.contains("shop.example.com created"), "{output}");
    assert_eq!(changes(&sandbox), ["domains::attach"]);
}

#[tokio::test]
async fn rotation_fails_after_all_certificates() {
    let names = ["a.example.com", "b.example.com", "c.example.com"];
    let sandbox = start(names.into_iter().fold(Sandbox::builder(), Builder::hosting)).await;
    let client = Client::from_pairs(sandbox.env()).expect("a client");
    for name in &names[..2] {
        let new = NewDomain::new(format!("www.{name}"), "www").ssl(true);
        let done = client.hosting(*name).domains().ensure(&new).await;
        let _ = done.expect("a domain");
    }
    let refused = Fault::on_route("GET", "/hosting/web/a.example.com/ssl").status(403);
    sandbox.faults().add(refused);
    sandbox.journal().clear();
    let (_, output, _) = run(ROTATE, &sandbox, &[]).await;
    assert!(output.contains("b.example.com: ordered"), "{output}");
    assert!(output.contains("--yes") && changes(&sandbox).is_empty());
    let (code, output, errors) = run(ROTATE, &sandbox, &["--yes"]).await;
    assert_eq!(code, 1, "{output}");
    assert!(output.contains("a.example.com: failed"), "{output}");
    assert!(output.contains("b.example.com: ordered"), "{output}");
    // Without a domain, no certificate is needed.
    assert!(output.contains("c.example.com: fine"), "{output}");
    assert_eq!(errors, "Error: 1 of 3 certificates failed; run it again\n");
}

#[tokio::test]
async fn report_refuses_an_unknown_format() {
    let hostings = include_str!("../../../../crates/ovh-web/examples/hostings.json");
    let builder = Sandbox::builder().hostings_from_json(hostings);
    let sandbox = start(builder.expect("valid hostings")).await;
    for arguments in [&["cvs"][..], &["--csv"], &["csv", "json"], &[""]] {
        let (code, output, errors) = run(REPORT, &sandbox, arguments).await;
        assert_eq!((code, &*output), (1, ""));
        assert_eq!(errors, "Error: usage: report [table|csv|json]\n");
    }
    assert!(sandbox.journal().entries().is_empty());
    let (code, output, errors) = run(REPORT, &sandbox, &["csv"]).await;
    assert_eq!((code, &*errors), (0, ""));
    assert!(output.starts_with("\"hosting\",\"offer\""), "{output}");
    assert!(output.contains("\n\"old.example.ovh\","), "{output}");
}
