//! Secrets made by the tool: stored and flushed to the disk before they are sent.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ovh_web::Secret;
use ovh_web::sites::generate_secret;

use crate::failure::{Failure, Outcome};
use crate::secrets::SecretRules;
use crate::session::Console;

/// The file, or standard output, that generated secrets are stored in.
#[derive(Debug)]
pub(crate) struct SecretStore {
    place: Place,
    path: String,
    is_fleet: bool,
    resumes: bool,
    known: Mutex<BTreeMap<String, Secret>>,
}

#[derive(Debug)]
enum Place {
    Stdout(Console),
    /// `None` until the first secret is made: a command that fails before leaves no file behind.
    File(Mutex<Option<File>>),
}

/// The failure of a file that cannot be created.
fn cannot_create(path: &str, error: &io::Error) -> Failure {
    let failure = Failure::input(path, error);
    match error.kind() {
        io::ErrorKind::AlreadyExists => failure.hint(
            "an existing file is never changed: name a new one, or send the secret in it with the flag that \
             ends in -file",
        ),
        _ => failure,
    }
}

impl SecretStore {
    /// Checks that the file can be created, or reads it again if the run resumes an earlier one.
    pub(crate) fn open(path: &str, console: &Console, rules: SecretRules) -> Outcome<Self> {
        let store = |place, known| Self {
            place,
            path: path.to_owned(),
            is_fleet: rules.is_fleet,
            resumes: rules.resumes,
            known: Mutex::new(known),
        };
        if path == "-" {
            if rules.is_fleet || rules.resumes {
                let message = "a generated secret is printed for one target and without --resume";
                return Err(Failure::usage(message).hint("name a file instead of -"));
            }
            return Ok(store(Place::Stdout(console.clone()), BTreeMap::new()));
        }
        let failed = |error: io::Error| cannot_create(path, &error);
        match fs::symlink_metadata(path) {
            Ok(_) if !rules.resumes => Err(failed(io::ErrorKind::AlreadyExists.into())),
            Ok(_) => {
                let (file, known) = stored(path, rules.is_fleet)?;
                Ok(store(Place::File(Mutex::new(Some(file))), known))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::read_dir(folder(path)).map_err(failed)?;
                Ok(store(Place::File(Mutex::new(None)), BTreeMap::new()))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// The file, if it has the secret of a command that cannot be repeated as it is.
    pub(crate) fn file(&self) -> Option<&str> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_wanted = !known.is_empty() && !self.is_fleet && !self.resumes;
        (is_wanted && matches!(self.place, Place::File(_))).then_some(self.path.as_str())
    }

    /// The stored secret of a target, else a new one, stored first.
    pub(crate) fn secret_of(&self, target: &str) -> Outcome<Secret> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = if self.is_fleet { target } else { "" };
        if let Some(secret) = known.get(key) {
            return Ok(secret.clone());
        }
        if target.contains(char::is_control) {
            let message = "the target has a control character, which a file of secrets cannot have";
            return Err(Failure::new(crate::Exit::Failed, message));
        }
        let secret = generate_secret()
            .map_err(|error| Failure::new(crate::Exit::Failed, error.to_string()))?;
        let line = match self.is_fleet {
            true => format!("{target}\t{}\n", secret.expose()),
            false => format!("{}\n", secret.expose()),
        };
        let written = match &self.place {
            Place::Stdout(console) => console.print(&line),
            Place::File(file) => {
                let mut place = file.lock().unwrap_or_else(PoisonError::into_inner);
                let is_new = place.is_none();
                let file = match &mut *place {
                    Some(file) => file,
                    none => {
                        let new = create(&self.path);
                        none.insert(new.map_err(|error| cannot_create(&self.path, &error))?)
                    }
                };
                let written = append(file, &line);
                // Nothing was sent, so the same command must be possible again.
                if written.is_err() && is_new {
                    *place = None;
                    let _ = fs::remove_file(&self.path);
                }
                written
            }
        };
        written.map_err(|error| Failure::io(&self.path, &error))?;
        known.insert(key.to_owned(), secret.clone());
        Ok(secret)
    }
}

/// Adds a line to a file, whole or not at all.
fn append(file: &mut File, line: &str) -> io::Result<()> {
    let length = file.metadata()?.len();
    let written = file
        .write_all(line.as_bytes())
        .and_then(|()| file.flush())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // Nothing more can be done if this fails too.
        let _ = file.set_len(length);
    }
    written
}

/// Creates a file that must not exist, readable by its owner only.
fn create(path: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // The name is durable once its folder is; other systems cannot open a folder.
    if cfg!(unix) {
        File::open(folder(path))?.sync_all()?;
    }
    Ok(file)
}

/// The folder of a file.
fn folder(path: &str) -> &Path {
    let folder = Path::new(path).parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// The file of an earlier run, opened to append, and its secrets.
fn stored(path: &str, is_fleet: bool) -> Outcome<(File, BTreeMap<String, Secret>)> {
    let mut options = OpenOptions::new();
    let file = options.read(true).append(true).open(path);
    let failed = |error: io::Error| Failure::input(path, &error);
    let mut file = file.map_err(failed)?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    if !text.is_empty() && !text.ends_with('\n') {
        // It may be a secret of the user's, which must not be cut off.
        return Err(Failure::usage(format!("the last line of {path} has no end")).hint(
            "if a run was stopped while it wrote the line, nothing of it was sent: remove the line",
        ));
    }
    let known = lines(&text, is_fleet)
        .ok_or_else(|| Failure::usage(format!("{path} is not a file of secrets")))?;
    Ok((file, known))
}

/// The secrets of a file. `None` if the text has another form.
fn lines(text: &str, is_fleet: bool) -> Option<BTreeMap<String, Secret>> {
    let mut known = BTreeMap::new();
    for line in text.lines() {
        let (target, secret) = match is_fleet {
            true => line.split_once('\t')?,
            false if known.is_empty() && !line.contains('\t') => ("", line),
            false => return None,
        };
        if secret.is_empty() {
            return None;
        }
        known.insert(target.to_owned(), Secret::from(secret));
    }
    Some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_secrets_are_read_by_lines() {
        let known = lines("a.ovh\tone\nb.ovh\ttwo\n", true).unwrap();
        assert_eq!(known.keys().collect::<Vec<_>>(), ["a.ovh", "b.ovh"]);
        assert_eq!(lines("one\n", false).unwrap()[""].expose(), "one");
        assert!(lines("one\ntwo\n", false).is_none());
        assert!(lines("no tab\n", true).is_none());
        assert!(lines("\n", false).is_none() && lines("a.ovh\t\n", true).is_none());
    }

    #[test]
    fn name_of_a_target_adds_no_line_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets");
        let (input, output) = (io::empty(), io::sink());
        let console = Console::new(input, output, io::sink(), Default::default());
        let rules = SecretRules {
            is_fleet: true,
            resumes: false,
            is_dry_run: false,
        };
        let store = SecretStore::open(path.to_str().unwrap(), &console, rules).unwrap();
        let target = "a.ovh\tcanary\nb.ovh";
        assert!(store.secret_of(target).is_err());
        assert!(!path.exists());
        let first = store.secret_of("a.ovh").unwrap();
        let again = store.secret_of("a.ovh").unwrap();
        assert_eq!(first.expose(), again.expose());
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, format!("a.ovh\t{}\n", first.expose()));
    }
}
