//! `cargo xtask regen` writes what the generator makes, and `--check` sees every difference.

use crate::support::Root;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A workspace that was generated.
fn generated() -> Root {
    let root = Root::fetched();
    regen(&root);
    root
}

fn regen(root: &Root) -> String {
    let run = root.run(&["regen"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    run.out
}

/// Some file of the client.
fn one_file(root: &Root) -> String {
    root.snapshot()
        .into_keys()
        .map(|path| path.to_str().expect("UTF-8").replace('\\', "/"))
        .find(|path| path.starts_with("crates/ovh-web-client/src/") && path.ends_with(".rs"))
        .expect("the client has files")
}

#[test]
fn check_is_silent_after_regen() {
    let root = generated();
    let before = root.snapshot();
    let run = root.run(&["regen", "--check"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
    let out = regen(&root);
    assert!(out.starts_with("files: 0 written, 0 removed"), "{out}");
    assert!(out.contains("surface: 0 lines added, 0 removed"), "{out}");
    assert_eq!(root.snapshot(), before);
    for path in [
        "schema/ovh-web-client/names.toml",
        "schema/ovh-web-client/surface.txt",
        "crates/ovh-web-client/src/lib.rs",
    ] {
        assert!(before.contains_key(&PathBuf::from(path)), "{path}");
    }
    let sandbox = "crates/ovh-web-sandbox/src/generated/hosting-web.json";
    assert_eq!(
        root.read(sandbox),
        root.read("schema/ovh-web-client/hosting-web.json")
    );
}

#[test]
fn one_changed_byte_is_seen_shown_and_left_alone() {
    let root = generated();
    let file = one_file(&root);
    let good = root.read(&file);
    root.write(&file, &good.replacen('a', "A", 1));
    let before = root.snapshot();
    let run = root.run(&["regen", "--check"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out
            .starts_with(&format!("--- a/{file}\n+++ b/{file}\n@@ ")),
        "{}",
        run.out
    );
    let signs = |sign| {
        run.out
            .lines()
            .filter(|line| line.starts_with(sign))
            .count()
    };
    assert_eq!((signs('-'), signs('+')), (2, 2), "{}", run.out);
    assert!(
        run.err
            .starts_with("files that are out of date: 1 - run `cargo xtask regen`"),
        "{}",
        run.err
    );
    assert_eq!(root.snapshot(), before);

    let out = regen(&root);
    assert!(out.starts_with("files: 1 written, 0 removed"), "{out}");
    assert_eq!(root.read(&file), good);
}

#[test]
fn check_refuses_a_document_edited_by_hand() {
    let root = generated();
    let mut document = crate::support::small();
    document["info"]["title"] = json!("Edited");
    root.write(
        "schema/ovh-web-client/hosting-web.json",
        &ovh_web_codegen::canonical::to_text(&document),
    );
    let out = regen(&root);
    assert!(
        out.contains("note: schema/ovh-web-client/hosting-web.json is not the file"),
        "{out}"
    );
    let run = root.run(&["regen", "--check"]);
    let line = "schema/ovh-web-client/hosting-web.json is not the file that was fetched - fetch it again, \
                and put corrections into schema/ovh-web-client/overlay.json\n";
    assert_eq!(
        (run.code, run.out.as_str(), run.err.as_str()),
        (1, "", line)
    );
}

#[test]
fn all_faults_of_the_inputs_come_at_once() {
    let root = generated();
    let names = root.read("schema/ovh-web-client/names.toml");
    root.write(
        "schema/ovh-web-client/names.toml",
        &names.replace("::get\"", "::getIt\""),
    );
    root.write("schema/ovh-web-client/docs.toml", "[nonsense]\n");
    let action = |target: &str| json!({"target": target, "remove": true, "description": "Why."});
    let overlay = json!({
        "overlay": "1.0.0",
        "info": {"title": "t", "version": "1"},
        "actions": [action("$.paths.a"), action("$.paths.b")],
    });
    root.write("schema/ovh-web-client/overlay.json", &overlay.to_string());
    let run = root.run(&["regen"]);
    assert_eq!(run.code, 1);
    let begins = |begin: &str| {
        run.err
            .lines()
            .filter(|line| line.starts_with(begin))
            .count()
    };
    let counts = ["names.toml: ", "docs.toml: ", "overlay.json#/actions/"]
        .map(|file| begins(&format!("schema/ovh-web-client/{file}")));
    assert_eq!(counts, [1, 1, 2], "{}", run.err);
    assert_eq!(run.err.lines().count(), 4, "{}", run.err);
}

/// An output that is closed after one line, as by `head -1`.
struct Closed;

impl std::io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_ends_a_command_quietly() {
    let root = generated();
    let path = root.path("");
    let args = ["xtask".into(), "--root".into(), path.into(), "regen".into()];
    let mut err = Vec::new();
    let code = xtask::run_at(args, root.edge(), &mut Closed, &mut err);
    assert_eq!((code, String::from_utf8_lossy(&err).as_ref()), (141, ""));
}

#[test]
fn missing_and_stale_files_are_put_right() {
    let root = generated();
    let before = root.snapshot();
    let file = one_file(&root);
    std::fs::remove_file(root.path(&file)).unwrap();
    let stale = "crates/ovh-web-client/src/old/thing.rs";
    root.write(stale, "// Generated by `cargo xtask regen`.\n");
    root.write("crates/ovh-web-sandbox/src/generated/old.json", "{}\n");
    let run = root.run(&["regen", "--check"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains(&format!("--- /dev/null\n+++ b/{file}\n")),
        "{}",
        run.out
    );
    assert!(
        run.out.contains(&format!("--- a/{stale}\n+++ /dev/null\n")),
        "{}",
        run.out
    );
    let out = regen(&root);
    assert!(out.starts_with("files: 1 written, 2 removed"), "{out}");
    assert!(out.contains(&format!("\n  + {file}\n")), "{out}");
    assert!(out.contains(&format!("\n  - {stale}\n")), "{out}");
    assert_eq!(root.snapshot(), before);
    assert!(!root.path("crates/ovh-web-client/src/old").exists());
}

#[test]
fn handwritten_files_are_not_removed() {
    let root = generated();
    let mine = "crates/ovh-web-client/src/mine.rs";
    root.write(mine, "//! My own work.\n");
    let before = root.snapshot();
    let run = root.run(&["regen"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains(mine) && run.err.contains("is not generated"),
        "{}",
        run.err
    );
    assert_eq!(root.snapshot(), before);
}

#[test]
fn a_bad_input_touches_nothing() {
    let root = generated();
    for (file, text, says) in [
        (
            "schema/ovh-web-client/hosting-web.json",
            "{\"openapi\":",
            "ends too early",
        ),
        (
            "schema/ovh-web-client/overlay.json",
            "{\"overlay\":\"2\"}",
            "#/overlay: ",
        ),
        (
            "schema/ovh-web-client/overlay.json",
            r#"{"overlay":"1.0.0","info":{"title":"t","version":"1"},
                "actions":[{"target":"$.paths['/hosting/web/{serviceNam}/cron/{id}']","remove":true,"description":"w"}]}"#,
            "#/actions/0/target: ",
        ),
        (
            "schema/ovh-web-client/names.toml",
            "not toml at all [",
            "names.toml",
        ),
        (
            "schema/sources.toml",
            "[section.\"/x\"]\nname = 1\n",
            "schema/sources.toml: line 2",
        ),
    ] {
        let good = std::fs::read(root.path(file)).ok();
        root.write(file, text);
        let before = root.snapshot();
        let run = root.run(&["regen"]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{file}");
        assert!(run.err.contains(says), "{}", run.err);
        assert_eq!(root.snapshot(), before, "{file}");
        match good {
            Some(bytes) => std::fs::write(root.path(file), bytes).unwrap(),
            None => std::fs::remove_file(root.path(file)).unwrap(),
        }
    }
}

/// The schema folder as it is committed: one new property is a change of a few lines.
#[test]
fn one_more_property_adds_few_lines() {
    let root = Root::empty();
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/ovh-web-client");
    for entry in std::fs::read_dir(committed).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        root.write(
            &format!("schema/ovh-web-client/{name}"),
            &std::fs::read_to_string(&path).unwrap(),
        );
    }
    regen(&root);
    let before = root.snapshot();

    let text = root.read("schema/ovh-web-client/hosting-web.json");
    let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
    document["components"]["schemas"]["hosting.web.ownLogs"]["properties"]["tint"] =
        json!({"type": "string", "readOnly": true});
    root.write(
        "schema/ovh-web-client/hosting-web.json",
        &ovh_web_codegen::canonical::to_text(&document),
    );
    let out = regen(&root);
    assert!(
        out.contains("surface: 1 lines added, 0 removed\n  + field OwnLogs.tint"),
        "{out}"
    );
    assert!(
        out.contains(
            "note: schema/ovh-web-client/hosting-web.json is not the file that was fetched"
        ),
        "{out}"
    );

    let rust = |snapshot: &BTreeMap<PathBuf, Vec<u8>>| -> BTreeMap<PathBuf, String> {
        snapshot
            .iter()
            .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs"))
            .map(|(path, bytes)| (path.clone(), String::from_utf8(bytes.clone()).unwrap()))
            .collect()
    };
    let (old, new) = (rust(&before), rust(&root.snapshot()));
    assert!(old.keys().eq(new.keys()), "no file came or went");
    let changed: Vec<_> = old
        .iter()
        .filter(|(path, text)| new[*path] != **text)
        .map(|(path, text)| {
            (
                path,
                similar::TextDiff::from_lines(text, &new[path])
                    .unified_diff()
                    .context_radius(0)
                    .to_string(),
            )
        })
        .collect();
    let lines: usize = changed.iter().map(|(_, diff)| diff.lines().count()).sum();
    assert!(
        (1..=2).contains(&changed.len()) && lines <= 12,
        "{changed:#?}"
    );
}

/// The small document with a route more, or without it.
fn with_pause(is_there: bool) -> String {
    let mut document = crate::support::small();
    if is_there {
        let get = &document["paths"]["/hosting/web/{serviceName}/cron/{id}"]["get"];
        let get = get.clone();
        document["paths"]["/hosting/web/{serviceName}/cron/{id}/pause"] = json!({ "get": get });
    }
    document.to_string()
}

#[test]
fn names_retire_and_return_with_their_route() {
    let root = generated();
    let step = |is_there: bool| {
        root.write(
            "schema/ovh-web-client/hosting-web.json",
            &with_pause(is_there),
        );
        regen(&root)
    };
    let route = "GET /hosting/web/{serviceName}/cron/{id}/pause";
    step(true);
    let with = root.read("schema/ovh-web-client/names.toml");
    step(false);
    assert!(
        root.read("schema/ovh-web-client/names.toml")
            .contains(&format!("[retired]\n\"{route}\" = \"crons::pause\"\n")),
        "it is kept"
    );
    step(true);
    assert_eq!(root.read("schema/ovh-web-client/names.toml"), with);
}

#[test]
fn prints_budget_and_undocumented_items() {
    let root = generated();
    root.write("schema/ovh-web-client/hosting-web.json", &{
        let mut document = crate::support::small();
        document["components"]["schemas"]["hosting.web.Cron"]["properties"]["email"] =
            serde_json::json!({"type": "string", "nullable": true});
        document.to_string()
    });
    let out = regen(&root);
    let line = out.lines().find(|line| line.starts_with("budget: lines "));
    let line = line.unwrap_or_else(|| panic!("no budget in {out}"));
    assert!(line.contains(", files "), "{line}");
    assert!(
        out.contains("not documented yet - `cargo xtask pr-body`"),
        "{out}"
    );
    assert!(out.contains("\n  ? operation GET /auth/time\n"), "{out}");
}
