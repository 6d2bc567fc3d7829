//! The sandbox's program and a client that knows nothing of it but the lines that it prints.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use ovh_web::config::Sources;
use ovh_web::{Client, ErrorKind};
use ovh_web_tests::fails;

/// A program that ends with the test, however the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program, and reads the lines that it prints as a shell would.
fn start() -> (Running, Vec<(String, String)>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sandbox-under-test"))
        .args(["--hosting", "shop.cluster02.hosting.ovh.net"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    let out = BufReader::new(child.stdout.take().expect("its output"));
    let running = Running(child);
    let lines = out
        .lines()
        .take(4)
        .map(|line| {
            let line = line.expect("a line");
            let (name, value) = line
                .strip_prefix("export ")
                .and_then(|line| line.split_once('='))
                .unwrap_or_else(|| panic!("no export in {line}"));
            (name.to_owned(), value.trim_matches('\'').to_owned())
        })
        .collect();
    (running, lines)
}

#[tokio::test]
async fn the_printed_lines_are_all_that_a_client_needs() {
    let (running, lines) = start();
    let sources = lines.iter().fold(Sources::new(), |sources, (name, value)| {
        sources.variable(name, &**value)
    });
    let client = Client::builder().sources(sources.clone()).build();
    let client = client.expect("complete settings");
    let names = client.hostings().names().await.expect("a signed call");
    assert_eq!(names, ["shop.cluster02.hosting.ovh.net"]);

    let wrong = sources.variable("OVH_APPLICATION_SECRET", "anothersecret");
    let wrong = Client::builder().sources(wrong).build().expect("complete");
    let refused = wrong.hostings().names().await;
    fails(refused, ErrorKind::Authentication, &["Invalid signature"]);

    drop(running);
    let gone = client.hostings().names().await;
    fails(gone, ErrorKind::Connection, &["hosting::list"]);
}

#[test]
fn each_printed_line_is_needed() {
    let (_running, lines) = start();
    for left_out in &lines {
        let sources = lines
            .iter()
            .filter(|line| *line != left_out)
            .fold(Sources::new(), |sources, (name, value)| {
                sources.variable(name, &**value)
            });
        let error = Client::builder().sources(sources).build();
        let error = fails(error, ErrorKind::Configuration, &[]);
        assert!(!error.to_string().contains(&*left_out.1), "{error}");
    }
}
