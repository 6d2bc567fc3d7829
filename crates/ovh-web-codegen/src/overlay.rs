//! Corrections of single places, as an OpenAPI Overlay 1.0 document.
//!
//! Systematic faults are corrected by the rules of `normalize`, single places here. A correction that
//! matches nothing, or changes nothing, is an error: upstream has changed, and a person has to look.
//! One extension is ours: `x-document` on an action names its document; without it the action must
//! match in at least one document.
//!
//! An update merges objects and appends to lists, as the specification has it. An action with both
//! `remove` and `update` replaces what it meets, lists and bare values too:
//! `{"target": "$..['x.Size'].enum", "remove": true, "update": ["S", "M"], "description": "…"}`.
//!
//! An update may add these keys for the generator: `x-ovh-web-required` on an operation lists further
//! required properties of its body; on a property, `true` makes a response without it an error;
//! `x-ovh-web-name` on a property is its name in Rust; `x-ovh-web-idempotent: false` on a PUT or
//! DELETE says that it must not be sent twice.

mod corrections;
mod merge;
mod missing_key;

use crate::document::Document;
use crate::error::Errors;
use crate::object::{FileFormat, ObjectReader};
use crate::pointer::Pointer;
use crate::{Error, json};
use serde_json::Value;
use serde_json_path::JsonPath;
use std::collections::BTreeSet;

/// A list of corrections.
#[derive(Clone, Debug)]
pub struct Overlay {
    file: String,
    actions: Vec<Action>,
}

#[derive(Clone, Debug)]
struct Action {
    target: String,
    path: JsonPath,
    document: Option<String>,
    change: Change,
}

#[derive(Clone, Debug)]
enum Change {
    Update(Value),
    /// `remove` and `update` in one action.
    Replace(Value),
    Remove,
}

/// The effect of an action on a document in which it matched.
#[derive(Debug)]
struct Applied {
    /// The index of the action in the overlay.
    index: usize,
    /// `true` if the document changed.
    changed: bool,
}

impl Overlay {
    /// Reads an overlay; errors call it `file`.
    ///
    /// # Errors
    /// If it is not an overlay of version 1.0, with the place and what to do.
    pub fn parse(file: &str, text: &str) -> Result<Self, Error> {
        let value = json::parse(file, text)?;
        let root = ObjectReader::root(FileFormat::Overlay, file, &value)?;
        root.refuse_unknown(&["overlay", "info", "extends", "actions"])?;
        let version = root.text("overlay")?;
        if version != "1.0" && !version.starts_with("1.0.") {
            let message = format!("expected version 1.0, found `{version}`");
            return Err(root.fail_at("overlay", message, "write `1.0.0`"));
        }
        let info = root.node("info")?;
        info.text("title").and(info.text("version"))?;
        let mut errors = Errors::default();
        let mut actions = Vec::new();
        for (at, value) in root.list("actions")? {
            let action = root.item(at, value, "action");
            actions.extend(errors.keep(action.and_then(|action| Action::read(&action))));
        }
        errors.end()?;
        Ok(Self {
            file: file.to_owned(),
            actions,
        })
    }

    /// Applies each action to the documents that it fits, and returns the indices of the actions that
    /// changed something.
    pub fn apply_fitting(&self, documents: &mut [Document]) -> Vec<usize> {
        let mut fitting = BTreeSet::new();
        for (index, action) in self.actions.iter().enumerate() {
            for document in documents
                .iter_mut()
                .filter(|document| action.is_for(&document.name))
            {
                let mut corrected = document.value.clone();
                if let Ok((_, true)) = action.run(&mut corrected) {
                    document.value = corrected;
                    fitting.insert(index);
                }
            }
        }
        fitting.into_iter().collect()
    }

    /// An error at an action, or at one of its keys.
    fn at_action(
        &self,
        index: usize,
        key: &str,
        message: String,
        advice: impl Into<String>,
    ) -> Error {
        let at = Pointer::root().child("actions").child(index);
        let at = if key.is_empty() { at } else { at.child(key) };
        Error::new(&self.file, at, message, advice)
    }
}

impl Action {
    fn read(reader: &ObjectReader<'_>) -> Result<Self, Error> {
        reader.refuse_unknown(&["target", "description", "update", "remove"])?;
        if reader.text("description")?.trim().is_empty() {
            return Err(reader.fail_at(
                "description",
                "`description` is empty".to_owned(),
                "say what is wrong in the document, and how sure that is",
            ));
        }
        let target = reader.text("target")?;
        let path = JsonPath::parse(target).map_err(|error| {
            let message = format!("`{target}` is not a JSONPath: {error}");
            let advice = "write it as RFC 9535 has it: `$.paths['/a/{b}'].get`";
            reader.fail_at("target", message, advice).with_source(error)
        })?;
        let document = reader.optional_text("x-document")?;
        let remove = reader.optional("remove", "true or false", Value::as_bool)?;
        let change = match (reader.map.get("update"), remove) {
            (None, Some(true)) => Change::Remove,
            (Some(update), Some(true)) => Change::Replace(update.clone()),
            (Some(update), _) => Change::Update(update.clone()),
            (None, _) => {
                let message = "`update` is missing, and so is `remove`";
                return Err(reader.fail(message, "write what to change"));
            }
        };
        Ok(Self {
            target: target.to_owned(),
            path,
            document: document.map(|name| stem(name).to_owned()),
            change,
        })
    }

    /// Returns `true` if the action may change the document of that name.
    fn is_for(&self, name: &str) -> bool {
        self.document
            .as_ref()
            .is_none_or(|document| document == stem(name))
    }

