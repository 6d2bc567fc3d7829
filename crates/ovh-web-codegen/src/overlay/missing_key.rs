//! Finds the first key of a JSONPath that the document does not have.

use crate::nearest::nearest;
use serde_json::Value;

/// Follows `path` into `document` up to the first key that is not there, and returns it with the most
/// similar key.
///
/// Returns `None` at a wildcard, a filter and the like: then no single key is missing.
pub(super) fn missing_key(document: &Value, path: &str) -> Option<(String, Option<String>)> {
    let mut value = document;
    let mut rest = path.strip_prefix('$')?;
    while !rest.is_empty() {
        let (key, after) = step(rest)?;
        rest = after;
        value = match value {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            _ => match value.get(key) {
                Some(inner) => inner,
                None => {
                    let keys = value.as_object().into_iter().flat_map(|map| map.keys());
                    let near = nearest(key, keys.map(String::as_str)).map(str::to_owned);
                    return Some((key.to_owned(), near));
                }
            },
        };
    }
    None
}

/// The first key or index of a path, and the rest of the path.
fn step(path: &str) -> Option<(&str, &str)> {
    if let Some(inner) = path.strip_prefix('.') {
        let end = inner.find(['.', '[']).unwrap_or(inner.len());
        return Some(inner.split_at(end)).filter(|(key, _)| !key.is_empty() && *key != "*");
    }
    let inner = path.strip_prefix('[')?;
    let quote = inner.chars().next()?;
    if quote == '\'' || quote == '"' {
        let (key, after) = inner[1..].split_once(quote)?;
        let after = after.strip_prefix(']')?;
        return (!key.contains('\\')).then_some((key, after));
    }
    let (index, after) = inner.split_once(']')?;
    index.parse::<usize>().is_ok().then_some((index, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_the_first_missing_key_of_a_path() {
        let document = json!({"paths": {"/a/{b}": {"get": {"list": [{"x": 1}]}}}});
        let missing = missing_key(&document, "$.paths['/a/{c}'].get").unwrap();
        assert_eq!(missing.0, "/a/{c}");
        assert_eq!(missing.1.as_deref(), Some("/a/{b}"));
        let missing = missing_key(&document, "$.paths['/a/{b}'].get.list[0].y").unwrap();
        assert_eq!(missing.0, "y");
        assert_eq!(missing_key(&document, "$.paths[?@.x]"), None);
        assert_eq!(missing_key(&document, "$..list"), None);
        assert_eq!(missing_key(&document, "$.paths"), None);
    }
}
