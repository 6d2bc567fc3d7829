//! The whole generator, as `preview` calls it: real documents with a few routes, changed in places,
//! with changed overlays, names and docs. It returns files that parse and miss no operation, or an
//! error that names an existing place.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ovh_web_codegen::{Clashes, Input, Inputs, Output, generate};
use serde_json::{Value, json};

use crate::Choices;
use crate::json::{any, entries};

static DOCUMENTS: LazyLock<[Value; 7]> = LazyLock::new(|| {
    [
        include_str!("../../fixtures/schema/hosting-web.json"),
        include_str!("../../fixtures/schema/hosting-privateDatabase.json"),
        include_str!("../../fixtures/schema/domain.json"),
        include_str!("../../fixtures/schema/hosting-web.2024-06.json"),
        include_str!("../../fixtures/schema/auth.json"),
        include_str!("../../fixtures/documents/nasty.json"),
        include_str!("../../fixtures/schema/hosting-web.2024-06.native.json"),
    ]
    .map(|text| serde_json::from_str(text).expect("a committed document"))
});

pub(crate) fn fuzz(choices: &mut Choices<'_>) {
    let mut document = cut(choices);
    for _ in 0..choices.below(6) {
        change(&mut document, choices);
    }
    let mut text = document.to_string();
    if choices.once_in(8) {
        choices.change(&mut text);
    }
    let mut inputs = Inputs {
        documents: vec![Input::new("section.json", text)],
        clashes: if choices.once_in(4) {
            Clashes::Refuse
        } else {
            Clashes::Resolve
        },
        crate_name: choices.once_in(4).then(|| "ovh_web_client".to_owned()),
        ..Inputs::default()
    };
    if choices.once_in(4) {
        let text = include_str!("../../../schema/overlay.json");
        let mut overlay = serde_json::from_str(text).expect("JSON");
        for _ in 0..1 + choices.below(4) {
            change(&mut overlay, choices);
        }
        inputs.overlay = Some(Input::new("overlay.json", overlay.to_string()));
    }
    let mut lines = |name: &str, text: &str, times| {
        let lines = choices.once_in(times).then(|| some_lines(text, choices));
        lines.map(|lines| Input::new(name, lines))
    };
    inputs.names = lines("names.toml", include_str!("../../../schema/names.toml"), 3);
    inputs.docs = lines("docs.toml", include_str!("../../../schema/docs.toml"), 4);
    inputs.surface = lines(
        "surface.txt",
        include_str!("../../../schema/surface.txt"),
        6,
    );
    if choices.once_in(6) {
        inputs
            .documents
            .push(Input::new("more.json", cut(choices).to_string()));
    }
    check(&inputs, choices.once_in(16));
}

/// The guarantees for all inputs.
fn check(inputs: &Inputs, again: bool) {
    // `null` if it is not JSON, or has a key twice.
    let document: Value = serde_json::from_str(&inputs.documents[0].text).unwrap_or_default();
    let is_alone = inputs.documents.len() == 1 && inputs.overlay.is_none();
    match generate(inputs) {
        Ok(output) => {
            assert!(
                !is_alone || output.report.operations == operations(&document),
                "an operation is missing:\n{document}"
            );
            check_output(&output);
            if again {
                let second = generate(inputs).expect("the same result");
                assert!(second.files == output.files && second.names == output.names);
            }
        }
        Err(error) => {
            let shown = error.to_string();
            assert!(
                !error.message().is_empty() && !shown.contains("no rule knows"),
                "{error:?}"
            );
            assert!(
                !shown.contains(|letter: char| letter.is_control() && letter != '\n'),
                "{shown:?}"
            );
            assert_eq!(shown.lines().count(), error.each().count(), "{shown:?}");
            if is_alone && error.file() == "section.json" && !document.is_null() {
                let place = error.pointer().unwrap_or_default();
                let owner = place.rsplit_once('/').map_or("", |(owner, _)| owner);
                let exists = document.pointer(place).or_else(|| document.pointer(owner));
                assert!(exists.is_some(), "{shown} does not exist in\n{document}");
            }
        }
    }
}

/// The number of operations that a client can have.
fn operations(document: &Value) -> usize {
    let paths = entries(&document["paths"]).filter(|(path, _)| !path.starts_with("x-"));
    let keys = paths.flat_map(|(_, item)| entries(item));
    keys.filter(|(key, _)| ["get", "post", "put", "delete"].contains(&key.as_str()))
        .count()
}

/// All files are Rust, and no name is given twice.
fn check_output(output: &Output) {
    let mut names = BTreeSet::new();
    for line in output.surface.lines() {
        // A method ends at its arguments, a value at its text, all others at their type.
        let end = match line.split(' ').next() {
            Some("fn") => line.find('('),
            Some("value") => line.find(" = "),
            _ => line.find(['(', ':', '=']),
        };
        let name = line[..end.unwrap_or(line.len())].trim_end();
        assert!(names.insert(name), "{name} is there twice");
    }
    for (file, text) in &output.files {
        if let Err(error) = syn::parse_file(text) {
            panic!("{file}: {error}\n{text}");
        }
    }
}

