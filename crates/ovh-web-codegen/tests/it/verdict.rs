//! Checks the verdict of the diff with the compiler: a program that uses an old client is compiled
//! with the new one.
//!
//! Every operation, argument, type, field, setter, constructor and value of the old client is used
//! once, each in one function. The functions whose items the diff calls breaking must not compile,
//! and all others must. The history is compiled forwards and backwards, so that items go as well.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{cases, generate, read, revisions, revisions_back, root};
use ovh_web_codegen::Output;
use ovh_web_codegen::diff::{Diff, Effect, Impact, ItemKind, between, program};

/// An old client and the next one.
struct Pair<'a> {
    name: String,
    old: &'a Output,
    new: &'a Output,
}

impl<'a> Pair<'a> {
    fn new(name: impl Into<String>, old: &'a Output, new: &'a Output) -> Self {
        let name = name.into();
        Self { name, old, new }
    }
}

/// The uses of an old client, and those that do not compile with the next one.
struct User {
    /// The module of the uses.
    module: String,
    client: String,
    uses: Vec<program::Use>,
    failing: BTreeSet<usize>,
    /// The use that stands in each line.
    lines: BTreeMap<usize, usize>,
}

/// A workspace of generated clients, and a package with a module for each pair that uses one of them.
struct Scratch {
    folder: PathBuf,
    members: Vec<String>,
    /// The package of all uses: one crate is compiled faster than one for each pair.
    uses: String,
}

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("verdict")
            .join(name);
        let _ = fs::remove_dir_all(&folder);
        Self {
            folder,
            members: Vec::new(),
            uses: format!("{name}_uses"),
        }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    /// A package of the workspace that knows the runtime and serde.
    fn package(&mut self, name: &str, more: &str) {
        let runtime = root().join("crates/ovh-runtime");
        let runtime = runtime.canonicalize().expect("it is there");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [features]\nfull-serde = [\"ovh-runtime/full-serde\"]\nschemars = []\ntest-util = []\n\n\
             [dependencies]\novh-runtime = {{ path = {:?} }}\n\
             serde = {{ version = \"1\", default-features = false }}\n\
             serde_json = {{ version = \"1\", default-features = false, features = [\"std\"] }}\n{more}",
            runtime.display().to_string()
        );
        self.write(&format!("{name}/Cargo.toml"), &manifest);
        self.members.push(format!("{name:?}"));
    }

    fn client(&mut self, name: &str, output: &Output) {
        self.package(name, "");
        for (path, text) in &output.files {
            self.write(&format!("{name}/src/{path}"), text);
        }
    }

    /// Finds the uses that do not compile. An error of one sort can hide those of another, so what
    /// fails is left out and the rest is tried again.
    fn check(&mut self, users: &mut [User]) {
        let clients: BTreeSet<&String> = users.iter().map(|user| &user.client).collect();
        let clients = clients
            .iter()
            .map(|client| format!("{client} = {{ path = \"../{client}\" }}\n"));
        let clients: String = clients.collect();
        let uses = self.uses.clone();
        self.package(&uses, &clients);
        let modules = users.iter().map(|user| format!("mod {};\n", user.module));
        let modules: String = modules.collect();
        self.write(&format!("{uses}/src/lib.rs"), &modules);
        let members = self.members.join(", ");
        let manifest = format!("[workspace]\nmembers = [{members}]\nresolver = \"3\"\n");
        self.write("Cargo.toml", &manifest);
        self.write("Cargo.lock", &read("Cargo.lock"));
        let all = |users: &[User]| -> usize { users.iter().map(|user| user.failing.len()).sum() };
        let mut changed: BTreeSet<usize> = (0..users.len()).collect();
        loop {
            for place in &changed {
                self.write_uses(&mut users[*place]);
            }
            let output = Command::new(env!("CARGO"))
                .args(["check", "--offline", "--quiet", "--workspace"])
                .args(["--keep-going", "--message-format", "json"])
                .current_dir(&self.folder)
                .env("CARGO_TARGET_DIR", self.folder.join("../../check"))
                // Each client is compiled once: what would make a second time faster is not worth
                // its space.
                .env("CARGO_INCREMENTAL", "0")
                .env("CARGO_PROFILE_DEV_DEBUG", "0")
                .output()
                .expect("cargo runs");
            if output.status.success() {
                return;
            }
            let before = all(users);
            changed.clear();
            for message in String::from_utf8_lossy(&output.stdout).lines() {
                let message: serde_json::Value = serde_json::from_str(message).expect("JSON");
                let package = message["target"]["name"].as_str().unwrap_or_default();
                let message = &message["message"];
                if message["level"] != "error" {
                    continue;
                }
                // The clients themselves compile, whatever uses them.
                assert_eq!(package, uses, "{message}");
                let spans = message["spans"].as_array().into_iter().flatten();
                for span in spans.filter(|span| span["is_primary"] == true) {
                    let file = Path::new(span["file_name"].as_str().expect("a file"));
                    let module = file.file_stem().expect("a name");
                    let place = users.iter().position(|user| *user.module == *module);
                    let place = place.unwrap_or_else(|| panic!("{message}"));
                    let user = &mut users[place];
                    let line = span["line_start"].as_u64().expect("a line");
                    let line = usize::try_from(line).expect("it fits");
                    let failing = user.lines.get(&line);
                    user.failing
                        .insert(*failing.unwrap_or_else(|| panic!("{message}")));
                    changed.insert(place);
                }
            }
            assert!(
                all(users) > before,
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }

    /// The program of what is not known to fail, a use a line.
    fn write_uses(&self, user: &mut User) {
        let mut text = program::head(&user.client);
        user.lines.clear();
        let mut line = text.lines().count();
        for (place, one) in user.uses.iter().enumerate() {
            if !user.failing.contains(&place) {
                line += 1;
                user.lines.insert(line, place);
                text.push_str(&one.code);
                text.push('\n');
            }
        }
        self.write(&format!("{}/src/{}.rs", self.uses, user.module), &text);
    }
}

/// Compiles and compares all pairs.
fn prove(name: &str, pairs: &[Pair<'_>]) -> Vec<Diff> {
    let mut scratch = Scratch::new(name);
    let mut clients: Vec<&Output> = Vec::new();
    let mut users = Vec::new();
    for (number, pair) in pairs.iter().enumerate() {
        // A client that several pairs lead to is compiled once.
        let known = clients
            .iter()
            .position(|client| client.files == pair.new.files);
        let at = known.unwrap_or(clients.len());
        let client = format!("{name}_client_{at}");
        if known.is_none() {
            clients.push(pair.new);
            scratch.client(&client, pair.new);
        }
        users.push(User {
            module: format!("user_{number}"),
            uses: program::uses(&pair.old.api, &client),
            client,
            failing: BTreeSet::new(),
            lines: BTreeMap::new(),
        });
    }
    scratch.check(&mut users);
    let proved = pairs.iter().zip(&users);
    proved.map(|(pair, user)| compare(pair, user)).collect()
}

/// Checks that exactly the uses which the diff calls breaking fail.
fn compare(pair: &Pair<'_>, user: &User) -> Diff {
    let name = &pair.name;
    let diff = between(&pair.old.api, &pair.new.api);
    let breaking: Vec<_> = diff
        .changes
        .iter()
        .filter(|change| change.impact == Impact::Breaking && !change.silent)
        // No code uses them.
        .filter(|change| !matches!(change.kind, ItemKind::Command | ItemKind::Flag))
        .collect();
    for (place, one) in user.uses.iter().enumerate() {
        let said: Vec<_> = breaking
            .iter()
            .filter(|change| change.covers(&one.item))
            .collect();
        // A type of another form may be used in a way that both forms know.
        let is_open = said.iter().any(|change| {
            change.kind == ItemKind::Type
                && change.effect == Effect::Changed
                && change.item == one.item
        });
        let fails = user.failing.contains(&place);
        assert!(
            fails != said.is_empty() || is_open,
            "{name}: `{}` {}, and the diff says {said:#?}: {}",
            one.item,
            if fails {
                "does not compile"
            } else {
                "compiles"
            },
            one.code
        );
    }
    assert_eq!(!user.failing.is_empty(), !breaking.is_empty(), "{name}");
    for change in breaking {
        assert!(
            user.uses.iter().any(|one| change.covers(&one.item)),
            "{name}: nothing uses {change:#?}"
        );
    }
    diff
}

#[test]
#[ignore = "compiles clients: cargo test -p ovh-web-codegen compile -- --ignored"]
fn real_revisions_compile_as_the_diff_says() {
    let (there, back) = (revisions(), revisions_back());
    let mut pairs = Vec::new();
    for (way, all) in [("there", there), ("back", back)] {
        for (number, pair) in all.windows(2).enumerate() {
            pairs.push(Pair::new(format!("{way} {number}"), &pair[0], &pair[1]));
        }
        // And over both steps at once.
        pairs.push(Pair::new(format!("{way}, both"), &all[0], &all[2]));
    }
    pairs.push(Pair::new("the same", &there[2], &there[2]));
    let mut diffs = prove("revisions", &pairs);
    let same = diffs.pop().expect("a diff for each pair");
    assert_eq!(same.changes, []);
    assert!(
        diffs.iter().all(|diff| diff.count(Impact::Breaking) > 0),
        "each of these broke something"
    );
}

#[test]
#[ignore = "compiles clients: cargo test -p ovh-web-codegen compile -- --ignored"]
fn small_changes_compile_as_the_diff_says() {
    let base = generate(&cases::base(), None);
    let mut outputs = Vec::new();
    for case in cases::CASES {
        let mut document = cases::base();
        (case.change)(&mut document);
        let there = generate(&document, Some(&base));
        let first = generate(&document, None);
        let back = generate(&cases::base(), Some(&first));
        outputs.push((case.name, there, first, back));
    }
    let mut pairs = Vec::new();
    for (name, there, first, back) in &outputs {
        pairs.push(Pair::new(*name, &base, there));
        pairs.push(Pair::new(format!("back: {name}"), first, back));
    }
    prove("cases", &pairs);
}
