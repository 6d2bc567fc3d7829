//! The failure of a command: its exit code, its message, and what to do next.

use std::error::Error as _;

use ovh_web::Error;
use serde_json::{Map, Value, json};

use crate::exit::Exit;

/// A failed command.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// `true` if an interrupt came before anything was sent.
    pub(crate) is_unsent: bool,
    /// Further fields of the JSON error.
    facts: Map<String, Value>,
}

/// The result of a step of a command.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
            is_unsent: false,
            facts: Map::new(),
        }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A file or stream that cannot be read or written.
    pub(crate) fn io(what: impl std::fmt::Display, error: &std::io::Error) -> Self {
        Self::new(Exit::Failed, format!("{what}: {error}"))
    }

    /// A reader of the output that has ended, which is no failure.
    pub(crate) fn closed_pipe() -> Self {
        Self::new(Exit::Done, "")
    }

    /// An interrupted read, or a write that was interrupted before it was sent.
    pub(crate) fn interrupted() -> Self {
        let mut failure = Self::new(Exit::Interrupted, "interrupted; nothing was sent");
        failure.is_unsent = true;
        failure
    }

    /// A write that was interrupted while it was sent.
    pub(crate) fn stopped() -> Self {
        let message = "interrupted; what was sent may have been done";
        Self::new(Exit::Interrupted, message)
    }

    /// A file named by a flag that cannot be read. Nothing was sent.
    pub(crate) fn input(what: impl std::fmt::Display, error: &std::io::Error) -> Self {
        Self::io(what, error).with_exit(Exit::Usage)
    }

    /// A failure to print the result of a write: the message says that it was sent, so that nobody
    /// repeats it.
    pub(crate) fn after_write(mut self) -> Self {
        // A closed pipe is not an error.
        if self.exit != Exit::Done {
            self.message = format!("the request was sent, and then: {}", self.message);
        }
        self
    }

    /// Names the command that gets credentials, if these are missing or refused.
    ///
    /// The library's hints are for programs, and know no command.
    pub(crate) fn with_login(mut self) -> Self {
        const LOGIN: &str = "`ovh-web login` gets credentials";
        if self.exit == Exit::Credentials {
            self.hint = Some(match self.hint {
                Some(hint) => format!("{LOGIN}; or {hint}"),
                None => LOGIN.to_owned(),
            });
        }
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a field of the JSON error.
    pub(crate) fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn with_exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// A failed wait: its time-out is a deadline, not a network failure.
    pub(crate) fn of_wait(error: &Error) -> Self {
        let is_deadline = error.is_timeout() && error.status().is_none() && error.attempts() == 0;
        let failure = Self::from(error);
        match is_deadline {
            // The library's hint is code.
            true => failure
                .with_exit(Exit::Deadline)
                .hint("the work goes on; the same command waits for it again"),
            false => failure,
        }
    }

    /// The outcome of a target in a row: work that goes on has not failed.
    pub(crate) const fn outcome(&self) -> &'static str {
        match self.exit {
            Exit::Deadline | Exit::Interrupted => "in work",
            _ => "failed",
        }
    }

    /// The line about a target: its message, and the command that waits for work that goes on.
    pub(crate) fn line(&self) -> String {
        match (self.outcome(), &self.hint) {
            ("in work", Some(hint)) => format!("{}; {hint}", self.message),
            _ => self.message.clone(),
        }
    }

    /// The object that `--output json` prints on standard error.
    pub(crate) fn to_json(&self) -> Value {
        let mut object = self.facts.clone();
        object.insert("exit".into(), self.exit.code().into());
        object.insert("message".into(), self.message.clone().into());
        if let Some(hint) = &self.hint {
            object.insert("hint".into(), hint.clone().into());
        }
        json!({ "error": object })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        // The hint is printed on a separate line.
        let mut message = error.to_string();
        if let Some(hint) = error.hint() {
            let length = message.len().saturating_sub(hint.len() + " - ".len());
            if message.ends_with(hint) {
                message.truncate(length);
            }
        }
        let mut source = error.source();
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        // What follows is for programs.
        const CODE: &str = "; to request one, build the client";
        let hint = error.hint().and_then(|hint| hint.split(CODE).next());
        let hint = hint.map(str::to_owned);
        let mut facts = Map::new();
        let mut fact = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                facts.insert(name.to_owned(), value);
            }
        };
        fact("kind", serde_json::to_value(error.kind()).ok());
        fact("server_message", Some(error.message().into()));
        fact("operation", error.operation_name().map(Value::from));
        fact("path", error.path().map(Value::from));
        fact(
            "status",
            error.status().map(|status| status.as_u16().into()),
        );
        fact("code", error.code().map(Value::from));
        fact("query_id", error.query_id().map(Value::from));
        fact("maybe_applied", Some(error.maybe_applied().into()));
        Self {
            exit: Exit::of(error),
            message,
            hint,
            is_unsent: false,
            facts,
        }
    }
}
