//! The program's own lines, on standard error or in a file. A thread of its own writes them, so
//! that a reader who stopped reading stops nobody else.

use std::collections::VecDeque;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many lines wait for their reader; later ones are dropped and counted.
const MOST_LINES: usize = 1024;

/// A log. Clones write to the same place.
#[derive(Clone)]
pub(crate) struct Log(Arc<Queue>);

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

/// The lines that nobody has written yet.
#[derive(Default)]
struct Waiting {
    lines: VecDeque<String>,
    dropped: u64,
    /// `true` while the thread writes lines that it took.
    writing: bool,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.dropped == 0
    }
}

impl Log {
    /// Writes to the end of this file, or to standard error without one.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, String> {
        let out: Box<dyn Write + Send> = match path {
            None => Box::new(io::stderr()),
            Some(path) => {
                let opened = OpenOptions::new().create(true).append(true).open(path);
                let named = |error| format!("cannot write {}: {error}", path.display());
                Box::new(opened.map_err(named)?)
            }
        };
        let queue = Arc::new(Queue::default());
        let log = Self(Arc::clone(&queue));
        std::thread::Builder::new()
            .name("log".into())
            .spawn(move || queue.write_to(out))
            .map_err(|error| format!("cannot start the log: {error}"))?;
        Ok(log)
    }

    /// Hands over a line, and never waits.
    pub(crate) fn line(&self, line: &str) {
        let line = visible(line);
        let mut waiting = self.0.lock();
        if waiting.lines.len() < MOST_LINES && waiting.dropped == 0 {
            waiting.lines.push_back(line);
        } else {
            waiting.dropped += 1;
        }
        self.0.changed.notify_all();
    }

    /// Waits until every line is written, or until the time is over.
    pub(crate) fn flush(&self, limit: Duration) {
        let busy = |waiting: &mut Waiting| waiting.writing || !waiting.is_empty();
        let waited = self
            .0
            .changed
            .wait_timeout_while(self.0.lock(), limit, busy);
        drop(waited);
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, mut out: Box<dyn Write + Send>) {
        loop {
            let waited = self
                .changed
                .wait_while(self.lock(), |waiting| waiting.is_empty());
            let mut waiting = waited.unwrap_or_else(PoisonError::into_inner);
            waiting.writing = true;
            let mut text = String::from_iter(waiting.lines.drain(..));
            if let dropped @ 1.. = std::mem::take(&mut waiting.dropped) {
                text.push_str(&format!(
                    "{dropped} lines were dropped, since nobody read them\n"
                ));
            }
            drop(waiting);
            // A reader who went away is no reason to end.
            let _ = out.write_all(text.as_bytes());
            self.lock().writing = false;
            self.changed.notify_all();
        }
    }
}

/// The line with its end; what would move the cursor or turn the text around is escaped.
fn visible(line: &str) -> String {
    let mut text = String::with_capacity(line.len() + 1);
    for sign in line.chars() {
        match sign {
            '\n' | '\t' => text.push(sign),
            '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' => {
                text.extend(sign.escape_unicode());
            }
            _ if sign.is_control() => text.extend(sign.escape_unicode()),
            _ => text.push(sign),
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by an attack: a path, a state and the name of a hosting bring such signs.
    #[test]
    fn a_line_shows_as_what_it_is() {
        let line = "a\n\tb \u{1b}[31m\r\u{85}\u{202e}é";
        let shown = "a\n\tb \\u{1b}[31m\\u{d}\\u{85}\\u{202e}é\n";
        assert_eq!(visible(line), shown);
    }
}
