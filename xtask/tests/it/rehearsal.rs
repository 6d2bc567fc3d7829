//! Replays the history of `/hosting/web` from the oldest revision to the newest: fetch from a server,
//! regen, diff, pr-body, compile, commit. No step needs an edit by hand: names stay, documentation is
//! kept, and every change is explained.
//!
//! Documentation and overlay are today's, since the earlier ones do not exist. Surplus documentation
//! is reported; each revision gets the overlay's patches that match, since another one is an error.

use crate::support::{Root, Run, fixture, ok, serve};
use ovh_web_codegen::Input;
use ovh_web_codegen::diff::ItemKind;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::revisions::compare;
use xtask::workspace::Workspace;

/// The revisions, the oldest first.
const HISTORY: [&str; 3] = [
    "hosting-web.2024-06.json",
    "hosting-web.2025-09.json",
    "hosting-web.json",
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn committed(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A workspace in which the client has not been generated yet.
pub fn beginning() -> Root {
    let root = Root::empty();
    let manifest = committed("Cargo.toml");
    let only_these = "members = [\"crates/ovh-runtime\", \"crates/*-client\"]";
    let lines = manifest.lines();
    let lines = lines.filter(|line| !line.starts_with("default-members = "));
    let lines = lines.map(|line| {
        if line.starts_with("members = ") {
            only_these
        } else {
            line
        }
    });
    let manifest = lines.collect::<Vec<_>>().join("\n");
    assert!(
        manifest.contains(only_these),
        "the members of the workspace"
    );
    root.write("Cargo.toml", &manifest);
    root.write(
        "schema/ovh-web-client/docs.toml",
        &committed("schema/ovh-web-client/docs.toml"),
    );
    root.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n");
    root.write(".gitignore", "/Cargo.lock\n/target\n");
    root.write("Cargo.lock", &committed("Cargo.lock"));
    for folder in ["crates/ovh-runtime", "crates/ovh-web-client"] {
        copy(&repository().join(folder), &root.path(folder));
    }
    // The command line tool gets its table; it is not compiled here.
    root.write("crates/ovh-web-cli/Cargo.toml", "[package]\n");
    // All of it is generated.
    fs::remove_dir_all(root.path("crates/ovh-web-client/src")).expect("it is there");
    root.git(&["init", "--quiet"]);
    commit(&root, "What is written by hand.");
    root
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

pub fn commit(root: &Root, message: &str) {
    root.git(&["add", "--all"]);
    root.git(&["commit", "--quiet", "--message", message]);
}

pub fn told(run: Run) -> String {
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    run.out
}

/// Compiles a client as it is now, without a warning.
pub fn compile(root: &Root, package: &str) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root.path(""))
        .args(["check", "--quiet", "--offline", "--package", package])
        .args(["--features", "full-serde"])
        // Away from this build's own folder, which is locked; what is compiled stays for the next run.
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("rehearsal"),
        )
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .expect("cargo runs");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
}

/// The names of the lock, `[retired]` apart.
fn names(root: &Root) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let lock: toml::Table = root
        .read("schema/ovh-web-client/names.toml")
        .parse()
        .expect("TOML");
    let table = |name: &str| -> BTreeMap<String, String> {
        let entries = lock.get(name).and_then(toml::Value::as_table);
        entries
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.as_str().expect("a name").to_owned()))
            .collect()
    };
    let mut all = table("operations");
    all.extend(table("types"));
    (all, table("retired"))
}

/// Names stay: each is what it was, or retired, and a retired name of an operation is not given again.
///
/// A name may be carried on by another key that is the same thing for users: a route whose parameter
/// is called otherwise now, or a schema that is spelled in another way (`hosting.web.boostHistory`
/// became `hosting.web.BoostHistory`). Gives those, since their texts are found under another key.
fn never_moved(before: &BTreeMap<String, String>, root: &Root) -> Vec<String> {
    let (now, retired) = names(root);
    let mut carried_on = Vec::new();
    for (key, name) in before {
        if now.contains_key(key) {
            assert_eq!(now.get(key), Some(name), "{key}");
            continue;
        }
        match now.iter().find(|(_, given)| *given == name) {
            None => assert_eq!(retired.get(key), Some(name), "{key}"),
            Some((other, _)) => {
                let (_, own) = name.split_once("::").expect("room and name");
                let is_type = own.starts_with(char::is_uppercase);
                assert!(
                    is_type || shape(other) == shape(key),
                    "{key}: {name} was given to {other}"
                );
                carried_on.push(if is_type {
                    own.to_owned()
                } else {
                    name.clone()
                });
            }
        }
    }
    carried_on
}

