//! One schema with all that is nested in it.

use super::{Checker, Count, Flag, List, Number, Text};
use crate::Error;
use crate::openapi::{self, kind};
use crate::pointer::Pointer;
use serde_json::{Map, Value};

/// The largest depth of nested schemas: more than any real document has, and less than what makes
/// a compiler give up on the types.
const MAX_DEPTH: usize = 24;

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Keys with a meaning that a client cannot express.
const UNSUPPORTED: [(&str, &str); 4] = [
    // typify puts the path in this key into the code as it stands.
    ("x-rust-type", "a document cannot choose a Rust type"),
    ("not", "`not` is not supported"),
    ("anyOf", "`anyOf` is not supported"),
    ("oneOf", "`oneOf` is not supported"),
];

/// Keys that may be beside a reference, besides extensions.
const ANNOTATIONS: [&str; 10] = [
    "nullable",
    "readOnly",
    "writeOnly",
    "deprecated",
    "description",
    "title",
    "example",
    // What the reference leads to has these itself.
    "type",
    "format",
    "default",
];

impl<'a> Checker<'a> {
    pub(super) fn schema(&self, at: &Pointer, schema: &'a Value) -> Result<(), Error> {
        self.nested_schema(at, schema, 0)
    }

    fn nested_schema(&self, at: &Pointer, value: &'a Value, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(self.fail(
                at,
                format!("schemas are nested more than {MAX_DEPTH} deep here"),
                "give an inner one a name under `components/schemas` and refer to it",
            ));
        }
        let schema = self.object(at, value, "a schema")?;
        let flags = ["nullable", "readOnly", "writeOnly", "deprecated"];
        self.keys(at, schema, Flag, &flags)?;
        let texts = ["type", "format", "pattern", "title", "description"];
        self.keys(at, schema, Text, &texts)?;
        let numbers = ["minimum", "maximum", "multipleOf"];
        self.keys(at, schema, Number, &numbers)?;
        let counts = ["minLength", "maxLength", "minItems", "maxItems"];
        self.keys(at, schema, Count, &counts)?;
        for (key, message) in UNSUPPORTED {
            if schema.contains_key(key) {
                let advice = "remove the key, or write the type out in the overlay";
                return Err(self.fail(&at.child(key), message, advice));
            }
        }
        if let Some(reference) = schema.get("$ref") {
            self.reference(&at.child("$ref"), reference)?;
        }
        self.wrapper(at, schema)?;
        self.type_and_form(at, value, schema)?;
        self.enumeration(at, schema)?;
        self.required_names(at, schema)?;
        for (index, member) in openapi::items(value, "allOf").enumerate() {
            self.nested_schema(&at.child("allOf").child(index), member, depth + 1)?;
        }
        if let Some(properties) = schema.get("properties") {
            let at = at.child("properties");
            for (name, property) in self.object(&at, properties, "`properties`")? {
                self.nested_schema(&at.child(name), property, depth + 1)?;
            }
        }
        for key in ["items", "additionalProperties"] {
            match schema.get(key) {
                Some(Value::Bool(_)) if key == "additionalProperties" => {}
                Some(inner) => self.nested_schema(&at.child(key), inner, depth + 1)?,
                None => {}
            }
        }
        Ok(())
    }

    /// `allOf` is a wrapper around one reference and nothing else: merging several members overflows
    /// the stack as soon as they lead back to their owner.
    fn wrapper(&self, at: &Pointer, schema: &'a Map<String, Value>) -> Result<(), Error> {
        self.keys(at, schema, List, &["allOf"])?;
        let members = schema.get("allOf").and_then(Value::as_array);
        let key = match members {
            Some(_) => "allOf",
            None if schema.contains_key("$ref") => "$ref",
            None => return Ok(()),
        };
        if let Some(members) = members
            && !matches!(members.as_slice(), [only] if only.get("$ref").is_some())
        {
            let found = members.len();
            return Err(self.fail(
                &at.child(key),
                format!("`allOf`: expected one reference, found {found} members"),
                "write the properties of all members into one schema",
            ));
        }
        let other = schema.keys().find(|other| {
            let is_known = *other == key || ANNOTATIONS.contains(&other.as_str());
            !is_known && !other.starts_with("x-")
        });
        match other {
            None => Ok(()),
            Some(other) => Err(self.fail(
                &at.child(other),
                format!("`{other}` beside a reference is not supported"),
                "remove the key: the schema that the reference names has its own",
            )),
        }
    }

    fn type_and_form(
        &self,
        at: &Pointer,
        value: &Value,
        schema: &'a Map<String, Value>,
    ) -> Result<(), Error> {
        let word = openapi::text(value, "type");
        if schema.contains_key("type") && !TYPES.contains(&word) {
            return Err(self.fail(
                &at.child("type"),
                format!("`{word}` is not a type"),
                format!("use one of {}", TYPES.join(", ")),
            ));
        }
        if word == "array" && !schema.contains_key("items") {
            return Err(self.fail(
                at,
                "this array has no `items`",
                "add `items` with a schema, `{}` if it can be anything",
            ));
        }
        for (key, owner) in [
            ("items", "array"),
            ("properties", "object"),
            ("additionalProperties", "object"),
        ] {
            let fits = word == owner || (word.is_empty() && owner == "object");
            if schema.contains_key(key) && !fits {
                return Err(self.fail(
                    &at.child(key),
                    format!("`{key}` needs the type `{owner}`, found `{word}`"),
                    "correct the type, or remove the key",
                ));
            }
        }
        Ok(())
    }

    fn enumeration(&self, at: &Pointer, schema: &'a Map<String, Value>) -> Result<(), Error> {
        let Some(values) = schema.get("enum") else {
            return Ok(());
        };
        let at = at.child("enum");
        let values = self.list(&at, values, "`enum`")?;
        let Some(first) = values.first() else {
            let advice = "list the values, or remove `enum`";
            return Err(self.fail(&at, "this enum has no values", advice));
        };
        for (index, value) in values.iter().enumerate() {
            let fault = match (value, first) {
                (Value::Null, _) => {
                    "null is not a value of an enum: set `nullable` instead".to_owned()
                }
                (Value::String(_), Value::String(_)) => String::new(),
                (Value::Number(number), Value::Number(_)) if number.is_i64() => String::new(),
                (Value::String(_), _) | (Value::Number(_), Value::String(_)) => {
                    "the enum mixes types".to_owned()
                }
                _ => format!("a value of an enum is {}", kind(value)),
            };
            if !fault.is_empty() {
                return Err(self.fail(
                    &at.child(index),
                    fault,
                    "use strings or whole numbers, all of one type",
                ));
            }
            if values[..index].contains(value) {
                let message = format!("the value {value} is there twice");
                return Err(self.fail(&at.child(index), message, "remove one of the two"));
            }
        }
        let of_values: &[&str] = match first {
            Value::String(_) => &["string"],
            _ => &["integer", "number"],
        };
        match schema.get("type").and_then(Value::as_str) {
            Some(word) if !of_values.contains(&word) => Err(self.fail(
                &at.child(0),
                format!(
                    "the type is {word}, but the values are of type {}",
                    of_values[0]
                ),
                "correct the type or the values",
            )),
            _ => Ok(()),
        }
    }

    fn required_names(&self, at: &Pointer, schema: &'a Map<String, Value>) -> Result<(), Error> {
        let Some(required) = schema.get("required") else {
            return Ok(());
        };
        let at = at.child("required");
        let names = self.list(&at, required, "`required`")?;
        for (index, name) in names.iter().enumerate() {
            let at = at.child(index);
            self.expect(&at, "the name of a property", name, Text)?;
            if names[..index].contains(name) {
                let message = format!("{name} is required twice");
                return Err(self.fail(&at, message, "remove one of the two"));
            }
        }
        Ok(())
    }
}
