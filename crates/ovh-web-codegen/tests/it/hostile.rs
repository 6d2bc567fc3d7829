//! Attacks through a document: text from upstream that tries to become code, a heading or another line.

use ovh_web_codegen::document::Document;
use ovh_web_codegen::{Clashes, Error, Input, Inputs, Output, diff, escape};
use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Value, json};
use syn::LitStr;

/// Characters that no name and no value may hold.
const HIDDEN: [char; 16] = [
    '\n', '\r', '\t', '\0', '\u{1b}', '\u{7f}', '\u{85}', '\u{2028}', '\u{2029}', '\u{202e}',
    '\u{2066}', '\u{200e}', '\u{200f}', '\u{61c}', '\u{200b}', '\u{feff}',
];

/// Visible text that is syntax somewhere: in Rust, TOML, Markdown or the surface.
const SYNTAX: [&str; 15] = [
    "a\\nb\\",
    "`",
    "``` a ```",
    "\"]\n[x]\n",
    "\"; std::process::exit(1); \"",
    "*/ fn evil() {} /*",
    "\"#",
    "{}",
    "a = b",
    "x (read)",
    "# heading",
    "@you",
    "![image](https://example.com/x.png)",
    "<img src=x onerror=alert(1)>",
    "- [x] a box",
];

/// A document with one of everything that has a name or a value.
fn good() -> Value {
    json!({
        "openapi": "3.0.0",
        "info": {"title": "t", "version": "1.0"},
        "paths": {"/web/{name}": {"put": {
            "tags": ["tag"],
            "parameters": [
                {"in": "path", "name": "name", "required": true, "schema": {"type": "string"}},
                {"in": "query", "name": "size", "schema": {"type": "string", "enum": ["s", "m"]}},
                {"in": "header", "name": "X-One", "schema": {"type": "string"}}
            ],
            "requestBody": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/web.Cron"}
            }}},
            "responses": {"200": {"description": "", "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/web.Cron"}
            }}}},
            "security": [{"oAuth2AuthCode": []}],
            "deprecated": true,
            "x-deprecation-date": "2026-01-02",
            "x-deletion-date": "2027-01-02",
            "x-replacement-route": "/web",
            "x-badges": [{"color": "red", "label": "Beta"}],
            "x-iam-actions": [{"name": "web:put", "required": true}]
        }}},
        "components": {"schemas": {
            "web.Cron": {"type": "object", "required": ["mail"], "properties": {
                "mail": {"type": "string"},
                "state": {"$ref": "#/components/schemas/web.State"}
            }},
            "web.State": {"type": "string", "enum": ["on", "off"]}
        }}
    })
}

/// The same in the native form.
fn native() -> Value {
    json!({
        "apiVersion": "1.0", "basePath": "https://eu.api.ovh.com/1.0", "resourcePath": "/web",
        "apis": [{"path": "/web/{name}", "operations": [{
            "httpMethod": "PUT", "responseType": "web.Cron", "noAuthentication": false,
            "apiStatus": {"value": "PRODUCTION", "description": "Stable production version"},
            "iamActions": [{"name": "web:put", "required": true}],
            "parameters": [
                {"name": "name", "dataType": "string", "paramType": "path", "required": true},
                {"name": "size", "dataType": "string", "paramType": "query", "required": false}
            ]
        }]}],
        "models": {
            "web.Cron": {"id": "Cron", "namespace": "web", "properties": {
                "mail": {"type": "string", "canBeNull": false, "readOnly": false},
                "state": {"type": "web.State", "canBeNull": false, "readOnly": false}
            }},
            "web.State": {"id": "State", "namespace": "web", "enumType": "string", "enum": ["on"]}
        }
    })
}

fn generate(document: &Value, clashes: Clashes) -> Result<Output, Error> {
    ovh_web_codegen::generate(&Inputs {
        documents: vec![Input::new("web.json", document.to_string())],
        crate_name: Some("client".to_owned()),
        clashes,
        ..Inputs::default()
    })
}

/// The places of all names and values: pointers to keys, and to texts.
fn places(value: &Value, at: &str, keys: &mut Vec<String>, texts: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                keys.push(at.clone());
                if key != "description" {
                    places(value, &at, keys, texts);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), keys, texts);
            }
        }
        Value::String(_) => texts.push(at.to_owned()),
        _ => {}
    }
}

