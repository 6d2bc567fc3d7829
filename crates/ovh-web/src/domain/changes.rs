//! Compares wanted records with present ones, without a request.
//!
//! The result is a list of changes for the caller, and the writes that make them.

use std::collections::{BTreeMap, BTreeSet};

use ovh_domain_client::types::{NewRecord, RecordType};
use ovh_runtime::Error;
use serde::{Deserialize, Serialize};

use super::batch::{Batch, ChangedRecord, RecordChange, RecordWrite, ZoneRecord};
use super::normal;
use crate::{Change, ChangeKind, FieldChange};

/// The only targets of a name and type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecordSet {
    /// The name below the zone. Empty for the zone's own name.
    pub name: String,
    /// The type of the records.
    pub field_type: RecordType,
    /// The values of the records.
    pub targets: Vec<String>,
}

impl RecordSet {
    /// Creates a set of records.
    pub fn new(
        name: impl Into<String>,
        field_type: impl Into<RecordType>,
        targets: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            name: name.into(),
            field_type: field_type.into(),
            targets: targets.into_iter().map(Into::into).collect(),
        }
    }
}

/// A desired state of records.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// This record exists; others stay.
    Present(NewRecord),
    /// The records of this name and type have these targets, and no others.
    Set(RecordSet),
    /// No record has this name, type and target.
    Absent(String, RecordType, String),
}

impl Wanted {
    /// The name below the zone. Empty for the zone's own name.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Present(record) => record.sub_domain.as_deref().unwrap_or_default(),
            Self::Set(set) => &set.name,
            Self::Absent(name, ..) => name,
        }
    }

    const fn field_type(&self) -> &RecordType {
        match self {
            Self::Present(record) => &record.field_type,
            Self::Set(set) => &set.field_type,
            Self::Absent(_, field_type, _) => field_type,
        }
    }

    /// Refuses what cannot be meant, before anything is sent.
    pub(super) fn check(&self) -> Result<(), Error> {
        normal::check_name(self.name())?;
        normal::check_type(self.field_type())?;
        let refuse = |message: &str| Err(Error::invalid_argument(message).build());
        match self {
            Self::Set(set) if set.targets.is_empty() => refuse(
                "a set of records needs at least one target: use `ensure_absent` to remove \
                 records; nothing was sent",
            ),
            Self::Set(set) if set.field_type == RecordType::Cname && set.targets.len() > 1 => {
                refuse("a name has at most one CNAME; nothing was sent")
            }
            _ => Ok(()),
        }
    }
}

/// The changes, and the writes that make them. With a conflict there are no writes.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) changes: Vec<RecordChange>,
    pub(super) writes: Vec<RecordWrite>,
}

/// Compares wanted records with the present ones of the same names.
///
/// Returns an error if one record is wanted twice with different TTLs, or one set with different
/// targets.
pub(super) fn plan(wanted: &[Wanted], present: &[ZoneRecord]) -> Result<Plan, Error> {
    check_sets(wanted)?;
    let mut state = State::new(present);
    for wanted in wanted {
        match wanted {
            Wanted::Present(record) => state.ensure(record)?,
            Wanted::Set(set) => state.ensure_set(set),
            Wanted::Absent(name, field_type, target) => {
                state.ensure_absent(&record(name, field_type, target));
            }
        }
    }
    let Plan { changes, writes } = state.plan;
    let is_conflict = changes.iter().any(|it| it.change.is_conflict());
    Ok(Plan {
        changes,
        writes: if is_conflict { Vec::new() } else { writes },
    })
}

/// Refuses two sets of one name and type with different targets.
fn check_sets(wanted: &[Wanted]) -> Result<(), Error> {
    let mut sets: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for wanted in wanted {
        let Wanted::Set(set) = wanted else { continue };
        let key = (normal::name(&set.name), set.field_type.as_str());
        let targets = set.targets.iter();
        let targets: BTreeSet<String> = targets
            .map(|target| normal::target(&set.field_type, target))
            .collect();
        let first = sets.entry(key).or_insert_with(|| targets.clone());
        if *first != targets {
            let set = record(&set.name, &set.field_type, &set.targets.join(", "));
            let message =
                format!("the set {set} is wanted with different targets too; nothing was sent");
            return Err(Error::invalid_argument(message).build());
        }
    }
    Ok(())
}

fn record(name: &str, field_type: &RecordType, target: &str) -> ZoneRecord {
    ZoneRecord {
        id: None,
        name: normal::name(name),
        field_type: field_type.clone(),
        target: target.to_owned(),
        ttl: 0,
    }
}

/// The records as they are after the writes so far.
struct State {
    records: Vec<ZoneRecord>,
    plan: Plan,
}

impl State {
    fn new(present: &[ZoneRecord]) -> Self {
        let mut records = present.to_vec();
        // The same plan for any order of the server's list.
        records.sort_by_key(|record| record.id);
        Self {
            records,
            plan: Plan {
                changes: Vec::new(),
                writes: Vec::new(),
            },
        }
    }

