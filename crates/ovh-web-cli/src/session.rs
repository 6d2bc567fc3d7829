//! The arguments, environment, streams, clock and interrupts of a command.
//!
//! The program passes the real ones, and tests pass their own.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ovh_web::Clock;
use serde_json::Value;
use tokio::sync::watch;

use crate::failure::{Failure, Outcome};
use crate::printable::{printable, printable_json};

/// The time between two looks for an interrupt.
const TICK: Duration = Duration::from_millis(50);

/// The system as a command sees it.
#[derive(Debug)]
pub struct Session {
    /// The arguments without the program's name.
    pub arguments: Vec<String>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// The streams.
    pub console: Console,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The number of interrupts so far.
    pub interrupts: watch::Receiver<u32>,
    /// The home folder.
    pub home: Option<PathBuf>,
    /// Whether configuration files of the system are read. `--config` is always read.
    pub reads_config_files: bool,
}

/// The streams that are terminals.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminals {
    /// Standard input.
    pub stdin: bool,
    /// Standard output.
    pub stdout: bool,
    /// Standard error.
    pub stderr: bool,
    /// The width of standard output in columns.
    pub width: Option<u16>,
}

type Reader = Box<dyn Read + Send>;
type Writer = Box<dyn Write + Send>;

/// The standard streams.
#[derive(Clone)]
pub struct Console {
    stdin: Arc<Mutex<Reader>>,
    stdout: Arc<Mutex<Writer>>,
    stderr: Arc<Mutex<Writer>>,
    terminals: Terminals,
    /// `true` if the last line of the terminal is progress, without an end.
    is_line_open: Arc<AtomicBool>,
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.terminals.fmt(f)
    }
}

impl Console {
    /// Creates a console of three streams.
    pub fn new(
        stdin: impl Read + Send + 'static,
        stdout: impl Write + Send + 'static,
        stderr: impl Write + Send + 'static,
        terminals: Terminals,
    ) -> Self {
        Self {
            stdin: Arc::new(Mutex::new(Box::new(stdin))),
            stdout: Arc::new(Mutex::new(Box::new(stdout))),
            stderr: Arc::new(Mutex::new(Box::new(stderr))),
            terminals,
            is_line_open: Arc::default(),
        }
    }

    pub(crate) const fn terminals(&self) -> Terminals {
        self.terminals
    }

    /// `true` if a question can be asked.
    pub(crate) const fn is_interactive(&self) -> bool {
        self.terminals.stdin && self.terminals.stderr
    }

    /// Reads standard input to its end.
    fn read_all(&self) -> io::Result<String> {
        let mut text = String::new();
        lock(&self.stdin).read_to_string(&mut text)?;
        Ok(text)
    }

    /// Reads one line, without its end. `None` at the end of the input.
    fn read_line(&self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let mut byte = [0];
        let mut stdin = lock(&self.stdin);
        loop {
            if stdin.read(&mut byte)? == 0 {
                if line.is_empty() {
                    return Ok(None);
                }
                break;
            }
            if byte == *b"\n" {
                break;
            }
            line.extend(byte);
        }
        if line.ends_with(b"\r") {
            line.pop();
        }
        let line = String::from_utf8(line).map_err(|_| io::Error::other("not UTF-8"))?;
        Ok(Some(line))
    }

    /// Writes the output of a command. A closed pipe ends it without a message.
    pub(crate) fn output(&self, text: &str) -> Outcome {
        self.print(text).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::closed_pipe(),
            _ => Failure::io("standard output", &error),
        })
    }

    /// Writes to standard output.
    pub(crate) fn print(&self, text: &str) -> io::Result<()> {
        if self.terminals.stdout {
            self.end_line();
        }
        let mut stdout = lock(&self.stdout);
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    /// Writes a line to standard error. Parts of it may come from a server.
    pub(crate) fn note(&self, line: &str) {
        self.write_error(format_args!("{}\n", printable(line)));
    }

    /// Writes JSON to standard error, on one line.
    pub(crate) fn note_json(&self, value: &Value) {
        let line = printable_json(&value.to_string());
        self.write_error(format_args!("{line}\n"));
    }

    /// Writes to standard error without a line end.
    pub(crate) fn ask(&self, text: &str) {
        self.write_error(format_args!("{}", printable(text)));
    }

    /// Replaces the last line of a terminal. What is printed next begins a new one.
    pub(crate) fn replace_line(&self, text: &str) {
        self.is_line_open.store(false, Ordering::Relaxed);
        self.write_error(format_args!("\r\u{1b}[K{}", printable(text)));
        self.is_line_open.store(true, Ordering::Relaxed);
    }

    /// Ends the line that was replaced.
    pub(crate) fn end_line(&self) {
        if self.is_line_open.load(Ordering::Relaxed) {
            self.write_error(format_args!(""));
        }
    }

    /// Replaces the last lines of a terminal.
    pub(crate) fn replace_lines(&self, count: usize, lines: &[String]) {
        let mut text = match count {
            0 => String::new(),
            count => format!("\u{1b}[{count}A\r\u{1b}[J"),
        };
        for line in lines {
            text.push_str(&printable(line));
            text.push('\n');
        }
        self.write_error(format_args!("{text}"));
    }

    /// A failure has nowhere to go.
    fn write_error(&self, text: std::fmt::Arguments<'_>) {
        let mut stderr = lock(&self.stderr);
        let is_open = self.is_line_open.swap(false, Ordering::Relaxed);
        let end = if is_open { "\n" } else { "" };
        let _ = stderr
            .write_fmt(format_args!("{end}{text}"))
            .and_then(|()| stderr.flush());
    }
}

/// A panic of another task does not end the output of this one.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A text without the byte order mark that some editors write first.
pub(crate) fn without_mark(mut text: String) -> String {
    const MARK: char = '\u{feff}';
    if text.starts_with(MARK) {
        text.remove(0);
    }
    text
}

impl Session {
    /// Reads standard input to its end, unless it is interrupted.
    pub(crate) fn read_all(&self) -> Outcome<io::Result<String>> {
        self.read(Console::read_all)
    }

    /// Reads a line of standard input, unless it is interrupted. `None` at its end.
    pub(crate) fn read_line(&self) -> Outcome<io::Result<Option<String>>> {
        self.read(Console::read_line)
    }

    /// Reads on another thread: a read cannot be ended, but it can be left alone.
    fn read<T: Send + 'static>(
        &self,
        read: fn(&Console) -> io::Result<T>,
    ) -> Outcome<io::Result<T>> {
        let (sender, results) = channel();
        let console = self.console.clone();
        std::thread::spawn(move || sender.send(read(&console)));
        loop {
            match results.recv_timeout(TICK) {
                Ok(result) => return Ok(result),
                Err(RecvTimeoutError::Timeout) if *self.interrupts.borrow() == 0 => {}
                Err(_) => {
                    return Err(Failure::interrupted());
                }
            }
        }
    }

    /// Reads a file, or standard input for `-`, without a byte order mark.
    pub(crate) fn read_input(&self, path: &str) -> Outcome<io::Result<String>> {
        let text = match path {
            "-" => self.read_all()?,
            path => std::fs::read_to_string(path),
        };
        Ok(text.map(without_mark))
    }

    /// A variable of the environment; empty counts as unset.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        let value = self.environment.get(name)?;
        (!value.is_empty()).then_some(value.as_str())
    }
}
