//! Runs of the tool with streams in memory.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use ovh_web::Clock;
use ovh_web_cli::{Console, Exit, Session, Terminals, run};
use ovh_web_sandbox::{Builder, HostingSeed, Sandbox};
use ovh_web_testing::TestBed;
use serde_json::Value;
use tokio::sync::watch;

/// A stream whose text can be read.
#[derive(Clone, Default)]
pub(crate) struct Buffer(Arc<Mutex<Vec<u8>>>, Option<io::ErrorKind>);

impl Buffer {
    /// A stream that nothing can be written to.
    pub(crate) fn broken(kind: io::ErrorKind) -> Self {
        Self(Arc::default(), Some(kind))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(kind) = self.1 {
            return Err(kind.into());
        }
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A stream from which nothing comes.
struct Endless;

impl Read for Endless {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        loop {
            std::thread::park();
        }
    }
}

/// The end of a run.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// The output as JSON. Panics if the run failed.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.exit, Exit::Done, "{self:#?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    #[track_caller]
    pub(crate) fn expect(self, exit: Exit) -> Self {
        assert_eq!(self.exit, exit, "{self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "expected {text:?} in {self:#?}");
        self
    }
}

/// A sandbox and the means to run the tool against it.
pub(crate) struct Tool {
    pub(crate) bed: TestBed,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) terminals: Terminals,
    pub(crate) stdin: String,
    /// Standard input does not end after this text.
    pub(crate) is_endless: bool,
    pub(crate) extra: BTreeMap<String, String>,
    pub(crate) interrupts: watch::Sender<u32>,
    /// A clock instead of the sandbox's.
    pub(crate) clock: Option<Arc<dyn Clock>>,
}

impl Tool {
    /// An account with the hosting `example.ovh`.
    pub(crate) async fn start() -> Self {
        Self::start_with(Sandbox::builder().hosting("example.ovh")).await
    }

    /// An account with hostings `h000.ovh`, `h001.ovh` and so on.
    pub(crate) async fn with_hostings(
        count: usize,
        seed: impl Fn(usize, HostingSeed) -> HostingSeed,
    ) -> Self {
        let builder = (0..count).fold(Sandbox::builder(), |builder, n| {
            builder.hosting_with(seed(n, HostingSeed::new(format!("h{n:03}.ovh"))))
        });
        Self::start_with(builder).await
    }

    pub(crate) async fn start_with(builder: Builder) -> Self {
        Self {
            bed: TestBed::start_with(builder).await,
            folder: tempfile::tempdir().unwrap(),
            terminals: Terminals::default(),
            stdin: String::new(),
            is_endless: false,
            extra: BTreeMap::new(),
            interrupts: watch::Sender::new(0),
            clock: None,
        }
    }

    /// Removes endpoint and credentials from the environment.
    pub(crate) fn without_credentials(mut self) -> Self {
        let names = self.bed.sandbox.env();
        let empty = names
            .iter()
            .map(|(name, _)| ((*name).into(), String::new()));
        self.extra.extend(empty);
        self
    }

    /// Runs a command line. Words are split at blanks; text in single quotes is one word.
    pub(crate) async fn run(&self, line: &str) -> Ended {
        self.run_words(split(line)).await
    }

    pub(crate) async fn run_words(&self, arguments: Vec<String>) -> Ended {
        self.run_into(arguments, Buffer::default()).await
    }

    /// Runs with both streams in one file.
    pub(crate) async fn run_into_one(&self, line: &str) -> String {
        let both = Buffer::default();
        self.run_with(split(line), both.clone(), both).await.out
    }

    /// Runs with a standard output that nothing can be written to.
    pub(crate) async fn run_without_output(&self, line: &str, kind: io::ErrorKind) -> Ended {
        let out = Buffer::broken(kind);
        self.run_with(split(line), out, Buffer::default()).await
    }

    /// Runs with a standard error that can be read meanwhile.
    pub(crate) async fn run_into(&self, arguments: Vec<String>, err: Buffer) -> Ended {
        self.run_with(arguments, Buffer::default(), err).await
    }

    async fn run_with(&self, arguments: Vec<String>, out: Buffer, err: Buffer) -> Ended {
        let mut environment: BTreeMap<String, String> = self
            .bed
            .sandbox
            .env()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        environment.extend(self.extra.clone());
        let text = Cursor::new(self.stdin.clone());
        let stdin: Box<dyn Read + Send> = match self.is_endless {
            true => Box::new(text.chain(Endless)),
            false => Box::new(text),
        };
        let session = Session {
            arguments,
            environment,
            console: Console::new(stdin, out.clone(), err.clone(), self.terminals),
            clock: match &self.clock {
                Some(clock) => clock.clone(),
                None => Arc::new(self.bed.clock.clone()),
            },
            interrupts: self.interrupts.subscribe(),
            home: Some(self.folder.path().to_owned()),
            reads_config_files: false,
        };
        let exit = run(&session).await;
        Ended {
            exit,
            out: out.text(),
            err: err.text(),
        }
    }

    /// A path in the test's folder.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// The calls of an operation so far.
    pub(crate) fn calls(&self, operation: &str) -> usize {
        self.bed.sandbox.journal().operation(operation).count()
    }
}

/// Splits a command line at blanks, but not inside single quotes.
pub(crate) fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut is_word) = (Vec::new(), String::new(), false, false);
    for letter in line.chars() {
        match letter {
            '\'' => {
                quoted = !quoted;
                is_word = true;
            }
            ' ' if !quoted => {
                if is_word {
                    words.push(std::mem::take(&mut word));
                }
                is_word = false;
            }
            other => {
                word.push(other);
                is_word = true;
            }
        }
    }
    if is_word {
        words.push(word);
    }
    words
}

/// All files below a folder, as text.
pub(crate) fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                found.push((path.display().to_string(), text));
            }
        }
    }
    found
}
