//! The scalar types of the native form, and the OpenAPI schema of each.
//!
//! Some are written out where they are used; the others are named schemas of the same name.

use serde_json::{Value, json};

/// The OpenAPI form of a scalar.
#[derive(Debug, PartialEq)]
pub(super) enum Scalar {
    /// Written out in its place.
    Inline(Value),
    /// A reference to the schema of the same name.
    Named(Value),
}

/// Name, whether it has a named schema, type, format.
const SCALARS: [(&str, bool, &str, &str); 25] = [
    ("any", true, "", ""),
    ("boolean", false, "boolean", ""),
    ("date", false, "string", "date"),
    ("datetime", false, "string", "date-time"),
    ("double", false, "number", ""),
    ("duration", true, "string", ""),
    ("email", true, "string", "email"),
    ("float", false, "number", ""),
    ("int", false, "integer", ""),
    ("internationalPhoneNumber", true, "string", "phone-number"),
    // An `ip` may be v6 as well: the OpenAPI form says ipv4 all the same.
    ("ip", true, "string", "ipv4"),
    ("ipBlock", true, "string", "ip-block"),
    ("ipInterface", true, "string", "ipv4"),
    ("ipv4", true, "string", "ipv4"),
    ("ipv4Block", true, "string", "ipv4-block"),
    ("ipv6", true, "string", "ipv6"),
    ("ipv6Block", true, "string", "ipv6-block"),
    ("long", false, "integer", ""),
    ("macAddress", true, "string", "mac-address"),
    ("password", false, "string", "password"),
    ("phoneNumber", true, "string", "phone-number"),
    ("string", false, "string", ""),
    ("text", false, "string", ""),
    ("time", true, "string", "time"),
    ("uuid", false, "string", "uuid"),
];

/// Returns the scalar of that name.
pub(super) fn scalar(name: &str) -> Option<Scalar> {
    let (_, is_named, ty, format) = SCALARS.into_iter().find(|(known, ..)| *known == name)?;
    let schema = match (ty, format) {
        ("", _) => json!({}),
        (ty, "") => json!({ "type": ty }),
        (ty, format) => json!({ "type": ty, "format": format }),
    };
    Some(if is_named {
        Scalar::Named(schema)
    } else {
        Scalar::Inline(schema)
    })
}

/// The names of all scalars, for advice.
pub(super) fn names<'a>() -> impl Iterator<Item = &'a str> {
    SCALARS.into_iter().map(|(name, ..)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let inline = |expr: &str, schema: Value| {
            assert_eq!(scalar(expr), Some(Scalar::Inline(schema)), "{expr}");
        };
        inline("string", json!({ "type": "string" }));
        inline("text", json!({ "type": "string" }));
        inline(
            "password",
            json!({ "type": "string", "format": "password" }),
        );
        inline("uuid", json!({ "type": "string", "format": "uuid" }));
        inline("date", json!({ "type": "string", "format": "date" }));
        inline(
            "datetime",
            json!({ "type": "string", "format": "date-time" }),
        );
        inline("boolean", json!({ "type": "boolean" }));
        inline("long", json!({ "type": "integer" }));
        inline("int", json!({ "type": "integer" }));
        inline("double", json!({ "type": "number" }));
        assert_eq!(scalar("void"), None);
        assert_eq!(scalar("String"), None);
    }

    /// The named ones are those of OVHcloud's own documents, except for the samples.
    #[test]
    fn named_scalars_are_those_of_upstream() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/schema");
        let text = std::fs::read_to_string(format!("{root}/domain.json")).expect("a fixture");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let schemas = document["components"]["schemas"]
            .as_object()
            .expect("schemas");
        let mut seen = 0;
        for (name, schema) in schemas
            .iter()
            .filter(|(name, _)| !name.contains(['.', '_']))
        {
            let mut schema = schema.clone();
            schema.as_object_mut().expect("an object").remove("example");
            schema
                .as_object_mut()
                .expect("an object")
                .remove("description");
            assert_eq!(scalar(name), Some(Scalar::Named(schema)), "{name}");
            seen += 1;
        }
        let named = names().filter(|expr| matches!(scalar(expr), Some(Scalar::Named(_))));
        assert_eq!(seen, named.count());
    }
}
