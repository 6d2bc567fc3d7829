//! The result of `ensure` and `plan`: what was done, or would be done, and what nobody can tell.

use std::fmt;

use ovh_runtime::{Error, ErrorKind};
use serde::Serialize;

use crate::WaitPolicy;

/// What a change does to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// The object is as wanted already; nothing is written.
    Unchanged,
    /// The object is not there and is created.
    Created,
    /// Some fields differ and are changed.
    Updated,
    /// The object is there and is removed.
    Removed,
    /// Some fields differ and the API cannot change them; nothing is written.
    Conflict,
}

/// What was done, or would be done, to bring an object into the wanted state.
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
    /// What happens to the object.
    pub kind: ChangeKind,
    /// The fields that differ: those that are changed, or those that are in conflict.
    pub fields: Vec<FieldChange>,
    /// The fields that are wanted and cannot be compared, by their names in the types of this
    /// crate: a password cannot be read back. They may differ.
    pub unverified: Vec<&'static str>,
}

impl Change {
    pub(super) const fn new(kind: ChangeKind) -> Self {
        Self {
            kind,
            fields: Vec::new(),
            unverified: Vec::new(),
        }
    }

    /// `true` if something was written, or would be.
    #[must_use]
    pub const fn is_write(&self) -> bool {
        matches!(
            self.kind,
            ChangeKind::Created | ChangeKind::Updated | ChangeKind::Removed
        )
    }

    /// `true` if fields differ that the API cannot change.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self.kind, ChangeKind::Conflict)
    }
}

/// `updated (path: www -> shop, ssl: false -> true; unverified: password)`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ChangeKind::Unchanged => "unchanged",
            ChangeKind::Created => "created",
            ChangeKind::Updated => "updated",
            ChangeKind::Removed => "removed",
            ChangeKind::Conflict => "in conflict",
        })?;
        if self.fields.is_empty() && self.unverified.is_empty() {
            return Ok(());
        }
        write!(f, " ({}", Fields(&self.fields))?;
        if !self.unverified.is_empty() {
            let separator = if self.fields.is_empty() { "" } else { "; " };
            write!(f, "{separator}unverified: {}", self.unverified.join(", "))?;
        }
        f.write_str(")")
    }
}

/// One field of a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct FieldChange {
    /// The field's name in the types of this crate.
    pub name: &'static str,
    /// The value that the API shows, as text. `[redacted]` for a secret, `None` for none.
    pub from: Option<String>,
    /// The value that is wanted, as text. `[redacted]` for a secret.
    pub to: Option<String>,
}

/// `path: www -> shop`
impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (Value(self.from.as_deref()), Value(self.to.as_deref()));
        write!(f, "{}: {from} -> {to}", self.name)
    }
}

/// A value in a line: in quotes where it is not one word.
struct Value<'a>(Option<&'a str>);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain =
            |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | '[' | ']');
        match self.0 {
            None => f.write_str("none"),
            Some(text) if !text.is_empty() && text.chars().all(is_plain) => f.write_str(text),
            Some(text) => write!(f, "{text:?}"),
        }
    }
}

/// Fields, with commas between them.
pub(super) struct Fields<'a>(pub(super) &'a [FieldChange]);

impl fmt::Display for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, field) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{field}")?;
        }
        Ok(())
    }
}

/// An object that was brought into the wanted state, and what that took.
///
/// A conflict is no error of a call, so it is in `change`; [`or_conflict`](Self::or_conflict) makes
/// it one.
#[derive(Clone, Debug)]
#[must_use = "fields may be in conflict: look at `change`, or call `or_conflict()?`"]
#[non_exhaustive]
pub struct Ensured<T> {
    /// What was done.
    pub change: Change,
    /// The object as it is now.
    pub object: T,
    /// What the object is called in errors.
    pub(super) what: String,
}

impl<T> Ensured<T> {
    /// Returns an error if fields differ that the API cannot change.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::{DatabaseCapacity, NewDatabase, NewDatabaseType};
    ///
    /// let wanted = NewDatabase::new(
    ///     DatabaseCapacity::SqlPerso,
    ///     NewDatabaseType::Mysql,
    ///     "exampleshop",
    /// );
    /// let databases = client.hosting("example.ovh").databases();
    /// let database = databases.ensure(&wanted).await?.or_conflict()?.object;
    /// println!("{}", database.name);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Conflict`] that names the fields.
    pub fn or_conflict(self) -> Result<Self, Error> {
        if !self.change.is_conflict() {
            return Ok(self);
        }
        Err(Error::builder(
            ErrorKind::Conflict,
            format!(
                "{} differs in what the API cannot change: {}",
                self.what,
                Fields(&self.change.fields)
            ),
        )
        .hint("remove it, if nothing in it is needed, or want what is there")
        .build())
    }
}

/// The options of [`ensure_with`](crate::hosting::Users::ensure_with) and
/// [`plan_with`](crate::hosting::Users::plan_with). A [`WaitPolicy`] is one as well.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::EnsureOptions;
/// use ovh_web::types::NewUser;
///
/// let users = client.hosting("example.ovh").users();
/// let wanted = NewUser::new("shop", "example-shop", "a new passw0rd");
/// // Sets the password anew, which a comparison cannot tell to be another one.
/// let options = EnsureOptions::new().write_secrets(true);
/// let done = users.ensure_with(&wanted, options).await?.or_conflict()?;
/// println!("{}", done.change);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "options do nothing by themselves"]
pub struct EnsureOptions {
    pub(super) policy: Option<WaitPolicy>,
    pub(super) write_secrets: bool,
}

impl EnsureOptions {
    /// The client's policy, and no secret is written to an object that is there.
    pub const fn new() -> Self {
        Self {
            policy: None,
            write_secrets: false,
        }
    }

    /// The policy of each wait.
    pub const fn wait_policy(mut self, policy: WaitPolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Writes the secrets that cannot be compared, even if nothing else differs. Each run writes
    /// them again.
    pub const fn write_secrets(mut self, write: bool) -> Self {
        self.write_secrets = write;
        self
    }
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
    fn a_change_is_one_line() {
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
    }

    #[test]
    fn a_change_serializes() {
        let change = change(ChangeKind::Conflict);
        let json = serde_json::to_value(&change).expect("JSON");
        assert_eq!(json["kind"], "conflict");
        assert_eq!(json["fields"][0]["name"], "path");
        assert_eq!(json["fields"][0]["from"], serde_json::Value::Null);
        assert_eq!(json["fields"][2]["to"], "www/b");
        assert_eq!(json["unverified"][0], "capacity");
    }

    #[test]
    fn a_conflict_becomes_an_error() {
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