/// A few routes of a document, with the schemas that they need.
fn cut(choices: &mut Choices<'_>) -> Value {
    let mut document = DOCUMENTS[choices.below(DOCUMENTS.len())].clone();
    let Some(paths) = document["paths"].as_object_mut() else {
        return document;
    };
    let first = choices.below(paths.len());
    let kept: BTreeSet<usize> = (0..1 + choices.below(5))
        .map(|_| choices.below(paths.len()))
        .collect();
    let mut index = 0;
    paths.retain(|_, _| {
        index += 1;
        kept.contains(&(index - 1)) || index - 1 == first
    });
    let mut texts = vec![document["paths"].to_string()];
    let mut needed = BTreeSet::new();
    while let Some(text) = texts.pop() {
        for part in text.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap_or_default().to_owned();
            if !needed.contains(&name) {
                texts.push(document["components"]["schemas"][&name].to_string());
                needed.insert(name);
            }
        }
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| needed.contains(name));
    }
    document
}

/// The pointers of all places below `at`.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(at, inner)| (at.to_string(), inner))
            .collect(),
        _ => entries(value)
            .map(|(key, inner)| (key.replace('~', "~0").replace('/', "~1"), inner))
            .collect(),
    };
    for (key, inner) in children {
        let place = format!("{at}/{key}");
        places(inner, &place, all);
        all.push(place);
    }
}

fn place(document: &Value, choices: &mut Choices<'_>) -> String {
    let mut all = vec![String::new()];
    places(document, "", &mut all);
    all.swap_remove(choices.below(all.len()))
}

/// Changes one place: another value, another key, or no value.
fn change(document: &mut Value, choices: &mut Choices<'_>) {
    let keys = "get|put|trace|parameters|20X|default|204|type|Self|a b/{c}|$ref||allOf|oneOf|not|items|properties|\
        nullable|enum|required|format|additionalProperties|discriminator|x-expanded-response|deprecated|operationId|\
        requestBody|responses|content|application/json|schema|name|in|schemas|/a/{id}|/{a}{b}|/a/{a}/{a}|\
        hosting.web.Cron|Option|r#fn|1st|é";
    let at = place(document, choices);
    let new = value(document, choices);
    let key = if choices.once_in(8) {
        choices.text()
    } else {
        choices.word(keys).to_owned()
    };
    let (owner, old_key) = at.rsplit_once('/').unwrap_or_default();
    let old_key = old_key.replace("~1", "/").replace("~0", "~");
    match (choices.below(6), document.pointer_mut(owner)) {
        (0, Some(Value::Object(map))) => drop(map.remove(&old_key)),
        (1, Some(Value::Object(map))) => {
            let old = map.remove(&old_key).unwrap_or_default();
            map.insert(key, old);
        }
        (2, Some(Value::Object(map))) => drop(map.insert(key, new)),
        (0..3, Some(Value::Array(list))) => list.extend(list.clone()),
        _ => {
            if let Some(place) = document.pointer_mut(&at) {
                *place = new;
            }
        }
    }
}

/// A value that is valid in some place, now and then as deep as one may be, and deeper.
fn value(document: &Value, choices: &mut Choices<'_>) -> Value {
    let names: Vec<&String> = entries(&document["components"]["schemas"])
        .map(|(name, _)| name)
        .collect();
    let name = if names.is_empty() {
        "x"
    } else {
        names[choices.below(names.len())]
    };
    let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
    let types = choices.word("string|integer|number|boolean|null|file");
    match choices.below(16) {
        0 => reference,
        1 => json!({ "allOf": [reference, { "properties": { "more": reference } }] }),
        2 => json!({ "oneOf": [reference, { "type": "null" }, { "type": "string" }] }),
        3 => json!({ "type": "array", "items": reference }),
        4 => json!({ "type": "object", "additionalProperties": reference }),
        5 => json!({ "type": "object", "properties": { "self": reference, "1h": {}, "+": {} } }),
        6 => json!({ "enum": ["", "a-b", "a_b", "A B", 1, null] }),
        7 => json!({ "type": "integer", "enum": [1, -1, 1, 9_007_199_254_740_993_i64] }),
        8 => {
            json!({ "type": types, "format": choices.text(), "nullable": choices.once_in(2), "pattern": "(" })
        }
        9 => json!({ "type": ["string", "null"], "$ref": choices.text() }),
        10 => {
            json!({ "name": choices.text(), "in": choices.word("path|query|header|body"), "schema": reference })
        }
        11 => {
            json!({ "content": { choices.word("application/json|text/plain|*/*|"): { "schema": reference } } })
        }
        12 => document
            .pointer(&place(document, choices))
            .cloned()
            .unwrap_or_default(),
        13 => (0..choices.below(60)).fold(reference, |inner, _| match choices.below(3) {
            0 => json!({ "type": "array", "items": inner }),
            1 => json!({ "type": "object", "properties": { "x": inner } }),
            _ => json!({ "allOf": [inner] }),
        }),
        _ => any(choices, 3),
    }
}

/// Some lines of a file below their heading, changed in places.
fn some_lines(text: &str, choices: &mut Choices<'_>) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let begin = choices.below(lines.len());
    let end = (begin + choices.below(60)).min(lines.len());
    let heading = lines[..begin].iter().rfind(|line| line.starts_with('['));
    let mut some: String = heading
        .into_iter()
        .chain(&lines[begin..end])
        .map(|line| format!("{line}\n"))
        .collect();
    for _ in 0..choices.below(4) {
        choices.change(&mut some);
    }
    some
}
