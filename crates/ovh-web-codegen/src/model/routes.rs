//! The reserved values of path parameters: segments of other routes in the same place.
//!
//! The runtime refuses them before it sends a request. It is unknown which of two matching routes
//! OVHcloud's router takes, so both directions count: `moduleList` as a service name, and `cdn` as
//! the ID of a module (`/hosting/web/moduleList/cdn` matches `/hosting/web/{serviceName}/cdn` too).

use std::collections::BTreeSet;

use serde_json::Value;

/// The routes of a document by their segments.
pub(super) struct Routes<'a>(Vec<Vec<&'a str>>);

impl<'a> Routes<'a> {
    pub(super) fn of(document: &'a Value) -> Self {
        let paths = document.get("paths").and_then(Value::as_object);
        Self::new(paths.into_iter().flatten().map(|(path, _)| path.as_str()))
    }

    fn new(paths: impl Iterator<Item = &'a str>) -> Self {
        Self(paths.map(|path| path.split('/').collect()).collect())
    }

    /// The reserved values of each parameter. A parameter in `whole_numbers` reserves only numbers.
    pub(super) fn reserved_values(
        &self,
        path: &str,
        whole_numbers: &BTreeSet<&str>,
    ) -> Vec<(String, Vec<String>)> {
        let own: Vec<&str> = path.split('/').collect();
        let mut found = Vec::new();
        for (at, segment) in own.iter().enumerate() {
            let name = segment.strip_prefix('{');
            let Some(name) = name.and_then(|rest| rest.strip_suffix('}')) else {
                continue;
            };
            let others = self
                .0
                .iter()
                .filter_map(|other| Some((other, *other.get(at)?)));
            let values: BTreeSet<&str> = others
                .filter(|(_, value)| !is_value(value) && !value.is_empty())
                .filter(|(other, _)| may_meet(&own, other, at))
                .map(|(_, value)| value)
                .filter(|value| !whole_numbers.contains(name) || value.parse::<i64>().is_ok())
                .collect();
            if !values.is_empty() {
                let values = values.into_iter().map(str::to_owned).collect();
                found.push((name.to_owned(), values));
            }
        }
        found
    }
}

/// Returns `true` if a path of `own` can also be one of `other`, with the segment of `other` at `at`.
///
/// It can if both begin alike. If `other` has a parameter in place of a segment of `own`, the rest
/// must match too, or too much would be reserved.
fn may_meet(own: &[&str], other: &[&str], at: usize) -> bool {
    let begins = |fits: fn(&str, &str) -> bool| (0..at).all(|at| fits(own[at], other[at]));
    let matches = |(a, b): (&&str, &&str)| a == b || is_value(a) || is_value(b);
    begins(|a, b| a == b || (is_value(a) && is_value(b)))
        || own.len() == other.len()
            && begins(|a, b| a == b || is_value(b))
            && own.iter().zip(other).all(matches)
}

fn is_value(segment: &str) -> bool {
    segment.contains('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserved_values(
        path: &str,
        routes: &[&str],
        whole_numbers: &[&str],
    ) -> Vec<(String, Vec<String>)> {
        Routes::new(routes.iter().copied())
            .reserved_values(path, &whole_numbers.iter().copied().collect())
    }

    fn of(name: &str, words: &[&str]) -> Vec<(String, Vec<String>)> {
        vec![(
            name.to_owned(),
            words.iter().map(|word| (*word).to_owned()).collect(),
        )]
    }

    const ROUTES: &[&str] = &[
        "/web/{name}",
        "/web/{name}/cdn",
        "/web/{name}/ssl/{id}",
        "/web/moduleList",
        "/web/moduleList/{id}",
    ];

    #[test]
    fn reserves_segments_in_the_same_place() {
        assert_eq!(
            reserved_values("/web/{name}", ROUTES, &[]),
            of("name", &["moduleList"])
        );
        assert_eq!(
            reserved_values("/web/{name}/ssl/{id}", ROUTES, &[]),
            of("name", &["moduleList"])
        );
    }

    #[test]
    fn reserves_values_that_match_another_route() {
        // `ssl` is not reserved: `/web/moduleList/ssl` has fewer segments than `/web/{name}/ssl/{id}`.
        assert_eq!(
            reserved_values("/web/moduleList/{id}", ROUTES, &[]),
            of("id", &["cdn"])
        );
    }

    #[test]
    fn integers_reserve_only_numbers() {
        assert!(reserved_values("/web/moduleList/{id}", ROUTES, &["id"]).is_empty());
        let routes = ["/x/{id}", "/x/0"];
        assert_eq!(
            reserved_values("/x/{id}", &routes, &["id"]),
            of("id", &["0"])
        );
    }

    #[test]
    fn compares_all_routes_with_a_first_parameter() {
        let routes = ["/{zone}/records", "/me/records", "/{zone}"];
        assert_eq!(
            reserved_values("/{zone}/records", &routes, &[]),
            of("zone", &["me"])
        );
        assert_eq!(
            reserved_values("/me/{x}", &routes, &[]),
            of("x", &["records"])
        );
    }
}