fn refused_at(document: &Value, at: &str, hidden: char) {
    let text = document.to_string();
    let parsed = Document::parse("web.json", &text).map(|_| ());
    let refused = generate(document, Clashes::Refuse).map(|_| ());
    let resolved = generate(document, Clashes::Resolve).map(|_| ());
    for result in [parsed, refused, resolved] {
        let error = result.expect_err(at);
        assert_eq!(error.pointer(), Some(at), "{error}");
        assert!(error.message().contains("character"), "{error}");
        let code = format!("U+{:04X}", u32::from(hidden));
        assert!(error.message().contains(&code), "{error}");
        assert!(!error.to_string().contains(escape::is_hidden), "{error}");
    }
}

#[test]
fn hidden_characters_are_refused_everywhere() {
    for document in [good(), native()] {
        let (mut keys, mut texts) = (Vec::new(), Vec::new());
        places(&document, "", &mut keys, &mut texts);
        assert!(keys.len() > 30 && texts.len() > 15);
        for (number, at) in texts.iter().enumerate() {
            let hidden = HIDDEN[number % HIDDEN.len()];
            let mut document = document.clone();
            let text = document.pointer_mut(at).expect("it is there");
            *text = format!("{}{hidden}x", text.as_str().expect("a text")).into();
            refused_at(&document, at, hidden);
        }
        for (number, at) in keys.iter().enumerate() {
            let hidden = HIDDEN[number % HIDDEN.len()];
            let (owner, key) = at.rsplit_once('/').expect("a pointer");
            let mut document = document.clone();
            let owner = document.pointer_mut(owner).and_then(Value::as_object_mut);
            let owner = owner.expect("an object");
            let value = owner.remove(&key.replace("~1", "/")).expect("it is there");
            owner.insert(format!("{}{hidden}", key.replace("~1", "/")), value);
            refused_at(&document, &format!("{at}{hidden}"), hidden);
        }
    }
}

#[test]
fn every_hidden_character_is_refused_in_a_value() {
    for hidden in HIDDEN {
        let mut document = good();
        document["components"]["schemas"]["web.State"]["enum"][1] = format!("o{hidden}f").into();
        refused_at(&document, "/components/schemas/web.State/enum/1", hidden);
    }
}

/// A property may have the name of a key that holds prose.
#[test]
fn names_that_look_like_prose_are_no_prose() {
    for name in [
        "description",
        "example",
        "summary",
        "x-code-samples",
        "properties",
    ] {
        let mut document = good();
        document["components"]["schemas"]["web.Cron"]["properties"][name] =
            json!({"type": "string", "enum": ["a\nb"]});
        let at = format!("/components/schemas/web.Cron/properties/{name}/enum/0");
        refused_at(&document, &at, '\n');
    }
}

#[test]
fn prose_may_have_lines() {
    let mut document = good();
    let put = &mut document["paths"]["/web/{name}"]["put"];
    put["description"] = "two\nlines".into();
    put["x-code-samples"] = json!([{"source": "two\nlines"}]);
    document["components"]["schemas"]["web.Cron"]["example"] = json!({"mail": "two\nlines"});
    generate(&document, Clashes::Refuse).expect("prose is not used");
}

#[test]
fn a_document_cannot_leave_notes_of_the_rules() {
    let evil = "()> { std::process::exit(1) } pub fn evil(&self) -> Call<Page<()>";
    for (at, key, note) in [
        (
            "/paths/~1web~1{name}/put",
            "x-ovh-web-expanded",
            json!(evil),
        ),
        ("/paths/~1web~1{name}/put", "x-ovh-web-secrets", json!([])),
        (
            "/components/schemas/web.Cron",
            "x-ovh-web-origin",
            json!("Date"),
        ),
        (
            "/components/schemas/web.Cron",
            "x-ovh-web-group",
            json!("a; fn evil() {} mod b"),
        ),
        (
            "/components/schemas/web.Cron",
            "x-ovh-web-switch",
            json!(true),
        ),
    ] {
        let mut document = good();
        document.pointer_mut(at).expect("it is there")[key] = note;
        for clashes in [Clashes::Refuse, Clashes::Resolve] {
            let error = generate(&document, clashes).expect_err(key);
            assert_eq!(
                error.pointer(),
                Some(format!("{at}/{key}").as_str()),
                "{error}"
            );
        }
        Document::parse("web.json", &document.to_string()).expect_err(key);
    }
}

