//! The environment of the commands: date, pauses, download limits. Tests replace it.

use crate::download::Limits;
use chrono::NaiveDate;
use std::fmt;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

/// The environment of a command: date, waiting and download limits.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    /// The date that goes into what is written.
    pub today: NaiveDate,
    /// Waits before something is tried again.
    pub sleep: &'a dyn Fn(Duration),
    /// The limits of a download.
    pub limits: Limits,
    /// Called before each change of a file or folder: a test ends the run there, as a kill would.
    pub before_write: Option<&'a Rc<dyn Fn()>>,
    /// Whether somebody watches: then what goes on is said, line by line, beside the results.
    pub is_watched: bool,
}

impl Env<'_> {
    /// The real environment on the day `today`, without progress output.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "a real pause between two attempts"
    )]
    pub fn new(today: NaiveDate) -> Self {
        Self {
            today,
            sleep: &thread::sleep,
            limits: Limits::default(),
            before_write: None,
            is_watched: false,
        }
    }
}

impl fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env")
            .field("today", &self.today)
            .field("limits", &self.limits)
            .field("is_watched", &self.is_watched)
            .finish_non_exhaustive()
    }
}
