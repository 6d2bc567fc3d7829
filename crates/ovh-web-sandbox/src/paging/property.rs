//! The properties that conditions and orders name, and the headers with their names.

use hyper::HeaderMap;
use serde_json::Value;

use crate::document::{Document, SchemaId};
use crate::response::Refusal;

pub(super) fn property<'a>(object: &'a Value, dotted: &str) -> &'a Value {
    dotted
        .split('.')
        .try_fold(object, |value, name| value.get(name))
        .unwrap_or(&Value::Null)
}

/// Checks that the objects have a property.
///
/// Guess: an unknown property is refused; the real API may ignore it.
pub(super) fn check_property(
    document: &Document,
    objects: SchemaId,
    dotted: &str,
    header: &str,
) -> Result<(), Refusal> {
    let is_known = document.has_property(objects, dotted);
    let problem = "the objects of this list have no such property";
    Refusal::unless(is_known, header, problem)
}

pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Refusal> {
    headers
        .get(name)
        .map(|value| value.to_str())
        .transpose()
        .map_err(|_| Refusal::bad_value(name, "not plain text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_dotted_properties() {
        let object = serde_json::json!({"inner": {"name": "x"}});
        assert_eq!(property(&object, "inner.name"), "x");
        assert!(property(&object, "inner.none.at.all").is_null());
    }
}
