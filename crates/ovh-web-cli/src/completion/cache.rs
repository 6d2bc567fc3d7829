//! Names that were read from the account, kept for the next completion.
//!
//! Only plain names are stored, under a hash of the credentials and the request, and readable by
//! their owner only.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha1::{Digest, Sha1};

use super::sources::is_name;
use crate::session::Session;

/// The time for which names are served without a request.
const FRESH: Duration = Duration::from_secs(60);
/// The most names of a file.
const MOST: usize = 10_000;

/// Names of a file.
#[derive(Debug)]
pub(super) struct Cached {
    pub(super) names: Vec<String>,
    pub(super) is_fresh: bool,
}

/// The cache of an account.
#[derive(Debug)]
pub(super) struct Cache {
    folder: Option<PathBuf>,
    fingerprint: String,
    now: Duration,
}

impl Cache {
    /// Opens the cache of the account with this fingerprint. Nothing is read or created.
    pub(super) fn new(session: &Session, fingerprint: String) -> Self {
        let named = session.variable("XDG_CACHE_HOME").map(PathBuf::from);
        let folder = named.filter(|folder| folder.is_absolute());
        let folder = folder.or_else(|| Some(session.home.as_ref()?.join(".cache")));
        Self {
            folder: folder.map(|folder| folder.join("ovh-web")),
            fingerprint,
            now: session.clock.unix_time(),
        }
    }

    /// The names of an operation with its values, if they are stored.
    pub(super) fn read(&self, operation: &str, values: &[&str]) -> Option<Cached> {
        let text = fs::read_to_string(self.path(operation, values)?).ok()?;
        let (stored, names) = text.split_once('\n')?;
        let age = self
            .now
            .checked_sub(Duration::from_secs(stored.parse().ok()?));
        // The file is checked like a response: anybody may have written it.
        let names = names.lines().filter(|name| is_name(name)).take(MOST);
        Some(Cached {
            names: names.map(str::to_owned).collect(),
            is_fresh: age.is_some_and(|age| age < FRESH),
        })
    }

    /// Stores names. A failure only means that they are read again.
    pub(super) fn write(&self, operation: &str, values: &[&str], names: &[String]) {
        if let Some(path) = self.path(operation, values) {
            let mut text = format!("{}\n", self.now.as_secs());
            for name in names.iter().filter(|name| is_name(name)).take(MOST) {
                text.push_str(name);
                text.push('\n');
            }
            let _ = replace(&path, &text);
        }
    }

    fn path(&self, operation: &str, values: &[&str]) -> Option<PathBuf> {
        let mut hash = Sha1::new();
        for part in [&[self.fingerprint.as_str(), operation], values].concat() {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let bytes = hash.finalize();
        let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Some(self.folder.as_ref()?.join(name))
    }
}

/// Writes a new file and renames it, so that no completion reads half of it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    builder.create(folder)?;
    let new = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = options.open(&new)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // Nothing more can be done if this fails too.
        let _ = fs::remove_file(&new);
    }
    written
}
