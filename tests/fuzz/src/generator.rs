//! The whole generator, as `preview` calls it: real documents with a few routes, changed in some
//! places, with overlays, names and docs that are changed too. The answer is files that parse and
//! miss no operation, or an error with its place.

mod document;
mod others;

use std::collections::BTreeSet;

use ovh_web_codegen::{Clashes, Input, Inputs, Output, generate};
use serde_json::{Map, Value};

use crate::{Choices, text};

/// The name of the document.
const FILE: &str = "section.json";

pub(crate) fn target(data: &[u8]) {
    let choices = &mut Choices::new(data);
    let mut document = document::cut(choices);
    for _ in 0..choices.below(6) {
        document::change(&mut document, choices);
    }
    let mut text = match choices.once_in(8) {
        true => document::with_a_key_twice(&document, choices),
        false => document.to_string(),
    };
    if choices.once_in(8) {
        for _ in 0..1 + choices.below(3) {
            text::change(&mut text, choices);
        }
    }
    let mut inputs = Inputs {
        documents: vec![Input::new(FILE, text.clone())],
        clashes: match choices.once_in(4) {
            true => Clashes::Refuse,
            false => Clashes::Resolve,
        },
        ..Inputs::default()
    };
    if choices.once_in(4) {
        inputs.overlay = Some(Input::new(
            "overlay.json",
            others::overlay(&document, choices),
        ));
    }
    if choices.once_in(3) {
        inputs.names = Some(Input::new("names.toml", others::names(choices)));
    }
    if choices.once_in(4) {
        inputs.docs = Some(Input::new("docs.toml", others::docs(choices)));
    }
    if choices.once_in(6) {
        inputs.surface = Some(Input::new("surface.txt", others::surface(choices)));
    }
    if choices.once_in(6) {
        inputs
            .documents
            .push(Input::new("more.json", document::cut(choices).to_string()));
    }
    if choices.once_in(4) {
        inputs.crate_name = Some("ovh_web_client".to_owned());
    }
    judge(&inputs, choices.once_in(16));
}

/// The guarantees for all inputs.
pub(crate) fn judge(inputs: &Inputs, again: bool) {
    // `null` stands for what is no JSON, or has a key twice.
    let document: Value = serde_json::from_str(&inputs.documents[0].text).unwrap_or_default();
    let alone = inputs.documents.len() == 1 && inputs.overlay.is_none();
    match generate(inputs) {
        Ok(output) => {
            let left_out = output
                .report
                .repairs
                .iter()
                .filter(|repair| repair.is_left_out());
            assert!(
                !alone || output.report.operations + left_out.count() >= operations(&document),
                "an operation is missing without a word:\n{document}"
            );
            assert_sound(&output);
            if again {
                let second = generate(inputs).expect("what went well goes well again");
                assert!(second.files == output.files && second.names == output.names);
            }
        }
        Err(error) => {
            assert!(!error.message().is_empty(), "{error:?}");
            let shown = error.to_string();
            for line in shown.split('\n') {
                assert!(!line.contains(char::is_control), "{shown:?}");
            }
            assert_eq!(shown.lines().count(), error.each().count(), "{shown:?}");
            assert!(!shown.contains("no rule knows"), "{shown}\n{document}");
            if alone && error.file() == FILE && !document.is_null() {
                let place = error.pointer().unwrap_or_default();
                let owner = place.rsplit_once('/').map_or("", |(owner, _)| owner);
                assert!(
                    document.pointer(place).is_some() || document.pointer(owner).is_some(),
                    "{shown} is nowhere in\n{document}"
                );
            }
        }
    }
}

/// The number of operations that a client can have.
fn operations(document: &Value) -> usize {
    let items = document["paths"].as_object().into_iter().flatten();
    items
        // An extension among the paths is none, whatever it holds.
        .filter(|(path, _)| !path.starts_with("x-"))
        .filter_map(|(_, item)| item.as_object())
        .flat_map(Map::keys)
        .filter(|key| ["get", "post", "put", "delete"].contains(&key.as_str()))
        .count()
}

/// Nothing of an output meets anything else of it, and all of it is Rust.
fn assert_sound(output: &Output) {
    let mut names = BTreeSet::new();
    for line in output.surface.lines() {
        // A method, a type, a field, a value of an enum or of a query.
        let end = line.find(['(', ':', '=']).unwrap_or(line.len());
        let name = match line.strip_prefix("value ") {
            Some(value) => value.split(" = ").next().unwrap_or_default(),
            None => line[..end].trim_end(),
        };
        // The module of a method comes before its colons.
        let name = match line.starts_with("fn ") {
            true => line.split('(').next().unwrap_or_default(),
            false => name,
        };
        assert!(names.insert(name), "{name} is there twice");
    }
    for (file, text) in &output.files {
        if let Err(error) = syn::parse_file(text) {
            panic!("{file}: {error}\n{text}");
        }
    }
}
