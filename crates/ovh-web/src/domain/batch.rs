//! The results of changes of records: planned changes, and the records as they were before.
//!
//! A [`Batch`] can be stored, and undone later or by another program.

use std::fmt;

use ovh_domain_client::types::{Record, RecordType};
use ovh_runtime::{Error, ErrorKind};
use serde::{Deserialize, Serialize};

use super::normal;
use crate::Change;

/// A record of a zone, as a [`Batch`] stores it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ZoneRecord {
    /// The ID of the record. `None` if no response has told it.
    pub id: Option<i64>,
    /// The name below the zone. Empty for the zone's own name.
    pub name: String,
    /// The type of the record.
    pub field_type: RecordType,
    /// The value of the record.
    pub target: String,
    /// The TTL in seconds. 0 for the zone's default.
    pub ttl: i64,
}

impl ZoneRecord {
    /// Returns `true` if both have this name and type.
    pub(super) fn is_in(&self, name: &str, field_type: &RecordType) -> bool {
        self.field_type == *field_type && self.has_name(name)
    }

    pub(super) fn has_name(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Returns `true` if both are published as the same record, whatever their IDs and TTL.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.has_name(&other.name)
            && normal::published(&self.field_type) == normal::published(&other.field_type)
            && normal::target(&self.field_type, &self.target)
                == normal::target(&other.field_type, &other.target)
    }

    /// Returns `true` if both have the same values, whatever their IDs.
    pub(super) fn has_values_of(&self, other: &Self) -> bool {
        self.ttl == other.ttl && self.is_same(other)
    }
}

impl From<Record> for ZoneRecord {
    fn from(record: Record) -> Self {
        Self {
            id: Some(record.id),
            name: record.sub_domain.unwrap_or_default(),
            field_type: record.field_type,
            target: record.target,
            ttl: record.ttl.unwrap_or_default(),
        }
    }
}

/// `www A 192.0.2.1`
impl fmt::Display for ZoneRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&record_text(&self.name, &self.field_type, &self.target))
    }
}

/// Returns a record as one line: `@` is the zone itself.
fn record_text(name: &str, field_type: &RecordType, target: &str) -> String {
    let name = if name.is_empty() { "@" } else { name };
    let line = format!("{name} {field_type} {target}");
    // A server's text must not add lines to a log.
    match line.contains(char::is_control) {
        true => format!("{line:?}"),
        false => line,
    }
}

/// The change of one record, made or planned.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct RecordChange {
    /// The name below the zone. Empty for the zone's own name.
    pub name: String,
    /// The type of the record.
    pub field_type: RecordType,
    /// The value of the record: the new one, or that of the record that is removed.
    pub target: String,
    /// The change.
    pub change: Change,
}

/// `www A 192.0.2.1: updated (ttl: 0 -> 60)`
impl fmt::Display for RecordChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.record_text(), self.change)
    }
}

impl RecordChange {
    /// Returns the record as one line: `www A 192.0.2.1`.
    pub(crate) fn record_text(&self) -> String {
        record_text(&self.name, &self.field_type, &self.target)
    }
}

/// One write of a [`Batch`]: a record before and after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecordWrite {
    /// The record before. `None` if the write creates it.
    pub before: Option<ZoneRecord>,
    /// The record after. `None` if the write deletes it.
    pub after: Option<ZoneRecord>,
}

impl RecordWrite {
    pub(super) const fn new(before: Option<ZoneRecord>, after: Option<ZoneRecord>) -> Self {
        Self { before, after }
    }
}

/// The writes that were sent for one zone, with the records as they were before.
///
/// It can be stored as JSON, and [undone](Self::undo) later.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Batch {
    /// The name of the zone.
    pub zone: String,
    /// The writes, in the order in which they were sent.
    pub writes: Vec<RecordWrite>,
    /// The IDs of all records of the same names before the batch. None of them is taken for one that
    /// the batch has created.
    #[serde(default)]
    pub known: Vec<i64>,
}

