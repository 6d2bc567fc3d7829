//! The filter by IAM tags.
//!
//! It is sent as one escaped query value: a JSON object from tag to conditions. The operators are
//! those of OVHcloud's control panel; a condition without an operator means equality.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use crate::{Param, ToJson};

/// Conditions on the IAM tags of a service, all of which must hold.
///
/// ```
/// use ovh_runtime::TagFilters;
///
/// let filters = TagFilters::new().equals("env", "production").exists("customer");
/// assert_eq!(
///     filters.to_string(),
///     r#"{"customer":[{"operator":"EXISTS"}],"env":[{"operator":"EQ","value":"production"}]}"#
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct TagFilters(BTreeMap<String, Vec<Value>>);

impl TagFilters {
    /// Creates an empty filter.
    pub fn new() -> Self {
        Self::default()
    }

    fn with(mut self, tag: impl Into<String>, condition: Value) -> Self {
        self.0.entry(tag.into()).or_default().push(condition);
        self
    }

    fn compare(self, tag: impl Into<String>, operator: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.with(tag, json!({ "operator": operator, "value": value }))
    }

    /// Adds the condition that the tag has this value.
    pub fn equals(self, tag: impl Into<String>, value: impl Into<String>) -> Self {
        self.compare(tag, "EQ", value)
    }

    /// Adds the condition that the tag has another value.
    pub fn differs(self, tag: impl Into<String>, value: impl Into<String>) -> Self {
        self.compare(tag, "NEQ", value)
    }

    /// Adds the condition that the tag's value matches the pattern.
    pub fn like(self, tag: impl Into<String>, pattern: impl Into<String>) -> Self {
        self.compare(tag, "LIKE", pattern)
    }

    /// Adds the condition that the tag's value matches the pattern, ignoring case.
    pub fn like_ignoring_case(self, tag: impl Into<String>, pattern: impl Into<String>) -> Self {
        self.compare(tag, "ILIKE", pattern)
    }

    /// Adds the condition that the tag exists.
    pub fn exists(self, tag: impl Into<String>) -> Self {
        self.with(tag, json!({ "operator": "EXISTS" }))
    }

    /// Adds the condition that the tag does not exist.
    pub fn is_missing(self, tag: impl Into<String>) -> Self {
        self.with(tag, json!({ "operator": "NEXISTS" }))
    }
}

impl fmt::Display for TagFilters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&self.0.to_json()).map_err(|_| fmt::Error)?)
    }
}

impl Param for TagFilters {
    fn for_each_value(&self, out: &mut dyn FnMut(&str)) {
        out(&self.to_string());
    }
}