#[test]
fn an_overlay_leaves_only_its_own_notes() {
    let with = |key: &str, note: Value| {
        let overlay = json!({
            "overlay": "1.0.0", "info": {"title": "t", "version": "1"},
            "actions": [{
                "target": "$.paths['/web/{name}'].put",
                "update": {key: note},
                "description": "Why.",
            }],
        });
        ovh_web_codegen::generate(&Inputs {
            documents: vec![Input::new("web.json", good().to_string())],
            overlay: Some(Input::new("overlay.json", overlay.to_string())),
            ..Inputs::default()
        })
    };
    with("x-ovh-web-idempotent", json!(false)).expect("a correction");
    for key in ["x-ovh-web-expanded", "x-ovh-web-module", "x-ovh-web-any"] {
        let error = with(key, json!("()> { loop {} } fn a() -> B<()")).expect_err(key);
        let pointer = error.pointer().expect("a place");
        assert!(pointer.ends_with(key), "{error}");
    }
}

/// A document in which every text that can be is `text`.
fn full_of(text: &str) -> Value {
    let mut document = good();
    let put = &mut document["paths"]["/web/{name}"]["put"];
    put["parameters"][1]["name"] = text.into();
    put["parameters"][2]["name"] = format!("X{text}").into();
    put["parameters"][1]["schema"]["enum"][0] = text.into();
    for key in [
        "x-deprecation-date",
        "x-deletion-date",
        "x-replacement-route",
    ] {
        put[key] = text.into();
    }
    put["x-badges"][0]["label"] = text.into();
    put["x-iam-actions"][0]["name"] = text.into();
    let schemas = &mut document["components"]["schemas"];
    schemas["web.Cron"]["properties"][text] = json!({"type": "string"});
    schemas["web.State"]["enum"][0] = text.into();
    document
}