/// Commands and flags stay as names do, and each operation has a row. Returns the names by route.
fn commands_stay(
    before: &BTreeMap<String, Vec<String>>,
    root: &Root,
) -> BTreeMap<String, Vec<String>> {
    let lock = root.read("schema/ovh-web-client/names.toml");
    let lock: toml::Table = lock.parse().expect("TOML");
    let table = |name: &str| -> BTreeMap<String, Vec<String>> {
        let table = lock.get(name).cloned().map(toml::Value::try_into);
        table.map_or_else(BTreeMap::new, |table| table.expect("lists of names"))
    };
    let (now, retired) = (table("commands"), table("retired_commands"));
    for (route, names) in before {
        let mut all = now.iter().chain(&retired);
        let found = all.find(|(other, _)| shape(other) == shape(route));
        let (_, found) = found.unwrap_or_else(|| panic!("{route}"));
        assert_eq!(found.first(), names.first(), "{route}");
        for name in &names[1..] {
            let gone = format!("!{}", name.trim_start_matches('!'));
            assert!(
                found.contains(name) || found.contains(&gone),
                "{route}: {name}"
            );
        }
    }
    let folder = root.path("crates/ovh-web-cli/src/generated");
    let files = fs::read_dir(folder).expect("the table");
    let texts = files.map(|file| fs::read_to_string(file.expect("a file").path()));
    let rows = texts.map(|text| text.expect("a text").matches("Command::new(").count());
    assert_eq!(rows.sum::<usize>(), now.len());
    now
}

/// A route without the names of its parameters.
fn shape(route: &str) -> String {
    let segments = route
        .split('/')
        .map(|segment| match segment.strip_prefix('{') {
            Some(_) => "{}",
            None => segment,
        });
    segments.collect::<Vec<_>>().join("/")
}

#[test]
#[ignore = "compiles clients: cargo test -p xtask compile -- --ignored"]
fn replayed_history_compiles() {
    let root = beginning();
    let docs = root.read("schema/ovh-web-client/docs.toml");
    let mut known = BTreeMap::new();
    let mut commands = BTreeMap::new();
    for (step, revision) in HISTORY.iter().enumerate() {
        // Fetch, from a server on this machine.
        let document = fixture(revision);
        let base = serve(&[
            ("/v1/hosting/web.json?format=openapi3", ok(&document)),
            ("/v1/auth.json?format=openapi3", ok(&fixture("auth.json"))),
        ]);
        let run = root.run(&["fetch", "--base", &base]);
        assert_eq!(run.code, 0, "{revision}: {run:?}");
        let documents = ["hosting-web.json", "auth.json"]
            .map(|name| Input::new(name, root.read(&format!("schema/ovh-web-client/{name}"))));
        let overlay =
            xtask::revisions::fitting(&committed("schema/ovh-web-client/overlay.json"), &documents);
        root.write(
            "schema/ovh-web-client/overlay.json",
            &overlay.expect("an overlay"),
        );

        // Generate, twice: the second time there is nothing to do.
        let first = told(root.run(&["regen"]));
        told(root.run(&["regen", "--check"]));
        assert!(first.contains("budget: lines "), "{first}");
        let carried_on = never_moved(&known, &root);
        assert_eq!(
            root.read("schema/ovh-web-client/docs.toml"),
            docs,
            "documentation is kept"
        );
        compile(&root, "ovh-web-client");

        // Explain what happened since the last commit.
        if step > 0 {
            let workspace = Workspace::find(Some(root.path(""))).expect("it is given");
            let compared = compare(&workspace, "HEAD", ".").expect("two revisions");
            let changes = &compared.diff.changes;
            assert!(!changes.is_empty(), "{revision}");
            let lost = changes.iter().find(|change| {
                let is_known = carried_on.iter().any(|name| change.item.starts_with(name));
                change.kind == ItemKind::Doc && !is_known
            });
            assert!(
                lost.is_none(),
                "a text changed that nobody touched: {lost:?}"
            );
            let story = compared.diff.to_markdown(revision, None);
            let request = told(root.run(&["pr-body", "--changelog"]));
            for change in changes {
                let item = change.item.as_str();
                let parts = item.split_once(" --");
                let parts = parts.or_else(|| item.rsplit_once([':', '.']));
                let (parent, own) = parts.map_or((item, item), |(parent, own)| {
                    (parent.trim_end_matches(':'), own)
                });
                let value = change.text.as_str();
                for text in [&story, &request] {
                    let is_told = text.contains(item)
                        || text.lines().any(|line| {
                            line.contains(parent) && (line.contains(own) || line.contains(value))
                        });
                    assert!(is_told, "{revision}: nothing is said of {item}");
                }
            }
            for heading in [
                "Check by hand",
                "What changed",
                "Surface",
                "Changelog, as a draft",
            ] {
                assert!(
                    request.contains(&format!("\n## {heading}\n")),
                    "{revision}: {heading}"
                );
            }
            assert!(root.read("CHANGELOG.md").contains("\n### Added\n"));
        }
        known = names(&root).0;
        commands = commands_stay(&commands, &root);
        commit(&root, revision);
        let rest = root.git(&["status", "--porcelain"]);
        assert_eq!(rest, "", "{revision}: everything is in the commit");
    }
}
