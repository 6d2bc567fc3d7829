//! From method and path to a row of the operation table.
//!
//! Every row of the table is reachable, whether the sandbox imitates it or not. A static segment
//! wins over a parameter, as on the real API: `/hosting/web/moduleList` is never a service.

use std::borrow::Cow;
use std::collections::HashMap;

use ovh_runtime::Operation;
use ovh_web_client::operations;

use crate::document::{Described, document};

/// A route that is answered though it is in no document of the section.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ExtraRoute {
    /// Its name, as an operation has one.
    pub(crate) name: &'static str,
    /// The whole path, as it is received, or its beginning if it ends with a slash.
    pub(crate) path: &'static str,
}

impl ExtraRoute {
    /// Gives out bearer tokens.
    pub(crate) const TOKEN: Self = Self {
        name: "oauth2::token",
        path: "/auth/oauth2/token",
    };
    /// Tells what policies grant.
    pub(crate) const POLICIES: Self = Self {
        name: "iam::check_authorization",
        path: "/v2/iam/authorization/check",
    };
    /// Serves the content of a dump.
    pub(crate) const DOWNLOAD: Self = Self {
        name: "dumps::download",
        path: "/dumps/",
    };
    pub(crate) const ALL: [Self; 3] = [Self::TOKEN, Self::POLICIES, Self::DOWNLOAD];

    /// The route that answers a path, if one does.
    pub(crate) fn find(path: &str) -> Option<&'static Self> {
        const ALL: &[ExtraRoute] = &ExtraRoute::ALL;
        ALL.iter().find(|route| {
            path == route.path || (route.path.ends_with('/') && path.starts_with(route.path))
        })
    }
}

/// Returns `true` if calls are recorded under this name: `databases::create`.
pub(crate) fn is_operation(name: &str) -> bool {
    operations::by_id(name).is_some() || ExtraRoute::ALL.iter().any(|route| route.name == name)
}

/// The path below `/1.0` or `/v1`, which serve the same API.
pub(crate) fn below_version(path: &str) -> Option<&str> {
    ["/1.0", "/v1"]
        .iter()
        .find_map(|prefix| path.strip_prefix(prefix))
        .filter(|rest| rest.starts_with('/'))
}

/// The tree of all routes.
pub(crate) struct Routes {
    root: Node,
}

#[derive(Default)]
struct Node {
    fixed: HashMap<&'static str, Node>,
    parameter: Option<Box<Node>>,
    operations: Vec<&'static Described>,
}

/// A row, what its document says, and the decoded values of its path parameters.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) described: &'static Described,
    pub(crate) captures: Captures<'a>,
}

/// The values of path parameters by name.
#[derive(Debug, Default)]
pub(crate) struct Captures<'a>(Vec<(&'static str, Cow<'a, str>)>);

impl Captures<'_> {
    /// The value of a parameter; empty if the route has no such parameter.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(parameter, _)| *parameter == name)
            .map_or("", |(_, value)| value)
    }
}

impl Routes {
    pub(crate) fn new() -> Self {
        let mut root = Node::default();
        for described in document().operations() {
            let mut node = &mut root;
            for segment in described.operation.path().split('/').skip(1) {
                node = if segment.starts_with('{') {
                    node.parameter.get_or_insert_default()
                } else {
                    node.fixed.entry(segment).or_default()
                };
            }
            node.operations.push(described);
        }
        Self { root }
    }

    /// Finds the row for a path below the version prefix, still percent-encoded.
    pub(crate) fn find<'a>(&self, method: &str, path: &'a str) -> Option<Route<'a>> {
        let segments: Vec<Cow<'a, str>> = path
            .strip_prefix('/')?
            .split('/')
            .map(|segment| percent_encoding::percent_decode_str(segment).decode_utf8())
            .collect::<Result<_, _>>()
            .ok()?;
        let mut values = Vec::new();
        let described = walk(&self.root, method, &segments, &mut values)?;
        let operation = described.operation;
        let captures = operation
            .path_parameters()
            .zip(values.into_iter().map(|index| segments[index].clone()))
            .collect();
        Some(Route {
            operation,
            described,
            captures: Captures(captures),
        })
    }
}

/// Walks down with `segments`, noting the places of those that a parameter took.
fn walk(
    node: &Node,
    method: &str,
    segments: &[Cow<'_, str>],
    values: &mut Vec<usize>,
) -> Option<&'static Described> {
    fn step(
        node: &Node,
        method: &str,
        segments: &[Cow<'_, str>],
        at: usize,
        values: &mut Vec<usize>,
    ) -> Option<&'static Described> {
        let Some(segment) = segments.get(at) else {
            return node
                .operations
                .iter()
                .find(|described| described.operation.method().as_str() == method)
                .copied();
        };
        if let Some(next) = node.fixed.get(segment.as_ref()) {
            let found = step(next, method, segments, at + 1, values);
            if found.is_some() {
                return found;
            }
        }
        let next = node.parameter.as_deref().filter(|_| !segment.is_empty())?;
        values.push(at);
        let found = step(next, method, segments, at + 1, values);
        if found.is_none() {
            values.pop();
        }
        found
    }
    step(node, method, segments, 0, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &str, path: &str) -> Option<(&'static str, Vec<String>)> {
        Routes::new().find(method, path).map(|route| {
            let values = route.captures.0.into_iter();
            (
                route.operation.path(),
                values
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect(),
            )
        })
    }

    #[test]
    fn both_version_prefixes_lead_to_the_same_path() {
        assert_eq!(below_version("/1.0/me"), Some("/me"));
        assert_eq!(below_version("/v1/me"), Some("/me"));
        for other in ["/v2/me", "/v1me", "/1.0", "/me", ""] {
            assert_eq!(below_version(other), None, "{other}");
        }
    }

    #[test]
    fn static_segments_win_and_values_are_decoded() {
        let (path, values) = found("GET", "/hosting/web/moduleList").expect("a route");
        assert_eq!(path, "/hosting/web/moduleList");
        assert!(values.is_empty());
        let (path, values) = found("GET", "/hosting/web/a%2Fb/database/x%20y").expect("a route");
        assert_eq!(path, "/hosting/web/{serviceName}/database/{name}");
        assert_eq!(values, ["serviceName=a/b", "name=x y"]);
    }

    #[test]
    fn what_is_not_in_the_table_is_not_found() {
        for (method, path) in [
            ("GET", "/hosting/web/"),
            ("GET", "/hosting/web/x/"),
            ("GET", "/hosting/web//database"),
            ("PATCH", "/hosting/web"),
            ("GET", "/hosting/nothing"),
            ("GET", "/hosting/web/%ff"),
            ("GET", ""),
            ("GET", "*"),
        ] {
            assert!(found(method, path).is_none(), "{method} {path} was found");
        }
    }
}
