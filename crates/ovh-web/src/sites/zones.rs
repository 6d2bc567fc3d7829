//! The DNS zones of a file: the record sets of all hostings, compared zone by zone.

use std::collections::{BTreeMap, BTreeSet};

use ovh_runtime::{Error, ErrorKind};

use super::place::Placed;
use super::{HostingPlan, Kind, Place, PlannedChange, Unreadable};
use crate::domain::{RecordChange, RecordSet};
use crate::{Change, ChangeKind, Client, FieldChange};

/// The record sets of a zone, from all hostings.
#[derive(Debug, Default)]
pub(super) struct ZoneSets {
    /// By name below the zone in lower case, and type.
    sets: BTreeMap<(String, String), Placed<RecordSet>>,
    /// Two hostings want different records of one name and type.
    contradiction: Option<String>,
}

impl ZoneSets {
    pub(super) fn add(&mut self, sets: &[Placed<RecordSet>]) {
        for Placed { place, value } in sets {
            let first = self.sets.entry(key(&value.name, value.field_type.as_str()));
            let first = first.or_insert_with(|| Placed {
                place: place.clone(),
                value: value.clone(),
            });
            let other = Placed {
                place: place.clone(),
                value: value.clone(),
            };
            let message = contradiction(first, &other, None);
            self.contradiction = self.contradiction.take().or(message);
        }
    }

    /// Notes record sets that differ from those of a hosting that is not planned in this run, or whose
    /// values are not known because it is `unread`.
    pub(super) fn compare_with(&mut self, sets: &[Placed<RecordSet>], unread: Option<&str>) {
        for other in sets {
            let key = key(&other.value.name, other.value.field_type.as_str());
            if let Some(first) = self.sets.get(&key) {
                let message = contradiction(first, other, unread);
                self.contradiction = self.contradiction.take().or(message);
            }
        }
    }

    /// Compares the zone. Sends two requests: its records, and its state.
    pub(super) async fn plan(&self, client: &Client, zone: &str) -> HostingPlan {
        let mut plan = HostingPlan::new(zone);
        match self.compare(client, zone).await {
            Ok(changes) => plan.changes = changes,
            Err(error) if error.kind() == ErrorKind::Decode => plan.unreadable.push(Unreadable {
                kind: Kind::Dns,
                message: error.message().to_owned(),
            }),
            Err(error) => plan.error = Some(error),
        }
        plan
    }

    pub(super) fn sets(&self) -> Vec<RecordSet> {
        self.sets.values().map(|it| it.value.clone()).collect()
    }

    async fn compare(&self, client: &Client, zone: &str) -> Result<Vec<PlannedChange>, Error> {
        if let Some(message) = &self.contradiction {
            return Err(Error::invalid_argument(message.clone()).build());
        }
        let zone = client.zone(zone);
        let changes = zone.records().plan_sets(&self.sets()).await?;
        let is_deployed = zone.status().await?.is_deployed;
        let mut changes: Vec<PlannedChange> = changes
            .into_iter()
            .filter(|it| it.change.kind != ChangeKind::Unchanged)
            .map(|it| self.planned(it))
            .collect();
        if changes.is_empty() && !is_deployed {
            changes.extend(self.deployment());
        }
        changes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(changes)
    }

    fn planned(&self, record: RecordChange) -> PlannedChange {
        let set = self
            .sets
            .get(&key(&record.name, record.field_type.as_str()));
        let reason = (record.change.is_conflict())
            .then(|| "another record of this name excludes it: remove that one first".to_owned());
        PlannedChange {
            kind: Kind::Dns,
            name: record.record_text(),
            reason,
            in_progress: false,
            place: set.map(|set| set.place.clone()),
            change: record.change,
        }
    }

    /// The refresh of a zone with changes that are staged.
    fn deployment(&self) -> Option<PlannedChange> {
        let mut change = Change::new(ChangeKind::Updated);
        change.fields.push(FieldChange {
            name: "is_deployed",
            from: Some(false.to_string()),
            to: Some(true.to_string()),
        });
        let place: Option<&Place> = self.sets.values().next().map(|set| &set.place);
        place.map(|place| PlannedChange {
            kind: Kind::Dns,
            name: String::new(),
            change,
            reason: None,
            in_progress: false,
            place: Some(place.clone()),
        })
    }
}

/// The difference of two record sets of one name and type, if there is one.
fn contradiction(
    first: &Placed<RecordSet>,
    other: &Placed<RecordSet>,
    unread: Option<&str>,
) -> Option<String> {
    let targets = |it: &Placed<RecordSet>| it.value.targets.iter().cloned().collect();
    let [one, two]: [BTreeSet<String>; 2] = [targets(first), targets(other)];
    let name = match &*other.value.name {
        "" => "@",
        name => name,
    };
    let (at, first, field_type) = (&other.place, &first.place, &other.value.field_type);
    match unread {
        Some(hosting) => Some(format!(
            "{at}: the records {name} {field_type} may differ from those at {first}: the hosting \
             {hosting} could not be read"
        )),
        None if one == two => None,
        None => Some(format!(
            "{at}: the records {name} {field_type} differ from those at {first}"
        )),
    }
}

fn key(name: &str, field_type: &str) -> (String, String) {
    (name.to_ascii_lowercase(), field_type.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::types::RecordType;

    fn sets(target: &str) -> [Placed<RecordSet>; 1] {
        [Placed {
            place: Place::new(&"sites.toml".into(), 1, 1),
            value: RecordSet::new("", RecordType::A, [target]),
        }]
    }

    #[test]
    fn hostings_outside_of_a_plan_are_compared() {
        for (target, unread, is_fine) in [
            ("192.0.2.1", None, true),
            ("192.0.2.2", None, false),
            ("192.0.2.1", Some("a.example.ovh"), false),
        ] {
            let mut zone = ZoneSets::default();
            zone.add(&sets("192.0.2.1"));
            zone.compare_with(&sets(target), unread);
            assert_eq!(zone.contradiction.is_none(), is_fine, "{target} {unread:?}");
        }
    }
}
