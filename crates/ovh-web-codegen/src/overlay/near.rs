//! The key that somebody probably meant.

use crate::overlay::near::Step::{Index, Key};
use serde_json::Value;

/// The first key on the way of a JSONPath that the document does not have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// The key as the path writes it.
    pub(super) key: String,
    /// The key that is there and most like it.
    pub(super) near: Option<String>,
}

/// One step of a plain path.
enum Step {
    Key(String),
    Index(usize),
}

/// Follows `path` into `document` up to the first key that is not there. Nothing if the path has
/// wildcards, filters and the like: then no single key is to blame.
pub(super) fn missing_key(document: &Value, path: &str) -> Option<Missing> {
    let mut value = document;
    for step in steps(path)? {
        match step {
            Key(key) => match value.get(&key) {
                Some(inner) => value = inner,
                None => {
                    let keys = value.as_object().into_iter().flat_map(|map| map.keys());
                    let near = nearest(&key, keys.map(String::as_str)).map(str::to_owned);
                    return Some(Missing { key, near });
                }
            },
            Index(index) => value = value.get(index)?,
        }
    }
    None
}

/// The steps of a path that is made of keys and indices only.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let quote = inner.chars().next()?;
            if quote == '\'' || quote == '"' {
                let (key, after) = inner[1..].split_once(quote)?;
                if key.contains('\\') {
                    return None;
                }
                rest = after.strip_prefix(']')?;
                steps.push(Key(key.to_owned()));
            } else {
                let (index, after) = inner.split_once(']')?;
                rest = after;
                steps.push(Index(index.parse().ok()?));
            }
        } else {
            let inner = rest.strip_prefix('.')?;
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            let (key, after) = inner.split_at(end);
            if key.is_empty() || key == "*" {
                return None;
            }
            rest = after;
            steps.push(Key(key.to_owned()));
        }
    }
    Some(steps)
}

/// The candidate most like `wanted`, if one is like it at all.
pub(crate) fn nearest<'a>(
    wanted: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .filter_map(|candidate| Some((slips(wanted, candidate)?, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters differ, if each segment of the route is a slip of the other's: a long beginning
/// that both share says nothing about the end.
fn slips(wanted: &str, candidate: &str) -> Option<usize> {
    if wanted.matches('/').count() != candidate.matches('/').count() {
        return None;
    }
    let segments = wanted.split('/').zip(candidate.split('/'));
    segments
        .map(|(wanted, candidate)| {
            let distance = distance(wanted, candidate);
            // A third of the letters may differ: enough for a slip, too little for another word.
            (distance <= wanted.chars().count() / 3).then_some(distance)
        })
        .sum()
}

/// How many letters have to be changed, added or left out to make `b` of `a`; case counts half a
/// change, rounded down, so that a name in the wrong case comes first.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).map(|n| 2 * n).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = 2 * (i + 1);
        for (j, to) in b.iter().enumerate() {
            let cost = match from {
                from if from == *to => 0,
                from if from.eq_ignore_ascii_case(to) => 1,
                _ => 2,
            };
            let best = (diagonal + cost).min(row[j] + 2).min(row[j + 1] + 2);
            diagonal = row[j + 1];
            row[j + 1] = best;
        }
    }
    row.last().map_or(0, |steps| steps / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_slip_is_found_and_another_word_is_not() {
        let keys = ["capabilitie", "quota", "type"];
        assert_eq!(nearest("capability", keys.into_iter()), Some("capabilitie"));
        assert_eq!(nearest("Quota", keys.into_iter()), Some("quota"));
        assert_eq!(nearest("version", keys.into_iter()), None);
        assert_eq!(nearest("", keys.into_iter()), None);
        let routes = [
            "/hosting/web/{serviceName}/cron",
            "/hosting/web/{serviceName}/dump",
        ];
        let near = |wanted| nearest(wanted, routes.into_iter());
        assert_eq!(near("/hosting/web/{serviceName}/crom"), Some(routes[0]));
        assert_eq!(near("/hosting/web/{serviceName}/task"), None);
        assert_eq!(nearest("cRon", ["boon", "cron"].into_iter()), Some("cron"));
    }

    #[test]
    fn the_first_missing_key_of_a_plain_path_is_named() {
        let document = json!({"paths": {"/a/{b}": {"get": {"list": [{"x": 1}]}}}});
        let missing = missing_key(&document, "$.paths['/a/{c}'].get").unwrap();
        assert_eq!(missing.key, "/a/{c}");
        assert_eq!(missing.near.as_deref(), Some("/a/{b}"));
        let missing = missing_key(&document, "$.paths['/a/{b}'].get.list[0].y").unwrap();
        assert_eq!(missing.key, "y");
        assert_eq!(missing_key(&document, "$.paths[?@.x]"), None);
        assert_eq!(missing_key(&document, "$..list"), None);
        assert_eq!(missing_key(&document, "$.paths"), None);
    }
}
