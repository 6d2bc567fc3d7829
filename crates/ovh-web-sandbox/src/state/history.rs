//! Values with their earlier values, for backups of yesterday and last week.

use std::collections::VecDeque;

use serde_json::{Map, Value};

use super::kind::Kind;
use crate::clock::Moment;

/// The most values that are kept.
const LENGTH: usize = 64;

/// The current and earlier values, each with the time of its write, newest last.
#[derive(Clone, Default)]
pub(crate) struct History<T>(VecDeque<(Moment, T)>);

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

/// The files of a hosting: a text that represents all of them, and the settings that OVHcloud
/// stores in files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    pub(crate) content: String,
    /// The settings by kind.
    pub(super) settings: Vec<(Kind, Map<String, Value>)>,
}
