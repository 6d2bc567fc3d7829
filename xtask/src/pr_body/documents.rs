//! The size of OVHcloud's documents before and after.

use crate::revisions::ClientChange;
use ovh_web_codegen::document::{Document, DocumentFormat};
use std::fmt::Write as _;

/// A line for each document of the clients that have a changed one: `hosting-web.json: 183 -> 206 operations, 233 -> 247 schemas`.
pub(super) fn lines(clients: &[ClientChange]) -> String {
    let changed = clients.iter();
    let changed = changed.filter(|client| client.before.documents != client.after.documents);
    changed.map(of).collect::<String>().trim_end().to_owned()
}

fn of(ClientChange { before, after, .. }: &ClientChange) -> String {
    let mut out = String::new();
    for (name, text) in &after.documents {
        let (operations, schemas) = counts(name, text);
        let old = before.documents.get(name).map(|text| counts(name, text));
        let step = |old: Option<usize>, new: usize| match old {
            Some(old) if old != new => format!("{old} -> {new}"),
            _ => new.to_string(),
        };
        let _ = writeln!(
            out,
            "- `{name}`: {} operations, {} schemas{}",
            step(old.map(|old| old.0), operations),
            step(old.map(|old| old.1), schemas),
            if old.is_none() { ", new" } else { "" }
        );
    }
    for name in before.documents.keys() {
        if !after.documents.contains_key(name) {
            let _ = writeln!(out, "- `{name}`: gone");
        }
    }
    out
}

fn counts(name: &str, text: &str) -> (usize, usize) {
    // It is output of the generator, with the notes of its rules, which no document may bring.
    let document = Document {
        name: name.to_owned(),
        value: serde_json::from_str(text).unwrap_or_default(),
        format: DocumentFormat::OpenApi,
        repairs: Vec::new(),
    };
    (document.operations().count(), document.schemas().count())
}
