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
use crate::{Error, json, openapi};
use serde_json::Value;
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
        let reader = Reader {
            file,
            at: Pointer::root(),
            value: &value,
        };
        reader.object("overlay", &["overlay", "info", "extends", "actions"])?;
        let version = openapi::text(&value, "overlay");
        let is_known = version == "1.0" || version.starts_with("1.0.");
        reader.check(is_known, "overlay", "is not version 1.0", "write `1.0.0`")?;
        for key in ["title", "version"] {
            let (is_text, what) = (value["info"][key].is_string(), format!("has no `{key}`"));
            reader.check(
                is_text,
                "info",
                &what,
                "add it: the specification requires both",
            )?;
        }
        let is_list = value["actions"].is_array();
        reader.check(
            is_list,
            "actions",
            "is not a list",
            "write the corrections as a list",
        )?;
        let mut errors = Errors::default();
        let mut actions = Vec::new();
        for (index, value) in openapi::items(&value, "actions").enumerate() {
            let at = Pointer::root().child("actions").child(index);
            actions.extend(errors.keep(Action::read(&Reader { file, at, value })));
        }
        errors.end()?;
        Ok(Self {
            file: file.to_owned(),
            actions,
        })
    }

    /// An error at the target of the action `index`.
    fn at_target(&self, index: usize, message: String, advice: impl Into<String>) -> Error {
        let at = Pointer::root().child("actions").child(index);
        Error::new(&self.file, at.child("target"), message, advice)
    }
}

/// An object of the overlay.
struct Reader<'a> {
    file: &'a str,
    at: Pointer,
    value: &'a Value,
}

impl Reader<'_> {
    /// Checks that it is an object with known keys.
    fn object(&self, what: &str, known: &[&str]) -> Result<(), Error> {
        let Some(map) = self.value.as_object() else {
            let found = openapi::kind(self.value);
            let message = format!("{what}: expected an object, found {found}");
            return Err(Error::new(
                self.file,
                self.at.clone(),
                message,
                "write an object",
            ));
        };
        let is_unknown = |key: &&String| !known.contains(&key.as_str()) && !key.starts_with("x-");
        match map.keys().find(is_unknown) {
            None => Ok(()),
            Some(key) => self.check(
                false,
                key,
                "is not a key of an overlay here",
                "correct the spelling, or begin it with `x-`",
            ),
        }
    }

    fn check(&self, is_right: bool, key: &str, fault: &str, advice: &str) -> Result<(), Error> {
        if is_right {
            return Ok(());
        }
        let at = match self.value.get(key) {
            Some(_) => self.at.child(key),
            None => self.at.clone(),
        };
        Err(Error::new(
            self.file,
            at,
            format!("`{key}` {fault}"),
            advice,
        ))
    }
}

impl Action {
    fn read(reader: &Reader<'_>) -> Result<Self, Error> {
        let value = reader.value;
        reader.object("action", &["target", "description", "update", "remove"])?;
        reader.check(
            !openapi::text(value, "description").trim().is_empty(),
            "description",
            "is missing or empty",
            "say what is wrong in the document, and how sure that is",
        )?;
        reader.check(
            value.get("target").is_some_and(Value::is_string),
            "target",
            "is missing or not a string",
            "name the place as a JSONPath that begins with `$`",
        )?;
        let target = openapi::text(value, "target");
        let path = JsonPath::parse(target).map_err(|error| {
            Error::new(
                reader.file,
                reader.at.child("target"),
                format!("`{target}` is not a JSONPath: {error}"),
                "write it as RFC 9535 has it: `$.paths['/a/{b}'].get`",
            )
            .with_source(error)
        })?;
        let document = value.get("x-document");
        reader.check(
            document.is_none_or(Value::is_string),
            "x-document",
            "is not a string",
            "write the name of a document, such as `hosting-web`",
        )?;
        let remove = value.get("remove");
        reader.check(
            remove.is_none_or(Value::is_boolean),
            "remove",
            "is neither true nor false",
            "write true or false, without quotes",
        )?;
        let is_removed = remove == Some(&Value::Bool(true));
        let update = value.get("update");
        reader.check(
            is_removed || update.is_some(),
            "update",
            "is missing, and so is `remove`",
            "write what to change",
        )?;
        let change = match update {
            None => Change::Remove,
            Some(update) if is_removed => Change::Replace(update.clone()),
            Some(update) => Change::Update(update.clone()),
        };
        let document = document.and_then(Value::as_str);
        Ok(Self {
            target: target.to_owned(),
            path,
            document: document.map(|name| stem(name).to_owned()),
            change,
        })
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
        format!("`{target}` matches nothing in {}", names.join(", ")),
        advice,
    )
}

/// The name of a document without folder and ending: `schema/auth.json` is `auth`.
fn stem(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_suffix(".json").unwrap_or(name)
}

#[cfg(test)]
mod tests;
