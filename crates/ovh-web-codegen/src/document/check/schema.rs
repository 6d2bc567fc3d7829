//! One schema with all that is nested in it.

use super::{Checker, Pointer, kind};
use crate::Error;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How deep schemas may be nested in one another: far more than any real document does, far less
/// than a stack takes.
const MAX_DEPTH: usize = 64;

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

impl<'a> Checker<'a> {
    pub(super) fn schema(&self, at: &Pointer, schema: &'a Value) -> Result<(), Error> {
        self.nested_schema(at, schema, 0)
    }

    fn nested_schema(&self, at: &Pointer, schema: &'a Value, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(self.fail(
                at,
                format!("schemas are nested more than {MAX_DEPTH} deep here"),
                "give an inner one a name under `components/schemas` and refer to it",
            ));
        }
        let schema = self.object(at, schema, "a schema")?;
        if let Some(reference) = schema.get("$ref") {
            self.reference(&at.child("$ref"), reference)?;
        }
        // typify puts the path in this key into the code as it stands: no document may do that.
        if schema.contains_key("x-rust-type") {
            return Err(self.fail(
                &at.child("x-rust-type"),
                "a document cannot choose a Rust type",
                "remove the key",
            ));
        }
        for key in ["nullable", "readOnly", "writeOnly", "deprecated"] {
            self.flag(at, schema, key)?;
        }
        for key in ["format", "pattern", "title", "description"] {
            if schema.contains_key(key) {
                self.text(at, schema, key)?;
            }
        }
        self.limits(at, schema)?;
        self.type_word(at, schema)?;
        self.enumeration(at, schema)?;
        self.required(at, schema)?;
        self.composition(at, schema, depth)?;
        self.properties(at, schema, depth)?;
        if let Some(items) = schema.get("items") {
            self.nested_schema(&at.child("items"), items, depth + 1)?;
        }
        match schema.get("additionalProperties") {
            None | Some(Value::Bool(_)) => Ok(()),
            Some(values) => {
                self.nested_schema(&at.child("additionalProperties"), values, depth + 1)
            }
        }
    }

    fn limits(&self, at: &Pointer, schema: &Map<String, Value>) -> Result<(), Error> {
        let wrong = |key: &str, value: &Value, what: &str| {
            self.fail(
                &at.child(key),
                format!("`{key}` must be {what}, but is {}", kind(value)),
                format!("write {what} without quotes, or remove the key"),
            )
        };
        for key in ["minimum", "maximum", "multipleOf"] {
            match schema.get(key) {
                None | Some(Value::Number(_)) => {}
                Some(value) => return Err(wrong(key, value, "a number")),
            }
        }
        for key in [
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
        ] {
            match schema.get(key) {
                Some(value) if value.as_u64().is_none() => {
                    return Err(wrong(key, value, "a whole number from 0 on"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn type_word(&self, at: &Pointer, schema: &Map<String, Value>) -> Result<(), Error> {
        if !schema.contains_key("type") {
            return Ok(());
        }
        let word = self.text(at, schema, "type")?;
        if !TYPES.contains(&word) {
            return Err(self.fail(
                &at.child("type"),
                format!("`{word}` is no type"),
                format!("use one of {}", TYPES.join(", ")),
            ));
        }
        if word == "array" && !schema.contains_key("items") {
            return Err(self.fail(
                at,
                "this array does not say what it holds",
                "add `items` with a schema, `{}` if it can be anything",
            ));
        }
        Ok(())
    }

    fn enumeration(&self, at: &Pointer, schema: &Map<String, Value>) -> Result<(), Error> {
        let Some(values) = schema.get("enum") else {
            return Ok(());
        };
        let at = at.child("enum");
        let Some(values) = values.as_array() else {
            return Err(self.fail(
                &at,
                format!("`enum` must be a list, but is {}", kind(values)),
                "write the values as a list, or remove the key",
            ));
        };
        let Some(first) = values.first() else {
            return Err(self.fail(
                &at,
                "this enum has no values",
                "list the values, or remove `enum`",
            ));
        };
        let mut seen = BTreeMap::new();
        for (index, value) in values.iter().enumerate() {
            let at = at.child(index);
            match value {
                Value::String(_) | Value::Number(_) | Value::Bool(_) => {}
                Value::Null => {
                    return Err(self.fail(
                        &at,
                        "null stands among the values of an enum",
                        "take it out and set `nullable` instead",
                    ));
                }
                other => {
                    return Err(self.fail(
                        &at,
                        format!("a value of an enum is {}", kind(other)),
                        "use strings or whole numbers",
                    ));
                }
            }
            if scalar_type(value) != scalar_type(first) {
                return Err(self.fail(
                    &at,
                    format!(
                        "the enum mixes types: {} and {}",
                        scalar_type(first),
                        scalar_type(value)
                    ),
                    "let all its values have the same type",
                ));
            }
            if let Some(earlier) = seen.insert(value.to_string(), index) {
                return Err(self.fail(
                    &at,
                    format!("the value {value} is there twice, first as number {earlier}"),
                    "remove one of the two",
                ));
            }
        }
        match schema.get("type").and_then(Value::as_str) {
            Some(word)
                if word != scalar_type(first)
                    && (word, scalar_type(first)) != ("number", "integer") =>
            {
                Err(self.fail(
                    &at.child(0),
                    format!(
                        "the type is {word}, but the values are of type {}",
                        scalar_type(first)
                    ),
                    "correct the type or the values",
                ))
            }
            _ => Ok(()),
        }
    }

    fn required(&self, at: &Pointer, schema: &'a Map<String, Value>) -> Result<(), Error> {
        let Some(required) = schema.get("required") else {
            return Ok(());
        };
        let at = at.child("required");
        let mut seen: Vec<&str> = Vec::new();
        let names = self.list(&at, required, "`required` of a schema")?;
        for (index, name) in names.iter().enumerate() {
            let at = at.child(index);
            let Some(name) = name.as_str() else {
                return Err(self.fail(
                    &at,
                    format!(
                        "the name of a property must be a string, but is {}",
                        kind(name)
                    ),
                    "write the name of a property",
                ));
            };
            if seen.contains(&name) {
                return Err(self.fail(
                    &at,
                    format!("`{name}` is required twice"),
                    "remove one of the two",
                ));
            }
            seen.push(name);
        }
        Ok(())
    }

    /// `allOf` is a wrapper around one reference and nothing else: merging several members
    /// overflows the stack as soon as they lead back to their owner.
    fn composition(
        &self,
        at: &Pointer,
        schema: &'a Map<String, Value>,
        depth: usize,
    ) -> Result<(), Error> {
        for key in ["allOf", "anyOf", "oneOf"] {
            let Some(members) = schema.get(key) else {
                continue;
            };
            let at = at.child(key);
            let members = self.list(&at, members, &format!("`{key}`"))?;
            if members.is_empty() {
                return Err(self.fail(
                    &at,
                    format!("`{key}` is empty"),
                    "list a schema in it, or remove the key",
                ));
            }
            if key == "allOf" && members.len() > 1 {
                return Err(self.fail(
                    &at,
                    format!(
                        "`allOf` has {} members, and only one is understood",
                        members.len()
                    ),
                    "write the properties of all members into one schema",
                ));
            }
            for (index, member) in members.iter().enumerate() {
                self.nested_schema(&at.child(index), member, depth + 1)?;
            }
        }
        match schema.get("not") {
            None => Ok(()),
            Some(_) => Err(self.fail(
                &at.child("not"),
                "`not` is not understood",
                "describe what the value is, not what it is not",
            )),
        }
    }

    fn properties(
        &self,
        at: &Pointer,
        schema: &'a Map<String, Value>,
        depth: usize,
    ) -> Result<(), Error> {
        let Some(properties) = schema.get("properties") else {
            return Ok(());
        };
        let at = at.child("properties");
        for (name, property) in self.object(&at, properties, "`properties`")? {
            let at = at.child(name);
            self.nested_schema(&at, property, depth + 1)?;
        }
        Ok(())
    }
}

/// The type word that fits a scalar value.
fn scalar_type(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::Null | Value::Array(_) | Value::Object(_) => "object",
    }
}
