//! Secrets made by the tool: stored and flushed to the disk before they are sent.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
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
    known: Mutex<BTreeMap<String, Secret>>,
}

#[derive(Debug)]
enum Place {
    Stdout(Console),
    File(Mutex<File>),
}

impl SecretStore {
    /// Creates the file, or opens it again if the run resumes an earlier one.
    pub(crate) fn open(path: &str, console: &Console, rules: SecretRules) -> Outcome<Self> {
        let store = |place, known| Self {
            place,
            path: path.to_owned(),
            is_fleet: rules.is_fleet,
            known: Mutex::new(known),
        };
        if path == "-" {
            if rules.is_fleet || rules.resumes {
                let message = "a generated secret is printed for one target and without --resume";
                return Err(Failure::usage(message).hint("name a file instead of -"));
            }
            return Ok(store(Place::Stdout(console.clone()), BTreeMap::new()));
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        let file = match new_only(options.clone()).open(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && rules.resumes => {
                options.open(path)
            }
            other => other,
        };
        let mut file = file.map_err(|error| {
            let failure = Failure::io(path, &error).with_exit(crate::Exit::Usage);
            failure.hint(
                "an existing file is never changed: name a new one, or send the secret in it with the \
                 flag that ends in -file",
            )
        })?;
        let mut text = String::new();
        file.read_to_string(&mut text)
            .map_err(|error| Failure::io(path, &error))?;
        let known = stored(&text, rules.is_fleet)
            .ok_or_else(|| Failure::usage(format!("{path} is not a file of secrets")))?;
        if !text.is_empty() && !text.ends_with('\n') {
            // The last line was cut off, so its secret was not sent.
            let length = text.rfind('\n').map_or(0, |end| end + 1);
            file.set_len(length as u64)
                .map_err(|error| Failure::io(path, &error))?;
        }
        Ok(store(Place::File(Mutex::new(file)), known))
    }

    /// The stored secret of a target, else a new one, stored first.
    pub(crate) fn secret_of(&self, target: &str) -> Outcome<Secret> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = if self.is_fleet { target } else { "" };
        if let Some(secret) = known.get(key) {
            return Ok(secret.clone());
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
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.write_all(line.as_bytes())
                    .and_then(|()| file.flush())
                    .and_then(|()| file.sync_all())
            }
        };
        written.map_err(|error| Failure::io(&self.path, &error))?;
        known.insert(key.to_owned(), secret.clone());
        Ok(secret)
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

/// The secrets of complete lines. `None` if the text has another form.
fn stored(text: &str, is_fleet: bool) -> Option<BTreeMap<String, Secret>> {
    let complete = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
    let mut known = BTreeMap::new();
    for line in complete.lines() {
        let (target, secret) = match is_fleet {
            true => line.split_once('\t')?,
            false if known.is_empty() && !line.contains('\t') => ("", line),
            false => return None,
        };
        known.insert(target.to_owned(), Secret::from(secret));
    }
    Some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_secrets_are_read_by_complete_lines() {
        let known = stored("a.ovh\tone\nb.ovh\ttwo\nc.ovh\tthr", true).unwrap();
        assert_eq!(known.keys().collect::<Vec<_>>(), ["a.ovh", "b.ovh"]);
        assert_eq!(stored("one\n", false).unwrap()[""].expose(), "one");
        assert!(stored("one\ntwo\n", false).is_none());
        assert!(stored("no tab\n", true).is_none());
    }
}
