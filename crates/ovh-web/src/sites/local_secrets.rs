//! Secrets from the environment and from files below a folder.

mod store;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ovh_runtime::Secret;

use self::store::{addition, find};
use super::{SecretError, SecretStore};
use crate::macros::partial_debug;

/// The length of a generated secret.
const LENGTH: usize = 20;
const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The maximum size of a file with one secret.
const LARGEST: u64 = 64 * 1024;

/// Reads secrets from the environment and from files, and keeps generated ones in files.
///
/// Paths are relative to a folder, in general that of the file of sites. A path that leads out of the
/// folder, also through a symbolic link, is refused unless
/// [allowed](Self::allow_files_outside).
///
/// A store has one line for each secret: the object, a tab, and the secret. It is created readable
/// by its owner only, and lines are only added to it. A last line without an end counts if its
/// secret has the length of a generated one; a shorter one was cut off, and is marked as such.
///
/// A generated secret has 20 letters and digits, with a lower-case letter, an upper-case letter and
/// a digit among them, and begins with a letter.
pub struct LocalSecrets {
    folder: PathBuf,
    is_limited: bool,
    environment: Option<BTreeMap<String, String>>,
    /// One store is read and written at a time.
    lock: Mutex<()>,
}

partial_debug!(
    LocalSecrets,
    |it| folder = it.folder,
    is_limited = it.is_limited
);

impl LocalSecrets {
    /// Reads files below a folder, and variables of the process.
    #[must_use]
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            is_limited: true,
            environment: None,
            lock: Mutex::new(()),
        }
    }

    /// Allows files outside of the folder.
    #[must_use]
    pub const fn allow_files_outside(mut self, allow: bool) -> Self {
        self.is_limited = !allow;
        self
    }

    /// Uses these variables instead of those of the process.
    #[must_use]
    pub fn environment(mut self, environment: BTreeMap<String, String>) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Returns the real path of a file, or `None` if there is none.
    fn locate(&self, path: &str) -> Result<Option<PathBuf>, SecretError> {
        let joined = self.folder.join(path);
        match fs::canonicalize(&joined) {
            Ok(real) => self.check(path, &real).map(|()| Some(real)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(path, &error)),
        }
    }

    /// Returns the path of a new file in a folder that exists or is created, and the folder that
    /// existed before.
    fn locate_new(&self, path: &str) -> Result<(PathBuf, PathBuf), SecretError> {
        let invalid = || SecretError::new(format!("{path:?} is not the path of a file"));
        let joined = self.folder.join(path);
        let (parent, name) = (joined.parent(), joined.file_name());
        let (parent, name) = (parent.ok_or_else(invalid)?, name.ok_or_else(invalid)?);
        // Before a folder is created, the part that exists must be inside.
        let existing = parent.ancestors().find(|it| it.exists());
        let existing = fs::canonicalize(existing.ok_or_else(invalid)?);
        let existing = existing.map_err(|error| failed(path, &error))?;
        self.check(path, &existing)?;
        let has_parents = Path::new(path)
            .components()
            .any(|it| it.as_os_str() == "..");
        if self.is_limited && has_parents {
            return Err(outside(path));
        }
        fs::create_dir_all(parent).map_err(|error| failed(path, &error))?;
        let parent = fs::canonicalize(parent).map_err(|error| failed(path, &error))?;
        self.check(path, &parent)?;
        Ok((parent.join(name), existing))
    }

    /// Opens a store to read and append. It is created if there is none.
    fn open_store(&self, store: &str) -> Result<File, SecretError> {
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        let failed = |error: io::Error| failed(store, &error);
        if let Some(real) = self.locate(store)? {
            return options.open(real).map_err(failed);
        }
        let (path, existing) = self.locate_new(store)?;
        match new_only(options.clone()).open(&path) {
            Ok(file) => {
                // The name is durable once its folders are.
                let folders = path.ancestors().skip(1);
                let mut folders = folders.take_while(|folder| folder.starts_with(&existing));
                folders.try_for_each(sync_folder).map_err(failed)?;
                Ok(file)
            }
            Err(error) => match self.locate(store)? {
                // Another run created it.
                Some(real) => options.open(real).map_err(failed),
                None => Err(failed(error)),
            },
        }
    }

    /// Returns an error if a real path is outside of the folder.
    fn check(&self, path: &str, real: &Path) -> Result<(), SecretError> {
        if !self.is_limited {
            return Ok(());
        }
        let folder = fs::canonicalize(&self.folder).map_err(|error| failed(path, &error))?;
        match real.starts_with(folder) {
            true => Ok(()),
            false => Err(outside(path)),
        }
    }
}

fn outside(path: &str) -> SecretError {
    SecretError::new(format!(
        "{path:?} is outside of the folder of the file of sites"
    ))
}

