//! A pull request names what breaks, and asks what a person has to look at.

use crate::support::pull_request::{body, changed, many, section, workspace};
use crate::support::small;
use serde_json::{Value, json};

#[test]
fn a_moved_resource_names_all_that_breaks() {
    let root = workspace();
    let mut old = changed();
    let list = &mut old["paths"]["/hosting/web/{serviceName}/cron"]["get"];
    list["x-expanded-response"] = json!("hosting.web.Cron");
    let filter = json!({"in": "query", "name": "command", "schema": {"type": "string"}});
    list["parameters"]
        .as_array_mut()
        .expect("a list")
        .push(filter);
    let text = old.to_string();
    root.write("old.json", &text);
    root.write("new.json", &text.replace("/cron", "/schedule"));
    let text = body(&root, &[]);
    let breaks = section(&text, "What breaks");
    for item in [
        "`crons::list`",
        "`crons::page`",
        "`crons::get`",
        "`crons::delete`",
    ] {
        let line = breaks
            .lines()
            .find(|line| line.starts_with(&format!("- {item} is gone")));
        let line = line.unwrap_or_else(|| panic!("{item}: {breaks}"));
        let now = item.replace("crons", "schedules");
        assert!(
            line.ends_with(&format!(" - probably now {now} (moved route)")),
            "{line}"
        );
    }
    assert!(
        breaks.contains(
            "- `ListCrons` is gone: the optional values of `crons::list`, with `command`"
        )
    );
    let command =
        "- `ovh-web crons get` is gone: for `crons::get` - probably now `ovh-web schedules get`";
    assert!(breaks.contains(command), "{breaks}");
    let draft = section(&text, "Changelog, as a draft");
    for line in [
        "* Commands: `ovh-web schedules delete`, `ovh-web schedules get`, `ovh-web schedules list`.",
        "* **Breaking:** `crons::page`; see `schedules::page` (moved route).",
        "* **Breaking:** `ListCrons`, with `ListCrons.command`; see `ListSchedules` (moved route).",
        "* `schedules`: `delete`, `get`, `list`, `page`.",
    ] {
        assert!(draft.contains(line), "{line}: {draft}");
    }
    let title = "API change: 8 breaks: 4 methods, 1 type, 3 commands; 4 methods, 1 type new (breaking, 0.4.0)";
    assert!(body(&root, &["--title"]).starts_with(title), "{text}");
}

#[test]
fn docs_of_renamed_items_move_to_the_new_key() {
    let root = workspace();
    root.write("old.json", &changed().to_string());
    let moved = changed().to_string().replace("/cron", "/schedule");
    root.write(
        "new.json",
        &moved.replace("\"command\"", "\"command_line\""),
    );
    let route = "operation.\"GET /hosting/web/{serviceName}/cron/{id}\"";
    root.write(
        "schema/ovh-web-client/docs.toml",
        &format!(
            "[{route}]\nsummary = \"Reads a job.\"\ndetail = \"\"\"Twice\n\"quoted\".\"\"\"\n\
             [{route}.parameters]\nid = \"Its number.\"\n\
             [type.\"hosting.web.Cron\".properties]\ncommand = \"What runs.\"\n"
        ),
    );
    let text = body(&root, &[]);
    let entries = section(&text, "Document");
    let route = route.replace("cron", "schedule");
    for wanted in [
        format!("[{route}]\ndetail = \"Twice\\n\\\"quoted\\\".\"\nsummary = \"Reads a job.\"\n"),
        format!("[{route}.parameters]\nid = \"Its number.\"\n"),
        "[type.\"hosting.web.Cron\".properties]\ncommand_line = \"What runs.\"\n".to_owned(),
    ] {
        assert!(entries.contains(&wanted), "{wanted} is not in {entries}");
    }
}

#[test]
fn checks_ask_about_methods_and_not_about_routes() {
    let root = workspace();
    let old = changed().to_string();
    root.write("old.json", &old);
    let renamed = old
        .replace("{id}", "{cronId}")
        .replace("\"id\"", "\"cronId\"");
    root.write("new.json", &renamed);
    let text = body(&root, &[]);
    let checks = section(&text, "Check by hand").trim_end();
    let documentation = |line: &str| line.contains("**Documentation.**");
    let mut lines = checks.lines().filter(|line| line.starts_with("- [ ]"));
    assert!(lines.all(documentation), "{checks}");
    // What was not documented before is not new.
    let stubs = section(&text, "Document");
    assert!(!stubs.contains("summary"), "{stubs}");
    let title = "# API change: 2 fact changes (no code changes, 0.3.2)\n";
    assert!(text.starts_with(title), "{text}");
    // What was released once is not free, though it is new again.
    let names = root.read("schema/ovh-web-client/names.toml");
    let retired =
        "\n[retired]\n\"DELETE /hosting/web/{serviceName}/cron/{id}\" = \"crons::delete\"\n";
    root.write(
        "schema/ovh-web-client/names.toml",
        &format!("{names}{retired}"),
    );
    root.write("old.json", &small().to_string());
    root.write("new.json", &changed().to_string());
    let text = body(&root, &[]);
    let checks = section(&text, "Check by hand");
    let line = checks
        .lines()
        .find(|line| line.contains("**Names.**"))
        .expect("names");
    assert!(
        line.contains("1 operation with") && line.contains("`crons::list`"),
        "{line}"
    );
    assert!(checks.contains("`crons::delete`"), "{checks}");
}

