//! Access rules of a consumer key: a method, and a path in which `*` matches anything.

use serde::{Deserialize, Serialize};

use crate::glob;
use crate::http::METHODS;

/// A method and a path pattern that a consumer key grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) method: String,
    pub(crate) path: String,
}

impl Rule {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
        }
    }

    /// The four rules that grant everything.
    pub(crate) fn everything() -> Vec<Self> {
        METHODS.map(|method| Self::new(method, "/*")).into()
    }

    pub(crate) fn allows(&self, method: &str, path: &str) -> bool {
        self.method == method && glob::matches(&self.path, path, b'*')
    }
}

/// The rules as text.
pub(super) fn list(rules: &[Rule]) -> String {
    let all: Vec<_> = rules
        .iter()
        .map(|rule| format!("{} {}", rule.method, rule.path))
        .collect();
    if all.is_empty() {
        "none".into()
    } else {
        all.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_method_and_path() {
        assert!(Rule::new("GET", "/me*").allows("GET", "/me/bill"));
        assert!(!Rule::new("GET", "/me").allows("GET", "/me/bill"));
        assert!(!Rule::new("GET", "/*").allows("POST", "/me"));
    }
}