fn failed(path: &str, error: &io::Error) -> SecretError {
    SecretError::new(format!("{path:?}: {error}"))
}

impl SecretStore for LocalSecrets {
    fn env(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        let value = match &self.environment {
            Some(variables) => variables.get(name).cloned(),
            None => match std::env::var(name) {
                Ok(value) => Some(value),
                Err(std::env::VarError::NotPresent) => None,
                Err(std::env::VarError::NotUnicode(_)) => {
                    let message = format!("the environment variable {name} is not UTF-8");
                    return Err(SecretError::new(message));
                }
            },
        };
        Ok(value.filter(|value| !value.is_empty()).map(Secret::from))
    }

    fn file(&self, path: &str) -> Result<Option<Secret>, SecretError> {
        let Some(real) = self.locate(path)? else {
            return Ok(None);
        };
        let mut text = String::new();
        let file = File::open(real).map(|file| file.take(LARGEST + 1));
        let read = file.and_then(|mut file| file.read_to_string(&mut text));
        let size = read.map_err(|error| failed(path, &error))?;
        if size as u64 > LARGEST {
            let message = format!("{path:?} is larger than {LARGEST} bytes");
            return Err(SecretError::new(message));
        }
        let secret = text.strip_suffix('\n').unwrap_or(&text);
        let secret = secret.strip_suffix('\r').unwrap_or(secret);
        match secret.is_empty() {
            true => Err(SecretError::new(format!("{path:?} is empty"))),
            false => Ok(Some(Secret::from(secret))),
        }
    }

    fn stored(&self, store: &str, object: &str) -> Result<Option<Secret>, SecretError> {
        let _lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(real) = self.locate(store)? else {
            return Ok(None);
        };
        let text = fs::read_to_string(real).map_err(|error| failed(store, &error))?;
        find(store, &text, object)
    }

    fn generate(&self, store: &str, object: &str) -> Result<Secret, SecretError> {
        let _lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if object.contains(char::is_control) {
            return Err(SecretError::new("a name with control characters"));
        }
        let mut file = self.open_store(store)?;
        let text = read_again(&mut file).map_err(|error| failed(store, &error))?;
        if find(store, &text, object)?.is_some() {
            let message = format!("{store:?} already has a secret of {object}");
            return Err(SecretError::new(message));
        }
        let secret = generate_secret()?;
        let line = addition(store, &text, object, &secret)?;
        let mut append = || {
            file.write_all(line.as_bytes())?;
            file.sync_all()?;
            read_again(&mut file)
        };
        let text = append().map_err(|error| failed(store, &error))?;
        // Of two runs at the same time, both know which line is the first. A third one may be writing.
        let complete = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
        match find(store, complete, object)? {
            Some(first) if first == secret => Ok(secret),
            _ => Err(SecretError::new(format!(
                "{store:?} was changed by another run: it made a secret of {object}"
            ))),
        }
    }
}

/// Reads a file from its start.
fn read_again(file: &mut File) -> io::Result<String> {
    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text).map(|_| text)
}

/// Flushes the names in a folder to the disk. Other systems cannot open a folder.
fn sync_folder(folder: &Path) -> io::Result<()> {
    match cfg!(unix) {
        true => File::open(folder)?.sync_all(),
        false => Ok(()),
    }
}

