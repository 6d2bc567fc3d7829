//! Compares the objects of one kind with those that the file names, without a request.
//!
//! The comparison of a single object is that of `ensure`, so that both always agree.

mod certificate;
mod config;
mod created;
mod objects;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(super) use certificate::{coverage, is_covered, planned_certificate};
pub(super) use config::{current_config, planned_config};
pub(super) use objects::{Facts, crons, databases, domains, env_vars, users};

use super::place::{Place, Placed};
use super::wanted::WantedHosting;
use super::{Kind, PlannedChange};
use crate::pending::{HasStatus, Observed, ProvisioningState};
use crate::{Change, ChangeKind, FieldChange};

/// Keeps the objects that would be pruned, if another object of the kind is in conflict: it may be
/// what one of them is replaced by.
pub(super) fn keep_pruned(kind: Kind, changes: &mut [PlannedChange]) {
    if !changes.iter().any(|it| it.change.is_conflict()) {
        return;
    }
    for planned in changes {
        if planned.change.kind == ChangeKind::Removed && planned.place.is_none() {
            planned.change.kind = ChangeKind::Conflict;
            planned.reason = Some(format!("not pruned: other {kind} are in conflict"));
        }
    }
}

/// The comparison of one object: its change, and the reason of a conflict.
pub(super) struct Decision {
    pub(super) change: Change,
    pub(super) reason: Option<String>,
    /// `true` if work on the object is in progress, and no field differs.
    pub(super) in_progress: bool,
}

impl Decision {
    /// Turns a change into a conflict.
    pub(super) fn conflict(change: Change, reason: impl Into<String>) -> Self {
        Self {
            change: Change {
                kind: ChangeKind::Conflict,
                ..change
            },
            reason: Some(reason.into()),
            in_progress: false,
        }
    }

    fn conflict_of_removal(reason: impl Into<String>) -> Self {
        Self::conflict(Change::new(ChangeKind::Conflict), reason)
    }

    /// The deletion is in progress: it may still fail.
    fn leaving() -> Self {
        Self {
            in_progress: true,
            ..Change::new(ChangeKind::Unchanged).into()
        }
    }

    /// Returns `true` if the object is as desired, as far as a comparison can tell.
    pub(super) fn is_nothing(&self) -> bool {
        self.change.kind == ChangeKind::Unchanged
            && self.change.unverified.is_empty()
            && self.reason.is_none()
            && !self.in_progress
    }

    /// Notes work in progress on an object that is as desired: it may still fail.
    pub(super) fn of<O: HasStatus>(mut self, is: &Observed<O>) -> Self {
        self.in_progress = self.change.kind == ChangeKind::Unchanged
            && is.object.state() == ProvisioningState::InProgress;
        self
    }

    pub(super) fn planned(self, kind: Kind, name: &str, place: Option<&Place>) -> PlannedChange {
        PlannedChange {
            kind,
            name: name.to_owned(),
            change: self.change,
            reason: self.reason,
            in_progress: self.in_progress,
            place: place.cloned(),
        }
    }
}

impl From<Change> for Decision {
    fn from(change: Change) -> Self {
        Self {
            change,
            reason: None,
            in_progress: false,
        }
    }
}

/// The objects of one kind, and how they are named.
struct Present<'a, O> {
    kind: Kind,
    objects: &'a [Observed<O>],
    /// Returns `true` if an object has a name of the file.
    has_name: fn(&O, &str) -> bool,
    /// The name of an object, which several may have.
    name: fn(&O) -> String,
    /// A name that no other object has.
    id: Option<fn(&O) -> String>,
    /// The fields that identify an object.
    identity: &'static [&'static str],
    /// The reason why an object cannot be removed.
    protected: &'a dyn Fn(&O) -> Option<String>,
    /// The fields that show which object is removed.
    shown: fn(&O) -> Vec<(&'static str, String)>,
}

