//! The properties of a model, each with its name in Rust.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::Error;
use crate::names::case;
use crate::note;

/// A property of a model.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) wire: String,
    pub(crate) field: String,
    pub(crate) is_required: bool,
    pub(crate) is_nullable: bool,
    /// Of what is read: a response without it is an error.
    pub(crate) is_essential: bool,
}

impl Property {
    /// Returns `true` if the property is the map of properties that the document does not name.
    pub(crate) fn is_rest(&self) -> bool {
        self.wire == note::REST
    }
}

/// Reads the properties of a type, whose fields were published as `before`: wire name -> field.
pub(super) fn read(
    name: &str,
    origin: &str,
    schema: &Value,
    before: &BTreeMap<String, String>,
) -> Result<(Vec<Property>, Vec<String>), Error> {
    let required: BTreeSet<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    let mut told = Vec::new();
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut sorted: Vec<_> = properties.into_iter().flatten().collect();
    // What was published keeps its name; what is new takes a number where the names meet.
    sorted.sort_by_key(|(wire, property)| {
        let is_given = property.get(note::NAME).is_some();
        let is_same = case::field(wire) == **wire;
        (
            !is_given,
            !before.contains_key(*wire),
            !is_same,
            wire.as_str(),
        )
    });
    for (wire, property) in sorted {
        let given = property.get(note::NAME).and_then(Value::as_str);
        let plain = case::field(given.unwrap_or(wire));
        let published = before.get(wire).filter(|field| {
            let number = field.strip_prefix(&plain);
            number.is_some_and(|rest| rest.trim_start_matches('_').parse::<u32>().is_ok())
        });
        let field = case::free(published.unwrap_or(&plain), |name| {
            !fields.contains_key(name)
        });
        if let Some(other) = fields.get(&plain)
            && field != plain
        {
            if given.is_some() {
                return Err(Error::new(
                    "overlay.json",
                    "",
                    format!(
                        "the properties `{other}` and `{wire}` of `{origin}` would both be `{name}.{plain}`"
                    ),
                    format!("give one of them another name with `{}`", note::NAME),
                ));
            }
            told.push(format!(
                "the property `{other}` is called `{name}.{plain}`: `{wire}` is `{field}`"
            ));
        }
        fields.insert(field.clone(), wire.clone());
        found.push(Property {
            wire: wire.clone(),
            field,
            is_required: required.contains(wire.as_str()),
            is_nullable: property.get("nullable") == Some(&Value::Bool(true)),
            is_essential: property.get(note::REQUIRED) == Some(&Value::Bool(true)),
        });
    }
    found.sort_by(|a, b| a.wire.cmp(&b.wire));
    Ok((found, told))
}