/// The options for a file that must not exist, readable by its owner only.
#[cfg_attr(not(unix), allow(unused_mut, reason = "other systems have no mode"))]
fn new_only(mut options: OpenOptions) -> OpenOptions {
    options.create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Generates a secret from the system's random numbers.
///
/// It has 20 letters and digits, with a lower-case letter, an upper-case letter and a digit among
/// them, and begins with a letter.
///
/// # Errors
///
/// Returns an error if the system has no random numbers.
pub fn generate_secret() -> Result<Secret, SecretError> {
    loop {
        let mut text = String::with_capacity(LENGTH);
        while text.len() < LENGTH {
            let mut bytes = [0; 64];
            getrandom::fill(&mut bytes).map_err(|error| SecretError::new(error.to_string()))?;
            // Bytes above the last multiple of 62 would make some letters likelier.
            let fair = bytes.into_iter().filter(|byte| usize::from(*byte) < 62 * 4);
            let letters = fair.map(|byte| char::from(ALPHABET[usize::from(byte) % 62]));
            text.extend(letters.take(LENGTH - text.len()));
        }
        let has = |class: fn(&char) -> bool| text.chars().any(|letter| class(&letter));
        if text.starts_with(|first: char| first.is_ascii_alphabetic())
            && has(char::is_ascii_lowercase)
            && has(char::is_ascii_uppercase)
            && has(char::is_ascii_digit)
        {
            return Ok(Secret::from(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_secrets_follow_the_rules() {
        let secrets: Vec<Secret> = (0..50).map(|_| generate_secret().unwrap()).collect();
        for secret in &secrets {
            let text = secret.expose();
            let has = |class: fn(&char) -> bool| text.chars().any(|letter| class(&letter));
            assert_eq!(text.len(), LENGTH);
            assert!(text.bytes().all(|byte| ALPHABET.contains(&byte)));
            assert!(text.starts_with(|first: char| first.is_ascii_alphabetic()));
            assert!(has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase));
            assert!(has(char::is_ascii_digit));
        }
        assert_ne!(secrets[0], secrets[1]);
    }

    #[cfg(unix)]
    #[test]
    fn files_are_below_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("sites");
        fs::create_dir(&folder).unwrap();
        fs::write(root.path().join("outside"), "canary\n").unwrap();
        fs::write(folder.join("inside"), "secret\r\n").unwrap();
        fs::write(folder.join("large"), vec![b'a'; 65 * 1024]).unwrap();
        std::os::unix::fs::symlink(root.path().join("outside"), folder.join("link")).unwrap();
        std::os::unix::fs::symlink(root.path(), folder.join("up")).unwrap();
        let secrets = LocalSecrets::in_folder(&folder);
        assert_eq!(secrets.file("inside").unwrap().unwrap().expose(), "secret");
        assert!(secrets.file("none").unwrap().is_none());
        let absolute = root.path().join("outside").display().to_string();
        for path in ["../outside", "link", "up/outside", &absolute] {
            let error = secrets.file(path).unwrap_err().message;
            assert!(error.contains("outside of the folder"), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
        for path in ["../new", "up/new", "none/../../new"] {
            secrets.generate(path, "a").unwrap_err();
            assert!(!root.path().join("new").exists(), "{path}");
        }
        secrets.file("large").unwrap_err();
        let allowed = LocalSecrets::in_folder(&folder).allow_files_outside(true);
        assert_eq!(allowed.file("link").unwrap().unwrap().expose(), "canary");
    }

    #[cfg(unix)]
    #[test]
    fn store_keeps_generated_secrets() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let secrets = LocalSecrets::in_folder(folder.path());
        assert!(secrets.stored("new/store", "a users b").unwrap().is_none());
        let first = secrets.generate("new/store", "a users b").unwrap();
        let path = folder.path().join("new/store");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        secrets.generate("new/store", "a users b").unwrap_err();
        // A line that was cut off was not used.
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}a users c\tcut")).unwrap();
        assert!(secrets.stored("new/store", "a users c").unwrap().is_none());
        let second = secrets.generate("new/store", "a users c").unwrap();
        let stored = |object| secrets.stored("new/store", object).unwrap().unwrap();
        assert_eq!(stored("a users b").expose(), first.expose());
        assert_eq!(stored("a users c").expose(), second.expose());
    }

    #[test]
    fn text_of_something_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let secrets = LocalSecrets::in_folder(folder.path());
        for text in ["hunter2", "notes\n", "a users b\tmy pass-word"] {
            fs::write(&path, text).unwrap();
            secrets.generate("store", "a users c").unwrap_err();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn store_without_final_newline_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let secrets = LocalSecrets::in_folder(folder.path());
        let first = secrets.generate("store", "a users b").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.trim_end()).unwrap();
        let second = secrets.generate("store", "a users c").unwrap();
        let stored = |object| secrets.stored("store", object).unwrap().unwrap();
        assert_eq!(stored("a users b").expose(), first.expose());
        assert_eq!(stored("a users c").expose(), second.expose());
    }

    #[test]
    fn runs_at_the_same_time_lose_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        // Each has its own lock, as another process has.
        let run = |own: usize| {
            let secrets = LocalSecrets::in_folder(folder);
            let mut all = Vec::new();
            for object in (0..5).map(|n| format!("own {own} {n}")) {
                all.push((object.clone(), secrets.generate("new/store", &object).ok()));
            }
            for object in (0..5).map(|n| format!("both {n}")) {
                all.push((object.clone(), secrets.generate("new/store", &object).ok()));
            }
            all
        };
        let generated = std::thread::scope(|scope| {
            let threads = [0, 1, 2, 3].map(|own| scope.spawn(move || run(own)));
            let all = threads.map(|thread| thread.join().unwrap());
            all.into_iter().flatten().collect::<Vec<_>>()
        });
        let secrets = LocalSecrets::in_folder(folder);
        let mut used: BTreeMap<String, usize> = BTreeMap::new();
        for (object, secret) in generated {
            let Some(secret) = secret else { continue };
            let stored = secrets.stored("new/store", &object).unwrap().unwrap();
            assert_eq!(stored.expose(), secret.expose(), "{object}");
            *used.entry(object).or_default() += 1;
        }
        assert_eq!(used.len(), 4 * 5 + 5);
        assert!(used.values().all(|count| *count == 1), "{used:?}");
    }
}
