//! The examples as programs: arguments, messages and exit codes.

use std::process::Command;

use ovh_web_sandbox::{Fault, Sandbox};
use ovh_web_tests::SERVICE;

const ROTATE: &str = env!("CARGO_BIN_EXE_example-rotate-certificates");
const SCRIPT: &str = env!("CARGO_BIN_EXE_example-from-python");

/// Runs an example with the keys of a sandbox. Returns its exit code, output and errors.
async fn run(
    program: &'static str,
    sandbox: &Sandbox,
    arguments: &[&'static str],
) -> (i32, String, String) {
    let mut command = Command::new(program);
    command.arg("--live").args(arguments);
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
    let sandbox = Sandbox::builder().start().await.expect("a sandbox");
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
    let sandbox = Sandbox::builder().start().await.expect("a sandbox");
    for (arguments, message) in [
        (&["--serivce", SERVICE][..], "unknown argument --serivce"),
        (&["--service=x", SERVICE], "unknown argument example."),
        (&["--service"], "expected --service NAME"),
        (&["--service", "--live"], "expected --service NAME"),
        (&["--service="], "expected --service NAME"),
        (&["--live=no"], "expected --live, found --live=no"),
        (&["--service=x", "--service=y"], "--service is given twice"),
        (&[], "with --live, --service is required"),
    ] {
        let (code, _, errors) = run(SCRIPT, &sandbox, arguments).await;
        assert_eq!(code, 1);
        assert!(errors.contains(message), "{arguments:?}: {errors}");
        if message.starts_with("unknown") {
            let known = "expected --live --service NAME";
            assert!(errors.contains(known), "{errors}");
        }
    }
    assert!(sandbox.journal().entries().is_empty());
}