/// The small document with a status, a creation and a deletion.
fn stateful() -> Value {
    let mut document = changed();
    let schemas = &mut document["components"]["schemas"];
    schemas["hosting.web.Cron"]["properties"]["state"] =
        json!({"$ref": "#/components/schemas/hosting.web.StateEnum"});
    schemas["hosting.web.StateEnum"] = json!({"type": "string", "enum": ["done", "doing"]});
    schemas["hosting.web.NewCron"] = json!({
        "type": "object", "required": ["command"],
        "properties": {"command": {"type": "string"}, "name": {"type": "string"}},
    });
    let list = &mut document["paths"]["/hosting/web/{serviceName}/cron"];
    let mut post = list["get"].clone();
    post["requestBody"] = json!({"content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/hosting.web.NewCron"}
    }}});
    list["post"] = post;
    document
}

#[test]
fn checks_ask_for_tasks_states_and_requirements() {
    let root = workspace();
    root.write("old.json", &stateful().to_string());
    let mut new = stateful();
    let schemas = &mut new["components"]["schemas"];
    schemas["hosting.web.StateEnum"]["enum"] = json!(["doing"]);
    schemas["hosting.web.NewCron"]["required"] = json!([]);
    schemas["hosting.web.Task"] =
        json!({"type": "object", "properties": {"id": {"type": "integer"}}});
    let delete = &mut new["paths"]["/hosting/web/{serviceName}/cron/{id}"]["delete"];
    delete["responses"] = json!({"200": {"description": "ok", "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/hosting.web.Task"}
    }}}});
    root.write("new.json", &new.to_string());
    let text = body(&root, &[]);
    let checks = section(&text, "Check by hand");
    for (word, item) in [
        ("**Task.**", "`crons::delete` starts a task now"),
        ("**Status values.**", "Gone: `State::Done`"),
        ("**Requirement lost.**", "`NewCron.command`"),
    ] {
        let line = checks.lines().find(|line| line.contains(word));
        let line = line.unwrap_or_else(|| panic!("no {word} in {checks}"));
        assert!(line.contains(item), "{line}");
    }
    let breaks = section(&text, "What breaks");
    let value = "- `State::Done` is gone: write `State::from(\"done\")` if it is still needed";
    assert!(breaks.contains(value), "{breaks}");
    let draft = section(&text, "Changelog, as a draft");
    for line in [
        "* **Breaking:** `State::Done`; write `State::from(\"done\")` if it is still needed.",
        "* `crons::delete` starts a task now.",
        "* Types: `Task`.",
    ] {
        assert!(draft.contains(line), "{line}: {draft}");
    }
    assert!(!draft.contains("overlay"), "{draft}");
}

#[test]
fn iam_actions_are_not_breaking() {
    let root = workspace();
    let with = |action: &str, document: &mut Value| {
        for item in document["paths"]
            .as_object_mut()
            .expect("paths")
            .values_mut()
        {
            for operation in item.as_object_mut().expect("methods").values_mut() {
                operation["x-iam-actions"] = json!([{"name": action, "required": true}]);
            }
        }
    };
    let (mut old, mut new) = (small(), small());
    with("web:get", &mut old);
    with("web:read", &mut new);
    root.write("old.json", &old.to_string());
    root.write("new.json", &new.to_string());
    let title = "API change: 1 IAM change (no code changes, 0.3.2)\n";
    assert_eq!(body(&root, &["--title"]), title);
    let text = body(&root, &[]);
    let draft = section(&text, "Changelog, as a draft");
    assert!(
        draft.contains("* IAM: `crons::get` needs `web:read`, needed `web:get`."),
        "{draft}"
    );
    // Many are folded, and counted.
    let (mut old, mut new) = (many(29, 0), many(29, 0));
    with("web:get", &mut old);
    with("web:read", &mut new);
    root.write("old.json", &old.to_string());
    root.write("new.json", &new.to_string());
    let text = body(&root, &[]);
    let changed = section(&text, "What changed");
    assert!(
        changed.contains("### IAM actions\n\n<details><summary>30 changes"),
        "{changed}"
    );
    let draft = section(&text, "Changelog, as a draft");
    assert!(
        draft.contains("* 30 methods need other IAM actions"),
        "{draft}"
    );
}
