//! `cargo xtask pr-body` writes a pull request from which a person can tell what happened.
//!
//! That of a real step is a golden file: `UPDATE_GOLDEN=1 cargo test -p xtask pr_body` writes
//! it; read it before you commit it.

use crate::support::pull_request::{body, changed, many, run, section, workspace};
use crate::support::{Root, fixture_path, run_in, small};
use serde_json::json;
use std::path::Path;

#[test]
fn shows_changes_and_checks_to_the_reviewer() {
    let root = workspace();
    root.write("new.json", &changed().to_string());
    let before = root.snapshot();
    let text = body(&root, &[]);
    assert_eq!(before, root.snapshot(), "nothing is written");
    let title = "API change: 1 break: 1 field; 2 methods, 1 field new (breaking, 0.4.0)";
    assert!(
        text.starts_with(&format!("# {title}\n\n**Breaking** for users")),
        "{text}"
    );
    assert_eq!(body(&root, &["--title"]), format!("{title}\n"));
    assert!(text.contains("Version 0.3.1 becomes 0.4.0."), "{text}");
    assert!(
        text.contains("- `hosting-web.json`: 1 -> 3 operations, 1 schemas"),
        "{text}"
    );

    let checks = section(&text, "Check by hand");
    for (word, item) in [
        ("**Names.**", "`crons::list`"),
        ("**Slow without a task?**", "`crons::delete`"),
        ("**Sent twice?**", "`crons::delete`"),
        ("**Lists of ids alone.**", "`crons::list`"),
        ("**Secrets?**", "`Cron.api_token`"),
        ("**Documentation.**", "6 new items"),
    ] {
        let line = checks.lines().find(|line| line.contains(word));
        let line = line.unwrap_or_else(|| panic!("no {word} in {checks}"));
        assert!(line.starts_with("- [ ] ") && line.contains(item), "{line}");
    }
    assert!(
        !checks.contains("**Replacements.**"),
        "nothing of the sort happened: {checks}"
    );

    let stubs = section(&text, "Document");
    let toml = stubs
        .split("```")
        .nth(1)
        .expect("a block")
        .trim_start_matches("toml\n");
    let table: toml::Table = toml.parse().expect("TOML that can be pasted");
    let property = &table["type"]["hosting.web.Cron"]["properties"]["apiToken"];
    assert_eq!(property.as_str(), Some(""));
    let operation = &table["operation"]["GET /hosting/web/{serviceName}/cron"];
    assert_eq!(operation["summary"].as_str(), Some(""));

    let breaks = section(&text, "What breaks");
    assert!(
        breaks.ends_with("### hosting\n\n- `Cron.status` is gone\n"),
        "{breaks}"
    );
    let surface = section(&text, "Surface");
    assert!(surface.contains("\n+fn crons::list("), "{surface}");
    assert!(surface.contains("\n-field Cron.status"), "{surface}");
    let draft = section(&text, "Changelog, as a draft");
    assert!(draft.contains("* `crons`: `delete`, `list`.\n"), "{draft}");
    assert!(
        draft.contains("### Removed\n\n* **Breaking:** `Cron.status`.\n"),
        "{draft}"
    );
}

