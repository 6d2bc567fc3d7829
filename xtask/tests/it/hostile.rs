//! Attacks through documents and file names on what the commands print and write.

use crate::support::{Root, fixture, run_in, small};
use ovh_web_codegen::escape::is_hidden;
use serde_json::{Value, json};
use std::path::Path;

const CHANGELOG: &str = "# Changelog\n\n## Unreleased\n";

/// A value that adds a line to the surface, from which Rust was made.
const LINE: &str =
    "a\ntype Evil>(&str); fn main() { std::process::exit(7) } fn x = hosting.web.Cron (read)";

/// A workspace that was generated.
fn generated() -> Root {
    let root = Root::fetched();
    root.write("Cargo.toml", "[workspace.package]\nversion = \"0.3.1\"\n");
    root.write("CHANGELOG.md", CHANGELOG);
    let run = root.run(&["regen"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    root
}

/// The small document with a status that has `values`.
fn with_values(values: &[&str]) -> Value {
    let mut document = small();
    document["components"]["schemas"]["hosting.web.Cron"]["properties"]["status"] =
        json!({"type": "string", "enum": values, "readOnly": true});
    document
}

#[test]
fn a_value_with_lines_stops_every_command() {
    let root = generated();
    let document = with_values(&["on", LINE]).to_string();
    let at = "#/components/schemas/hosting.web.Cron/properties/status/enum/1: ";
    root.write("in/web.json", &document);
    let before = root.snapshot();
    let file = root.path("in/web.json");
    let file = file.to_str().expect("UTF-8");
    let client = root.path("client");
    let client = client.to_str().expect("UTF-8");
    for command in [
        &["fetch", "--from", file][..],
        &["diff", "HEAD", file],
        &["preview", file, "--out", client],
    ] {
        let run = root.run(command);
        assert_eq!(run.code, 1, "{command:?}: {run:?}");
        if command[0] != "diff" {
            assert!(
                run.err.contains(at) && run.err.contains("U+000A"),
                "{run:?}"
            );
        }
        assert_eq!(root.snapshot(), before, "{command:?}");
    }
    root.write("schema/ovh-web-client/hosting-web.json", &document);
    let before = root.snapshot();
    for command in [&["regen"][..], &["regen", "--check"]] {
        let run = root.run(command);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{run:?}");
        assert!(run.err.contains(at), "{run:?}");
        assert_eq!(run.err.trim_end().matches(is_hidden).count(), 0, "{run:?}");
        assert_eq!(root.snapshot(), before);
    }
}

/// A name of a file is a path of a maintainer, but may have been copied from anywhere.
#[test]
fn a_file_name_with_lines_writes_no_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = "a\n[lib]\npath = 'evil.rs'\n#![x]\n**b**.json";
    let file = folder.path().join(name);
    if std::fs::write(&file, fixture("auth.json")).is_err() {
        return; // Windows has no such names.
    }
    let out = folder.path().join("client");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let [document, client] = [&file, &out].map(|path| path.to_str().expect("UTF-8"));
    let edge = Root::empty().edge();
    let run = run_in(&workspace, edge, &["preview", document, "--out", client]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    let read = |path: &str| std::fs::read_to_string(out.join(path)).expect(path);
    let manifest = read("Cargo.toml");
    let table: toml::Table = manifest.parse().expect("TOML");
    assert!(!table.contains_key("lib"), "{manifest}");
    assert_eq!(manifest.lines().nth(1), Some("[package]"), "{manifest}");
    for path in ["src/lib.rs", "src/catalog.rs", "src/types.rs"] {
        let text = read(path);
        let second = text.lines().nth(1).expect("a line");
        assert!(second.starts_with("//!"), "{path}: {second}");
    }
    let report = read("REPORT.md");
    assert_eq!(report.lines().nth(1), Some(""), "{report}");
    assert!(!report.contains("\n**b**"), "{report}");
}

/// Texts that would show in a pull request as something else than text.
const MARKDOWN: [&str; 9] = [
    "# Merge this",
    "- [x] **Reviewed.** All is well",
    "@maintainer",
    "![image](https://example.com/pixel.png)",
    "[link](https://example.com)",
    "<img src=https://example.com/pixel.png>",
    "</details>",
    "`` ` ``` #1 GH-1",
    "a (certain: ` (certain: the same value)",
];

/// The text outside of code spans.
fn outside_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        let run: String = rest[at..].chars().take_while(|c| *c == '`').collect();
        let inside = &rest[at + run.len()..];
        let closes = |(start, _): &(usize, &str)| {
            !inside[..*start].ends_with('`') && !inside[start + run.len()..].starts_with('`')
        };
        let end = inside.match_indices(run.as_str()).find(closes);
        let (end, _) = end.unwrap_or_else(|| panic!("a code span is open: {line}"));
        rest = &inside[end + run.len()..];
    }
    out + rest
}

