//! The result of `ensure` and `plan`: changed fields, and fields that cannot be compared.

use std::fmt;

use ovh_runtime::{Error, ErrorKind};
use serde::Serialize;

use crate::WaitPolicy;
use crate::macros::setters;

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// The object is already in the desired state; nothing is written.
    Unchanged,
    /// The object does not exist and is created.
    Created,
    /// Some fields differ and are updated.
    Updated,
    /// The object exists and is deleted.
    Removed,
    /// Some fields differ that the API cannot change; nothing is written.
    Conflict,
}

/// `updated`
impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Unchanged => "unchanged",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Removed => "removed",
            Self::Conflict => "in conflict",
        })
    }
}

/// The changes that reconcile an object to the desired state.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::types::NewDomain;
///
/// let wanted = NewDomain::new("shop.example.com", "shop").ssl(true);
/// let change = client.hosting("example.ovh").domains().plan(&wanted).await?;
/// // updated (path: www -> shop, ssl: false -> true)
/// println!("{change}");
/// for field in &change.fields {
///     println!("{}: {:?} -> {:?}", field.name, field.from, field.to);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The kind of change.
    pub kind: ChangeKind,
    /// The fields that differ: changed ones, or those in conflict.
    pub fields: Vec<FieldChange>,
    /// The fields that cannot be compared, by their Rust names.
    ///
    /// A password, for example, cannot be read back. They may differ.
    pub unverified: Vec<&'static str>,
}

impl Change {
    pub(crate) const fn new(kind: ChangeKind) -> Self {
        Self {
            kind,
            fields: Vec::new(),
            unverified: Vec::new(),
        }
    }

    /// Returns `true` if the change writes something.
    #[must_use]
    pub const fn is_write(&self) -> bool {
        matches!(
            self.kind,
            ChangeKind::Created | ChangeKind::Updated | ChangeKind::Removed
        )
    }

    /// Returns `true` if fields differ that the API cannot change.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self.kind, ChangeKind::Conflict)
    }
}

/// `updated (path: www -> shop, ssl: false -> true; unverified: password)`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if self.fields.is_empty() && self.unverified.is_empty() {
            return Ok(());
        }
        match self.kind {
            ChangeKind::Removed => write!(f, " ({}", values(&self.fields))?,
            _ => write!(f, " ({}", list(&self.fields))?,
        }
        if !self.unverified.is_empty() {
            let separator = if self.fields.is_empty() { "" } else { "; " };
            write!(f, "{separator}unverified: {}", self.unverified.join(", "))?;
        }
        f.write_str(")")
    }
}

/// A changed field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct FieldChange {
    /// The Rust name of the field.
    pub name: &'static str,
    /// The current value as text. `[redacted]` for a secret, `None` if unset.
    pub from: Option<String>,
    /// The desired value as text. `[redacted]` for a secret.
    pub to: Option<String>,
}

/// `path: www -> shop`
impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (quoted(self.from.as_deref()), quoted(self.to.as_deref()));
        write!(f, "{}: {from} -> {to}", self.name)
    }
}

/// Quotes a value, unless it is a single word.
fn quoted(value: Option<&str>) -> String {
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | '[' | ']');
    match value {
        None => "none".to_owned(),
        Some(text) if !text.is_empty() && text.chars().all(is_plain) => text.to_owned(),
        Some(text) => format!("{text:?}"),
    }
}

/// Returns the fields, separated by commas.
pub(super) fn list(fields: &[FieldChange]) -> String {
    let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
    fields.join(", ")
}

/// Returns the fields of a removed object with their values, separated by commas.
fn values(fields: &[FieldChange]) -> String {
    let value = |it: &FieldChange| format!("{}: {}", it.name, quoted(it.from.as_deref()));
    fields.iter().map(value).collect::<Vec<_>>().join(", ")
}

/// An object in its desired state, and the change that was made.
///
/// A conflict is reported in `change`; [`or_conflict`](Self::or_conflict) turns it into an error.
#[derive(Clone, Debug)]
#[must_use = "fields may be in conflict: check `change`, or call `or_conflict()?`"]
#[non_exhaustive]
pub struct Ensured<T> {
    /// The change.
    pub change: Change,
    /// The object's current state.
    pub object: T,
    /// The object's name in errors.
    pub(super) what: String,
}

