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
use crate::pointer::Pointer;
use crate::{Error, json};
use serde_json::{Map, Value};
use serde_json_path::JsonPath;

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

/// The actions of an overlay that matched in one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The actions, in order.
    pub actions: Vec<AppliedAction>,
}

/// The effect of one action on one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedAction {
    /// The index of the action in the overlay.
    pub index: usize,
    /// The places that were changed, as JSON pointers.
    pub places: Vec<String>,
    /// `true` if the document changed.
    pub changed: bool,
}

impl Overlay {
    /// Reads an overlay; errors call it `file`.
    ///
    /// # Errors
    /// If it is not an overlay of version 1.0, with the place and what to do.
    pub fn parse(file: &str, text: &str) -> Result<Self, Error> {
        let value = json::parse(file, text)?;
        let root = Pointer::root();
        let fail = |at: &Pointer, message: &str, advice: &str| {
            Err(Error::new(file, at.clone(), message, advice))
        };
        let Some(map) = value.as_object() else {
            return fail(&root, "the overlay is not an object", "write an object");
        };
        match map.get("overlay").and_then(Value::as_str) {
            Some(version) if version == "1.0" || version.starts_with("1.0.") => {}
            _ => {
                return fail(
                    &root.child("overlay"),
                    "this is not an overlay of version 1.0",
                    "write `\"overlay\": \"1.0.0\"`",
                );
            }
        }
        for key in ["title", "version"] {
            if !value["info"][key].is_string() {
                return fail(
                    &root.child("info"),
                    &format!("`info` has no `{key}`"),
                    "add it: the overlay specification wants a title and a version",
                );
            }
        }
        if let Some(key) = unknown(map, &["overlay", "info", "extends", "actions"]) {
            return fail(
                &root.child(key),
                &format!("an overlay has no `{key}`"),
                "correct the spelling, or begin it with `x-`",
            );
        }
        let at = root.child("actions");
        let Some(list) = map.get("actions").and_then(Value::as_array) else {
            return fail(
                &at,
                "`actions` is not a list",
                "write the corrections as a list",
            );
        };
        let mut errors = Errors::default();
        let actions = list
            .iter()
            .enumerate()
            .filter_map(|(index, action)| errors.keep(Action::read(file, &at.child(index), action)))
            .collect();
        errors.end()?;
        Ok(Self {
            file: file.to_owned(),
            actions,
        })
    }

    /// An error at the target of the action `index`.
    fn at_target(&self, index: usize, message: String, advice: impl Into<String>) -> Error {
        let at = Pointer::root()
            .child("actions")
            .child(index)
            .child("target");
        Error::new(&self.file, at, message, advice)
    }
}

impl Action {
    fn read(file: &str, at: &Pointer, value: &Value) -> Result<Self, Error> {
        let fail =
            |at: Pointer, message: String, advice: &str| Err(Error::new(file, at, message, advice));
        let Some(map) = value.as_object() else {
            return fail(
                at.clone(),
                "an action is not an object".into(),
                "write an object",
            );
        };
        if let Some(key) = unknown(map, &["target", "description", "update", "remove"]) {
            return fail(
                at.child(key),
                format!("an action has no `{key}`"),
                "correct the spelling, or begin it with `x-`",
            );
        }
        let described = map.get("description").and_then(Value::as_str);
        if described.is_none_or(|text| text.trim().is_empty()) {
            return fail(
                at.clone(),
                "the action has no `description`".into(),
                "say what is wrong in the document, and how sure that is",
            );
        }
        let Some(target) = map.get("target").and_then(Value::as_str) else {
            return fail(
                at.clone(),
                "the action has no `target`".into(),
                "name the place as a JSONPath that begins with `$`",
            );
        };
        let path = JsonPath::parse(target).map_err(|error| {
            Error::new(
                file,
                at.child("target"),
                format!("`{target}` is no JSONPath: {error}"),
                "write it as RFC 9535 has it: `$.paths['/a/{b}'].get`",
            )
            .with_source(error)
        })?;
        let document = match map.get("x-document") {
            None => None,
            Some(Value::String(name)) => Some(stem(name).to_owned()),
            Some(_) => {
                return fail(
                    at.child("x-document"),
                    "`x-document` is not a string".into(),
                    "write the name of a document, such as `hosting-web`",
                );
            }
        };
        let remove = match map.get("remove") {
            None => false,
            Some(Value::Bool(remove)) => *remove,
            Some(_) => {
                return fail(
                    at.child("remove"),
                    "`remove` is neither true nor false".into(),
                    "write true or false, without quotes",
                );
            }
        };
        let change = match (map.get("update"), remove) {
            (Some(update), false) => Change::Update(update.clone()),
            (None, true) => Change::Remove,
            (Some(update), true) => Change::Replace(update.clone()),
            (None, false) => {
                return fail(
                    at.clone(),
                    "the action has neither `update` nor `remove`".into(),
                    "say what is to be done",
                );
            }
        };
        Ok(Self {
            target: target.to_owned(),
            path,
            document,
            change,
        })
    }

