//! The numbers of a plan, and the exit code that follows from it.

use ovh_web::sites::{HostingPlan, Plan};
use ovh_web::{ChangeKind, Error};
use serde_json::{Value, json};

use crate::exit::Exit;

/// The numbers of a plan: changes by kind, conflicts, and objects that cannot be verified.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    create: usize,
    change: usize,
    remove: usize,
    conflicts: usize,
    unverified: usize,
    unreadable: usize,
    errors: usize,
    losses: usize,
    problems: Vec<Exit>,
}

impl Numbers {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut numbers = Self::default();
        for part in plan.zones.iter().chain(&plan.hostings) {
            numbers.add(part);
        }
        numbers
    }

    /// Counts the plan of a hosting or a zone.
    pub(super) fn add(&mut self, part: &HostingPlan) {
        for planned in &part.changes {
            match planned.change.kind {
                ChangeKind::Created => self.create += 1,
                ChangeKind::Updated => self.change += 1,
                ChangeKind::Removed => self.remove += 1,
                ChangeKind::Conflict => {
                    self.conflicts += 1;
                    self.problems.push(Exit::Conflict);
                }
                _ => {}
            }
            self.losses += usize::from(planned.loses_data());
            if !planned.change.unverified.is_empty() {
                self.unverified += 1;
            }
        }
        self.unreadable += part.unreadable.len();
        self.problems
            .extend(part.unreadable.iter().map(|_| Exit::Failed));
        self.errors += usize::from(part.error.is_some());
        self.problems.extend(part.error.as_ref().map(code_of));
    }

    /// The number of writes.
    pub(super) const fn writes(&self) -> usize {
        self.create + self.change + self.remove
    }

    /// The number of removals with loss of data.
    pub(super) const fn losses(&self) -> usize {
        self.losses
    }

    /// `2 removals lose data: apply needs --allow-data-loss`, if there are any.
    pub(super) fn loss_text(&self) -> Option<String> {
        let what = match self.losses {
            0 => return None,
            1 => "1 removal loses data".to_owned(),
            losses => format!("{losses} removals lose data"),
        };
        Some(format!("{what}: apply needs --allow-data-loss"))
    }

    /// The codes of what cannot be planned.
    pub(super) fn problems(&self) -> impl Iterator<Item = Exit> {
        self.problems.iter().copied()
    }

    /// The exit code: problems win over changes.
    pub(super) fn exit(&self) -> Exit {
        match Exit::of_all(self.problems()) {
            Exit::Done if self.writes() > 0 => Exit::Pending,
            exit => exit,
        }
    }

    /// `2 to create, 1 to remove, 1 conflict; 1 cannot be verified`
    pub(super) fn text(&self) -> String {
        let parts = [
            (self.create, "to create", "to create"),
            (self.change, "to change", "to change"),
            (self.remove, "to remove", "to remove"),
            (self.conflicts, "conflict", "conflicts"),
            (self.unreadable, "unreadable list", "unreadable lists"),
            (self.errors, "error", "errors"),
        ];
        let parts = parts.into_iter().filter(|(number, ..)| *number > 0);
        let parts = parts.map(|(number, one, several)| match number {
            1 => format!("1 {one}"),
            _ => format!("{number} {several}"),
        });
        let mut text = parts.collect::<Vec<_>>().join(", ");
        if text.is_empty() {
            text.push_str("nothing to do");
        }
        if self.unverified > 0 {
            text.push_str(&format!("; {} cannot be verified", self.unverified));
        }
        if let Some(loss) = self.loss_text() {
            text.push_str(&format!("; {loss}"));
        }
        text
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "create": self.create,
            "change": self.change,
            "remove": self.remove,
            "conflicts": self.conflicts,
            "unverified": self.unverified,
            "unreadable": self.unreadable,
            "errors": self.errors,
            "data_loss": self.losses,
        })
    }
}

fn code_of(error: &Error) -> Exit {
    Exit::of(error)
}