impl<T> Ensured<T> {
    /// Returns an error if fields differ that the API cannot change.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Conflict`] that names the fields.
    pub fn or_conflict(self) -> Result<Self, Error> {
        if !self.change.is_conflict() {
            return Ok(self);
        }
        let fields = list(&self.change.fields);
        let message = format!(
            "{} differs in fields that the API cannot change: {fields}",
            self.what
        );
        Err(Error::builder(ErrorKind::Conflict, message)
            .hint("use the values that the API returned; others need a new object")
            .build())
    }
}

/// Options of [`ensure_with`](crate::hosting::Users::ensure_with) and
/// [`plan_with`](crate::hosting::Users::plan_with).
///
/// A [`WaitPolicy`] converts into them.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::EnsureOptions;
/// use ovh_web::types::NewUser;
///
/// let users = client.hosting("example.ovh").users();
/// let wanted = NewUser::new("shop", "example-shop", "a new passw0rd");
/// // Rewrites the password, since a comparison cannot tell if it differs.
/// let options = EnsureOptions::new().write_secrets(true);
/// let done = users.ensure_with(&wanted, options).await?.or_conflict()?;
/// println!("{}", done.change);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[must_use = "options do nothing by themselves"]
pub struct EnsureOptions {
    pub(super) policy: Option<WaitPolicy>,
    pub(super) write_secrets: bool,
    /// Writes nothing if another kind of change is needed by now.
    pub(super) planned: Option<ChangeKind>,
}

impl EnsureOptions {
    /// Uses the client's wait policy, and does not rewrite secrets.
    pub const fn new() -> Self {
        Self {
            policy: None,
            write_secrets: false,
            planned: None,
        }
    }

    /// Allows the planned kind of change only.
    #[cfg(feature = "sites")]
    pub(crate) const fn planned(mut self, kind: ChangeKind) -> Self {
        self.planned = Some(kind);
        self
    }
}

setters! {
    const EnsureOptions:

    /// Sets the policy of each wait.
    wait_policy(policy: WaitPolicy) => policy = Some(policy);

    /// Writes secrets that cannot be compared, on every run.
    write_secrets(write: bool) => write_secrets = write;
}

impl From<WaitPolicy> for EnsureOptions {
    fn from(policy: WaitPolicy) -> Self {
        Self::new().wait_policy(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(kind: ChangeKind) -> Change {
        let field = |name, from: &str, to: &str| FieldChange {
            name,
            from: Some(from.to_owned()).filter(|from| !from.is_empty()),
            to: Some(to.to_owned()),
        };
        Change {
            fields: vec![
                field("path", "", "my shop"),
                field("password", "[redacted]", "[redacted]"),
                field("home", "a\n-> b", "www/b"),
            ],
            unverified: vec!["capacity"],
            ..Change::new(kind)
        }
    }

    #[test]
    fn change_displays_as_one_line() {
        let change = change(ChangeKind::Updated);
        assert_eq!(
            change.to_string(),
            "updated (path: none -> \"my shop\", password: [redacted] -> [redacted], \
             home: \"a\\n-> b\" -> www/b; unverified: capacity)"
        );
        let mut change = Change::new(ChangeKind::Unchanged);
        assert_eq!(change.to_string(), "unchanged");
        change.unverified = vec!["password"];
        assert_eq!(change.to_string(), "unchanged (unverified: password)");
        assert_eq!(format!("{:8}|", change.kind), "unchanged|");
        assert_eq!(ChangeKind::Conflict.to_string(), "in conflict");
    }

    #[test]
    fn change_serializes() {
        let change = change(ChangeKind::Conflict);
        let json = serde_json::to_value(&change).expect("JSON");
        assert_eq!(json["kind"], "conflict");
        assert_eq!(json["fields"][0]["name"], "path");
        assert_eq!(json["fields"][0]["from"], serde_json::Value::Null);
        assert_eq!(json["fields"][2]["to"], "www/b");
        assert_eq!(json["unverified"][0], "capacity");
    }

    #[test]
    fn conflict_becomes_error() {
        let ensured = |kind| Ensured {
            change: change(kind),
            object: (),
            what: "the user x".to_owned(),
        };
        let fine = ensured(ChangeKind::Updated).or_conflict();
        assert_eq!(fine.expect("no conflict").change.kind, ChangeKind::Updated);
        let error = ensured(ChangeKind::Conflict).or_conflict();
        let error = error.expect_err("a conflict");
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.message().starts_with("the user x"), "{error}");
        assert!(error.message().contains("path: none"), "{error}");
    }
}
