//! The keys of `paths`, and what may stand under one of them.

use super::{Checker, METHODS, Pointer, entries};
use crate::Error;
use std::collections::BTreeMap;

impl<'a> Checker<'a> {
    pub(super) fn paths(&self) -> Result<(), Error> {
        self.required_object(&Pointer::root(), "paths")?;
        let at = Pointer::of(&["paths"]);
        let mut shapes: BTreeMap<String, &str> = BTreeMap::new();
        for (path, item) in entries(self.document.get("paths")) {
            let at = at.child(path);
            if path.starts_with("x-") {
                return Err(self.fail(
                    &at,
                    "an extension stands among the paths",
                    "remove it: whoever reads the paths would take it for one",
                ));
            }
            let names = self.template(&at, path)?;
            // Two keys that differ by a parameter's name are one route: which of the two answers
            // is nowhere said, and their generated names would meet.
            let shape = shape(path);
            if let Some(other) = shapes.insert(shape, path) {
                return Err(self.fail(
                    &at,
                    format!("`{path}` and `{other}` differ only by the name of a parameter"),
                    "bring their operations together under one of the two keys",
                ));
            }
            let item = self.object(&at, item, "what a path holds")?;
            self.no_reference(&at, item, "a path")?;
            let mut found = false;
            for (key, value) in item {
                let at = at.child(key);
                match key.as_str() {
                    method if METHODS.contains(&method) => {
                        found = true;
                        self.operation(&at, value, &names)?;
                    }
                    "summary" | "description" => {}
                    key if key.starts_with("x-") => {}
                    "parameters" => {
                        return Err(self.fail(
                            &at,
                            "these parameters stand beside the operations, not in them",
                            "copy them into each operation of this path",
                        ));
                    }
                    key => {
                        return Err(self.fail(
                            &at,
                            format!("`{key}` is not understood here"),
                            "use get, post, put or delete, or leave the key out",
                        ));
                    }
                }
            }
            if !found {
                return Err(self.fail(
                    &at,
                    "this path has no operation",
                    "add one, or remove the path",
                ));
            }
        }
        Ok(())
    }

    /// The names of a path's parameters, if the path is well formed.
    ///
    /// A parameter fills a whole segment: only then can a value be kept from reaching another
    /// route. openapiv3 drops keys without a leading slash silently, and progenitor makes one
    /// slash of two.
    fn template(&self, at: &Pointer, path: &'a str) -> Result<Vec<&'a str>, Error> {
        let Some(rest) = path.strip_prefix('/') else {
            return Err(self.fail(
                at,
                format!("the path `{path}` does not begin with a slash"),
                format!("write `/{path}`"),
            ));
        };
        let mut names = Vec::new();
        let mut segments: Vec<&str> = rest.split('/').collect();
        if segments == [""] {
            segments.clear();
        }
        for segment in segments {
            let name = segment
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'));
            let text = name.unwrap_or(segment);
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '~');
            if text.is_empty() || matches!(text, "." | "..") || !text.chars().all(plain) {
                return Err(self.fail(
                    at,
                    format!("the path has the segment `{segment}`"),
                    "let each segment be a plain word or one parameter in braces, and none empty",
                ));
            }
            if let Some(name) = name {
                if names.contains(&name) {
                    return Err(self.fail(
                        at,
                        format!("the path has the parameter `{name}` twice"),
                        "give each parameter a name of its own",
                    ));
                }
                names.push(name);
            }
        }
        Ok(names)
    }
}

/// The path with the names of its parameters left out.
fn shape(path: &str) -> String {
    path.split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                "{}"
            } else {
                segment
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}
