//! The command table: its rows from small documents and from ours, its names, and its verdicts.

use std::collections::BTreeSet;

use crate::support::{cases, generate, read, revisions};
use ovh_web_codegen::diff::{Effect, Impact, ItemKind, between};
use ovh_web_codegen::{Clashes, Input, Inputs, Output};
use serde_json::{Value, json};

/// The rows of the table, each on one line.
fn rows(output: &Output) -> Vec<String> {
    let text = output.commands.concat();
    let rows = text.split("\n    Command::new(").skip(1);
    let line = |row: &str| row.split_whitespace().collect::<Vec<_>>().join(" ");
    let rows = rows.map(|row| format!("Command::new({}", line(row)));
    rows.collect()
}

#[track_caller]
fn row(output: &Output, path: &str) -> String {
    let start = format!("Command::new({path:?}");
    let mut rows = rows(output).into_iter();
    let found = rows.find(|row| row.starts_with(&start));
    let row = found.unwrap_or_else(|| panic!("{path}: {}", output.commands.concat()));
    // The last row ends before the end of the list.
    let end = row.find(", ];").unwrap_or(row.len());
    row[..end].trim_end_matches(',').to_owned()
}

fn of_body(properties: Value) -> Output {
    let mut document = cases::base();
    let schema = &mut document["components"]["schemas"]["hosting.web.JobCreation"];
    *schema = json!({"type": "object", "properties": properties});
    generate(&document, None)
}

#[test]
fn rows_follow_the_rules() {
    let output = generate(&cases::base(), None);
    let job = "\"id\", \"status\", \"level\", \"command\", \"email\"";
    for (path, wanted) in [
        (
            "jobs list",
            "\"Calls `GET /hosting/web/{serviceName}/job`.\").values(SERVICE_NAME)\
             .flags(&[Flag::query(\"command\", \"command\", Text, \"\")])\
             .returns((\"i64\", &[]))",
        ),
        ("jobs get", "(SERVICE_NAME_ID).returns(JOB)"),
        ("jobs create", ".object(\"jobs::get\")"),
        ("jobs update", ".object(\"jobs::get\")"),
        (
            "jobs delete",
            ".flags(&[Flag::query(\"reason\", \"reason\", Text, \"\").required()])\
             .object(\"jobs::get\")",
        ),
    ] {
        let row = row(&output, path);
        assert!(row.replace(" .", ".").contains(wanted), "{row}\n{wanted}");
    }
    let text = output.commands.concat();
    assert!(
        text.contains(&format!("const JOB: Response = (\"Job\", &[{job}]);")),
        "{text}"
    );
}

#[test]
fn body_properties_are_flags_or_marks() {
    let output = of_body(json!({
        "deep": {"type": "object", "properties": {
            "flat": {"type": "boolean"},
            "dot.ted": {"type": "string"},
            "none": {"type": "object", "properties": {}},
            "deeper": {"type": "object", "required": ["day"], "properties": {
                "day": {"type": "string", "format": "date"},
            }},
        }},
        "list": {"type": "array", "items": {"type": "integer"}},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
        "objects": {"type": "array", "items": {"$ref": "#/components/schemas/hosting.web.Job"}},
        "password": {"type": "string", "format": "password"},
        "wait": {"$ref": "#/components/schemas/hosting.web.LevelEnum"},
    }));
    let row = row(&output, "jobs create").replace(" .", ".");
    for part in [
        "Flag::body(\"deep.deeper.day\", Date, \"\"),",
        "Flag::body(\"deep.flat\", Boolean, \"\"),",
        "Flag::body_at(\"deep.dot-ted\", &[\"deep\", \"dot.ted\"], Text, \"\"),",
        "Flag::body(\"list\", Integer, \"\").list(),",
        "Flag::body(\"password\", Text, \"\").secret(),",
        "Flag::body_at(\"body.wait\", &[\"wait\"], IntegerChoice(",
        "Body::Object(&[\"deep.none{}\", \"map{}\", \"objects[]\"])",
    ] {
        assert!(row.contains(part), "{part}\n{row}");
    }
    let flags: Vec<&str> = output
        .surface
        .lines()
        .filter(|line| line.starts_with("flag jobs c"))
        .collect();
    assert_eq!(flags.len(), 6, "{flags:?}");
    assert!(
        flags.contains(&"flag jobs create --list: Vec<i64>"),
        "{flags:?}"
    );
}