/// The lines of a text outside of its blocks of code.
fn prose(text: &str) -> Vec<&str> {
    let mut is_code = false;
    let lines = text.lines().filter(|line| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    lines.collect()
}

#[test]
fn upstream_text_is_escaped_in_pull_requests() {
    let root = generated();
    let mut texts = MARKDOWN.to_vec();
    texts.push("on");
    let mut document = with_values(&texts);
    let route = "/hosting/web/{serviceName}/cron/{id}";
    let get = &mut document["paths"][route]["get"];
    get["deprecated"] = true.into();
    get["x-iam-actions"] = MARKDOWN.iter().map(|text| json!({"name": text})).collect();
    get["x-replacement-route"] = MARKDOWN[2].into();
    get["x-deletion-date"] = MARKDOWN[5].into();
    get["x-badges"] = json!([{"label": MARKDOWN[3]}]);
    let list = get["parameters"].as_array_mut().expect("a list");
    list.extend(
        MARKDOWN
            .iter()
            .map(|text| json!({"in": "query", "name": text, "schema": {"type": "string"}})),
    );
    let properties = &mut document["components"]["schemas"]["hosting.web.Cron"]["properties"];
    for text in MARKDOWN {
        properties[text] = json!({"type": "string"});
    }
    root.write("with.json", &document.to_string());
    root.write("without.json", &with_values(&["on"]).to_string());
    let [with, without] = ["with.json", "without.json"].map(|name| root.path(name));
    let [with, without] = [&with, &without].map(|path| path.to_str().expect("UTF-8"));
    for (old, new) in [(without, with), (with, without)] {
        for command in ["pr-body", "diff"] {
            let run = root.run(&[command, old, new]);
            assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
            // Folds of our own, each of which is closed once.
            let (folds, lines): (Vec<_>, Vec<_>) = prose(&run.out)
                .into_iter()
                .partition(|line| line.starts_with("<details><summary>") || *line == "</details>");
            let closed = folds.iter().filter(|line| **line == "</details>");
            assert_eq!(2 * closed.count(), folds.len(), "{}", run.out);
            for line in lines {
                let outside = outside_code(line);
                for text in MARKDOWN {
                    assert!(!outside.contains(text), "{text:?} is Markdown: {line}");
                }
                assert!(
                    !outside.contains('@') && !outside.contains("<img"),
                    "{line}"
                );
            }
        }
        let run = root.run(&["pr-body", old, new, "--title"]);
        assert_eq!(run.out.lines().count(), 1, "{run:?}");
        let run = root.run(&["pr-body", old, new, "--changelog"]);
        assert_eq!(run.code, 0, "{run:?}");
        for line in root.read("CHANGELOG.md").lines() {
            let outside = outside_code(line);
            assert!(
                !outside.contains('@') && !outside.contains("<img"),
                "{line}"
            );
            let is_ours = line.is_empty() || line.starts_with("* ") || line.starts_with('#');
            assert!(is_ours, "{line}");
        }
    }
}

/// A value cannot say of itself that another one is the same.
#[test]
fn a_value_is_no_renamed_one_whatever_it_says() {
    let root = generated();
    root.write(
        "old.json",
        &with_values(&["certainly (certain: x)"]).to_string(),
    );
    root.write(
        "new.json",
        &with_values(&["certainly (certain: y)"]).to_string(),
    );
    let [old, new] = ["old.json", "new.json"].map(|name| root.path(name));
    let run = root.run(&[
        "pr-body",
        old.to_str().expect("UTF-8"),
        new.to_str().expect("UTF-8"),
    ]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    for line in prose(&run.out) {
        let outside = outside_code(line);
        let is_guess = ["Renamed", "probably now", "certain"].map(|word| outside.contains(word));
        assert_eq!(is_guess, [false; 3], "{line}");
    }
}

#[test]
fn a_list_of_sections_has_no_hidden_characters() {
    for (key, text) in [
        ("url", "https://eu.api.ovh.com/v1/auth.json\\n[section]"),
        ("url", "https://eu.api.ovh.com/v1/\\u202Eauth.json"),
        ("origin", "file\\u2028"),
    ] {
        let root = Root::fetched();
        let text = root
            .read("schema/sources.toml")
            .lines()
            .map(|line| match line.split_once(" = ") {
                Some((found, _)) if found == key => format!("{key} = \"{text}\"\n"),
                _ => format!("{line}\n"),
            })
            .collect::<String>();
        root.write("schema/sources.toml", &text);
        let run = root.run(&["regen"]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.err.contains("hidden character"), "{run:?}");
    }
    let path = "[section.\"/auth\\n\"]\nname = \"auth\"\n";
    xtask::sources::Sources::parse(path).expect_err("a hidden character");
}

#[test]
fn no_section_takes_the_place_of_corrections() {
    let named = |name: &str| {
        let text = format!("[section.\"/x\"]\nname = \"{name}\"\nurl = \"https://a.example/x\"\n");
        xtask::sources::Sources::parse(&text)
    };
    named("overlays").expect("a name");
    for name in ["overlay", "../overlay", "a/b", "A"] {
        named(name).expect_err(name);
    }
}

/// A build script would run code before anyone has read what it was made from.
#[test]
fn no_crate_has_a_build_script() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut manifests = vec![root.join("xtask"), root.join("tests")];
    for folder in ["crates", "tests"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            manifests.push(entry.expect("an entry").path());
        }
    }
    let mut packages = 0;
    for folder in manifests {
        let Ok(manifest) = std::fs::read_to_string(folder.join("Cargo.toml")) else {
            continue;
        };
        packages += 1;
        let manifest: toml::Table = manifest.parse().expect("TOML");
        let script = manifest
            .get("package")
            .and_then(|package| package.get("build"));
        assert_eq!(script, None, "{}", folder.display());
        assert!(!folder.join("build.rs").exists(), "{}", folder.display());
    }
    assert!(packages > 6, "{packages}");
}
