//! The program: output, log and signals.

use std::io::{BufRead, Read};
use std::process::Command;

use crate::common::program::{Program, ending_signals};

#[test]
fn prints_keys_logs_calls_stops_on_signal() {
    for signal in ending_signals() {
        let arguments = ["--seed", "3", "--hosting", "shop.cluster02.hosting.ovh.net"];
        let mut program = Program::start(&arguments);
        let mut client = program.client();
        let services = client.get("/hosting/web").ok();
        assert_eq!(services[0], "shop.cluster02.hosting.ovh.net");
        let secrets = [client.secret.clone(), client.consumer.clone()];
        client.secret = "wrong".into();
        client.get("/hosting/web").refused(400);
        let log = program.stop(signal);
        for words in [
            "GET /1.0/hosting/web -> 200 [hosting::list]",
            "GET /1.0/hosting/web -> 400 [hosting::list]",
            "the server computed $1$",
            "stopped",
        ] {
            assert!(log.contains(words), "{log}");
        }
        assert!(secrets.iter().all(|secret| !log.contains(secret)), "{log}");
    }
}

#[test]
fn hostings_come_from_a_file() {
    let name = format!("sandbox-hostings-{}.json", std::process::id());
    let file = std::env::temp_dir().join(name);
    let hostings =
        r#"[{"service": "old.example", "offer": "perso2014"}, {"service": "new.example"}]"#;
    std::fs::write(&file, hostings).expect("a file");
    let path = file.to_str().expect("a path");
    let mut program = Program::start(&["--hosting", path, "--hosting", "third.example"]);
    let client = program.client();
    let names = client.get("/hosting/web").ok();
    assert_eq!(
        names,
        serde_json::json!(["new.example", "old.example", "third.example"])
    );
    let old = client.get("/hosting/web/old.example").ok();
    assert_eq!(old["offer"], "perso2014");
    program.stop("TERM");
    std::fs::write(&file, r#"{"service": "a.example", "ofer": "x"}"#).expect("a file");
    let wrong = Command::new(env!("CARGO_BIN_EXE_ovh-web-sandbox"))
        .args(["--hosting", path])
        .output()
        .expect("the program");
    std::fs::remove_file(&file).expect("a clean end");
    assert_eq!(wrong.status.code(), Some(1));
    let log = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(
        log.contains(".json: invalid hosting: unknown field `ofer`"),
        "{log}"
    );
}

#[test]
#[cfg(feature = "tls")]
fn authority_file_is_removed_at_the_end() {
    let mut program = Program::start(&["--tls"]);
    let values = program.exports();
    assert!(values[0].starts_with("https://"));
    let mut line = String::new();
    program.out.read_line(&mut line).expect("a line");
    let path = line
        .trim_end()
        .strip_prefix("export NODE_EXTRA_CA_CERTS='")
        .and_then(|rest| rest.strip_suffix('\''))
        .expect("a path")
        .to_owned();
    let pem = std::fs::read_to_string(&path).expect("a file");
    assert!(pem.contains("BEGIN CERTIFICATE"));
    program.stop("TERM");
    assert!(!std::path::Path::new(&path).exists());
}

#[test]
#[cfg(feature = "tls")]
fn a_command_trusts_the_certificate_authority() {
    let output = Command::new(env!("CARGO_BIN_EXE_ovh-web-sandbox"))
        .args(["--tls", "--", "sh", "-c", "cat \"$SSL_CERT_FILE\""])
        .output()
        .expect("the program");
    let pem = String::from_utf8_lossy(&output.stdout);
    assert!(pem.contains("BEGIN CERTIFICATE"), "{pem}");
}

#[test]
fn mistakes_on_the_command_line_are_explained() {
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_ovh-web-sandbox"))
            .args(arguments)
            .output()
            .expect("the program")
    };
    let help = run(&["--help"]);
    assert!(help.status.success());
    assert!(String::from_utf8_lossy(&help.stdout).contains("--speed X"));
    let version = run(&["--version"]);
    let expected = format!("ovh-web-sandbox {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8_lossy(&version.stdout), expected);
    let wrong = run(&["--fast"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("no option --fast"));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let failed = run(&["--port", &port]);
    assert_eq!(failed.status.code(), Some(1));
    let log = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(log.contains("cannot listen on 127.0.0.1:"), "{log}");
}

#[test]
fn command_gets_variables_and_sets_exit_status() {
    let log = std::env::temp_dir().join(format!("sandbox-calls-{}.log", std::process::id()));
    let run = |script: &str| {
        Command::new(env!("CARGO_BIN_EXE_ovh-web-sandbox"))
            .args(["--seed", "3", "--log"])
            .arg(&log)
            .args(["--", "sh", "-c", script])
            .output()
            .expect("the program")
    };
    let output = run("echo \"$OVH_ENDPOINT ${#OVH_CONSUMER_KEY}\"; echo words >&2; exit 7");
    assert_eq!(output.status.code(), Some(7));
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(said.starts_with("http://127.0.0.1:"), "{said}");
    assert!(said.ends_with("/1.0 32\n"), "{said}");
    assert_eq!(
        output.stderr, b"words\n",
        "what the command says, and no more"
    );
    let logged = std::fs::read_to_string(&log).expect("a log");
    std::fs::remove_file(&log).expect("a log");
    assert!(logged.contains("ends with its command"), "{logged}");
    assert!(logged.ends_with("stopped\n"), "{logged}");

    let output = Command::new(env!("CARGO_BIN_EXE_ovh-web-sandbox"))
        .args(["--", "no-such-program-at-all"])
        .output()
        .expect("the program");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.contains("cannot run no-such-program-at-all"), "{said}");
}

#[test]
fn a_killed_command_ends_as_128_and_its_signal() {
    let output = Command::new(env!("CARGO_BIN_EXE_ovh-web-sandbox"))
        .args(["--", "sh", "-c", "kill -s KILL $$"])
        .output()
        .expect("the program");
    assert_eq!(output.status.code(), Some(128 + 9));
}

#[test]
fn a_signal_ends_the_group_of_the_command() {
    for signal in ending_signals() {
        // Its child ignores signals; the pipe ends when all of them are gone.
        let script = "sh -c 'trap \"\" HUP TERM INT; echo started; sleep 600' & wait";
        let mut program = Program::start(&["--", "sh", "-c", script]);
        let mut line = String::new();
        program.out.read_line(&mut line).expect("a line");
        assert_eq!(line, "started\n");
        program.signal(signal);
        let mut rest = String::new();
        program.out.read_to_string(&mut rest).expect("text");
        assert_eq!(program.child.wait().expect("its end").code(), Some(1));
    }
}

#[test]
fn a_signal_ends_the_command_too() {
    let program = Program::start(&["--", "sh", "-c", "echo started; exec sleep 600"]);
    let mut program = program;
    let mut line = String::new();
    program.out.read_line(&mut line).expect("a line");
    assert_eq!(line, "started\n");
    program.signal("TERM");
    // The command holds the other end: this ends when it does.
    let mut rest = String::new();
    program.out.read_to_string(&mut rest).expect("text");
    assert_eq!(program.child.wait().expect("its end").code(), Some(1));
}
