//! The order of a list: `X-Pagination-Sort` and `X-Pagination-Sort-Order`.

use std::cmp::Ordering;

use hyper::HeaderMap;
use serde_json::Value;

use super::property::{check_property, header, property};
use crate::document::{Document, SchemaId};
use crate::response::Refusal;

/// The property that sorts a list, and the direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    property: String,
    descending: bool,
}

impl Order {
    pub(super) fn from_headers(
        headers: &HeaderMap,
        document: &Document,
        objects: SchemaId,
    ) -> Result<Option<Self>, Refusal> {
        let Some(property) = header(headers, "x-pagination-sort")? else {
            return Ok(None);
        };
        check_property(document, objects, property, "x-pagination-sort")?;
        let descending = match header(headers, "x-pagination-sort-order")? {
            None | Some("ASC") => false,
            Some("DESC") => true,
            Some(_) => {
                let problem = "expected one of ASC, DESC";
                return Err(Refusal::bad_value("x-pagination-sort-order", problem));
            }
        };
        Ok(Some(Self {
            property: property.to_owned(),
            descending,
        }))
    }

    pub(super) fn property(&self) -> &str {
        &self.property
    }

    pub(super) fn word(&self) -> &'static str {
        if self.descending { "DESC" } else { "ASC" }
    }

    /// Guess: null and missing properties come first, and equal ones keep their order.
    pub(super) fn apply(&self, objects: &mut [Value]) {
        objects.sort_by(|one, other| {
            let order = compare(
                property(one, &self.property),
                property(other, &self.property),
            );
            if self.descending {
                order.reverse()
            } else {
                order
            }
        });
    }
}

fn compare(one: &Value, other: &Value) -> Ordering {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_bool().map(f64::from));
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        (one, other) => one.is_some().cmp(&other.is_some()),
    }
    .then_with(|| one.as_str().cmp(&other.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sorted(property: &str, descending: bool, objects: Value) -> Vec<Value> {
        let order = Order {
            property: property.into(),
            descending,
        };
        let mut objects = objects.as_array().cloned().unwrap_or_default();
        order.apply(&mut objects);
        objects
    }

    #[test]
    fn sorts_null_first_then_by_value() {
        let ids = json!([{"id": 10}, {"id": 9}, {"id": null}, {"id": 100}]);
        let expected = json!([{"id": null}, {"id": 9}, {"id": 10}, {"id": 100}]);
        assert_eq!(json!(sorted("id", false, ids)), expected);
        let names = json!([{"a": {"b": "x"}}, {"a": {"b": "z"}}, {"a": {}}, {"a": {"b": "y"}}]);
        let expected = json!([{"a": {"b": "z"}}, {"a": {"b": "y"}}, {"a": {"b": "x"}}, {"a": {}}]);
        assert_eq!(json!(sorted("a.b", true, names)), expected);
    }
}