#[test]
fn nulls_and_required_values_are_marked() {
    let output = generate(&cases::base(), None);
    let update = row(&output, "jobs update");
    assert!(update.contains("\"email?\""), "{update}");
    let create = row(&output, "jobs create");
    assert!(create.contains("Text, \"\").required()"), "{create}");
    let line = "flag jobs create --command: String, required";
    assert!(
        output.surface.lines().any(|known| known == line),
        "{}",
        output.surface
    );
    let line = "command jobs get ID = jobs::get";
    assert!(
        output.surface.lines().any(|known| known == line),
        "{}",
        output.surface
    );
}

#[test]
fn work_shows_in_a_status_with_an_end() {
    for (values, waits) in [
        (json!(["creating", "created", "deleting"]), true),
        (json!(["doing", "done"]), true),
        (json!(["CREATING", "READY"]), true),
        (json!(["on", "off"]), false),
        (json!(["active", "creating"]), false),
    ] {
        let mut document = cases::base();
        document["components"]["schemas"]["hosting.web.StatusEnum"]["enum"] = values.clone();
        let output = generate(&document, None);
        for (path, wait) in [
            ("jobs create", ".until_ready(\"jobs::get\")"),
            ("jobs update", ".until_ready(\"jobs::get\")"),
            ("jobs delete", ".until_gone(\"jobs::get\")"),
            ("jobs get", ".status(\"status\")"),
        ] {
            let row = row(&output, path);
            assert_eq!(row.contains(wait), waits, "{values}: {row}");
        }
    }
}

#[test]
fn databases_create_is_a_golden_row() {
    let row = row(crate::real_documents::output(), "databases create");
    let wanted = r#"Command::new("databases create", "databases::create", "Creates a database.")
        .values(SERVICE_NAME).flags(&[ Flag::body_at("capacity", &["capabilitie"],
        Choice(&["extraSqlPerso", "local", "privateDatabase", "sqlLocal", "sqlPerso", "sqlPro"]),
        "Kind of database, one of those from `databases::creation_capabilities`.").required(),
        Flag::body("type", Choice(&["mariadb", "mysql", "postgresql", "redis"]),
        "Engine of the database.").required(),
        Flag::body("user", Text, "Name of the user and the database.").required(),
        Flag::body("password", Text,
        "Password of the database's user: 9 to 30 letters and digits, with upper case, lower case \
        and a digit.").secret(),
        Flag::body("quota", IntegerChoice(&["25", "100", "200", "256", "400", "512",
        "800", "1024"]), "Disk space for the data, in MB."),
        Flag::body_at("body.version", &["version"], Choice(&["10", "10.1", "10.11", "10.2", "10.3",
        "10.4", "10.5", "10.6", "11", "12", "13", "15", "3.2", "3.4", "4.0", "5.1", "5.5", "5.6",
        "5.7", "6.0", "7.0", "8.0", "8.4", "9.4", "9.5", "9.6"]),
        "Version of the engine, one of those from `databases::available_versions`.")])
        .wait(Wait::Task).object("databases::get").returns(TASK)"#;
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    assert_eq!(row.replace(" .", "."), wanted.join(" ").replace(" .", "."));
}

#[test]
fn rows_fit_and_no_two_commands_are_equal() {
    for output in revisions() {
        let paths: BTreeSet<String> = rows(output)
            .iter()
            .map(|row| row.split('"').nth(1).expect("a path").to_owned())
            .collect();
        assert_eq!(paths.len(), output.report.operations);
        for text in &output.commands {
            let mut lines = text.lines().skip(1);
            assert!(lines.all(|line| line.chars().count() <= 100), "{text}");
            assert!(text.lines().count() <= ovh_web_codegen::FILE_LINES);
        }
    }
}

#[test]
fn revisions_change_commands_without_a_hand() {
    for pair in revisions().windows(2) {
        let diff = between(&pair[0].api, &pair[1].api);
        let of = |kind, effect| diff.items(kind, |change| change.effect == effect);
        let new = of(ItemKind::Command, Effect::New);
        let gone = of(ItemKind::Command, Effect::Gone);
        let count = |output: &Output| output.report.operations;
        assert_eq!(count(&pair[1]) + gone.len(), count(&pair[0]) + new.len());
        assert!(!of(ItemKind::Flag, Effect::New).is_empty());
        // Only what went with its operation is gone.
        let operations = of(ItemKind::Operation, Effect::Gone);
        assert!(gone.len() <= operations.len(), "{gone:?}");
    }
}

