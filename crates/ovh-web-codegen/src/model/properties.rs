//! The properties of a model, each with its name in Rust.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::description::Presence;
use crate::names::case;
use crate::normalize::roles::Role;
use crate::note;
use crate::{Error, openapi};

/// A property of a model or a body.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) wire: String,
    pub(crate) field: String,
    pub(crate) presence: Presence,
    /// `true` if a response without the property is an error.
    pub(crate) is_essential: bool,
    /// The type; in a body without `Option`.
    pub(crate) ty: syn::Type,
}

impl Property {
    /// Returns `true` for the map of properties that the document does not name.
    pub(crate) fn is_rest(&self) -> bool {
        self.wire == note::REST
    }
}

/// Reads the properties of a type. `before` has the published fields by wire name.
pub(super) fn read(
    (name, origin): (&str, &str),
    schema: &Value,
    role: Role,
    before: &BTreeMap<String, String>,
) -> Result<(Vec<Property>, Vec<String>), Error> {
    let required: BTreeSet<&str> = openapi::items(schema, "required")
        .filter_map(Value::as_str)
        .collect();
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    let mut numbered = Vec::new();
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut sorted: Vec<_> = properties.into_iter().flatten().collect();
    // Published properties keep their names; a new one with a taken name gets a number.
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
            numbered.push(format!(
                "the property `{other}` is called `{name}.{plain}`: `{wire}` is `{field}`"
            ));
        }
        fields.insert(field.clone(), wire.clone());
        let is_nullable = property.get("nullable") == Some(&Value::Bool(true));
        let presence = match role {
            _ if wire == note::REST => Presence::Read,
            Role::Read => Presence::Read,
            _ if required.contains(wire.as_str()) => Presence::Required,
            Role::Update if is_nullable => Presence::Nullable,
            Role::Create | Role::Update | Role::Input => Presence::Optional,
        };
        found.push(Property {
            wire: wire.clone(),
            field,
            presence,
            ty: syn::parse_quote!(serde_json::Value),
            is_essential: property.get(note::REQUIRED) == Some(&Value::Bool(true)),
        });
    }
    found.sort_by(|a, b| a.wire.cmp(&b.wire));
    Ok((found, numbered))
}
