//! What a program shows of itself, gathered to look for secrets in it.

use std::error::Error as StdError;
use std::fmt::{Debug, Display, Write};

use ovh_web::Error;

/// What every secret of a test begins with, and nothing else.
pub const CANARY: &str = "canary";

/// What was shown to somebody, all of it.
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

    /// Notes all that an error tells, and what is behind it.
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

    /// Whether no secret was shown, and no signature.
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
