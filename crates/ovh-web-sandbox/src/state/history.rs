//! Values with their earlier values, for backups of yesterday and last week.

use std::collections::VecDeque;

use crate::clock::Moment;

/// The most values that are kept.
const LENGTH: usize = 64;

/// The current and earlier values, each with the time of its write, newest last.
#[derive(Clone)]
pub(crate) struct History<T>(VecDeque<(Moment, T)>);

impl<T> Default for History<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T: Clone + Default> History<T> {
    pub(crate) fn write(&mut self, value: T, now: Moment) {
        if self.0.len() == LENGTH {
            self.0.pop_front();
        }
        self.0.push_back((now, value));
    }

    pub(crate) fn current(&self) -> T {
        self.0
            .back()
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    /// The value at a moment; `None` if there was none yet.
    pub(crate) fn at(&self, moment: Moment) -> Option<T> {
        self.0
            .iter()
            .rev()
            .find(|(since, _)| *since <= moment)
            .map(|(_, value)| value.clone())
    }
}