    fn ensure(&mut self, new: &NewRecord) -> Result<(), Error> {
        let name = new.sub_domain.as_deref().unwrap_or_default();
        let mut wanted = record(name, &new.field_type, &new.target);
        wanted.ttl = new.ttl.unwrap_or_default();
        let present = self.positions(|it| it.is_same(&wanted));
        let Some(&first) = present.first() else {
            match self.in_the_way(&wanted, true) {
                Some(other) => self.conflict(&wanted, &other),
                None => self.create(wanted),
            }
            return Ok(());
        };
        let has_ttl = |&at: &usize| new.ttl.is_none_or(|ttl| self.records[at].ttl == ttl);
        if present.iter().any(has_ttl) {
            self.note(&wanted, Change::new(ChangeKind::Unchanged));
            return Ok(());
        }
        let is = self.records[first].clone();
        let is_written = |write: &RecordWrite| write.after.as_ref() == Some(&is);
        if self.plan.writes.iter().any(is_written) {
            let message =
                format!("the record {wanted} is wanted with different TTLs; nothing was sent");
            return Err(Error::invalid_argument(message).build());
        }
        let ttl = wanted.ttl;
        self.update(first, ZoneRecord { ttl, ..is });
        Ok(())
    }

    fn ensure_set(&mut self, set: &RecordSet) {
        let (name, field_type, targets) = (&set.name, &set.field_type, &set.targets);
        let mut surplus = self.positions(|it| it.is_in(name, field_type));
        let mut missing: Vec<ZoneRecord> = Vec::new();
        for target in targets {
            let wanted = record(name, field_type, target);
            let position = surplus
                .iter()
                .position(|&at| self.records[at].is_same(&wanted));
            if let Some(position) = position {
                surplus.remove(position);
                self.note(&wanted, Change::new(ChangeKind::Unchanged));
            } else if self.is_of_other_type(&wanted) {
                self.note(&wanted, Change::new(ChangeKind::Unchanged));
            } else if !self.records.iter().any(|it| it.is_same(&wanted))
                && !missing.iter().any(|it| it.is_same(&wanted))
            {
                missing.push(wanted);
            }
        }
        let in_the_way = missing
            .first()
            .and_then(|new| Some((new.clone(), self.in_the_way(new, false)?)));
        if let Some((new, other)) = in_the_way {
            self.conflict(&new, &other);
            return;
        }
        // A record that gets another target stays one record at any time.
        let mut missing = missing.into_iter();
        let mut removed = Vec::new();
        for at in surplus {
            match missing.next() {
                Some(new) => {
                    let (id, ttl) = (self.records[at].id, self.records[at].ttl);
                    self.update(at, ZoneRecord { id, ttl, ..new });
                }
                None => removed.push(at),
            }
        }
        self.remove(&removed);
        for new in missing {
            self.create(new);
        }
    }

    fn ensure_absent(&mut self, unwanted: &ZoneRecord) {
        let present = self.positions(|it| it.is_same(unwanted));
        if present.is_empty() {
            self.note(unwanted, Change::new(ChangeKind::Unchanged));
        }
        self.remove(&present);
    }

    fn positions(&self, is_one: impl Fn(&ZoneRecord) -> bool) -> Vec<usize> {
        let all = self.records.iter().enumerate();
        all.filter(|(_, it)| is_one(it)).map(|(at, _)| at).collect()
    }

    /// Returns `true` if a record of another type is published as the same one.
    fn is_of_other_type(&self, wanted: &ZoneRecord) -> bool {
        let mut same = self.records.iter().filter(|it| it.is_same(wanted));
        same.any(|it| it.field_type != wanted.field_type)
    }

    /// Returns a record that the new one cannot exist beside: a CNAME excludes all others.
    ///
    /// A set replaces CNAMEs by a CNAME, and is only `beside` records of other types.
    fn in_the_way(&self, new: &ZoneRecord, beside_own_type: bool) -> Option<ZoneRecord> {
        in_the_way(&self.records, new, beside_own_type).cloned()
    }

    fn create(&mut self, new: ZoneRecord) {
        self.note(&new, Change::new(ChangeKind::Created));
        self.records.push(new.clone());
        self.plan.writes.push(RecordWrite::new(None, Some(new)));
    }

    fn update(&mut self, at: usize, new: ZoneRecord) {
        let is = std::mem::replace(&mut self.records[at], new.clone());
        let mut change = Change::new(ChangeKind::Updated);
        let mut compare = |name, from: String, to: String| {
            if from != to {
                change.fields.push(field(name, from, to));
            }
        };
        compare("target", is.target.clone(), new.target.clone());
        compare("ttl", is.ttl.to_string(), new.ttl.to_string());
        self.note(&new, change);
        self.plan.writes.push(RecordWrite::new(Some(is), Some(new)));
    }

