//! Redaction of secrets in responses and in bodies that are shown.

use serde_json::Value;

/// The text in place of a secret.
pub(crate) const REDACTED: &str = "(redacted)";

/// Replaces the values of these properties, wherever they are. Null stays null.
pub(crate) fn redact(value: &mut Value, is_secret: &dyn Fn(&str) -> bool) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, is_secret)),
        Value::Object(object) => {
            for (name, value) in object.iter_mut() {
                match is_secret(name) && !value.is_null() {
                    true => *value = Value::from(REDACTED),
                    false => redact(value, is_secret),
                }
            }
        }
        _ => {}
    }
}

/// Names that look like those of secrets, for routes that no document describes.
pub(crate) fn looks_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    [
        "password",
        "secret",
        "token",
        "privatekey",
        "consumerkey",
        "credential",
    ]
    .iter()
    .any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn replaces_named_values_at_any_depth() {
        let mut value = json!([{"a": {"password": "x", "b": 1}, "password": null}]);
        redact(&mut value, &|name| name == "password");
        assert_eq!(
            value,
            json!([{"a": {"password": "(redacted)", "b": 1}, "password": null}])
        );
        assert!(looks_secret("adminPassword") && !looks_secret("user"));
    }
}
