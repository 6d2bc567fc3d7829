//! The story of a change: the real revisions as golden files, and one change of each kind with its
//! verdict.
//!
//! `UPDATE_GOLDEN=1 cargo test -p ovh-web-codegen --test it diff` updates the golden files; read
//! them before you commit them.

use std::collections::BTreeSet;

use crate::support::{cases, generate, read, revisions, root};
use ovh_web_codegen::diff::{Bump, Change, Diff, Effect, Impact, between};
use serde_json::{Value, json};

#[test]
fn the_real_revisions_are_explained() {
    let all = revisions();
    let titles = [
        ("2024-06-to-2025-09.md", "From June 2024 to September 2025"),
        ("2025-09-to-2026-05.md", "From September 2025 to May 2026"),
    ];
    for (pair, (file, title)) in all.windows(2).zip(titles) {
        let diff = between(&pair[0].api, &pair[1].api);
        assert_eq!(diff.impact(), Some(Impact::Breaking));
        let text = diff.to_markdown(title, Some("0.1.0"));
        let path = format!("crates/ovh-web-codegen/tests/golden/{file}");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(root().join(&path), &text).expect("it can be written");
        }
        assert!(
            read(&path) == text,
            "{path} differs: look at it with UPDATE_GOLDEN=1 and git diff"
        );
    }
}

#[test]
fn each_kind_of_change_has_its_verdict() {
    let old = generate(&cases::base(), None);
    let mut wrong = Vec::new();
    for case in cases::CASES {
        let mut document = cases::base();
        (case.change)(&mut document);
        let diff = between(&old.api, &generate(&document, Some(&old)).api);
        let told: BTreeSet<(Impact, &str)> = diff
            .changes
            .iter()
            .map(|change| (change.impact, change.item.as_str()))
            // Those of commands are in `commands`.
            .filter(|(_, item)| *item != "serviceName" && !item.starts_with("ovh-web "))
            .collect();
        if told != case.told.iter().copied().collect() {
            wrong.push(format!("{}: {:#?}", case.name, diff.changes));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn after(change: impl Fn(&mut Value)) -> Diff {
    let old = generate(&cases::base(), None);
    let mut document = cases::base();
    change(&mut document);
    between(&old.api, &generate(&document, Some(&old)).api)
}

/// The guess about an item that is gone.
fn guess(diff: &Diff, item: &str) -> Option<String> {
    let gone = |change: &&Change| change.effect == Effect::Gone && change.item == item;
    let change = diff.changes.iter().find(gone);
    let change = change.unwrap_or_else(|| panic!("{item}: {diff:#?}"));
    change.guess.as_ref().map(|guess| guess.text.clone())
}

#[test]
fn guesses_need_the_same_place() {
    let diff = after(|document| {
        let schemas = document["components"]["schemas"]
            .as_object_mut()
            .expect("schemas");
        let job = schemas["hosting.web.Job"]["properties"]
            .as_object_mut()
            .expect("properties");
        // Another spelling, another word.
        let email = job.remove("email").expect("it is there");
        job.insert("e_mail".to_owned(), email);
        let command = job.remove("command").expect("it is there");
        job.insert("script".to_owned(), command);
        // A value that is alike is another value.
        schemas["hosting.web.StatusEnum"]["enum"] = json!(["done_2", "error", "todo"]);
        // The same contents at another place.
        let job = schemas["hosting.web.JobCreation"].clone();
        schemas.insert("hosting.web.JobOrder".to_owned(), job);
        let post = &mut document["paths"]["/hosting/web/{serviceName}/job"]["post"];
        post["requestBody"]["content"]["application/json"]["schema"] = json!({"type": "object", "properties": {
            "day": {"type": "string"}
        }});
        document["paths"]["/hosting/web/{serviceName}/order"]["post"] = json!({
            "parameters": post["parameters"],
            "requestBody": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/hosting.web.JobOrder"}
            }}},
            "responses": {"200": {"description": "ok"}},
        });
    });
    let similar = "`e_mail` (similar name, same type)";
    assert_eq!(guess(&diff, "Job.email").as_deref(), Some(similar));
    assert_eq!(guess(&diff, "Job.command"), None);
    assert_eq!(guess(&diff, "Status::Done"), None);
    let creation = guess(&diff, "JobCreation").unwrap_or_default();
    assert!(creation.ends_with("(same place)"), "{creation}");
    assert!(!creation.contains("JobOrder"), "{creation}");
    let text = diff.to_markdown("A change", None);
    assert!(
        text.contains(&format!("- `Job.email` is gone - probably now {similar}")),
        "{text}"
    );
    assert!(text.contains("- `Job.command` is gone\n"), "{text}");
    let value = "- `Status::Done` is gone: write `Status::from(\"done\")` if it is still needed\n";
    assert!(text.contains(value), "{text}");
}