/// The text outside of Markdown code spans, as CommonMark reads them.
fn outside_code(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        let run = rest[at..].bytes().take_while(|byte| *byte == b'`').count();
        let inside = &rest[at + run..];
        let mut from = 0;
        let end = loop {
            let Some(start) = inside[from..].find('`').map(|start| from + start) else {
                break None;
            };
            let length = inside[start..]
                .bytes()
                .take_while(|byte| *byte == b'`')
                .count();
            if length == run {
                break Some(start + length);
            }
            from = start + length;
        };
        match end {
            Some(end) => rest = &inside[end..],
            None => {
                out.push_str(&rest[at..at + run]);
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Nothing of `text` is Markdown in any line of `markdown`.
fn assert_code_only(markdown: &str, text: &str) {
    let token = text.trim();
    for line in markdown.lines() {
        let outside = outside_code(line);
        assert!(
            !outside.contains(token),
            "{token:?} is read as Markdown: {line}"
        );
        assert!(!outside.contains('`'), "a code span is open: {line}");
    }
}

/// The texts in the braces of the enum with `off`, sorted, as the compiler reads them.
fn values(types: &str) -> Vec<String> {
    let group = |tree: TokenTree| match tree {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    };
    let tokens: TokenStream = types.parse().expect("tokens");
    let items = tokens.into_iter().last().and_then(group).expect("a call");
    let mut lists = items.into_iter().filter_map(group).map(|inside| {
        let texts = inside.into_iter().map(|tree| syn::parse2(tree.into()).ok());
        let mut texts: Vec<String> = texts.flatten().map(|it: LitStr| it.value()).collect();
        texts.sort();
        texts
    });
    lists
        .find(|list| list.iter().any(|text| text == "off"))
        .expect("an enum")
}

#[test]
fn syntax_stays_data_in_every_output() {
    let before = generate(&good(), Clashes::Refuse).expect("good");
    for text in SYNTAX {
        let text = text.replace('\n', " ");
        let document = full_of(&text);
        let output = generate(&document, Clashes::Refuse).unwrap_or_else(|error| panic!("{error}"));
        let types = &output.files["types.rs"];
        let shown = text.contains('`').then(|| escape::code(&text));
        let mut wanted: Vec<String> = vec![text.clone(), "off".to_owned()];
        wanted.extend(shown);
        wanted.sort();
        assert_eq!(values(types), wanted, "{types}");
        for (name, file) in &output.files {
            syn::parse_file(file).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!file.contains("fn evil() {}\n"), "{file}");
        }
        let again = ovh_web_codegen::generate(&Inputs {
            documents: vec![Input::new("web.json", document.to_string())],
            names: Some(Input::new("names.toml", &output.names)),
            surface: Some(Input::new("surface.txt", &output.surface)),
            crate_name: Some("client".to_owned()),
            ..Inputs::default()
        });
        let again = again.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(again.names, output.names);
        assert_eq!(again.files, output.files);
        for (old, new) in [(&before, &output), (&output, &before)] {
            let story = diff::between(&old.api, &new.api).to_markdown("Title", None);
            assert_code_only(&story, &text);
        }
    }
}

/// The code blocks in the documentation of a file, which rustdoc compiles and runs.
fn doc_blocks(file: &str) -> Vec<&str> {
    let comments = file.lines().filter_map(|line| {
        let line = line.trim_start();
        line.strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"))
    });
    let blocks = comments.map(str::trim_start);
    blocks
        .filter(|line| line.starts_with("```") || line.starts_with("~~~"))
        .collect()
}

/// Wrapped so that a fence begins a line, a name would be a doc test with code of upstream.
#[test]
fn no_name_becomes_a_doc_test() {
    let code = format!("{:x<96}", "std::process::exit(7)//");
    for fence in ["```", "~~~", "`````"] {
        let mut document = good();
        let mut actions = Vec::new();
        for length in 40..100 {
            let name = format!("{:a<length$} {fence} {code} {fence} b", "");
            document["components"]["schemas"]["web.Cron"]["properties"][&name] =
                json!({"type": "string"});
            actions.push(json!({"name": name}));
        }
        document["paths"]["/web/{name}"]["put"]["x-iam-actions"] = actions.into();
        let output = generate(&document, Clashes::Refuse).expect("generated");
        let mut spans = 0;
        for (file, text) in &output.files {
            for line in doc_blocks(text) {
                let is_ours = line == "```no_run" || line == "```";
                let is_span = line.trim_start_matches('`').contains('`');
                assert!(is_ours || is_span, "{file}: {line}\n{text}");
            }
            spans += text.matches("std::process").count();
        }
        assert!(spans > 100, "the names are there");
    }
}

#[test]
fn names_of_the_lock_are_identifiers() {
    let evil = "a::b(&self) {} pub fn c";
    for lock in [
        format!("[operations]\n\"GET /a\" = \"{evil}\"\n"),
        "[operations]\n\"GET /a\" = \"r#type::get\"\n".to_owned(),
        "[operations]\n\"GET /a\" = \"\u{43e}ps::get\"\n".to_owned(),
        format!("[types]\n\"web.State\" = \"{evil}\"\n"),
        format!("[retired]\n\"PUT /web/{{name}}\" = \"{evil}\"\n"),
        "[retired]\n\"PUT /web/{name}\" = \"evil\"\n".to_owned(),
        "[variants.\"web.State\"]\non = \"On, Evil\"\n".to_owned(),
        "[variants.\"web.State\"]\n\"o\\nn\" = \"On\"\n".to_owned(),
        "[retired]\n\"PUT /we\\u2028b\" = \"web::put\"\n".to_owned(),
    ] {
        let error = ovh_web_codegen::generate(&Inputs {
            documents: vec![Input::new("web.json", good().to_string())],
            names: Some(Input::new("names.toml", &lock)),
            ..Inputs::default()
        });
        let error = error.map(|_| ()).expect_err(&lock);
        assert_eq!(error.file(), "names.toml", "{lock}: {error}");
    }
}

#[test]
fn a_file_name_with_lines_stays_in_its_line() {
    let name = "a\n#![evil]\n.json";
    let output = ovh_web_codegen::generate(&Inputs {
        documents: vec![Input::new(name, good().to_string())],
        ..Inputs::default()
    });
    for (file, text) in output.expect("generated").files {
        assert!(!text.contains("\n#![evil]"), "{file}: {text}");
    }
}

#[test]
fn code_in_a_surface_names_nothing() {
    let with = |surface: &str| {
        let output = ovh_web_codegen::generate(&Inputs {
            documents: vec![Input::new("web.json", good().to_string())],
            surface: Some(Input::new("surface.txt", surface)),
            ..Inputs::default()
        });
        output.expect("generated").files
    };
    let fine = with("");
    for line in [
        "field Cron.a b: Option<String> = mail",
        "field Cron.mail(): { evil!() } = mail",
        "field Cron.r#mail: String = mail",
        "value State::Evil, x = on",
        "value State::\u{415}vil = on",
        "value State::r#On = on",
    ] {
        assert_eq!(with(line), fine, "{line}");
    }
}
