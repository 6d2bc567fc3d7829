//! The binary: what it prints, what it logs, how it stops.

#![cfg(unix)]

mod common;

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

use common::Client;

struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ovh-web-sandbox"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        Self { child, out }
    }

    /// The values of the four lines that it prints first.
    fn exports(&mut self) -> Vec<String> {
        let names = [
            "OVH_ENDPOINT",
            "OVH_APPLICATION_KEY",
            "OVH_APPLICATION_SECRET",
            "OVH_CONSUMER_KEY",
        ];
        names
            .iter()
            .map(|name| {
                let mut line = String::new();
                self.out.read_line(&mut line).expect("a line");
                let value = line
                    .trim_end()
                    .strip_prefix(&format!("export {name}='"))
                    .and_then(|rest| rest.strip_suffix('\''));
                value
                    .unwrap_or_else(|| panic!("no {name} in {line}"))
                    .to_owned()
            })
            .collect()
    }

    /// Sends a signal, and gives what was logged once the program has ended well.
    fn stop(mut self, signal: &str) -> String {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.expect("kill").success());
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().expect("its log");
        stderr.read_to_string(&mut log).expect("text");
        assert!(self.child.wait().expect("its end").success(), "{log}");
        log
    }
}

#[test]
fn it_prints_what_a_client_needs_logs_each_call_and_stops_on_a_signal() {
    for signal in ["TERM", "INT"] {
        let arguments = ["--seed", "3", "--hosting", "shop.cluster02.hosting.ovh.net"];
        let mut program = Program::start(&arguments);
        let values = program.exports();
        let address: SocketAddr = values[0]
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix("/1.0"))
            .and_then(|address| address.parse().ok())
            .expect("an address");
        let mut client = Client {
            address,
            key: values[1].clone(),
            secret: values[2].clone(),
            consumer: values[3].clone(),
            skew: 0,
        };
        let services = client.get("/hosting/web").ok();
        assert_eq!(services[0], "shop.cluster02.hosting.ovh.net");
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
        assert!(
            !log.contains(&values[2]) && !log.contains(&values[3]),
            "{log}"
        );
    }
}

/// A client of a program, from the lines that it printed.
fn client(values: &[String]) -> Client {
    let address = values[0]
        .split("://")
        .nth(1)
        .and_then(|rest| rest.strip_suffix("/1.0"));
    Client {
        address: address
            .and_then(|address| address.parse().ok())
            .expect("an address"),
        key: values[1].clone(),
        secret: values[2].clone(),
        consumer: values[3].clone(),
        skew: 0,
    }
}

#[test]
fn the_state_is_saved_on_a_clean_stop_and_resumed() {
    let folder = std::env::temp_dir().join(format!("sandbox-state-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("state.json");
    let arguments = ["--speed", "1000", "--state", file.to_str().expect("a path")];
    let mut program = Program::start(&arguments);
    let first = client(&program.exports());
    let body =
        serde_json::json!({"login": "example-a", "home": "./", "password": "canaryPass-42x"});
    let task = first.post(&common::at("/user"), body).task();
    assert!(program.stop("TERM").contains("saved the state"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let mut program = Program::start(&arguments);
    let second = client(&program.exports());
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
fn hostings_come_from_a_file() {
    let name = format!("sandbox-hostings-{}.json", std::process::id());
    let file = std::env::temp_dir().join(name);
    let hostings =
        r#"[{"service": "old.example", "offer": "perso2014"}, {"service": "new.example"}]"#;
    std::fs::write(&file, hostings).expect("a file");
    let path = file.to_str().expect("a path");
    let mut program = Program::start(&["--hosting", path, "--hosting", "third.example"]);
    let client = client(&program.exports());
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
fn the_certificate_authority_is_a_file_while_the_program_runs() {
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
fn a_command_has_the_variables_and_its_exit_status_is_the_programs() {
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
fn a_signal_ends_the_command_too() {
    let program = Program::start(&["--", "sh", "-c", "echo started; exec sleep 600"]);
    let mut program = program;
    let mut line = String::new();
    program.out.read_line(&mut line).expect("a line");
    assert_eq!(line, "started\n");
    let id = program.child.id().to_string();
    let sent = Command::new("kill").args(["-s", "TERM", &id]).status();
    assert!(sent.expect("kill").success());
    // The command holds the other end: this ends when it does.
    let mut rest = String::new();
    program.out.read_to_string(&mut rest).expect("text");
    assert_eq!(program.child.wait().expect("its end").code(), Some(1));
}