#[test]
fn a_split_type_is_not_a_rename() {
    let diff = after(|document| {
        let delete = &mut document["paths"]["/hosting/web/{serviceName}/job/{id}"]["delete"];
        delete["requestBody"] = json!({"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/hosting.web.JobCreation"}
        }}});
    });
    assert_eq!(guess(&diff, "JobCreation"), None);
}

#[test]
fn a_requirement_that_went_can_be_kept() {
    let diff = after(|document| {
        let schemas = &mut document["components"]["schemas"];
        schemas["hosting.web.JobCreation"]["required"] = json!([]);
    });
    let text = diff.to_markdown("A change", None);
    let line = "- `JobCreation.command` is optional now: `Option<String>`, was `String`; the overlay can keep \
                it required (`x-ovh-web-required`)\n";
    assert!(text.contains(line), "{text}");
}

#[test]
fn line_ends_of_our_documentation_are_no_change() {
    let generate = |docs: &str| {
        let document = cases::base().to_string();
        ovh_web_codegen::generate(&ovh_web_codegen::Inputs {
            documents: vec![ovh_web_codegen::Input::new("hosting-web.json", document)],
            docs: Some(ovh_web_codegen::Input::new("docs.toml", docs)),
            ..Default::default()
        })
        .expect("it generates")
    };
    let docs = "[type.\"hosting.web.Job\"]\nsummary = \"A job.\"\ndetail = \"\"\"\nOne line.\n\nAnother.\"\"\"\n";
    let (unix, windows) = (generate(docs), generate(&docs.replace('\n', "\r\n")));
    assert_eq!(between(&unix.api, &windows.api).changes, []);
    assert_eq!(unix.files, windows.files);
}

#[test]
fn lists_that_give_pages_now_are_told_together() {
    let diff = after(|document| {
        let get = &mut document["paths"]["/hosting/web/{serviceName}/job"]["get"];
        get["x-expanded-response"] = json!("hosting.web.Job");
    });
    let text = diff.to_markdown("A change", None);
    let told =
        "### Pages\n\n- These lists that were there give pages of objects too: `jobs::page`\n";
    assert!(text.contains(told), "{text}");
    assert_eq!(text.matches("jobs::page").count(), 1, "{text}");
}

#[test]
fn marks_changes_that_the_compiler_misses() {
    let diff = after(|document| {
        let delete = &mut document["paths"]["/hosting/web/{serviceName}/job/{id}"]["delete"];
        delete["parameters"][2]["name"] = json!("ticket");
    });
    let mut operations = diff.changes.iter();
    let change = operations.find(|change| change.item == "jobs::delete");
    let change = change.unwrap_or_else(|| panic!("{diff:#?}"));
    assert!(change.silent && change.impact == Impact::Breaking);
    assert!(change.text.contains("still compiles"), "{}", change.text);
}

#[test]
fn tells_dates_and_replacements_of_deprecations() {
    let diff = after(|document| {
        let get = &mut document["paths"]["/hosting/web/{serviceName}/job/{id}"]["get"];
        get["deprecated"] = json!(true);
        get["x-deprecation-date"] = json!("2026-01-02T00:00:00Z");
        get["x-deletion-date"] = json!("2027-03-04T00:00:00Z");
        get["x-replacement-route"] = json!("/hosting/web/{serviceName}/work/{id}");
    });
    assert_eq!(
        diff.changes[0].text,
        "is deprecated since 2026-01-02, may be removed from 2027-03-04, replaced by \
         `/hosting/web/{serviceName}/work/{id}`; callers get a warning"
    );
}

#[test]
fn the_version_follows_the_verdict() {
    assert_eq!(after(|_| {}).bump(), Bump::None);
    assert_eq!(after(|_| {}).summary(), "no change for users");
    assert_eq!(Bump::Breaking.after("0.3.1").as_deref(), Some("0.4.0"));
    assert_eq!(Bump::Patch.after("0.3.1+2026-05").as_deref(), Some("0.3.2"));
    assert_eq!(Bump::Breaking.after("1.3.1").as_deref(), Some("2.0.0"));
    assert_eq!(Bump::None.after("1.3.1").as_deref(), Some("1.3.1"));
    assert_eq!(Bump::Patch.after("one"), None);
}
