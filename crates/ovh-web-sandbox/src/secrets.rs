//! Redaction of secret parameters and fields, by the names of the documents.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use ovh_runtime::Operation;
use serde_json::Value;

use crate::http::decode;
use crate::{imported_certificate, names, operations};

/// The secret fields and parameters of all operations.
fn names() -> &'static BTreeSet<&'static str> {
    static NAMES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        operations::all()
            .flat_map(|operation| operation.secret_fields().iter().copied())
            // The validation URL of a consumer key carries this; no document says so.
            .chain(["credentialToken"])
            .collect()
    })
}

/// A query without the values of parameters that are secret in any operation.
///
/// A call of a wrong route has secrets too.
pub(crate) fn redacted_query(query: &str) -> String {
    query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if names().contains(&*decode(name).unwrap_or_default()) => {
                format!("{name}=<secret>")
            }
            _ => pair.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("&")
}

/// A URL, or its path and query, without secret parameters.
pub(crate) fn redacted_target(target: &str) -> String {
    match target.split_once('?') {
        Some((path, query)) => format!("{path}?{}", redacted_query(query)),
        None => target.to_owned(),
    }
}

/// A body of an operation for a saved state: secrets are replaced by texts of the same length.
///
/// A body that is not JSON was refused, and becomes `?`. The value of an environment variable is
/// secret by its document, but the API returns it unless its type is `password`: then `readable` is
/// `true`.
pub(crate) fn redacted_body(operation: &Operation, readable: bool, body: &[u8]) -> String {
    if body.is_empty() {
        return String::new();
    }
    let Ok(mut body) = serde_json::from_slice::<Value>(body) else {
        return "?".to_owned();
    };
    let plain = body["type"].as_str().is_some_and(|kind| kind != "password");
    for name in operation.secret_fields() {
        if !((readable || plain) && *name == "value") {
            redact(&mut body, name);
        }
    }
    body.to_string()
}

fn redact(value: &mut Value, name: &str) {
    match value {
        Value::Object(properties) => {
            for (property, value) in properties {
                match value {
                    Value::String(text) if property == name => {
                        *text = stand_in(text);
                    }
                    other => redact(other, name),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, name)),
        _ => {}
    }
}

/// A text that is valid if the secret is.
fn stand_in(secret: &str) -> String {
    if imported_certificate::is_rsa(secret) && !secret.contains("ENCRYPTED") {
        return "-----BEGIN RSA PRIVATE KEY----------END RSA PRIVATE KEY-----".to_owned();
    }
    let letters = match names::is_password(secret) {
        true => "Aa1b",
        false => "Aa1-",
    };
    letters
        .chars()
        .cycle()
        .take(secret.chars().count())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(id: &str) -> &'static Operation {
        let found = operations::all().find(|row| row.id() == id);
        found.expect("an operation")
    }

    #[test]
    fn redacts_encoded_parameter_names() {
        assert_eq!(
            redacted_query("login=a&password=b%20c&pass%77ord=d&x"),
            "login=a&password=<secret>&pass%77ord=<secret>&x"
        );
        assert_eq!(
            redacted_target("http://h/p?token=t&n=1"),
            "http://h/p?token=<secret>&n=1"
        );
    }

    #[test]
    fn redacts_only_secret_fields() {
        let create = operation("env_vars::create");
        let body = br#"{"key":"A","type":"string","value":"plain"}"#;
        assert_eq!(redacted_body(create, true, body).as_bytes(), body);
        let body = br#"{"key":"A","type":"password","value":"s3cret"}"#;
        let kept = redacted_body(create, false, body);
        assert_eq!(kept, r#"{"key":"A","type":"password","value":"Aa1-Aa"}"#);
        let update = operation("env_vars::update");
        let body = br#"{"value":"s3cret"}"#;
        assert_eq!(redacted_body(update, false, body), r#"{"value":"Aa1-Aa"}"#);
        assert_eq!(redacted_body(update, true, body).as_bytes(), body);
        let user = operation("users::create");
        let kept = redacted_body(user, true, br#"{"login":"a-b","password":"s3cret"}"#);
        assert_eq!(kept, r#"{"login":"a-b","password":"Aa1-Aa"}"#);
        assert_eq!(redacted_body(user, true, b"{"), "?");
    }
}