    /// Runs the action; returns the places that it matched, and whether anything changed.
    fn run(&self, document: &mut Value) -> Result<(Vec<String>, bool), merge::Mismatch> {
        let places: Vec<String> = self
            .path
            .query_located(document)
            .locations()
            .map(|location| location.to_json_pointer())
            .collect();
        let mut changed = false;
        match &self.change {
            Change::Update(update) => {
                for place in &places {
                    if let Some(target) = document.pointer_mut(place) {
                        changed |= merge::update(target, update, place)?;
                    }
                }
            }
            Change::Replace(new) => {
                for place in &places {
                    if let Some(target) = document.pointer_mut(place)
                        && target != new
                    {
                        target.clone_from(new);
                        changed = true;
                    }
                }
            }
            // From the last to the first, so that the places of a list stay true.
            Change::Remove => {
                for place in places.iter().rev() {
                    changed |= merge::remove(document, place)?;
                }
            }
        }
        Ok((places, changed))
    }
}

/// Runs all actions that are for the document; the second value lists those that failed.
fn run(
    document: &mut Document,
    overlay: &Overlay,
    errors: &mut Errors,
) -> (Vec<Applied>, Vec<usize>) {
    let name = &document.name;
    let (mut applied, mut failed) = (Vec::new(), Vec::new());
    let actions = overlay.actions.iter().enumerate();
    for (index, action) in actions.filter(|(_, action)| action.is_for(name)) {
        match action.run(&mut document.value) {
            Ok((places, changed)) if !places.is_empty() => applied.push(Applied { index, changed }),
            Ok(_) if action.document.is_none() => {}
            result => {
                failed.push(index);
                errors.add(match result {
                    Ok(_) => nothing(overlay, index, &[&*document]),
                    Err(wrong) => {
                        let message = format!("{} ({name}#{})", wrong.message, wrong.place);
                        overlay.at_action(index, "", message, wrong.advice)
                    }
                });
            }
        }
    }
    (applied, failed)
}

/// Applies `overlay` to all `documents`, each of which is given what it is for.
///
/// The corrected documents are checked again: a correction can break one as well as upstream can.
/// After an error the documents are half changed and of no use.
///
/// # Errors
/// Returns an error if an action does not fit its target, matches nothing, changes nothing, names an
/// unknown document, or makes a document that the generator cannot work with.
pub fn apply_all(documents: &mut [Document], overlay: &Overlay) -> Result<(), Error> {
    apply(documents, overlay).map(drop)
}

fn apply(documents: &mut [Document], overlay: &Overlay) -> Result<Vec<Vec<Applied>>, Error> {
    let mut errors = Errors::default();
    let mut failed = Vec::new();
    let names: Vec<&str> = documents
        .iter()
        .map(|document| stem(&document.name))
        .collect();
    for (index, action) in overlay.actions.iter().enumerate() {
        if let Some(wanted) = action
            .document
            .as_deref()
            .filter(|wanted| !names.contains(wanted))
        {
            failed.push(index);
            let message = format!("there is no document `{wanted}`");
            let advice = format!("use one of {}", names.join(", "));
            errors.add(overlay.at_action(index, "x-document", message, advice));
        }
    }
    // Faults that were there before are not the overlay's.
    let fine: Vec<bool> = documents.iter().map(|d| d.check().is_ok()).collect();
    let mut applied = Vec::new();
    for document in documents.iter_mut() {
        let (done, not) = run(document, overlay, &mut errors);
        applied.push(done);
        failed.extend(not);
    }
    let searched: Vec<&Document> = documents.iter().collect();
    for index in (0..overlay.actions.len()).filter(|index| !failed.contains(index)) {
        let all = applied.iter().flatten();
        let mut matches = all.filter(|action| action.index == index).peekable();
        if matches.peek().is_none() {
            errors.add(nothing(overlay, index, &searched));
        } else if !matches.any(|action| action.changed) {
            let target = &overlay.actions[index].target;
            let message = format!("`{target}` changes nothing: the document says so already");
            errors.add(overlay.at_action(index, "target", message, "remove the action"));
        }
    }
    for (document, _) in documents.iter().zip(fine).filter(|(_, fine)| *fine) {
        let checked = document.check().and_then(|()| corrections::check(document));
        for error in checked.err().iter().flat_map(Error::each) {
            errors.add(Error::new(
                error.file(),
                error.pointer().unwrap_or_default(),
                format!("with {} applied: {}", overlay.file, error.message()),
                error.advice(),
            ));
        }
    }
    errors.end()?;
    Ok(applied)
}

/// The error of an action that matches nothing in the documents that were searched.
fn nothing(overlay: &Overlay, index: usize, searched: &[&Document]) -> Error {
    let target = &overlay.actions[index].target;
    let names: Vec<&str> = searched.iter().map(|document| &*document.name).collect();
    let missing = searched.iter();
    let missing = missing.filter_map(|document| missing_key::missing_key(&document.value, target));
    let advice = match missing.max_by_key(|(_, near)| near.is_some()) {
        Some((key, Some(near))) => format!("there is no `{key}`; did you mean `{near}`?"),
        Some((key, None)) => format!("there is no `{key}`: change or remove the action"),
        None => "upstream may have corrected it: change or remove the action".to_owned(),
    };
    let message = format!("`{target}` matches nothing in {}", names.join(", "));
    overlay.at_action(index, "target", message, advice)
}

/// The name of a document without folder and ending: `schema/auth.json` is `auth`.
fn stem(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_suffix(".json").unwrap_or(name)
}

#[cfg(test)]
mod tests;
