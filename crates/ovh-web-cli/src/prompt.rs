//! Questions on the terminal, and other reads of standard input: Ctrl-C ends them.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::session::{Console, Session};

/// The time between two looks for an interrupt.
const TICK: Duration = Duration::from_millis(50);

/// Asks, and reads a line; `None` at the end of the input.
pub(crate) fn ask(session: &Session, question: &str) -> Outcome<Option<String>> {
    session.console.ask(question);
    let line = read(session, Console::read_line).inspect_err(|_| session.console.note(""))?;
    line.map_err(|error| Failure::io("the terminal", &error))
}

/// Reads on another thread: a read cannot be ended, but it can be left alone.
pub(crate) fn read<T: Send + 'static>(
    session: &Session,
    read: fn(&Console) -> io::Result<T>,
) -> Outcome<io::Result<T>> {
    let (sender, results) = channel();
    let console = session.console.clone();
    std::thread::spawn(move || sender.send(read(&console)));
    loop {
        match results.recv_timeout(TICK) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Timeout) if *session.interrupts.borrow() == 0 => {}
            Err(_) => {
                return Err(Failure::new(
                    Exit::Interrupted,
                    "interrupted; nothing was sent",
                ));
            }
        }
    }
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
