//! What must not be shown or kept, by the names that the documents give it.

use crate::handlers::{import, names};
use std::collections::BTreeSet;
use std::sync::OnceLock;

use ovh_runtime::Operation;
use ovh_web_client::operations;
use serde_json::Value;

use crate::wire::decoded;

/// The names of all that is secret in any operation.
fn names() -> &'static BTreeSet<&'static str> {
    static NAMES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        operations::ALL
            .iter()
            .flat_map(|operation| operation.secret_fields().iter().copied())
            // The validation URL of a consumer key carries this; no document says so.
            .chain(["credentialToken"])
            .collect()
    })
}

/// A query with the values of secret parameters taken out, whichever operation they are for: a
/// call that went to the wrong route carries them too.
pub(crate) fn masked(query: &str) -> String {
    query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if names().contains(decoded(name).as_str()) => {
                format!("{name}=<secret>")
            }
            _ => pair.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("&")
}

/// A target, path and query, or a whole URL, without the secrets of its query.
pub(crate) fn masked_target(target: &str) -> String {
    match target.split_once('?') {
        Some((path, query)) => format!("{path}?{}", masked(query)),
        None => target.to_owned(),
    }
}

/// A body of an operation as it may be kept: what is secret in it is replaced by something as
/// long, which is all that doing the write again needs. What is no JSON was refused, and only that
/// is worth keeping.
///
/// The value of an environment variable is secret by its document, and read back all the same
/// unless the variable is of type `password`: `readable` says that the handler showed it.
pub(crate) fn without(operation: &Operation, readable: bool, body: &[u8]) -> String {
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

/// A text that a sandbox takes or refuses as it does the secret.
fn stand_in(secret: &str) -> String {
    if import::is_rsa(secret) && !secret.contains("ENCRYPTED") {
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
        let found = operations::ALL.iter().find(|row| row.id() == id);
        found.expect("an operation")
    }

    #[test]
    fn secret_query_values_are_masked_however_their_name_is_written() {
        assert_eq!(
            masked("login=a&password=b%20c&pass%77ord=d&x"),
            "login=a&password=<secret>&pass%77ord=<secret>&x"
        );
        assert_eq!(
            masked_target("http://h/p?token=t&n=1"),
            "http://h/p?token=<secret>&n=1"
        );
    }

    #[test]
    fn bodies_are_kept_without_what_is_secret_in_their_operation_and_with_all_else() {
        let create = operation("env_vars::create");
        let body = br#"{"key":"A","type":"string","value":"plain"}"#;
        assert_eq!(without(create, true, body).as_bytes(), body);
        let body = br#"{"key":"A","type":"password","value":"s3cret"}"#;
        let kept = without(create, false, body);
        assert_eq!(kept, r#"{"key":"A","type":"password","value":"Aa1-Aa"}"#);
        let update = operation("env_vars::update");
        let body = br#"{"value":"s3cret"}"#;
        assert_eq!(without(update, false, body), r#"{"value":"Aa1-Aa"}"#);
        assert_eq!(without(update, true, body).as_bytes(), body);
        let user = operation("users::create");
        let kept = without(user, true, br#"{"login":"a-b","password":"s3cret"}"#);
        assert_eq!(kept, r#"{"login":"a-b","password":"Aa1-Aa"}"#);
        assert_eq!(without(user, true, b"{"), "?");
    }
}
