//! The options in the container and the compose example.

use std::fs;

use crate::common;
use crate::common::program::Program;

fn file(name: &str) -> String {
    let path = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).expect("a file")
}

/// The value behind this at the beginning of a line.
fn after<'a>(text: &'a str, name: &str) -> &'a str {
    let mut lines = text.lines();
    let found = lines.find_map(|line| line.trim_start().strip_prefix(name));
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn words(text: &str) -> Vec<String> {
    serde_json::from_str(text).expect("a list")
}

#[test]
fn compose_example_has_the_fixed_keys() {
    let (container, compose) = (file("Containerfile"), file("docs/compose.yaml"));
    let mut arguments = words(after(&container, "ENTRYPOINT ")).split_off(1);
    arguments.extend(words(after(&compose, "command: ")));
    for argument in &mut arguments {
        // The port of the container may be taken here.
        if argument == "8080" {
            *argument = "0".into();
        }
    }
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut program = Program::start(&arguments);
    let client = program.client();
    client.get("/hosting/web").ok();
    let url = after(&compose, "OVH_ENDPOINT: ");
    let head = client.signed_head_for(
        &format!("{url}/hosting/web"),
        "GET",
        "/1.0/hosting/web",
        None,
    );
    let head = head.replace(&format!("Host: {}", client.address), "Host: sandbox:8080");
    common::exchange(client.address, &head).ok();
    for (name, value) in [
        ("OVH_APPLICATION_KEY: ", &client.key),
        ("OVH_APPLICATION_SECRET: ", &client.secret),
        ("OVH_CONSUMER_KEY: ", &client.consumer),
    ] {
        assert_eq!(after(&compose, name), value, "{name}");
    }
    let log = program.stop("TERM");
    assert!(log.contains("these keys are public"), "{log}");
}
