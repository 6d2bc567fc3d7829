//! The keys of `paths`, and what may stand under one of them.

use super::{Checker, METHODS, Pointer, entries};
use crate::Error;
use crate::document::repair::paths::{is_plain, parameter};

impl<'a> Checker<'a> {
    pub(super) fn paths(&self) -> Result<(), Error> {
        self.required_object(&Pointer::root(), "paths")?;
        let at = Pointer::of(&["paths"]);
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
                            "use a method such as get, or leave the key out",
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
    /// A segment that a URL swallows would let a call reach another route. openapiv3 drops keys
    /// without a leading slash silently.
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
            if swallowed || !inside.iter().all(fine) || !static_text.chars().all(is_plain) {
                return Err(self.fail(
                    at,
                    format!("the path has the segment `{segment}`"),
                    "let each segment be a word or parameters in braces, and none empty",
                ));
            }
            for name in inside {
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
