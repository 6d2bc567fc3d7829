//! The log of the program, on standard error or in a file.
//!
//! A thread writes it, so that a reader that stopped reading blocks nothing else.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::time::{Duration, Instant};

/// The number of lines that wait for their reader. Further lines are dropped.
const MAX_LINES: usize = 1024;

/// A log. Clones write to the same place.
#[derive(Clone)]
pub(crate) struct Log {
    messages: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

enum Message {
    Line(String),
    /// Answers when all lines before it are written.
    Flush(Sender<()>),
}

impl Log {
    /// Appends to a file, or writes to standard error.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, String> {
        let out: Box<dyn Write + Send> = match path {
            None => Box::new(io::stderr()),
            Some(path) => {
                let opened = OpenOptions::new().create(true).append(true).open(path);
                let failed = |error| format!("cannot write {}: {error}", path.display());
                Box::new(opened.map_err(failed)?)
            }
        };
        let (messages, received) = mpsc::sync_channel(MAX_LINES);
        let dropped = Arc::new(AtomicU64::new(0));
        let log = Self {
            messages,
            dropped: Arc::clone(&dropped),
        };
        std::thread::Builder::new()
            .name("log".into())
            .spawn(move || write(&received, &dropped, out))
            .map_err(|error| format!("cannot start the log: {error}"))?;
        Ok(log)
    }

    /// Adds a line. Never blocks.
    pub(crate) fn line(&self, line: &str) {
        let line = Message::Line(visible(line));
        // After a dropped line all are dropped, until their number is written.
        if self.dropped.load(Ordering::SeqCst) > 0 || self.messages.try_send(line).is_err() {
            self.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Waits until all lines are written, or until the time is over.
    pub(crate) fn flush(&self, limit: Duration) {
        let end = Instant::now() + limit;
        let (written, done) = mpsc::channel();
        while self
            .messages
            .try_send(Message::Flush(written.clone()))
            .is_err()
        {
            if Instant::now() >= end {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = done.recv_timeout(end.saturating_duration_since(Instant::now()));
    }
}

fn write(messages: &Receiver<Message>, dropped: &AtomicU64, mut out: Box<dyn Write + Send>) {
    // The program goes on without a reader of its log.
    let mut print = |text: &str| drop(out.write_all(text.as_bytes()));
    loop {
        let next = messages.try_recv().or_else(|_| {
            if let count @ 1.. = dropped.swap(0, Ordering::SeqCst) {
                print(&format!(
                    "{count} lines were dropped, since nobody read them\n"
                ));
            }
            messages.recv()
        });
        match next {
            Ok(Message::Line(line)) => print(&line),
            Ok(Message::Flush(written)) => drop(written.send(())),
            Err(_) => return,
        }
    }
}

/// The line with its end. Characters that move the cursor or reorder the text are escaped.
fn visible(line: &str) -> String {
    let mut text = String::with_capacity(line.len() + 1);
    for character in line.chars() {
        match character {
            '\n' | '\t' => text.push(character),
            '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' => {
                text.extend(character.escape_unicode());
            }
            _ if character.is_control() => text.extend(character.escape_unicode()),
            _ => text.push(character),
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Such characters come from paths, states and names of hostings.
    #[test]
    fn escapes_control_characters() {
        let line = "a\n\tb \u{1b}[31m\r\u{85}\u{202e}é";
        let shown = "a\n\tb \\u{1b}[31m\\u{d}\\u{85}\\u{202e}é\n";
        assert_eq!(visible(line), shown);
    }
}
