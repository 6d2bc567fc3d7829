//! Collects the output of a program to search it for secrets.

use std::error::Error as StdError;
use std::fmt::{Debug, Display, Write};

use ovh_web::Error;

/// The prefix of every secret in a test.
pub const CANARY: &str = "canary";

/// All output collected so far.
#[derive(Debug, Default)]
pub struct Shown(pub String);

impl Shown {
    /// Notes a value's `Debug`, in both forms.
    ///
    /// # Panics
    ///
    /// Never: memory takes everything.
    pub fn debug(&mut self, what: &str, value: &dyn Debug) {
        writeln!(self.0, "{what}: {value:?} {value:#?}").expect("memory");
    }

    /// Notes what a value prints.
    ///
    /// # Panics
    ///
    /// Never: memory takes everything.
    pub fn display(&mut self, what: &str, value: &dyn Display) {
        writeln!(self.0, "{what}: {value} {value:#}").expect("memory");
    }

    /// Records an error and its sources.
    pub fn error(&mut self, error: &Error) {
        self.display("error", error);
        self.debug("error", error);
        let details: Vec<_> = error.details().collect();
        self.debug("details", &(error.message(), error.hint(), details));
        self.debug("operation", &(error.operation(), error.operation_name()));
        let mut source = StdError::source(error);
        while let Some(cause) = source {
            self.display("cause", cause);
            self.debug("cause", cause);
            source = cause.source();
        }
    }

    /// Checks that no secret and no signature was shown.
    ///
    /// # Panics
    ///
    /// If one was.
    #[track_caller]
    pub fn holds_no_canary(&self) {
        let leaks: Vec<_> = self
            .0
            .lines()
            .filter(|line| line.contains(CANARY) || line.contains("$1$"))
            .collect();
        assert!(leaks.is_empty(), "{leaks:#?}");
    }
}
