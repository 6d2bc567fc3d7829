//! Secrets of a file of sites: references, and the store that resolves them.

use std::fmt;

use ovh_runtime::Secret;

use super::Kind;

/// A reference to a secret. The secret itself never stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretRef {
    /// The value of an environment variable: `{ env = "FTP_PASSWORD" }`.
    Env(String),
    /// The content of a file, without the line end: `{ file = "secrets/ftp" }`.
    File(String),
    /// A generated secret, kept in a store: `{ generate = true, store = "secrets/shop" }`.
    Generate {
        /// The path of the store, which has one line for each secret.
        store: String,
    },
}

/// `the environment variable FTP_PASSWORD`
impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "the environment variable {name}"),
            Self::File(path) => write!(f, "the file {path:?}"),
            Self::Generate { store } => write!(f, "the store {store:?}"),
        }
    }
}

/// A secret that could not be read, stored or generated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SecretError {
    /// The reason. It has no part of the secret.
    pub message: String,
}

impl SecretError {
    /// Creates an error.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { message }
    }
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SecretError {}

/// The source of secrets: environment, files, and stores of generated secrets.
///
/// [`LocalSecrets`](super::LocalSecrets) is the one for programs; tests pass their own.
pub trait SecretStore: fmt::Debug + Send + Sync {
    /// Returns the value of an environment variable, or `None` if it is unset or empty.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is not Unicode.
    fn env(&self, name: &str) -> Result<Option<Secret>, SecretError>;

    /// Returns the content of a file without its line end, or `None` if there is no file.
    ///
    /// # Errors
    ///
    /// Returns an error if the path is not allowed, or the file cannot be read.
    fn file(&self, path: &str) -> Result<Option<Secret>, SecretError>;

    /// Returns the secret of an object in a store, or `None` if the store has none.
    ///
    /// # Errors
    ///
    /// Returns an error if the path is not allowed, or the store cannot be read.
    fn stored(&self, store: &str, object: &str) -> Result<Option<Secret>, SecretError>;

    /// Generates a secret for an object, and stores it before it returns.
    ///
    /// # Errors
    ///
    /// Returns an error if the store already has one, or cannot be written and flushed.
    fn generate(&self, store: &str, object: &str) -> Result<Secret, SecretError>;
}

/// Returns the name of an object in a store: `example.cluster01.hosting.ovh.net users example-shop`.
pub(crate) fn object_name(hosting: &str, kind: Kind, name: &str) -> String {
    format!("{hosting} {kind} {name}")
}
