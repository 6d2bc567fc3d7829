//! The examples of the facade, to look for secrets in what they show.

#![allow(
    dead_code,
    clippy::print_stdout,
    reason = "their own tests use the rest"
)]

#[path = "../../../crates/ovh-web/examples/backup.rs"]
pub(crate) mod backup;
#[path = "../../../crates/ovh-web/examples/consumer_key.rs"]
pub(crate) mod consumer_key;
#[path = "../../../crates/ovh-web/examples/deploy_site.rs"]
pub(crate) mod deploy_site;
#[path = "../../../crates/ovh-web/examples/from_python.rs"]
pub(crate) mod from_python;
#[path = "../../../crates/ovh-web/examples/health_check.rs"]
pub(crate) mod health_check;
#[path = "../../../crates/ovh-web/examples/migrate_site.rs"]
pub(crate) mod migrate_site;
#[path = "../../../crates/ovh-web/examples/move_deprecated.rs"]
pub(crate) mod move_deprecated;
#[path = "../../../crates/ovh-web/examples/onboard_customer.rs"]
pub(crate) mod onboard_customer;
#[path = "../../../crates/ovh-web/examples/put_online.rs"]
pub(crate) mod put_online;
#[path = "../../../crates/ovh-web/examples/report.rs"]
pub(crate) mod report;
#[path = "../../../crates/ovh-web/examples/rotate_certificates.rs"]
pub(crate) mod rotate_certificates;

/// Each example, and its call in the test `examples_hide_secrets`.
const CALLS: [(&str, &str); 12] = [
    ("backup", "backup::back_up("),
    ("consumer_key", "consumer_key::run("),
    ("deploy_site", "deploy_site::deploy("),
    ("from_python", "from_python::script("),
    ("health_check", "health_check::check_all("),
    ("migrate_site", "migrate_site::migrate("),
    ("move_deprecated", "move_deprecated::move_all("),
    ("onboard_customer", "onboard_customer::onboard("),
    ("put_online", "put_online::put_online("),
    ("report", "hostings::report("),
    ("rotate_certificates", "rotate_certificates::rotate("),
    ("web_app", "journey::run("),
];

/// An example that prints a schema without a client, and the hostings of a sandbox.
const WITHOUT_CLIENT: [&str; 2] = ["cron_schema", "hostings"];

#[test]
fn every_example_is_searched() {
    let folders = ["ovh-web", "ovh-web-testing"]
        .map(|name| format!("{}/../crates/{name}/examples", env!("CARGO_MANIFEST_DIR")));
    let mut names: Vec<String> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("the examples"))
        .map(|entry| entry.expect("an entry").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| !WITHOUT_CLIENT.contains(&&**name))
        .collect();
    names.sort();
    assert_eq!(names, CALLS.map(|(name, _)| name));
    let test = include_str!("fields.rs");
    for (name, call) in CALLS {
        assert!(test.contains(call), "{name} is not run");
    }
}