#[test]
fn lists_names_that_got_a_number() {
    let root = workspace();
    let mut document = changed();
    let schema = &mut document["components"]["schemas"];
    schema["hosting.web.cron"] = json!({"properties": {"other": {"type": "string"}}});
    let list = document["paths"]["/hosting/web/{serviceName}/cron"]["get"].clone();
    document["paths"]["/hosting/web/{serviceName}/CRON"]["get"] = list;
    document["paths"]["/hosting/web/{serviceName}/CRON"]["get"]["responses"]["200"]["content"]["application/json"]
        ["schema"] = json!({"$ref": "#/components/schemas/hosting.web.cron"});
    root.write(
        "schema/ovh-web-client/hosting-web.json",
        &document.to_string(),
    );
    let run = root.run(&["regen"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("(clash)"), "{run:?}");
    root.write("new.json", &document.to_string());
    let text = body(&root, &[]);
    let checks = section(&text, "Check by hand");
    let line = checks
        .lines()
        .find(|line| line.contains("**Numbered names.**"));
    let line = line.unwrap_or_else(|| panic!("not in {checks}"));
    let words = "`Cron2` of `hosting.web.cron`, because of `hosting.web.Cron`";
    assert!(line.contains(words), "{line}");
}

#[test]
fn documented_items_are_not_listed_again() {
    let root = workspace();
    root.write("new.json", &changed().to_string());
    let before = section(&body(&root, &[]), "Document").to_owned();
    assert!(before.contains("apiToken = \"\""), "{before}");
    root.write(
        "schema/ovh-web-client/docs.toml",
        "[type.\"hosting.web.Cron\".properties]\napiToken = \"What the script calls back with.\"\n",
    );
    let after = section(&body(&root, &[]), "Document").to_owned();
    assert!(!after.contains("apiToken"), "{after}");
}

#[test]
fn the_changelog_gets_its_entry_once() {
    let root = workspace();
    root.write("new.json", &changed().to_string());
    body(&root, &["--changelog"]);
    let first = root.read("CHANGELOG.md");
    assert!(
        first.contains("### Added\n\n* The first thing.\n* `crons`: `delete`, `list`.\n"),
        "{first}"
    );
    body(&root, &["--changelog"]);
    assert_eq!(root.read("CHANGELOG.md"), first);
    // Without the change its entry goes too, and what a person wrote stays.
    root.write("new.json", &small().to_string());
    body(&root, &["--changelog"]);
    let without = root.read("CHANGELOG.md");
    assert!(
        without.contains("### Added\n\n* The first thing.\n"),
        "{without}"
    );
    assert!(!without.contains("`crons`"), "{without}");
    root.write("new.json", &changed().to_string());
    root.write("CHANGELOG.md", "# Nothing\n");
    let run = run(&root, &["--changelog"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("Unreleased"), "{}", run.err);
    assert_eq!(root.read("CHANGELOG.md"), "# Nothing\n");
}

#[test]
fn no_change_is_said_in_one_line() {
    let root = workspace();
    root.write("new.json", &small().to_string());
    assert_eq!(
        body(&root, &[]),
        "# API change: nothing for users\n\nNothing changed for users of the client.\n"
    );
}

/// The text without what is folded.
fn above_folds(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split("<details>").enumerate() {
        let shown = match at {
            0 => part,
            _ => part.split_once("</details>").expect("it ends").1,
        };
        out.push_str(shown);
    }
    out
}

#[test]
fn long_texts_are_cut_with_a_note() {
    let root = workspace();
    for (old, new) in [(small(), many(90, 200)), (many(90, 200), small())] {
        root.write("old.json", &old.to_string());
        root.write("new.json", &new.to_string());
        let text = body(&root, &[]);
        assert!(text.len() <= 60_001, "{}", text.len());
        assert!(text.contains("more lines do not fit here"), "it says so");
        for (open, close) in [("<details>", "</details>"), ("\n```markdown", "\n```\n")] {
            assert!(text.matches(open).count() <= text.matches(close).count());
        }
        let draft = section(&text, "Changelog, as a draft");
        assert!(
            draft.contains("`thing0`") || draft.contains("`Thing0a"),
            "{draft}"
        );
    }
}

/// The pull request between two real revisions.
#[test]
fn pull_request_of_real_revisions() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let revisions = ["hosting-web.2025-09.json", "hosting-web.json"].map(fixture_path);
    let [old, new] = revisions
        .each_ref()
        .map(|path| path.to_str().expect("UTF-8"));
    let run = run_in(&root, Root::empty().edge(), &["pr-body", old, new]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let text = run.out;
    assert!(
        text.starts_with(
            "# API change: 11 breaks: 6 methods, 1 type, 4 fields; 27 methods, 17 types, 6 fields new (breaking, "
        ),
        "{text}"
    );
    // A parameter that is called otherwise is no other route.
    let breaks = section(&text, "What breaks");
    let line = "- `extra_sql::get`: parameter `name` replaced by `id: i64`\n";
    assert!(breaks.contains(line), "{breaks}");
    let checks = section(&text, "Check by hand");
    assert!(
        !checks.contains("`extra_sql::"),
        "no old method is new: {checks}"
    );
    // Each break stands once outside of the folds, and all fits what a reader reads.
    let open = above_folds(&text);
    for group in breaks.split("\n### ").skip(1) {
        for line in group.lines().filter(|line| line.starts_with("- ")) {
            assert_eq!(open.matches(line).count(), 1, "{line}");
        }
    }
    let lines = open.lines().count();
    assert!(lines <= 250, "{lines} lines");
    assert!(checks.contains("`HostingState::HardBlocked`"), "{checks}");
    let surface = section(&text, "Surface");
    let draft = section(&text, "Changelog, as a draft");
    for long in [surface, draft] {
        assert!(long.starts_with("<details><summary>"), "{long}");
    }
    assert!(draft.contains("* `Offer` has 76 more values."), "{draft}");
    // Every item of the new document is documented by now.
    assert!(!text.contains("\n## Document\n"), "{text}");

    // The whole text, without the current version.
    let (_, behind) = text
        .split_once("Version ")
        .expect("what becomes of the version");
    let (now, behind) = behind.split_once(" becomes ").expect("two versions");
    let next = behind.split(".\n").next().expect("a version").to_owned();
    let text = text
        .replace(
            &format!("Version {now} becomes {next}"),
            "Version NOW becomes NEXT",
        )
        .replacen(&next, "NEXT", 1);
    let golden = root.join("xtask/tests/it/golden/pr-body-2025-09-to-2026-05.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &text).expect("it can be written");
    }
    let known = std::fs::read_to_string(&golden).unwrap_or_default();
    assert!(
        known == text,
        "the pull request reads otherwise now: look at it with UPDATE_GOLDEN=1 and git diff"
    );
}
