//! The plan: the changes that reconcile an account with its file.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::{Kind, Place, is_invisible};
use crate::{Change, ChangeKind, Error};

/// A planned change of one object, or the reason why it cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct PlannedChange {
    /// The kind of the object.
    pub kind: Kind,
    /// Its name in the file: a login, a cron's key, a domain, a database's user. For DNS, the record
    /// as `www A 192.0.2.1`; for the configuration and the certificate, an empty text.
    pub name: String,
    /// The change, with the names of the fields in the file. A created object has its fields in it, with `from` unset; secrets are redacted.
    pub change: Change,
    /// The reason of a conflict (a duplicate, work in progress, a limit of the offer), or why
    /// something is left out of the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `true` if nothing differs, and work on the object is in progress. Applying waits for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub in_progress: bool,
    /// The place in the file. `None` for an object that the file does not name, which is pruned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl PlannedChange {
    /// Gives the fields the names that they have in the file.
    pub(crate) fn named_as_in_the_file(mut self) -> Self {
        for field in &mut self.change.fields {
            field.name = self.kind.field(field.name);
        }
        for name in &mut self.change.unverified {
            *name = self.kind.field(name);
        }
        self
    }

    /// Returns `true` if the change loses data: a removed database or user, or a domain that is
    /// pruned.
    #[must_use]
    pub fn loses_data(&self) -> bool {
        let is_pruned = self.place.is_none();
        self.change.kind == ChangeKind::Removed
            && match self.kind {
                Kind::Databases | Kind::Users => true,
                Kind::Domains => is_pruned,
                _ => false,
            }
    }
}

/// `crons nightly: updated (frequency: 0 3 * * * -> 0 4 * * *)`
impl fmt::Display for PlannedChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.name {
            "" => write!(f, "{}: {}", self.kind, self.change)?,
            name => write!(f, "{} {}: {}", self.kind, line(name), self.change)?,
        }
        if self.in_progress {
            f.write_str(", work in progress")?;
        }
        match &self.reason {
            Some(reason) => write!(f, ": {}", line(reason)),
            None => Ok(()),
        }
    }
}

/// A server's text must not add lines to a log.
fn line(text: &str) -> Cow<'_, str> {
    match text.contains(|c: char| c.is_control() || is_invisible(c)) {
        true => Cow::Owned(format!("{text:?}")),
        false => Cow::Borrowed(text),
    }
}

/// The plan of one hosting, or of one DNS zone.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct HostingPlan {
    /// The service name of the hosting. For records, the name of the zone.
    pub name: String,
    /// The changes, in the order of their kinds and names. Objects that are as desired are left out,
    /// unless a field of them cannot be verified.
    pub changes: Vec<PlannedChange>,
    /// The kinds whose list did not decode completely: nothing of them is changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<Unreadable>,
    /// The error that ended the plan of this hosting.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "error_text")]
    pub error: Option<Error>,
}

impl HostingPlan {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            changes: Vec::new(),
            unreadable: Vec::new(),
            error: None,
        }
    }
}

/// A kind whose list did not decode completely.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Unreadable {
    /// The kind.
    pub kind: Kind,
    /// The error of the first object.
    pub message: String,
}

fn error_text<S: serde::Serializer>(error: &Option<Error>, to: S) -> Result<S::Ok, S::Error> {
    match error {
        Some(error) => to.collect_str(error),
        None => to.serialize_none(),
    }
}

/// The changes that reconcile an account with its file of sites.
#[derive(Debug, Default, Serialize)]
#[must_use = "a plan may have changes, conflicts or errors"]
#[non_exhaustive]
pub struct Plan {
    /// The plans of the DNS zones, by name.
    pub zones: Vec<HostingPlan>,
    /// The plans of the hostings, by name.
    pub hostings: Vec<HostingPlan>,
}

impl Plan {
    /// Returns all changes with the name of their hosting or zone.
    pub fn changes(&self) -> impl Iterator<Item = (&str, &PlannedChange)> {
        let all = self.zones.iter().chain(&self.hostings);
        all.flat_map(|of| of.changes.iter().map(|change| (&*of.name, change)))
    }

    /// Returns `true` if something would be created, updated or removed.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.changes().any(|(_, it)| it.change.is_write())
    }

    /// Returns `true` if something cannot be planned: a conflict, an unreadable list, an error.
    #[must_use]
    pub fn has_problems(&self) -> bool {
        let all = || self.zones.iter().chain(&self.hostings);
        all().any(|of| of.error.is_some() || !of.unreadable.is_empty())
            || self.changes().any(|(_, it)| it.change.is_conflict())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planned_change_displays_as_one_line() {
        let planned = PlannedChange {
            kind: Kind::Users,
            name: "a\u{1b}[2J\nb\u{202e}".to_owned(),
            change: Change::new(ChangeKind::Removed),
            reason: Some("c\nd".to_owned()),
            in_progress: false,
            place: None,
        };
        let text = planned.to_string();
        let is_raw = |c: char| c.is_control() || is_invisible(c);
        assert!(!text.contains(is_raw), "{text:?}");
        assert!(text.contains("a\\u{1b}[2J\\nb"), "{text}");
    }
}
