//! Exit codes. They are stable, and documented in the README.

use std::process::ExitCode;

use ovh_web::{Error, ErrorKind};

/// The way a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// Done.
    Done,
    /// Failed for any other reason.
    Failed,
    /// The arguments are not valid; nothing was sent.
    Usage,
    /// Credentials or configuration are missing or refused.
    Credentials,
    /// The credentials lack a right.
    NotAllowed,
    /// The object does not exist.
    NotFound,
    /// The object exists already, or a change is in progress.
    Conflict,
    /// The work failed on the server.
    TaskFailed,
    /// Targets failed in different ways.
    Mixed,
    /// The work was not done by the deadline.
    Deadline,
    /// Changes are pending.
    Pending,
    /// A temporary failure: network, rate limit, server error.
    Temporary,
    /// Interrupted.
    Interrupted,
    /// The code of a command that was run.
    Command(u8),
}

impl Exit {
    /// Returns the exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Credentials => 3,
            Self::NotAllowed => 4,
            Self::NotFound => 5,
            Self::Conflict => 6,
            Self::TaskFailed => 7,
            Self::Mixed => 8,
            Self::Deadline => 9,
            Self::Pending => 10,
            Self::Temporary => 11,
            Self::Interrupted => 130,
            Self::Command(code) => code,
        }
    }

    /// The code of a failed call.
    pub(crate) fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Authentication | ErrorKind::Configuration => Self::Credentials,
            ErrorKind::InvalidArgument => Self::Usage,
            ErrorKind::Forbidden => Self::NotAllowed,
            ErrorKind::NotFound | ErrorKind::Gone => Self::NotFound,
            ErrorKind::Conflict => Self::Conflict,
            ErrorKind::Task => Self::TaskFailed,
            ErrorKind::Connection
            | ErrorKind::Timeout
            | ErrorKind::RateLimited
            | ErrorKind::Server => Self::Temporary,
            _ => Self::Failed,
        }
    }

    /// The code of several failures: theirs if they are alike.
    pub(crate) fn of_all(exits: impl IntoIterator<Item = Self>) -> Self {
        let mut exits = exits.into_iter();
        let Some(first) = exits.next() else {
            return Self::Done;
        };
        match exits.all(|exit| exit == first) {
            true => first,
            false => Self::Mixed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_alike_keep_their_code() {
        assert_eq!(Exit::of_all([]), Exit::Done);
        assert_eq!(Exit::of_all([Exit::NotFound; 2]), Exit::NotFound);
        assert_eq!(Exit::of_all([Exit::NotFound, Exit::Failed]), Exit::Mixed);
    }
}
