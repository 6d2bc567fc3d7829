//! `cargo xtask diff` compares the working tree, revisions and files.

use crate::support::{Root, Run, small};
use serde_json::{Value, json};

/// A workspace that was generated and committed.
fn committed() -> Root {
    let root = Root::fetched();
    root.write("Cargo.toml", "[workspace.package]\nversion = \"0.3.1\"\n");
    assert_eq!(root.run(&["regen"]).code, 0);
    root.git(&["init", "--quiet"]);
    commit(&root);
    root
}

fn commit(root: &Root) {
    root.git(&["add", "--all"]);
    root.git(&["commit", "--quiet", "--message", "A revision."]);
}

/// The small document with another field and without one.
fn changed() -> Value {
    let mut document = small();
    let cron = &mut document["components"]["schemas"]["hosting.web.Cron"]["properties"];
    cron["email"] = json!({"type": "string", "nullable": true});
    cron.as_object_mut().expect("an object").remove("status");
    document
}

fn told(run: &Run) -> &str {
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    &run.out
}

#[test]
fn working_tree_is_compared_with_head() {
    let root = committed();
    let run = root.run(&["diff"]);
    assert_eq!(
        told(&run),
        "# From HEAD to the working tree\n\nNothing changed for users of the client.\n"
    );
    root.write(
        "schema/ovh-web-client/hosting-web.json",
        &changed().to_string(),
    );
    let before = root.snapshot();
    let first = root.run(&["diff"]);
    let text = told(&first);
    assert!(text.contains("1 breaking, 1 additive"), "{text}");
    assert!(text.contains("0.3.1 becomes 0.4.0"), "{text}");
    assert!(text.contains("- `Cron.status` is gone"), "{text}");
    assert!(
        text.contains("- `Cron`, new field `email: Option<String>`"),
        "{text}"
    );
    assert_eq!(root.snapshot(), before, "it only looks");
    // The same once it is generated, and between two revisions.
    let regen = root.run(&["regen"]);
    let line = "for users, since the last commit: 1 breaking, 1 additive - `cargo xtask diff`";
    assert!(told(&regen).contains(line), "{regen:?}");
    assert!(
        regen.out.contains("  ! `Cron.status` is gone\n"),
        "{regen:?}"
    );
    // A second run has nothing to write, and the same answer.
    assert!(told(&root.run(&["regen"])).contains(line));
    assert_eq!(told(&root.run(&["diff"])), text);
    commit(&root);
    assert!(told(&root.run(&["diff"])).contains("Nothing changed"));
    let both = root.run(&["diff", "HEAD~1", "HEAD"]);
    let (_, told_then) = text.split_once('\n').expect("lines");
    let (title, told_now) = told(&both).split_once('\n').expect("lines");
    assert_eq!((title, told_now), ("# From HEAD~1 to HEAD", told_then));
}

/// Moves the files of the main client to where they were before each client had a folder.
fn flatten(root: &Root) {
    let folder = root.path("schema/ovh-web-client");
    for file in std::fs::read_dir(&folder).expect("a folder") {
        let path = file.expect("an entry").path();
        let name = path.file_name().expect("a name");
        std::fs::rename(&path, root.path("schema").join(name)).expect("a file");
    }
    let sources = root.read("schema/sources.toml");
    let lines = sources.lines().map(|line| match line.split_once('"') {
        Some(("[section.", rest)) => {
            let path = rest.trim_end_matches("\"]");
            format!("[[section]]\npath = \"{path}\"\n")
        }
        Some(("client = ", _)) => String::new(),
        _ => format!("{line}\n"),
    });
    root.write("schema/sources.toml", &lines.collect::<String>());
}

