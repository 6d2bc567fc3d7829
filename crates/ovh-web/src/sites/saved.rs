//! Saved plans: the changes that were shown, to apply exactly these later.

use std::collections::BTreeMap;
use std::fmt;

use ovh_runtime::{Error, ErrorKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Plan, PlannedChange};
use crate::ChangeKind;

/// The version of the format.
const VERSION: u32 = 1;

/// A plan to be applied later, as JSON. It has no secrets.
///
/// It is bound to the values of the compared fields only: [`Sites::apply`](super::Sites::apply)
/// refuses it if a new plan has a change that it does not have.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    version: u32,
    changes: Vec<SavedChange>,
}

/// A change without its place, so that the layout of the file may change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedChange {
    of: String,
    kind: String,
    name: String,
    change: Value,
}

/// `example.ovh: crons nightly`
impl fmt::Display for SavedChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}",
            self.of,
            format!("{} {}", self.kind, self.name).trim_end()
        )
    }
}

impl SavedChange {
    fn key(&self) -> [&str; 3] {
        [&self.of, &self.kind, &self.name]
    }

    /// Returns `true` for one of these changes, and for what is left of one that was applied in part.
    fn is_part_of(&self, saved: &BTreeMap<[&str; 3], Vec<&Self>>) -> bool {
        let mut same = saved.get(&self.key()).into_iter().flatten();
        let domains = |it: &Self| it.change["fields"][0]["to"].clone();
        match &*self.kind {
            // Some of the domains are covered by now.
            "certificate" => same.any(|it| domains(it) == domains(self)),
            // The records are written, and the zone is not refreshed yet.
            "dns" if self.name.is_empty() => {
                let first = saved.range(self.key()..).next();
                first.is_some_and(|([of, kind, _], _)| *of == self.of && *kind == "dns")
            }
            _ => same.any(|it| *it == self),
        }
    }
}

impl SavedPlan {
    /// Returns the changes of a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let changes = plan.changes();
        let changes = changes.filter(|(_, it)| it.change.kind != ChangeKind::Unchanged);
        let changes = changes.map(|(of, planned)| saved(of, planned));
        Self {
            version: VERSION,
            changes: changes.collect(),
        }
    }

    /// Reads a saved plan.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a saved plan of this version.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let invalid = |reason: String| {
            Error::invalid_argument(format!("not a saved plan: {reason}"))
                .hint("save it again with the same version of the program")
                .build()
        };
        let saved: Self = serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?;
        if saved.version != VERSION {
            let reason = format!("expected version {VERSION}, found {}", saved.version);
            return Err(invalid(reason));
        }
        Ok(saved)
    }

    /// Returns the plan as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and values of JSON can always be written.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Returns an error that names the first changes of a new plan that this one does not have.
    ///
    /// Changes that are made by now are no difference: a plan that was applied in part goes on. Nor is
    /// the refresh of a zone whose records are written, or the rest of a certificate's domains.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`ErrorKind::Conflict`] if the new plan has other changes.
    pub fn check(&self, plan: &Plan) -> Result<(), Error> {
        let now = Self::of(plan);
        let mut saved: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for it in &self.changes {
            saved.entry(it.key()).or_default().push(it);
        }
        let new = now.changes.iter().filter(|it| !it.is_part_of(&saved));
        let mut differences: Vec<String> = new.map(ToString::to_string).collect();
        if differences.is_empty() {
            return Ok(());
        }
        let more = differences.len().saturating_sub(SHOWN);
        differences.truncate(SHOWN);
        if more > 0 {
            differences.push(format!("{more} more"));
        }
        let message = format!(
            "the account or the file has changed since the plan was saved: {}; nothing was sent",
            differences.join(", ")
        );
        Err(Error::builder(ErrorKind::Conflict, message)
            .hint("make and review a new plan")
            .build())
    }
}

/// Differences that an error names.
const SHOWN: usize = 10;

fn saved(of: &str, planned: &PlannedChange) -> SavedChange {
    SavedChange {
        of: of.to_owned(),
        kind: planned.kind.to_string(),
        name: planned.name.clone(),
        // A struct of texts always becomes a value.
        change: serde_json::to_value(&planned.change).unwrap_or_default(),
    }
}
