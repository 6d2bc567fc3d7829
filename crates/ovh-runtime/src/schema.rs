//! JSON schemas of the building blocks of generated models (feature `schemars`).

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{Nullable, Secret, TagFilters};

/// A string that forms display as a password field.
impl JsonSchema for Secret {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "password", "writeOnly": true })
    }
}

/// The value or null; an absent property is not changed.
impl<T: JsonSchema> JsonSchema for Nullable<T> {
    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

/// The filter in its JSON form.
impl JsonSchema for TagFilters {
    fn schema_name() -> Cow<'static, str> {
        "TagFilters".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "additionalProperties": { "type": "array", "items": {
                "type": "object",
                "properties": { "operator": { "type": "string" }, "value": { "type": "string" } },
                "required": ["operator"],
            }},
        })
    }
}

/// The schema of an open enum: a known value, or any other of its type.
#[doc(hidden)]
#[must_use]
pub fn open_enum(of: &str, known: &[serde_json::Value]) -> Schema {
    json_schema!({ "anyOf": [{ "enum": known }, { "type": of }] })
}