#[test]
fn reads_revisions_from_before_the_folders() {
    let root = committed();
    flatten(&root);
    commit(&root);
    root.git(&["checkout", "--quiet", "HEAD~1", "--", "schema"]);
    root.write(
        "schema/ovh-web-client/hosting-web.json",
        &changed().to_string(),
    );
    for side in ["HEAD", "HEAD~1"] {
        let run = root.run(&["diff", side]);
        let text = told(&run);
        assert!(text.contains("1 breaking, 1 additive"), "{side}: {text}");
        let run = root.run(&["pr-body", side]);
        let text = told(&run);
        let document = "- `hosting-web.json`: 1 operations, 1 schemas";
        assert!(text.contains("0.3.1 becomes 0.4.0"), "{side}: {text}");
        assert!(text.contains(document), "{side}: {text}");
    }
    let run = root.run(&["diff", "HEAD", "HEAD~1"]);
    assert!(told(&run).contains("Nothing changed"), "{run:?}");
}

#[test]
fn docs_of_an_unknown_property_are_refused() {
    let root = committed();
    let docs = "[type.\"hosting.web.Cron\".properties]\nstatus = \"Its state.\"\n";
    root.write(
        "schema/ovh-web-client/docs.toml",
        &format!("{docs}comand = \"What runs.\"\n"),
    );
    let before = root.snapshot();
    let run = root.run(&["regen"]);
    let line = "schema/ovh-web-client/docs.toml: no document has property hosting.web.Cron comand \
                (did you mean `command`?) - correct the entry or remove it\n";
    assert_eq!((run.code, run.err.as_str()), (1, line));
    assert_eq!(root.snapshot(), before);
    // A committed entry that is outdated is not an error.
    root.write("schema/ovh-web-client/docs.toml", docs);
    told(&root.run(&["regen"]));
    commit(&root);
    root.write(
        "schema/ovh-web-client/hosting-web.json",
        &changed().to_string(),
    );
    let run = root.run(&["regen"]);
    let line = "documented, but in no document any more: property hosting.web.Cron status\n";
    assert!(told(&run).contains(line), "{run:?}");
}

#[test]
fn renaming_by_hand_is_reported_as_breaking() {
    let root = committed();
    let names = root.read("schema/ovh-web-client/names.toml");
    root.write(
        "schema/ovh-web-client/names.toml",
        &names.replace("::Cron\"", "::Job\""),
    );
    let run = root.run(&["diff"]);
    assert!(
        told(&run)
            .contains("`Cron` is gone: model of `hosting.web.Cron`, with `command`, `status` - renamed to `Job` (same schema)"),
        "{run:?}"
    );
}

#[test]
fn compares_files_and_prints_json() {
    let root = committed();
    root.write("in/new.json", &changed().to_string());
    let file = root.path("in/new.json");
    let file = file.to_str().expect("UTF-8");
    let run = root.run(&["diff", ".", file, "--json"]);
    let report: Value = serde_json::from_str(told(&run)).expect("JSON");
    assert_eq!(report["impact"], "breaking");
    assert_eq!(
        (&report["version"], &report["next_version"]),
        (&json!("0.3.1"), &json!("0.4.0"))
    );
    assert_eq!(
        (&report["breaking"], &report["additive"]),
        (&json!(1), &json!(1))
    );
    let items: Vec<&Value> = report["changes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|c| &c["item"])
        .collect();
    assert_eq!(items, ["Cron.email", "Cron.status"]);
    let back = root.run(&["diff", file, "."]);
    assert!(told(&back).contains("- `Cron.email` is gone"), "{back:?}");
}

#[test]
fn unknown_revisions_are_an_error() {
    let root = committed();
    let run = root.run(&["diff", "nosuch"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err
            .contains("`nosuch` is neither a file nor a git revision"),
        "{}",
        run.err
    );
    root.write(
        "in/other.json",
        &small().to_string().replace("/hosting/web/", "/other/"),
    );
    let other = root.path("in/other.json");
    let run = root.run(&["diff", ".", other.to_str().expect("UTF-8")]);
    assert_eq!(run.code, 1);
    assert!(
        run.err
            .contains("only one of them is a section of schema/sources.toml"),
        "{}",
        run.err
    );
    root.write("schema/ovh-web-client/hosting-web.json", "{");
    let run = root.run(&["diff"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("nothing can be generated from ."),
        "{}",
        run.err
    );
}
