//! Routes: from method and path to an operation.
//!
//! Every operation of the table has a route. A fixed segment wins over a parameter, as on the real
//! API: `/hosting/web/moduleList` is never a service.

use std::borrow::Cow;

use ovh_runtime::Operation;

use crate::document::{Described, document};
use crate::nearest::check_name;
use crate::operations;

/// A route that is in no document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ExtraRoute {
    /// Its name in journal and faults.
    pub(crate) name: &'static str,
    /// The whole path, or its beginning if it ends with a slash.
    pub(crate) path: &'static str,
}

impl ExtraRoute {
    /// Issues bearer tokens.
    pub(crate) const TOKEN: Self = Self {
        name: "oauth2::token",
        path: "/auth/oauth2/token",
    };
    /// Returns the permissions of the caller.
    pub(crate) const POLICIES: Self = Self {
        name: "iam::check_authorization",
        path: "/v2/iam/authorization/check",
    };
    /// Serves the content of a dump.
    pub(crate) const DOWNLOAD: Self = Self {
        name: "dumps::download",
        path: "/dumps/",
    };
    const ALL: &[Self] = &[Self::TOKEN, Self::POLICIES, Self::DOWNLOAD];

    /// The route of a path, if it has one.
    pub(crate) fn find(path: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|route| {
            path == route.path || (route.path.ends_with('/') && path.starts_with(route.path))
        })
    }
}

/// Checks that calls are recorded under this name, such as `databases::create`.
pub(crate) fn check_operation(name: &str) -> Result<(), String> {
    let extra = ExtraRoute::ALL.iter().map(|route| route.name);
    let names = operations::all().map(Operation::id).chain(extra);
    check_name(
        name,
        names,
        "there is no operation",
        "one is databases::create",
    )
}

/// All routes of the API, those with fixed segments before those with parameters.
pub(crate) struct Routes(Vec<&'static Described>);

/// An operation, its description, and the decoded values of its path parameters.
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
        let mut routes: Vec<_> = document().operations().iter().collect();
        // `{` sorts after every letter.
        routes.sort_by_key(|described| described.operation.path());
        Self(routes)
    }

    /// Finds the operation of a path below the version prefix, which is still percent-encoded.
    pub(crate) fn find<'a>(&self, method: &str, path: &'a str) -> Option<Route<'a>> {
        let segments: Vec<Cow<'a, str>> = path
            .split('/')
            .map(|segment| percent_encoding::percent_decode_str(segment).decode_utf8())
            .collect::<Result<_, _>>()
            .ok()?;
        self.0.iter().find_map(|described| {
            let operation = described.operation;
            (operation.method().as_str() == method).then_some(())?;
            Some(Route {
                operation,
                described,
                captures: Captures(captures(operation.path(), &segments)?),
            })
        })
    }
}

/// The values of the parameters, if the path is of this route.
fn captures<'a>(
    route: &'static str,
    segments: &[Cow<'a, str>],
) -> Option<Vec<(&'static str, Cow<'a, str>)>> {
    let mut captures = Vec::new();
    let mut given = segments.iter();
    for segment in route.split('/') {
        let value = given.next()?;
        match segment
            .strip_prefix('{')
            .and_then(|it| it.strip_suffix('}'))
        {
            Some(name) if !value.is_empty() => captures.push((name, value.clone())),
            None if segment == value => {}
            _ => return None,
        }
    }
    given.next().is_none().then_some(captures)
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
    fn fixed_segments_win_over_parameters() {
        let (path, values) = found("GET", "/hosting/web/moduleList").expect("a route");
        assert_eq!(path, "/hosting/web/moduleList");
        assert!(values.is_empty());
        let (path, values) = found("GET", "/hosting/web/a%2Fb/database/x%20y").expect("a route");
        assert_eq!(path, "/hosting/web/{serviceName}/database/{name}");
        assert_eq!(values, ["serviceName=a/b", "name=x y"]);
    }

    #[test]
    fn unknown_routes_are_not_found() {
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
