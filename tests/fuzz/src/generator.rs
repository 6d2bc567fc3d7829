//! The whole generator, as `preview` calls it: real documents with a few routes, changed in places,
//! with changed overlays, names and docs. It returns files that parse and miss no operation, or an
//! error that names an existing place.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ovh_web_codegen::{Clashes, Input, Inputs, generate};
use serde_json::{Map, Value, json};

use crate::choices::Choices;
use crate::json::{any, children, entries};

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

/// Schema documents, overlays, names and docs, through the whole generator.
pub fn fuzz(data: &[u8]) {
    let choices = &mut Choices::new(data);
    let mut document = cut(choices);
    change(&mut document, choices);
    let mut text = document.to_string();
    if choices.once_in(8) {
        choices.change(&mut text);
    }
    let mut inputs = Inputs {
        documents: vec![Input::new("section.json", text)],
        clashes: choices.pick(&[Clashes::Resolve, Clashes::Resolve, Clashes::Refuse]),
        crate_name: choices.once_in(4).then(|| "ovh_web_client".to_owned()),
        ..Inputs::default()
    };
    if choices.once_in(4) {
        let text = include_str!("../../../schema/ovh-web-client/overlay.json");
        let mut overlay = serde_json::from_str(text).expect("JSON");
        change(&mut overlay, choices);
        inputs.overlay = Some(Input::new("overlay.json", overlay.to_string()));
    }
    let names = include_str!("../../../schema/ovh-web-client/names.toml");
    let docs = include_str!("../../../schema/ovh-web-client/docs.toml");
    let surface = include_str!("../../../schema/ovh-web-client/surface.txt");
    inputs.names = some_lines("names.toml", names, choices);
    inputs.docs = some_lines("docs.toml", docs, choices);
    inputs.surface = some_lines("surface.txt", surface, choices);
    let more = choices.once_in(6).then(|| cut(choices).to_string());
    let more = more.map(|text| Input::new("more.json", text));
    inputs.documents.extend(more);
    check(&inputs, choices.once_in(16));
}

