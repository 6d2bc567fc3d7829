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
            let targets = |set: &RecordSet| set.targets.iter().cloned().collect::<BTreeSet<_>>();
            if targets(&first.value) != targets(value) {
                let name = match &*value.name {
                    "" => "@",
                    name => name,
                };
                let message = format!(
                    "{}: the records {name} {} differ from those at {}",
                    place, value.field_type, first.place
                );
                self.contradiction.get_or_insert(message);
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

fn key(name: &str, field_type: &str) -> (String, String) {
    (name.to_ascii_lowercase(), field_type.to_owned())
}
