//! Which values of a path parameter would lead to another route: the words that stand in its place there.
//!
//! The runtime refuses them before anything is sent. How OVHcloud's router chooses between two routes
//! that fit is not known, so both directions count: `moduleList` as a service name, and `cdn` as the id of
//! a module (`/hosting/web/moduleList/cdn` fits `/hosting/web/{serviceName}/cdn` too).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The routes of a document by their segments.
pub(super) struct Routes<'a> {
    /// Those of a first segment, since only these can meet.
    by_beginning: BTreeMap<&'a str, Vec<Vec<&'a str>>>,
}

impl<'a> Routes<'a> {
    pub(super) fn of(document: &'a Value) -> Self {
        let paths = document.get("paths").and_then(Value::as_object);
        Self::new(paths.into_iter().flatten().map(|(path, _)| path.as_str()))
    }

    fn new(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut by_beginning: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
        for path in paths {
            let segments: Vec<&str> = path.split('/').collect();
            let beginning = segments.get(1).copied().unwrap_or_default();
            let beginning = if is_value(beginning) { "" } else { beginning };
            by_beginning.entry(beginning).or_default().push(segments);
        }
        Self { by_beginning }
    }

    /// For each parameter of the route, the words that it cannot be. Those in `whole_numbers` can be
    /// nothing but a number, and a word that is one stays refused.
    pub(super) fn reserved_values(
        &self,
        path: &str,
        whole_numbers: &BTreeSet<&str>,
    ) -> Vec<(String, Vec<String>)> {
        let own: Vec<&str> = path.split('/').collect();
        let mut found = Vec::new();
        for (at, segment) in own
            .iter()
            .enumerate()
            .filter(|(_, segment)| is_value(segment))
        {
            let Some(name) = segment
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'))
            else {
                continue;
            };
            let words: BTreeSet<&str> = self
                .near(&own, at)
                .filter(|other| other.len() > at && may_meet(&own, other, at))
                .map(|other| other[at])
                .filter(|word| !is_value(word) && !word.is_empty())
                .filter(|word| !whole_numbers.contains(name) || word.parse::<i64>().is_ok())
                .collect();
            if !words.is_empty() {
                found.push((
                    name.to_owned(),
                    words.into_iter().map(str::to_owned).collect(),
                ));
            }
        }
        found
    }

    /// The routes that can meet `own` at its segment `at`.
    fn near<'b>(
        &'b self,
        own: &[&str],
        at: usize,
    ) -> Box<dyn Iterator<Item = &'b Vec<&'a str>> + 'b> {
        let of = |beginning: &str| self.by_beginning.get(beginning).into_iter().flatten();
        match own.get(1) {
            // A value in the first place meets every beginning.
            Some(first) if at > 1 && !is_value(first) => Box::new(of(first).chain(of(""))),
            _ => Box::new(self.by_beginning.values().flatten()),
        }
    }
}

/// Whether `own`, with the word that `other` has at `at`, could be taken for `other`.
///
/// Where both begin alike, the word alone decides. Where `other` has a value in place of a word of
/// `own`, the rest has to fit too, or too much would be refused.
fn may_meet(own: &[&str], other: &[&str], at: usize) -> bool {
    let alike = |(a, b): (&&str, &&str)| a == b || (is_value(a) && is_value(b));
    let begins_alike = own[..at].iter().zip(&other[..at]).all(alike);
    let fits = |(a, b): (&&str, &&str)| a == b || is_value(a) || is_value(b);
    begins_alike
        || (own.len() == other.len()
            && own[..at]
                .iter()
                .zip(&other[..at])
                .all(|(a, b)| a == b || is_value(b))
            && own.iter().zip(other).all(fits))
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
    fn a_word_in_the_place_of_the_value_is_refused() {
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
    fn a_value_that_makes_the_route_fit_another_is_refused() {
        // `ssl` is none: `/web/moduleList/ssl` is shorter than the route that begins so.
        assert_eq!(
            reserved_values("/web/moduleList/{id}", ROUTES, &[]),
            of("id", &["cdn"])
        );
    }

    #[test]
    fn a_number_is_never_taken_for_a_word() {
        assert!(reserved_values("/web/moduleList/{id}", ROUTES, &["id"]).is_empty());
        let routes = ["/x/{id}", "/x/0"];
        assert_eq!(
            reserved_values("/x/{id}", &routes, &["id"]),
            of("id", &["0"])
        );
    }

    #[test]
    fn a_value_in_the_first_place_meets_every_beginning() {
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
