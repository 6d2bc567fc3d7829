//! Questions on the terminal, which Ctrl-C ends.

use crate::failure::{Failure, Outcome};
use crate::session::Session;

/// Asks, and reads a line; `None` at the end of the input.
pub(crate) fn ask(session: &Session, question: &str) -> Outcome<Option<String>> {
    session.console.ask(question);
    let line = session.read_line();
    let line = line.inspect_err(|_| session.console.note(""))?;
    if matches!(line, Ok(None)) {
        // What follows begins a line.
        session.console.note("");
    }
    line.map_err(|error| Failure::io("the terminal", &error))
}

/// Asks for secrets. The terminal shows nothing that is typed until this is dropped, also not
/// before the question.
#[derive(Debug)]
pub(crate) struct Hidden<'s> {
    session: &'s Session,
    #[cfg(unix)]
    before: rustix::termios::Termios,
}

#[cfg(unix)]
impl<'s> Hidden<'s> {
    /// Turns the echo off.
    pub(crate) fn start(session: &'s Session) -> Outcome<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let failed = |error: rustix::io::Errno| Failure::io("the terminal", &error.into());
        let stdin = std::io::stdin();
        let before = tcgetattr(&stdin).map_err(failed)?;
        let mut now = before.clone();
        now.local_modes.remove(LocalModes::ECHO);
        // The end of the line is shown.
        now.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(&stdin, OptionalActions::Now, &now).map_err(failed)?;
        Ok(Self { session, before })
    }

    /// Asks for a secret.
    pub(crate) fn ask(&self, question: &str) -> Outcome<String> {
        Ok(ask(self.session, question)?.unwrap_or_default())
    }
}

#[cfg(unix)]
impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        // Nothing more can be done if the terminal is gone.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.before);
    }
}

#[cfg(not(unix))]
impl<'s> Hidden<'s> {
    /// Prepares for a question.
    pub(crate) fn start(session: &'s Session) -> Outcome<Self> {
        Ok(Self { session })
    }

    /// Asks for a secret.
    pub(crate) fn ask(&self, question: &str) -> Outcome<String> {
        self.session.console.ask(question);
        let line = rpassword::read_password();
        line.map_err(|error| Failure::io("the terminal", &error))
    }
}
