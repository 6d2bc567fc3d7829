//! A setting and its source, for error messages and diagnostics.

use std::fmt;

use ovh_runtime::Secret;

/// The source of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// The program, with the builder.
    Program,
    /// The environment variable of this name.
    Environment(&'static str),
    /// A configuration file.
    #[non_exhaustive]
    File {
        /// The path, as given or found.
        path: String,
        /// The section, without brackets.
        section: String,
        /// The line, from 1.
        line: usize,
    },
}

impl Origin {
    /// Returns `true` if both values have the same source. The environment is one source.
    pub(crate) fn is_same_source(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File { path, .. }, Self::File { path: other, .. }) => path == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program => f.write_str("the program"),
            Self::Environment(name) => write!(f, "the environment ({name})"),
            Self::File { path, line, .. } => write!(f, "{path}, line {line}"),
        }
    }
}

/// A setting with its source, from
/// [`ClientBuilder::settings`](crate::ClientBuilder::settings).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Setting {
    /// The name in a configuration file: `endpoint`, `consumer_key`.
    pub name: &'static str,
    /// The source; `None` if it is not set.
    pub origin: Option<Origin>,
    /// The value, if it is set and no credential.
    pub value: Option<String>,
}

impl Setting {
    pub(super) fn shown(name: &'static str, found: Option<(Secret, Origin)>) -> Self {
        let value = found.as_ref().map(|(value, _)| value.expose().to_owned());
        let origin = found.map(|(_, origin)| origin);
        Self {
            name,
            origin,
            value,
        }
    }

    pub(super) const fn hidden(name: &'static str, origin: Option<Origin>) -> Self {
        let value = None;
        Self {
            name,
            origin,
            value,
        }
    }
}