#[test]
fn a_changed_command_has_its_verdict() {
    use Impact::{Additive, Breaking};
    let old = generate(&cases::base(), None);
    for (name, told) in [
        ("an operation came", &[][..]),
        (
            "an operation went, and what only it used",
            &[(Breaking, "ovh-web jobs create")][..],
        ),
        (
            "a second optional value of a query",
            &[(Additive, "ovh-web jobs list --email")],
        ),
        (
            "a required value of a query came",
            &[(Breaking, "ovh-web jobs list --kind")],
        ),
        (
            "a text in a query is an enum now, which takes any text",
            &[],
        ),
        (
            "a creation needs one thing more",
            &[(Breaking, "ovh-web jobs create --label")],
        ),
        (
            "what a creation needed is optional",
            &[(Additive, "ovh-web jobs create --command")],
        ),
        (
            "a property is read only now",
            &[(Breaking, "ovh-web jobs update --command")],
        ),
        ("a path value has another name", &[]),
        ("a written property can be cleared", &[]),
    ] {
        let case = cases::CASES.iter().find(|case| case.name == name);
        let mut document = cases::base();
        (case.expect(name).change)(&mut document);
        let diff = between(&old.api, &generate(&document, Some(&old)).api);
        let of_tool = diff
            .changes
            .iter()
            .filter(|it| it.item.starts_with("ovh-web "));
        let found: Vec<(Impact, &str)> = of_tool.map(|it| (it.impact, it.item.as_str())).collect();
        assert_eq!(found, told, "{name}");
    }
}

#[test]
fn renamed_command_is_a_break() {
    let old = generate(&cases::base(), None);
    let names = old.names.replace(
        "[\"jobs list\", \"?command\"]",
        "[\"jobs all\", \"?script=command\"]",
    );
    assert_ne!(names, old.names);
    let new = crate::support::with(&cases::base().to_string(), Clashes::Refuse, &names);
    let text = between(&old.api, &new.expect("generated").api).to_markdown("Title", None);
    let gone = "- `ovh-web jobs list` is gone: for `jobs::list`, with `--command` - renamed to \
                `ovh-web jobs all` (same route)";
    assert!(text.contains(gone), "{text}");
    assert!(
        text.contains("- `ovh-web jobs all` is new: for `jobs::list`"),
        "{text}"
    );
    assert!(text.contains("| commands | 1 | 0 | 1 |"), "{text}");
}

#[test]
fn hostile_names_stay_literals() {
    for text in [
        "\"; std::process::exit(1); \"",
        "--help",
        "a\\nb\\",
        "é 日本 {}",
        "../x",
        "a.b/c~d",
    ] {
        let mut document = cases::base();
        let schemas = &mut document["components"]["schemas"];
        schemas["hosting.web.JobCreation"]["properties"][text] = json!({"type": "string"});
        schemas["hosting.web.StatusEnum"]["enum"] = json!([text, "done"]);
        let list = &mut document["paths"]["/hosting/web/{serviceName}/job"]["get"]["parameters"];
        list[1]["name"] = text.into();
        let inputs = |names: &str| Inputs {
            documents: vec![Input::new("hosting-web.json", document.to_string())],
            names: Some(Input::new("names.toml", names)),
            ..Inputs::default()
        };
        let output = ovh_web_codegen::generate(&inputs("")).expect("generated");
        let again = ovh_web_codegen::generate(&inputs(&output.names)).expect("its own lock");
        assert_eq!(again.commands, output.commands);
        assert_eq!(again.names, output.names);
        let code = output.commands.concat();
        syn::parse_file(&code).unwrap_or_else(|error| panic!("{error}: {code}"));
        assert!(code.contains(&format!("{text:?}")), "{code}");
        let flags = output
            .surface
            .lines()
            .filter_map(|line| line.strip_prefix("flag jobs "));
        for flag in flags {
            let name = flag
                .split_once(" --")
                .and_then(|(_, rest)| rest.split(':').next());
            let name = name.expect("a name");
            let is_plain =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
            assert!(name.chars().all(is_plain), "{flag}");
        }
    }
    assert!(read("schema/ovh-web-client/names.toml").contains("[commands]"));
}