impl Batch {
    pub(super) fn new(zone: &str) -> Self {
        Self {
            zone: zone.to_owned(),
            writes: Vec::new(),
            known: Vec::new(),
        }
    }

    /// Notes the records before the batch.
    pub(super) fn know(&mut self, present: &[ZoneRecord]) {
        self.known = present.iter().filter_map(|it| it.id).collect();
    }

    /// Returns `true` if nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}

/// The records in their desired state, and the changes that were made.
///
/// A conflict is reported in `changes`; [`or_conflict`](Self::or_conflict) turns it into an error.
#[derive(Clone, Debug)]
#[must_use = "records may be in conflict: check `changes`, or call `or_conflict()?`"]
#[non_exhaustive]
pub struct EnsuredRecords {
    /// The change of each record. With a conflict, none of them was made.
    pub changes: Vec<RecordChange>,
    /// The writes that were sent, for [`Batch::undo`].
    pub batch: Batch,
    /// `true` if the zone was refreshed.
    pub refreshed: bool,
}

impl EnsuredRecords {
    /// Returns `true` if another record is in the way, so that nothing was written.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.changes.iter().any(|it| it.change.is_conflict())
    }

    /// Returns an error if another record is in the way.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Conflict`] that names the records.
    pub fn or_conflict(self) -> Result<Self, Error> {
        let conflicts: Vec<String> = self
            .changes
            .iter()
            .filter(|it| it.change.is_conflict())
            .map(ToString::to_string)
            .collect();
        if conflicts.is_empty() {
            return Ok(self);
        }
        let message = format!(
            "records of the zone {} cannot exist beside a CNAME: {}; nothing was written",
            self.batch.zone,
            conflicts.join(", ")
        );
        Err(Error::builder(ErrorKind::Conflict, message)
            .hint("remove the record that is in the way with `ensure_absent`, or use another name")
            .build())
    }
}

/// Changes of records that failed, with the writes that were sent before.
///
/// The writes are staged: unless the refresh itself has failed, name servers do not answer with
/// them yet. Run the same `ensure` or `undo` again to complete them, or [`Batch::undo`] of this batch
/// to restore the records.
#[derive(Debug)]
#[non_exhaustive]
pub struct BatchError {
    /// The error of the call that failed.
    pub error: Error,
    /// The writes that were sent. The last one may or may not have been applied, if
    /// [`Error::maybe_applied`] of the error is `true`.
    pub batch: Batch,
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)?;
        let writes = match self.batch.writes.len() {
            0 => return Ok(()),
            1 => "1 write".to_owned(),
            writes => format!("{writes} writes"),
        };
        write!(
            f,
            " (after {writes} to the zone: do the same again to complete it, or undo this batch to \
             restore the records)"
        )
    }
}

impl std::error::Error for BatchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

/// Drops the batch.
impl From<BatchError> for Error {
    fn from(failed: BatchError) -> Self {
        failed.error
    }
}

/// The result of [`Batch::undo`].
#[derive(Clone, Debug)]
#[must_use = "a record that was changed meanwhile is only reported: check `changed` and `uncertain`"]
#[non_exhaustive]
pub struct Undone {
    /// The records that were changed after the batch, and are left as they are.
    pub changed: Vec<ChangedRecord>,
    /// The records that the batch or somebody else has created, and that are left as they are: no
    /// response has told the ID, or the ID no longer exists and another record has its values.
    pub uncertain: Vec<ZoneRecord>,
    /// The writes that restored the others. It can be undone too.
    pub batch: Batch,
    /// `true` if the zone was refreshed.
    pub refreshed: bool,
}

/// A record that is not as a batch left it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct ChangedRecord {
    /// The record as the batch left it. `None` if the batch deleted it.
    pub expected: Option<ZoneRecord>,
    /// The record that was found instead. `None` if it was deleted.
    pub found: Option<ZoneRecord>,
}
