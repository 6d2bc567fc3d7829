//! The keys of `paths`, and the keys of one path.

use super::{Checker, no_reference};
use crate::Error;
use crate::object::ObjectReader;
use crate::openapi::{self, METHODS};
use serde_json::Value;

impl<'a> Checker<'a> {
    pub(super) fn paths(&self) -> Result<(), Error> {
        let paths = self.root.node("paths")?;
        for (path, item) in paths.entries("a path")? {
            if path.starts_with("x-") {
                let advice = "remove it: readers would take it for a path";
                return Err(item.fail("found an extension among the paths", advice));
            }
            let names = template(&item, path)?;
            no_reference(&item, "a path")?;
            let mut is_empty = true;
            for key in item.map.keys() {
                match key.as_str() {
                    method if METHODS.contains(&method) => {
                        is_empty = false;
                        self.operation(&item.node(method)?, &names)?;
                    }
                    "summary" | "description" => {}
                    key if key.starts_with("x-") => {}
                    key => {
                        return Err(item.fail_at(
                            key,
                            format!("`{key}` is not supported here"),
                            "move what it says into each operation of this path",
                        ));
                    }
                }
            }
            if is_empty {
                return Err(item.fail("this path has no operation", "add one, or remove the path"));
            }
        }
        Ok(())
    }

    /// Refuses a document that never says whether a call is signed: each reading could be wrong.
    pub(super) fn credentials(&self, document: &Value) -> Result<(), Error> {
        let mut operations = openapi::operations(document).peekable();
        if operations.peek().is_none()
            || operations.any(|(_, _, operation)| operation.get("security").is_some())
        {
            return Ok(());
        }
        Err(self.root.fail_at(
            "paths",
            "no operation says whether it needs credentials",
            "add `security` to the document, such as `[{ \"oAuth2AuthCode\": [] }]`",
        ))
    }
}

/// Returns the names of a path's parameters, if the path is well formed.
///
/// A segment that a URL swallows would let a call reach another route. openapiv3 drops keys
/// without a leading slash silently.
fn template<'a>(item: &ObjectReader<'_>, path: &'a str) -> Result<Vec<&'a str>, Error> {
    let Some(rest) = path.strip_prefix('/') else {
        return Err(item.fail(
            format!("the path `{path}` does not begin with a slash"),
            format!("write `/{path}`"),
        ));
    };
    let mut names = Vec::new();
    for segment in rest.split('/').filter(|_| !rest.is_empty()) {
        let mut inside = Vec::new();
        let mut static_text = String::new();
        let mut rest = segment;
        while let Some((before, name, after)) = parameter(rest) {
            static_text.push_str(before);
            inside.push(name);
            rest = after;
        }
        static_text.push_str(rest);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '~');
        let fine = |name: &&str| !name.is_empty() && name.chars().all(plain);
        let swallowed = inside.is_empty() && matches!(segment, "" | "." | "..");
        if swallowed || !inside.iter().all(fine) || !static_text.chars().all(is_url_character) {
            return Err(item.fail(
                format!("the path has the invalid segment `{segment}`"),
                "write a word or parameters in braces",
            ));
        }
        for name in inside {
            if names.contains(&name) {
                return Err(item.fail(
                    format!("the path has the parameter `{name}` twice"),
                    "rename one of the two",
                ));
            }
            names.push(name);
        }
    }
    Ok(names)
}

/// The next parameter in braces, with the text before and after it.
fn parameter(text: &str) -> Option<(&str, &str, &str)> {
    let end = text.find('}')?;
    let start = text[..end].rfind('{')?;
    Some((&text[..start], &text[start + 1..end], &text[end + 1..]))
}

/// Returns `true` if the character may be in a segment unescaped.
fn is_url_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@%".contains(c)
}
