//! The operations of all generated clients that the features of this build include.
//!
//! IDs are unique: those of further clients have a prefix.

use std::borrow::Cow;

use ovh_runtime::{Method, Operation};
use percent_encoding::percent_decode_str;
use serde_json::Value;

static TABLES: &[&[&Operation]] = &[
    ovh_web_client::operations::ALL,
    #[cfg(feature = "domain")]
    ovh_domain_client::operations::ALL,
    #[cfg(feature = "webhosting-v2")]
    ovh_webhosting_client::operations::ALL,
];

/// Returns all operations, client by client.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    TABLES.iter().copied().flatten().copied()
}

/// Returns the operation with an ID, such as `databases::create`.
///
/// With the feature `domain`, it finds `domain/records::create` too, and with the feature
/// `webhosting-v2`, `webhosting/sites::list`.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Operation> {
    all().find(|operation| operation.id() == id)
}

/// Returns the operation of a method and an escaped path below the API's base URL.
///
/// The path may have a query, and may start with `/v1/`. Static segments take precedence over
/// parameters. `None` if no operation has this route, or if a value may select another one.
///
/// ```
/// use ovh_web::{Method, operations};
///
/// let found = operations::of_route(&Method::GET, "/hosting/web/example.ovh/cron/7");
/// assert_eq!(found.map(|operation| operation.id()), Some("crons::get"));
/// ```
#[must_use]
pub fn of_route(method: &Method, path: &str) -> Option<&'static Operation> {
    let path = path.split('?').next().unwrap_or_default();
    let path = match path.strip_prefix("/v1") {
        // Not a route of version 2 below version 1.
        Some(rest) if rest.starts_with("/v2/") => return None,
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    };
    let segments = || path.split('/');
    let mut found: Option<&'static Operation> = None;
    for row in all().filter(|row| row.method() == method) {
        let matches = row.path().split('/').count() == segments().count()
            && row.path().split('/').zip(segments()).all(same_segment);
        if matches && found.is_none_or(|other| is_more_static(row, other)) {
            found = Some(row);
        }
    }
    let row = found?;
    let mut values = row.path().split('/').zip(segments());
    // The server decodes a value before it selects the route.
    let is_fine = values.all(|(segment, value)| match parameter(segment) {
        Some(name) => {
            let value = percent_decode_str(value).decode_utf8();
            let is_reserved = |value: Cow<'_, str>| row.reserved_values_of(name).contains(&&*value);
            !value.is_ok_and(is_reserved)
        }
        None => true,
    });
    is_fine.then_some(row)
}

/// The text in place of a secret.
const REDACTED: &str = "[redacted]";

/// Redacts the secret properties of a request or response body, at any depth.
///
/// These are the [`secret_fields`](Operation::secret_fields) of the operation. Without an
/// operation, these are the properties that are secret in any operation.
pub fn redact(operation: Option<&Operation>, body: &mut Value) {
    match body {
        Value::Object(properties) => {
            for (name, value) in properties {
                match is_secret(operation, name) && !value.is_null() {
                    true => *value = REDACTED.into(),
                    false => redact(operation, value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(operation, item)),
        _ => {}
    }
}

/// Returns `true` if a property or query value with this name is secret.
pub(crate) fn is_secret(operation: Option<&Operation>, name: &str) -> bool {
    match operation {
        Some(row) => row.secret_fields().contains(&name),
        None => all().any(|row| row.secret_fields().contains(&name)),
    }
}

/// The name of a parameter's segment.
fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn same_segment((segment, value): (&str, &str)) -> bool {
    match parameter(segment) {
        Some(_) => !value.is_empty(),
        None => segment == value,
    }
}

/// Returns `true` if the first segment that differs is static in `row` and a parameter in `other`.
fn is_more_static(row: &Operation, other: &Operation) -> bool {
    let mut both = row.path().split('/').zip(other.path().split('/'));
    both.find_map(
        |(ours, theirs)| match (parameter(ours), parameter(theirs)) {
            (None, Some(_)) => Some(true),
            (Some(_), None) => Some(false),
            _ => None,
        },
    )
    .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_of_all_clients_are_unique() {
        let ids: BTreeSet<_> = all().map(Operation::id).collect();
        assert_eq!(ids.len(), all().count());
        assert!(by_id("databases::create").is_some());
        let records = by_id("domain/records::create");
        assert_eq!(records.is_some(), cfg!(feature = "domain"));
        let sites = by_id("webhosting/sites::list");
        assert_eq!(sites.is_some(), cfg!(feature = "webhosting-v2"));
    }

    #[test]
    fn redacts_secrets_at_any_depth() {
        let body = serde_json::json!({
            "password": "s3cr3t",
            "list": [{"password": {"a": "s3cr3t"}}],
            "login": "a",
            "value": "b",
            "other": {"password": null},
        });
        let create = by_id("users::create");
        for (operation, value) in [(create, "b"), (None, REDACTED)] {
            let mut shown = body.clone();
            redact(operation, &mut shown);
            assert!(!shown.to_string().contains("s3cr3t"), "{shown}");
            assert_eq!(shown["login"], "a");
            // Secret in another operation.
            assert_eq!(shown["value"], value);
            assert!(shown["other"]["password"].is_null());
        }
    }

    fn id_of(method: Method, path: &str) -> Option<&'static str> {
        of_route(&method, path).map(Operation::id)
    }

    #[test]
    fn every_row_is_found_by_its_route() {
        for row in all() {
            let values: Vec<&str> = row.path_parameters().map(|_| "a%2Fb").collect();
            let target = row.target(&values).expect("fine values");
            assert_eq!(of_route(row.method(), &target), Some(row), "{row}");
            assert_eq!(of_route(&Method::PATCH, &target), None);
        }
    }

    #[test]
    fn route_of_another_version_has_no_row() {
        let get = Some("hosting::get");
        assert_eq!(id_of(Method::GET, "/hosting/web/a.ovh"), get);
        assert_eq!(id_of(Method::GET, "/v1/hosting/web/a.ovh?x=/y"), get);
        for path in [
            "/v2/hosting/web/a.ovh",
            "/v1/v1/hosting/web/a.ovh",
            "/hosting/web/",
            "/hosting/web/a.ovh/",
            "/v1/v2/webhosting/resource/a",
            "/webhosting/resource/a",
            "/x",
            "/",
            "",
        ] {
            assert_eq!(id_of(Method::GET, path), None, "{path}");
        }
    }

    #[test]
    fn static_segments_win_over_parameters() {
        let list = id_of(Method::GET, "/hosting/web/moduleList");
        assert_eq!(list, Some("module_catalog::list"));
        // Decoded, it is the list.
        assert_eq!(id_of(Method::GET, "/hosting/web/%6doduleList"), None);
        assert!(id_of(Method::GET, "/hosting/web/%6dodule").is_some());
    }
}