    /// Removes the records at these positions, which are in ascending order.
    fn remove(&mut self, positions: &[usize]) {
        for at in positions.iter().rev() {
            let is = self.records.remove(*at);
            self.note(&is, Change::new(ChangeKind::Removed));
            self.plan.writes.push(RecordWrite::new(Some(is), None));
        }
    }

    fn conflict(&mut self, new: &ZoneRecord, other: &ZoneRecord) {
        let mut change = Change::new(ChangeKind::Conflict);
        let (from, to) = (other.field_type.to_string(), new.field_type.to_string());
        let from = format!("{from} {}", other.target);
        let to = format!("{to} {}", new.target);
        change.fields.push(field("record", from, to));
        self.note(new, change);
    }

    fn note(&mut self, record: &ZoneRecord, change: Change) {
        self.plan.changes.push(RecordChange {
            name: record.name.clone(),
            field_type: record.field_type.clone(),
            target: record.target.clone(),
            change,
        });
    }
}

fn in_the_way<'a>(
    records: &'a [ZoneRecord],
    new: &ZoneRecord,
    beside_own_type: bool,
) -> Option<&'a ZoneRecord> {
    let is_cname = |field_type: &RecordType| *field_type == RecordType::Cname;
    records
        .iter()
        .filter(|it| it.has_name(&new.name))
        .filter(|it| beside_own_type || it.field_type != new.field_type)
        .find(|it| is_cname(&new.field_type) || is_cname(&it.field_type))
}

fn field(name: &'static str, from: String, to: String) -> FieldChange {
    FieldChange {
        name,
        from: Some(from),
        to: Some(to),
    }
}

/// The writes that restore the records of a batch, and the records that are left alone.
#[derive(Debug)]
pub(super) struct UndoPlan {
    pub(super) writes: Vec<RecordWrite>,
    pub(super) changed: Vec<ChangedRecord>,
    pub(super) uncertain: Vec<ZoneRecord>,
}

/// Compares the writes of a batch with the present records of the same names.
pub(super) fn undo(batch: &Batch, present: &[ZoneRecord]) -> UndoPlan {
    let mut records = present.to_vec();
    let mut plan = UndoPlan {
        writes: Vec::new(),
        changed: Vec::new(),
        uncertain: Vec::new(),
    };
    // The last write first, so that each one finds the records as it left them.
    for write in batch.writes.iter().rev() {
        match restore(write, &records, &batch.known) {
            Ok(Some(write)) => {
                if let Some(is) = &write.before {
                    records.retain(|it| it.id != is.id);
                }
                records.extend(write.after.clone());
                plan.writes.push(write);
            }
            Ok(None) => {}
            Err(Left::Changed(found)) => plan.changed.push(ChangedRecord {
                expected: write.after.clone(),
                found,
            }),
            Err(Left::Uncertain(found)) => plan.uncertain.push(found),
        }
    }
    plan
}

/// A record that is left as it is.
enum Left {
    /// This record was found instead.
    Changed(Option<ZoneRecord>),
    /// Nothing shows who has created this record.
    Uncertain(ZoneRecord),
}

/// Returns the write that reverses another one, or `None` if the record is as before.
fn restore(
    write: &RecordWrite,
    records: &[ZoneRecord],
    known: &[i64],
) -> Result<Option<RecordWrite>, Left> {
    let id = write.before.as_ref().or(write.after.as_ref());
    let id = id.and_then(|record| record.id);
    let of_id = id.and_then(|id| records.iter().find(|it| it.id == Some(id)));
    match (&write.before, &write.after) {
        (None, Some(after)) => match of_id {
            Some(found) if found.has_values_of(after) => {
                Ok(Some(RecordWrite::new(Some(found.clone()), None)))
            }
            Some(found) => Err(Left::Changed(Some(found.clone()))),
            None => {
                // The write may have done nothing, and somebody else may have created the record.
                // From third-party reports: an import of the zone gives its records other IDs.
                let is_new = |it: &ZoneRecord| it.id.is_none_or(|id| !known.contains(&id));
                let found = records.iter().find(|it| is_new(it) && it.is_same(after));
                found.map_or(Ok(None), |found| Err(Left::Uncertain(found.clone())))
            }
        },
        (Some(before), Some(after)) => match of_id {
            Some(found) if found.has_values_of(before) => Ok(None),
            Some(found) if found.has_values_of(after) => {
                let (found, before) = (found.clone(), before.clone());
                Ok(Some(RecordWrite::new(Some(found), Some(before))))
            }
            found => Err(Left::Changed(found.cloned())),
        },
        (Some(before), None) => {
            let found = of_id.or_else(|| records.iter().find(|it| it.is_same(before)));
            match found.or_else(|| in_the_way(records, before, true)) {
                Some(found) if found.has_values_of(before) => Ok(None),
                Some(found) => Err(Left::Changed(Some(found.clone()))),
                None => {
                    let id = None;
                    let before = ZoneRecord {
                        id,
                        ..before.clone()
                    };
                    Ok(Some(RecordWrite::new(None, Some(before))))
                }
            }
        }
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests;