impl<O: HasStatus> Present<'_, O> {
    /// Plans the wanted objects, then those to be removed.
    fn plan<W>(
        &self,
        hosting: &WantedHosting,
        wanted: &BTreeMap<String, Placed<W>>,
        mut compare: impl FnMut(&str, &W, Option<&Observed<O>>) -> Decision,
    ) -> Vec<PlannedChange> {
        let mut names: Vec<Option<&str>> = vec![None; self.objects.len()];
        let mut planned = Vec::new();
        let mut add = |name: &str, place: Option<&Place>, decision: Decision| {
            if !decision.is_nothing() {
                planned.push(decision.planned(self.kind, name, place));
            }
        };
        let none = vec![None; self.objects.len()];
        let absent = || hosting.absent.get(&self.kind).into_iter().flatten();
        // An ID means one object, which no name can mean then.
        let (ids, others): (Vec<_>, Vec<_>) = absent().partition(|(name, _)| self.is_id(name));
        for (name, place) in ids {
            if let Ok(Some(is)) = self.only_but(&none, name, &mut names) {
                add(name, Some(place), self.removal(is));
            }
        }
        let removed = names.clone();
        for (name, Placed { place, value }) in wanted {
            let decision = match self.only_but(&removed, name, &mut names) {
                Ok(Some(is)) if is.object.state() != ProvisioningState::Deleting => {
                    compare(name, value, Some(is)).of(is)
                }
                Ok(_) => compare(name, value, None),
                Err(reason) => Decision::conflict_of_removal(reason),
            };
            add(name, Some(place), decision);
        }
        for (name, place) in others {
            let is_named = |is: &&Observed<O>| (self.has_name)(&is.object, name);
            let named = self.objects.iter().find(is_named);
            let decision = match self.only_but(&removed, name, &mut names) {
                _ if named.is_some_and(|is| (self.protected)(&is.object).is_some()) => {
                    named.map_or_else(Decision::leaving, |is| self.removal(is))
                }
                Ok(Some(is)) => self.removal(is),
                Ok(None) => continue,
                Err(reason) => Decision::conflict_of_removal(reason),
            };
            add(name, Some(place), decision);
        }
        let pruned = self.objects.iter().zip(&names);
        let pruned =
            pruned.filter(|(_, it)| it.is_none() && hosting.prune.contains_key(&self.kind));
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for is in self.objects {
            *count.entry((self.name)(&is.object)).or_default() += 1;
        }
        for (is, _) in pruned {
            let (name, decision) = self.pruned(is, &count);
            // What cannot be removed is not meant: each hosting has such objects.
            if (self.protected)(&is.object).is_none() {
                add(&name, None, decision);
            }
        }
        planned.sort_by(|a, b| a.name.cmp(&b.name));
        planned
    }

    /// `true` if the name is the ID of an object.
    fn is_id(&self, name: &str) -> bool {
        let is = |id: fn(&O) -> String| self.objects.iter().any(|it| id(&it.object) == name);
        self.id.is_some_and(is)
    }

    /// Returns the only object with a name, which no other name of the file may mean too. Objects that
    /// are removed by their ID do not count.
    fn only_but<'n>(
        &self,
        removed: &[Option<&str>],
        name: &'n str,
        names: &mut [Option<&'n str>],
    ) -> Result<Option<&Observed<O>>, String> {
        let all = 0..self.objects.len();
        let has_name = |at: &usize| {
            removed[*at].is_none_or(|it| it == name)
                && (self.has_name)(&self.objects[*at].object, name)
        };
        let found: Vec<usize> = all.filter(has_name).collect();
        let other = found.iter().find_map(|at| names[*at]);
        for at in &found {
            names[*at] = Some(name);
        }
        match (&*found, other) {
            ([], _) => Ok(None),
            (_, Some(other)) => Err(format!("the file names it as {other:?} too")),
            ([at], None) => Ok(Some(&self.objects[*at])),
            (several, None) => Err(self.duplicates(several)),
        }
    }

    fn duplicates(&self, found: &[usize]) -> String {
        let objects = found.iter().map(|at| &self.objects[*at].object);
        let expected = format!("expected one with this name, found {}", found.len());
        match self.id.map(|id| objects.map(id).collect::<Vec<_>>()) {
            Some(ids) => format!(
                "{expected}: {}; remove all but one by ID, with `absent`",
                ids.join(", ")
            ),
            None => format!("{expected}; delete all but one of them"),
        }
    }

    fn removed(&self, is: &Observed<O>) -> Decision {
        let mut change = Change::new(ChangeKind::Removed);
        let shown = (self.shown)(&is.object).into_iter();
        let shown = shown.filter(|(name, _)| !is.corrected.contains(name));
        change.fields.extend(shown.map(|(name, value)| FieldChange {
            name,
            from: Some(value),
            to: None,
        }));
        change.into()
    }

    /// Decides about an object that the file names as absent. `ensure_absent` waits for its work.
    fn removal(&self, is: &Observed<O>) -> Decision {
        match ((self.protected)(&is.object), is.object.state()) {
            (Some(reason), _) => Decision::conflict_of_removal(reason),
            (None, ProvisioningState::Deleting) => Decision::leaving(),
            (None, _) => self.removed(is),
        }
    }

    /// Decides about an object that the file does not name. `count` are the objects of each name.
    fn pruned(&self, is: &Observed<O>, count: &BTreeMap<String, usize>) -> (String, Decision) {
        let mut name = (self.name)(&is.object);
        let is_only = count.get(&name) == Some(&1);
        let identity = is.corrected.iter().find(|it| self.identity.contains(it));
        let decision = match (identity, is.object.state()) {
            (_, ProvisioningState::Deleting) => Decision::leaving(),
            (Some(field), _) => Decision::conflict_of_removal(format!(
                "not pruned: the response lacks its field {field}"
            )),
            (None, ProvisioningState::InProgress) => Decision::conflict_of_removal(format!(
                "not pruned: work on it is in progress (status {:?})",
                is.object.status()
            )),
            (None, _) if !is_only && self.id.is_none() => {
                Decision::conflict_of_removal("not pruned: several objects have this name")
            }
            (None, _) => self.removed(is),
        };
        if let (false, Some(id)) = (is_only, self.id) {
            name = id(&is.object);
        }
        (name, decision)
    }
}