/// The guarantees for all inputs.
fn check(inputs: &Inputs, again: bool) {
    // `null` if it is not JSON, or has a key twice.
    let document: Value = serde_json::from_str(&inputs.documents[0].text).unwrap_or_default();
    let is_alone = inputs.documents.len() == 1 && inputs.overlay.is_none();
    match generate(inputs) {
        Ok(output) => {
            let is_complete = output.report.operations == operations(&document);
            assert!(!is_alone || is_complete, "missing operation:\n{document}");
            let mut names = BTreeSet::new();
            for line in output.surface.lines() {
                // Commands and flags have several words.
                let of_tool = line.starts_with("command ") || line.starts_with("flag ");
                let mut words = line.split([' ', '(']);
                let name = match line.find([':', '=']).filter(|_| of_tool) {
                    Some(end) => (Some(&line[..end]), None),
                    None => (words.next(), words.next()),
                };
                assert!(names.insert(name), "two items are called {name:?}");
            }
            let commands = output.commands.iter().map(|text| ("commands", text));
            let files = output
                .files
                .iter()
                .map(|(file, text)| (file.as_str(), text));
            for (file, text) in files.chain(commands) {
                let parsed = syn::parse_file(text);
                assert!(parsed.is_ok(), "{file}: {:?}\n{text}", parsed.err());
            }
            if again {
                let second = generate(inputs).expect("the same result");
                assert!(second.files == output.files && second.names == output.names);
            }
        }
        Err(error) => {
            let shown = error.to_string();
            let is_refused = |letter: char| letter.is_control() && letter != '\n';
            assert!(!error.message().is_empty(), "{error:?}");
            assert!(!shown.contains("no rule knows"), "{shown}");
            assert!(!shown.contains(is_refused), "{shown:?}");
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

/// A few routes of a document, with the schemas that they need.
fn cut(choices: &mut Choices<'_>) -> Value {
    let mut document = DOCUMENTS[choices.below(DOCUMENTS.len())].clone();
    let Some(paths) = document["paths"].as_object_mut() else {
        return document;
    };
    let kept: BTreeSet<String> = (0..1 + choices.below(6))
        .filter_map(|_| paths.keys().nth(choices.below(paths.len())).cloned())
        .collect();
    paths.retain(|path, _| kept.contains(path));
    // References in the text lead to further schemas, whose text is appended.
    let mut text = document["paths"].to_string();
    let (prefix, mut end) = ("#/components/schemas/", 0);
    let mut needed = Map::new();
    while let Some(at) = text[end..].find(prefix) {
        end += at + prefix.len();
        let name = text[end..].split('"').next().unwrap_or_default().to_owned();
        if !needed.contains_key(&name) {
            let schema = document["components"]["schemas"][&name].take();
            text += &schema.to_string();
            needed.insert(name, schema);
        }
    }
    document["components"]["schemas"] = needed.into();
    document
}

/// A place in a document, as deep as the choices go.
fn place<'v>(mut value: &'v mut Value, choices: &mut Choices<'_>) -> &'v mut Value {
    loop {
        let count = children(value).len();
        if count == 0 || choices.once_in(9) {
            return value;
        }
        value = children(value).swap_remove(choices.below(count));
    }
}

/// Changes a few places: another value, another key, or no value.
fn change(document: &mut Value, choices: &mut Choices<'_>) {
    let keys = "get|put|trace|parameters|20X|default|204|type|Self|a b/{c}|$ref||allOf|oneOf|not|items|properties|\
        nullable|enum|required|format|additionalProperties|discriminator|x-expanded-response|deprecated|operationId|\
        requestBody|responses|content|application/json|schema|name|in|schemas|/a/{id}|/{a}{b}|/a/{a}/{a}|\
        hosting.web.Cron|Option|r#fn|1st|é";
    for _ in 0..choices.below(6) {
        let new = value(document, choices);
        let (key, text) = (choices.word(keys), choices.text());
        let key = if choices.once_in(8) { &text } else { key };
        match place(document, choices) {
            Value::Object(map) if !choices.once_in(4) => {
                let old_key = map.keys().nth(choices.below(map.len() + 1)).cloned();
                let old = old_key.and_then(|key| map.remove(&key));
                let value = old.filter(|_| choices.once_in(2)).unwrap_or(new);
                if !choices.once_in(3) {
                    map.insert(key.to_owned(), value);
                }
            }
            Value::Array(list) if !choices.once_in(4) => list.extend(list.clone()),
            place => *place = new,
        }
    }
}

/// A value that is valid in some place, now and then as deep as one may be, and deeper.
fn value(document: &Value, choices: &mut Choices<'_>) -> Value {
    let schemas = entries(&document["components"]["schemas"]);
    let names: Vec<&str> = schemas.map(|(name, _)| &**name).chain(["x"]).collect();
    let name = choices.pick(&names);
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
        8 => json!({ "type": types, "format": choices.text(), "nullable": true, "pattern": "(" }),
        9 => json!({ "type": ["string", "null"], "$ref": choices.text() }),
        10 => {
            json!({ "name": choices.text(), "in": choices.word("path|query|header|body"), "schema": reference })
        }
        11 => {
            json!({ "content": { choices.word("application/json|text/plain|*/*|"): { "schema": reference } } })
        }
        12 => place(&mut document.clone(), choices).clone(),
        13 => (0..choices.below(60)).fold(reference, |inner, _| match choices.below(3) {
            0 => json!({ "type": "array", "items": inner }),
            1 => json!({ "type": "object", "properties": { "x": inner } }),
            _ => json!({ "allOf": [inner] }),
        }),
        _ => any(choices, 3),
    }
}

/// Now and then: some lines of a file below their heading, changed in places.
fn some_lines(name: &str, text: &str, choices: &mut Choices<'_>) -> Option<Input> {
    if !choices.once_in(4) {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    let begin = choices.below(lines.len());
    let heading = lines[..begin].iter().rfind(|line| line.starts_with('['));
    let below = lines[begin..].iter().take(choices.below(60));
    let mut some: Vec<&str> = heading.into_iter().chain(below).copied().collect();
    if choices.once_in(4) {
        some.insert(choices.below(some.len() + 1), choices.pick(&lines));
    }
    let mut some = some.join("\n") + "\n";
    for _ in 0..choices.below(4) {
        choices.change(&mut some);
    }
    Some(Input::new(name, some))
}
