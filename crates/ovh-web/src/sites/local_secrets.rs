//! Secrets from the environment and from files below a folder.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ovh_runtime::Secret;

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
/// by its owner only. A generated secret has 20 letters and digits, with a lower-case letter, an
/// upper-case letter and a digit among them, and begins with a letter.
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

    /// Returns the path of a new file in a folder that exists or is created.
    fn locate_new(&self, path: &str) -> Result<PathBuf, SecretError> {
        let invalid = || SecretError::new(format!("{path:?} is not the path of a file"));
        let joined = self.folder.join(path);
        let (parent, name) = (joined.parent(), joined.file_name());
        let (parent, name) = (parent.ok_or_else(invalid)?, name.ok_or_else(invalid)?);
        // Before a folder is created, the part that exists must be inside.
        let existing = parent.ancestors().find(|it| it.exists());
        let existing = fs::canonicalize(existing.ok_or_else(invalid)?);
        self.check(path, &existing.map_err(|error| failed(path, &error))?)?;
        let has_parents = Path::new(path)
            .components()
            .any(|it| it.as_os_str() == "..");
        if self.is_limited && has_parents {
            return Err(outside(path));
        }
        fs::create_dir_all(parent).map_err(|error| failed(path, &error))?;
        let parent = fs::canonicalize(parent).map_err(|error| failed(path, &error))?;
        self.check(path, &parent)?;
        Ok(parent.join(name))
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
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        let mut file = match self.locate(store)? {
            Some(real) => options.open(real),
            None => new_only(options).open(self.locate_new(store)?),
        }
        .map_err(|error| failed(store, &error))?;
        let mut text = String::new();
        file.read_to_string(&mut text)
            .map_err(|error| failed(store, &error))?;
        if find(store, &text, object)?.is_some() {
            let message = format!("{store:?} already has a secret of {object}");
            return Err(SecretError::new(message));
        }
        let secret = generate_secret()?;
        let mut append = || {
            // A line that was cut off was not used: its secret was not sent.
            let complete = text.rfind('\n').map_or(0, |end| end + 1);
            file.set_len(complete as u64)?;
            file.seek(SeekFrom::End(0))?;
            file.write_all(format!("{object}\t{}\n", secret.expose()).as_bytes())?;
            file.sync_all()
        };
        append().map_err(|error| failed(store, &error))?;
        Ok(secret)
    }
}

/// Finds the secret of an object among the complete lines of a store.
fn find(store: &str, text: &str, object: &str) -> Result<Option<Secret>, SecretError> {
    let complete = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
    for line in complete.lines() {
        let Some((name, secret)) = line.split_once('\t') else {
            return Err(SecretError::new(format!("{store:?} is not a store")));
        };
        if name == object {
            return Ok(Some(Secret::from(secret)));
        }
    }
    Ok(None)
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
        // A file of something else is left alone.
        fs::write(&path, "notes\n").unwrap();
        secrets.generate("new/store", "a users d").unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "notes\n");
    }
}
