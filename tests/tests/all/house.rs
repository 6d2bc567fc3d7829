//! Checks of the repository that no lint covers: who depends on whom, what is declared, how much a
//! user has to compile. Read through cargo, offline.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A package's name and version.
type Package = (String, String);

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        // Offline, and without a change of the lock file.
        .arg("--frozen")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}: {error}");
    String::from_utf8(output.stdout).expect("text")
}

/// Cargo's metadata for the packages that this machine builds.
fn metadata() -> Value {
    let version = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .arg("-vV")
        .output()
        .expect("rustc");
    let version = String::from_utf8(version.stdout).expect("text");
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("a host");
    let text = cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        host,
    ]);
    serde_json::from_str(&text).expect("JSON")
}

/// The packages of the workspace, by name.
fn members(metadata: &Value) -> BTreeMap<String, Value> {
    let ids = metadata["workspace_members"].as_array().expect("members");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .filter(|package| ids.contains(&package["id"]))
        .map(|package| (text(package, "name").to_owned(), package.clone()))
        .collect()
}

/// Those that can be published.
fn published(metadata: &Value) -> BTreeMap<String, Value> {
    let mut members = members(metadata);
    members.retain(|_, package| package["publish"].is_null());
    members
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package[key].as_str().unwrap_or_default()
}

/// What a package is built with, itself left out, for one of cargo's selections of edges.
///
/// This is not taken from the metadata, which adds up the features that all members ask for.
fn built_with(name: &str, edges: &str) -> BTreeSet<Package> {
    let tree = cargo(&[
        "tree", "-p", name, "-e", edges, "--prefix", "none", "--format", "{p}",
    ]);
    tree.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (name, version) = (words.next()?, words.next()?);
            Some((name.to_owned(), version.trim_start_matches('v').to_owned()))
        })
        .filter(|(package, _)| package != name)
        .collect()
}

/// `1.85` and `1.85.0` are the same.
fn rust_version(text: &str) -> [u32; 3] {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

/// Edition 2024 begins with it.
const EDITION_2024: [u32; 3] = [1, 85, 0];

#[test]
fn crates_declare_minimum_rust_version() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let declared: BTreeMap<Package, [u32; 3]> = packages
        .iter()
        .map(|package| {
            let key = (
                text(package, "name").to_owned(),
                text(package, "version").to_owned(),
            );
            (key, rust_version(text(package, "rust_version")))
        })
        .collect();
    for (name, package) in members(&metadata) {
        let dependencies = built_with(&name, "no-dev");
        let highest = dependencies
            .iter()
            .map(|key| {
                let version = declared.get(key);
                (
                    *version.unwrap_or_else(|| panic!("{name}: cargo does not know {key:?}")),
                    key,
                )
            })
            .max();
        let (needed, by) = match highest {
            Some((version, by)) if version > EDITION_2024 => (version, by.0.as_str()),
            _ => (EDITION_2024, "the edition"),
        };
        let own = rust_version(text(&package, "rust_version"));
        assert_eq!(
            own, needed,
            "{name} declares {own:?}, {by} needs {needed:?}"
        );
    }
}