    /// Does the action; the places it met are in the answer.
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

/// Applies `overlay` to the one document called `name`.
///
/// Actions for other documents are left out, and so are actions without `x-document` that meet
/// nothing: see [`apply_all`] for the check that they meet something in some document. After an
/// error the document is half changed and of no use.
///
/// # Errors
/// If an action for this document meets nothing, or if its update does not fit what it meets.
pub fn apply(document: &mut Value, overlay: &Overlay, name: &str) -> Result<Applied, Error> {
    let mut errors = Errors::default();
    let (applied, _) = run(document, overlay, name, &mut errors);
    errors.end()?;
    Ok(applied)
}

/// Runs all actions that are for the document; the second value lists those which failed.
fn run(
    document: &mut Value,
    overlay: &Overlay,
    name: &str,
    errors: &mut Errors,
) -> (Applied, Vec<usize>) {
    let mut applied = Applied::default();
    let mut failed = Vec::new();
    for (index, action) in overlay.actions.iter().enumerate() {
        let is_named = match &action.document {
            Some(document) if document != stem(name) => continue,
            named => named.is_some(),
        };
        let result = action.run(document).map_err(|mismatch| {
            Error::new(
                &overlay.file,
                Pointer::root().child("actions").child(index),
                format!("{} ({name}#{})", mismatch.message, mismatch.place),
                mismatch.advice,
            )
        });
        let result = result.and_then(|(places, changed)| {
            if places.is_empty() && is_named {
                return Err(nothing(overlay, index, &[(name, &*document)]));
            }
            Ok((places, changed))
        });
        match errors.keep(result) {
            Some((places, _)) if places.is_empty() => {}
            Some((places, changed)) => applied.actions.push(AppliedAction {
                index,
                places,
                changed,
            }),
            None => failed.push(index),
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
/// As [`apply`]; and if an action meets nothing in any document, changes nothing, is for a document
/// that is not there, or makes one that the generator cannot work with.
pub fn apply_all(documents: &mut [Document], overlay: &Overlay) -> Result<Vec<Applied>, Error> {
    let mut errors = Errors::default();
    let mut failed = Vec::new();
    for (index, action) in overlay.actions.iter().enumerate() {
        let names = || documents.iter().map(|document| stem(&document.name));
        if let Some(wanted) = &action.document
            && !names().any(|name| name == wanted)
        {
            let at = Pointer::root().child("actions").child(index);
            failed.push(index);
            errors.add(Error::new(
                &overlay.file,
                at.child("x-document"),
                format!("there is no document `{wanted}`"),
                format!("use one of {}", names().collect::<Vec<_>>().join(", ")),
            ));
        }
    }
    // What was no document before is not the overlay's doing.
    let fine: Vec<bool> = documents.iter().map(|d| d.check().is_ok()).collect();
    let mut applied = Vec::new();
    for document in documents.iter_mut() {
        let (done, not) = run(&mut document.value, overlay, &document.name, &mut errors);
        applied.push(done);
        failed.extend(not);
    }
    let looked: Vec<_> = documents
        .iter()
        .map(|document| (document.name.as_str(), &document.value))
        .collect();
    for index in (0..overlay.actions.len()).filter(|index| !failed.contains(index)) {
        let all = applied.iter().flat_map(|applied| &applied.actions);
        let mut met = all.filter(|action| action.index == index).peekable();
        if met.peek().is_none() {
            errors.add(nothing(overlay, index, &looked));
        } else if !met.any(|action| action.changed) {
            let target = &overlay.actions[index].target;
            errors.add(overlay.at_target(
                index,
                format!("`{target}` changes nothing: the document says so already"),
                "remove the action",
            ));
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

/// The error of an action that met nothing in the documents it was tried on.
fn nothing(overlay: &Overlay, index: usize, looked: &[(&str, &Value)]) -> Error {
    let target = &overlay.actions[index].target;
    let names: Vec<_> = looked.iter().map(|(name, _)| *name).collect();
    let advice = looked
        .iter()
        .filter_map(|(_, document)| missing_key::missing_key(document, target))
        .max_by_key(|(_, near)| near.is_some());
    let advice = match advice {
        Some((key, Some(near))) => format!("there is no `{key}`; did it mean `{near}`?"),
        Some((key, None)) => format!("there is no `{key}`: change or remove the action"),
        None => "upstream may have corrected it: change or remove the action".to_owned(),
    };
    overlay.at_target(
        index,
        format!("`{target}` meets nothing in {}", names.join(", ")),
        advice,
    )
}

/// The first key of `map` that is neither known nor an extension.
fn unknown<'a>(map: &'a Map<String, Value>, known: &[&str]) -> Option<&'a str> {
    map.keys()
        .map(String::as_str)
        .find(|key| !known.contains(key) && !key.starts_with("x-"))
}

/// The name of a document without folder and ending: `schema/auth.json` is `auth`.
fn stem(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_suffix(".json").unwrap_or(name)
}

#[cfg(test)]
mod tests;
