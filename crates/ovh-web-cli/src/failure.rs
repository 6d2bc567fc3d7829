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
        let hint = error.hint().map(str::to_owned);
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
            facts,
        }
    }
}
