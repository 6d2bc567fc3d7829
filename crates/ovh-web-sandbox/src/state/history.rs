//! Values with their past, for backups of yesterday and last week.

use std::collections::VecDeque;

use crate::clock::Moment;

/// How many earlier values are kept.
const LENGTH: usize = 64;

/// A value and what it was before, each since when, newest last.
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

    pub(crate) fn present(&self) -> T {
        self.0
            .back()
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    /// The value as it was a while ago, if there was one then.
    pub(crate) fn at(&self, moment: Moment) -> Option<T> {
        self.0
            .iter()
            .rev()
            .find(|(since, _)| *since <= moment)
            .map(|(_, value)| value.clone())
    }
}
