//! The verdict is true: what uses everything of an old client is compiled with the new one.
//!
//! Every operation, argument, type, field, setter, constructor and value of the old client is used
//! once, each in a function of its own. Those that the diff calls breaking do not compile, and all
//! others do.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ovh_web_codegen::Output;
use ovh_web_codegen::diff::{Diff, Effect, Sort, Verdict, between, program};
use support::{cases, generate, read, revisions, root};

/// A workspace with a generated client and a program that uses it.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new(name: &str, client: &Output) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("verdict")
            .join(name);
        let _ = fs::remove_dir_all(&folder);
        let scratch = Self { folder };
        let runtime = root().join("crates/ovh-runtime");
        let runtime = runtime.canonicalize().expect("it is there");
        let runtime = format!(
            "ovh-runtime = {{ path = {:?} }}\n",
            runtime.display().to_string()
        );
        let serde = "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n";
        let features = "\n[features]\nfull-serde = []\nschemars = []\n";
        let package = |name: &str| {
            format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n")
        };
        scratch.write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"client\", \"user\"]\nresolver = \"3\"\n",
        );
        scratch.write("Cargo.lock", &read("Cargo.lock"));
        scratch.write(
            "client/Cargo.toml",
            &format!(
                "{}[dependencies]\n{runtime}{serde}{features}",
                package("client")
            ),
        );
        for (path, text) in &client.files {
            scratch.write(&format!("client/src/{path}"), text);
        }
        scratch.write(
            "user/Cargo.toml",
            &format!(
                "{}[dependencies]\nclient = {{ path = \"../client\" }}\n{runtime}{serde}",
                package("user")
            ),
        );
        scratch
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    /// The uses that do not compile, by their place. An error of one sort can hide those of
    /// another, so what fails is left out and the rest is tried again.
    fn failing(&self, uses: &[program::Use]) -> BTreeSet<usize> {
        let mut failing = BTreeSet::new();
        loop {
            let mut text = program::head("client");
            let mut places = BTreeMap::new();
            let mut line = text.lines().count();
            for (place, one) in uses.iter().enumerate() {
                if !failing.contains(&place) {
                    line += 1;
                    places.insert(line, place);
                    text.push_str(&one.code);
                    text.push('\n');
                }
            }
            self.write("user/src/lib.rs", &text);
            let output = Command::new(env!("CARGO"))
                .args(["check", "--offline", "--quiet", "-p", "user"])
                .args(["--message-format", "json"])
                .current_dir(&self.folder)
                .env("CARGO_TARGET_DIR", self.folder.with_file_name("target"))
                .output()
                .expect("cargo runs");
            if output.status.success() {
                return failing;
            }
            let before = failing.len();
            for message in String::from_utf8_lossy(&output.stdout).lines() {
                let message: serde_json::Value = serde_json::from_str(message).expect("JSON");
                let message = &message["message"];
                if message["level"] != "error" {
                    continue;
                }
                let spans = message["spans"].as_array().into_iter().flatten();
                for span in spans.filter(|span| span["is_primary"] == true) {
                    let line = span["line_start"].as_u64().expect("a line");
                    let line = usize::try_from(line).expect("it fits");
                    let own = span["file_name"].as_str().unwrap_or_default();
                    assert!(own.ends_with("user/src/lib.rs"), "{message}");
                    failing.insert(*places.get(&line).unwrap_or_else(|| panic!("{message}")));
                }
            }
            assert!(
                failing.len() > before,
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

/// Compiles and compares.
fn prove(name: &str, old: &Output, new: &Output) -> Diff {
    let diff = between(&old.api, &new.api);
    let uses = program::uses(&old.api, "client");
    let failing = Scratch::new(name, new).failing(&uses);
    let breaking: Vec<_> = diff
        .changes
        .iter()
        .filter(|change| change.verdict == Verdict::Breaking && !change.silent)
        .collect();
    for (place, one) in uses.iter().enumerate() {
        let said: Vec<_> = breaking
            .iter()
            .filter(|change| {
                change.item == one.item
                    || change.item == one.within && change.effect == Effect::Gone
            })
            .collect();
        // A type of another sort may still have a part of that name.
        let is_open = breaking.iter().any(|change| {
            change.item == one.within
                && change.sort == Sort::Type
                && change.effect == Effect::Changed
        });
        let fails = failing.contains(&place);
        assert!(
            fails != said.is_empty() || is_open && fails,
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
    let fails = !failing.is_empty();
    assert_eq!(fails, !breaking.is_empty(), "{name}");
    for change in breaking {
        assert!(
            uses.iter().any(|one| change.covers(&one.item)),
            "{name}: nothing uses {change:#?}"
        );
    }
    diff
}

#[test]
fn of_real_revisions_exactly_what_is_said_to_break_breaks() {
    let all = revisions();
    for (number, pair) in all.windows(2).enumerate() {
        let diff = prove(&format!("pair{number}"), &pair[0], &pair[1]);
        assert!(diff.count(Verdict::Breaking) > 0);
    }
    // And over both steps at once.
    prove("both", &all[0], &all[2]);
}

#[test]
fn of_small_changes_exactly_what_is_said_to_break_breaks() {
    let old = generate(&cases::base(), None);
    for case in cases::CASES {
        let mut document = cases::base();
        (case.change)(&mut document);
        // One folder for all: what changes is compiled again, and nothing else.
        prove("case", &old, &generate(&document, Some(&old)));
    }
}

#[test]
fn nothing_breaks_where_nothing_changed() {
    let [.., newest] = revisions() else {
        panic!("there are revisions");
    };
    let diff = prove("same", newest, newest);
    assert_eq!(diff.changes, []);
}
