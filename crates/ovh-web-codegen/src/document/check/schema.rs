//! One schema with all that is nested in it.

use super::Checker;
use crate::Error;
use crate::object::ObjectReader;
use crate::openapi::kind;
use crate::pointer::Pointer;
use serde_json::Value;

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
    /// Checks a schema at `depth` below a named one or an operation.
    pub(super) fn schema(&self, schema: &ObjectReader<'a>, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(schema.fail(
                format!("schemas are nested more than {MAX_DEPTH} deep here"),
                "give an inner one a name under `components/schemas` and refer to it",
            ));
        }
        let flags = ["nullable", "readOnly", "writeOnly", "deprecated"];
        schema.check("true or false", Value::is_boolean, &flags)?;
        let texts = ["type", "format", "pattern", "title", "description"];
        schema.check("a string", Value::is_string, &texts)?;
        let numbers = ["minimum", "maximum", "multipleOf"];
        schema.check("a number", Value::is_number, &numbers)?;
        let counts = ["minLength", "maxLength", "minItems", "maxItems"];
        schema.check("a whole number, 0 or more", Value::is_u64, &counts)?;
        for (key, message) in UNSUPPORTED {
            if schema.map.contains_key(key) {
                let advice = "remove the key, or write the type out in the overlay";
                return Err(schema.fail_at(key, message, advice));
            }
        }
        self.reference(schema)?;
        wrapper(schema)?;
        type_and_form(schema)?;
        enumeration(schema)?;
        required_names(schema)?;
        let mut inner = schema.optional_list("allOf")?.unwrap_or_default();
        for key in ["items", "additionalProperties"] {
            let value = schema.get(key);
            let value = value.filter(|value| key == "items" || !value.is_boolean());
            inner.extend(value.map(|value| (schema.at.child(key), value)));
        }
        for (at, value) in inner {
            self.schema(&schema.item(at, value, "a schema")?, depth + 1)?;
        }
        if let Some(properties) = schema.optional_node("properties")? {
            for (_, property) in properties.entries("a schema")? {
                self.schema(&property, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// `allOf` is a wrapper around one reference and nothing else: merging several members overflows
/// the stack as soon as they lead back to their owner.
fn wrapper(schema: &ObjectReader<'_>) -> Result<(), Error> {
    let key = match schema.optional_list("allOf")?.as_deref() {
        Some([(_, only)]) if only.get("$ref").is_some() => "allOf",
        Some(members) => {
            let found = members.len();
            return Err(schema.fail_at(
                "allOf",
                format!("`allOf`: expected one reference, found {found} members"),
                "write the properties of all members into one schema",
            ));
        }
        None if schema.map.contains_key("$ref") => "$ref",
        None => return Ok(()),
    };
    let other = schema.map.keys().find(|other| {
        let is_known = *other == key || ANNOTATIONS.contains(&other.as_str());
        !is_known && !other.starts_with("x-")
    });
    other.map_or(Ok(()), |other| {
        Err(schema.fail_at(
            other,
            format!("`{other}` beside a reference is not supported"),
            "remove the key: the schema that the reference names has its own",
        ))
    })
}

fn type_and_form(schema: &ObjectReader<'_>) -> Result<(), Error> {
    let word = schema.optional_text("type")?.unwrap_or_default();
    let has = |key: &str| schema.map.contains_key(key);
    if has("type") && !TYPES.contains(&word) {
        return Err(schema.fail_at(
            "type",
            format!("`{word}` is not a type"),
            format!("use one of {}", TYPES.join(", ")),
        ));
    }
    if word == "array" && !has("items") {
        let advice = "add `items` with a schema, `{}` if it can be anything";
        return Err(schema.fail("this array has no `items`", advice));
    }
    for (key, owner) in [
        ("items", "array"),
        ("properties", "object"),
        ("additionalProperties", "object"),
    ] {
        let fits = word == owner || (word.is_empty() && owner == "object");
        if has(key) && !fits {
            return Err(schema.fail_at(
                key,
                format!("`{key}` needs the type `{owner}`, found `{word}`"),
                "correct the type, or remove the key",
            ));
        }
    }
    Ok(())
}

fn enumeration(schema: &ObjectReader<'_>) -> Result<(), Error> {
    let Some(values) = schema.optional_list("enum")? else {
        return Ok(());
    };
    let Some((_, first)) = values.first() else {
        let advice = "list the values, or remove `enum`";
        return Err(schema.fail_at("enum", "this enum has no values", advice));
    };
    for (at, value) in &values {
        let fault = match (value, first) {
            (Value::Null, _) => "null is not a value of an enum: set `nullable` instead".to_owned(),
            (Value::String(_), Value::String(_)) => continue,
            (Value::Number(number), Value::Number(_)) if number.is_i64() => continue,
            (Value::String(_), _) | (Value::Number(_), Value::String(_)) => {
                "the enum mixes types".to_owned()
            }
            _ => format!("a value of an enum is {}", kind(value)),
        };
        let advice = "use strings or whole numbers, all of one type";
        return Err(schema.fail_in(at.clone(), fault, advice));
    }
    no_duplicate(schema, &values)?;
    let of_values: &[&str] = match first {
        Value::String(_) => &["string"],
        _ => &["integer", "number"],
    };
    match schema.optional_text("type")? {
        Some(word) if !of_values.contains(&word) => {
            let expected = of_values[0];
            let message = format!("the type is {word}, but the values are of type {expected}");
            Err(schema.fail_in(
                values[0].0.clone(),
                message,
                "correct the type or the values",
            ))
        }
        _ => Ok(()),
    }
}

fn required_names(schema: &ObjectReader<'_>) -> Result<(), Error> {
    let names = schema.optional_list("required")?.unwrap_or_default();
    for (at, name) in &names {
        if !name.is_string() {
            let message = format!(
                "the name of a property: expected a string, found {}",
                kind(name)
            );
            return Err(schema.fail_in(at.clone(), message, "write a string, or remove the entry"));
        }
    }
    no_duplicate(schema, &names)
}

fn no_duplicate(schema: &ObjectReader<'_>, values: &[(Pointer, &Value)]) -> Result<(), Error> {
    for (index, (at, value)) in values.iter().enumerate() {
        if values[..index].iter().any(|(_, other)| other == value) {
            let message = format!("the value {value} appears twice");
            return Err(schema.fail_in(at.clone(), message, "remove one of the two"));
        }
    }
    Ok(())
}
