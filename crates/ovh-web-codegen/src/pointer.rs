//! JSON pointers (RFC 6901), built while walking down a document.

use std::fmt::{self, Write as _};

/// A place in a document, as a JSON pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pointer(String);

impl Pointer {
    /// The document as a whole.
    pub(crate) fn root() -> Self {
        Self::default()
    }

    /// The place `key` (a property or an index) below this one.
    pub(crate) fn child(&self, key: impl fmt::Display) -> Self {
        let mut text = format!("{}/", self.0);
        let start = text.len();
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{key}");
        if text[start..].contains(['~', '/']) {
            let escaped = text[start..].replace('~', "~0").replace('/', "~1");
            text.replace_range(start.., &escaped);
        }
        Self(text)
    }

    /// The place reached by `keys`, one below the other.
    pub(crate) fn of(keys: &[&str]) -> Self {
        keys.iter().fold(Self::root(), |at, key| at.child(key))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Pointer> for String {
    fn from(pointer: Pointer) -> Self {
        pointer.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_and_tildes_are_escaped() {
        assert_eq!(
            Pointer::of(&["paths", "/a/{b}", "x~y"]).to_string(),
            "/paths/~1a~1{b}/x~0y"
        );
        assert_eq!(Pointer::root().child(3).to_string(), "/3");
    }
}