#[test]
fn nobody_knows_whom_they_must_not_know() {
    let metadata = metadata();
    let members = members(&metadata);
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("ovh-runtime", &[][..]),
        ("ovh-web-client", &["ovh-runtime"]),
        ("ovh-web", &["ovh-runtime", "ovh-web-client"]),
        ("ovh-web-sandbox", &["ovh-runtime", "ovh-web-client"]),
        ("ovh-web-testing", &["ovh-web", "ovh-web-sandbox"]),
        ("ovh-web-codegen", &[]),
        ("xtask", &["ovh-web-codegen"]),
        (
            "ovh-web-benches",
            &[
                "ovh-runtime",
                "ovh-web",
                "ovh-web-client",
                "ovh-web-sandbox",
                "ovh-web-tests",
            ],
        ),
        (
            "ovh-web-fuzz",
            &[
                "ovh-runtime",
                "ovh-web",
                "ovh-web-client",
                "ovh-web-codegen",
                "ovh-web-sandbox",
            ],
        ),
        (
            "ovh-web-tests",
            &[
                "ovh-runtime",
                "ovh-web",
                "ovh-web-client",
                "ovh-web-sandbox",
                "ovh-web-testing",
            ],
        ),
    ]);
    assert_eq!(
        members.keys().map(String::as_str).collect::<Vec<_>>(),
        allowed.keys().copied().collect::<Vec<_>>(),
        "a new package needs a line here"
    );
    // Only in tests and examples: the facade's use the sandbox, the sandbox's the client's types.
    let in_tests = [
        ("ovh-web", "ovh-web-sandbox"),
        ("ovh-web-sandbox", "ovh-web-client"),
    ];
    for (name, package) in &members {
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let other = text(dependency, "name");
            if !members.contains_key(other) {
                continue;
            }
            let fine = if dependency["kind"] == "dev" {
                in_tests.contains(&(name.as_str(), other)) || allowed[&**name].contains(&other)
            } else {
                allowed[&**name].contains(&other)
            };
            assert!(fine, "{name} must not depend on {other}");
        }
    }
    // The same through whatever lies between: neither end of the protocol has the other's code.
    for (name, other) in [
        ("ovh-web", "ovh-web-sandbox"),
        ("ovh-web-sandbox", "ovh-web"),
    ] {
        let tree = built_with(name, "no-dev");
        assert!(
            tree.iter().all(|(package, _)| package != other),
            "{name} has {other}"
        );
    }
}

#[test]
fn only_facade_depends_on_http_engine() {
    let metadata = metadata();
    for name in published(&metadata).keys().map(String::as_str) {
        let tree = built_with(name, "no-dev");
        let has = |other: &str| tree.iter().any(|(package, _)| package == other);
        let calls = ["ovh-web", "ovh-web-testing"].contains(&name);
        assert_eq!(has("reqwest"), calls, "{name}");
        assert_eq!(has("progenitor-impl"), name == "ovh-web-codegen", "{name}");
        for other in ["progenitor-client", "openssl", "openssl-sys", "native-tls"] {
            assert!(!has(other), "{name} has {other}");
        }
    }
}

#[test]
fn the_client_is_light() {
    // The client itself counted, procedural macros and what they need too.
    let tree = built_with("ovh-web-client", "normal");
    let count = tree.len() + 1;
    assert!(count <= 25, "{count} crates: {tree:#?}");
    for heavy in ["tokio", "hyper", "reqwest", "rustls", "http", "regress"] {
        assert!(tree.iter().all(|(package, _)| package != heavy), "{heavy}");
    }
}

#[test]
fn published_crates_have_metadata_and_lints() {
    let metadata = metadata();
    let all = members(&metadata);
    let published = published(&metadata);
    assert_eq!(
        published.keys().map(String::as_str).collect::<Vec<_>>(),
        [
            "ovh-runtime",
            "ovh-web",
            "ovh-web-client",
            "ovh-web-codegen",
            "ovh-web-sandbox",
            "ovh-web-testing"
        ]
    );
    for (name, package) in &published {
        for key in [
            "description",
            "license",
            "repository",
            "homepage",
            "rust_version",
        ] {
            assert!(!text(package, key).is_empty(), "{name} has no {key}");
        }
        assert_eq!(text(package, "license"), "MIT OR Apache-2.0", "{name}");
        for key in ["keywords", "categories", "authors"] {
            let count = package[key].as_array().map_or(0, Vec::len);
            assert!((1..=5).contains(&count), "{name} has {count} {key}");
        }
        // A path alone is no dependency once the crate is published.
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let fine = dependency["path"].is_null() || text(dependency, "req") != "*";
            assert!(fine, "{name}: {} has no version", text(dependency, "name"));
        }
    }
    for (name, package) in &all {
        assert_eq!(text(package, "edition"), "2024", "{name}");
        let manifest = std::fs::read_to_string(Path::new(text(package, "manifest_path")));
        let manifest = manifest.expect("a manifest");
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{name} has lints of its own"
        );
    }
}
