//! `--resume`: a record of what was sent to which target, so that nothing is sent twice.
//!
//! The intent is written and flushed before each request, and the outcome after it. A record holds no
//! secret, and belongs to one command with its arguments.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};

/// The recorded state of a target.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum State {
    /// Nothing was sent, or what was sent certainly did nothing.
    New,
    /// A request was about to be sent, and nothing more is known.
    Unknown,
    /// The server accepted the request; this is its response.
    Accepted(Value),
    /// The work is done.
    Done,
    /// The work failed on the server.
    Failed(String),
}

/// The record of a command.
#[derive(Debug)]
pub(crate) struct Record {
    path: PathBuf,
    file: Mutex<File>,
    states: BTreeMap<String, State>,
}

impl Record {
    /// Opens or creates a record. `command` describes the command and its arguments without
    /// secrets; a record of another command is refused.
    pub(crate) fn open(path: &Path, command: &Value) -> Outcome<Self> {
        let failed = |error| Failure::input(format_args!("--resume {}", path.display()), &error);
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(failed)?;
        // Two runs with one record would both send.
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => {
                Failure::usage(format!("{} is in use by another command", path.display()))
            }
            TryLockError::Error(error) => failed(error),
        })?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        let other = || {
            let message = format!("{} is not the record of this command", path.display());
            Failure::usage(message).hint("repeat the same arguments, or name a new file")
        };
        let head = json!({ "command": command });
        // A record that was restored may have lost its last line end.
        let last = text.rsplit('\n').next().unwrap_or_default();
        let is_open = serde_json::from_str::<Value>(last).is_ok();
        if is_open {
            text.push('\n');
        }
        let complete = text.rfind('\n').map_or(0, |end| end + 1);
        let mut lines = text[..complete].lines();
        let mut states = BTreeMap::new();
        // Only a record is ever changed, and any other file is left as it is.
        match lines.next() {
            None if !head.to_string().starts_with(&text) => return Err(other()),
            None => {}
            Some(first) if serde_json::from_str::<Value>(first).ok() != Some(head.clone()) => {
                return Err(other());
            }
            Some(_) => {
                for line in lines {
                    let entry = serde_json::from_str(line).ok();
                    let (target, state) = entry
                        .and_then(|entry| read(&entry))
                        .ok_or_else(|| Failure::usage(format!("{} is damaged", path.display())))?;
                    states.insert(target, state);
                }
            }
        }
        // A line that was cut off says nothing.
        if complete < text.len() {
            file.set_len(complete as u64).map_err(failed)?;
        }
        if is_open {
            file.write_all(b"\n").map_err(failed)?;
        }
        if complete == 0 {
            append(&mut file, &head).map_err(failed)?;
        }
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(file),
            states,
        })
    }

    /// Returns the state of a target when the record was opened.
    pub(crate) fn state(&self, target: &str) -> State {
        self.states.get(target).cloned().unwrap_or(State::New)
    }

    /// Writes what is known of a target.
    pub(crate) fn write(&self, target: &str, state: &State) -> Outcome {
        let entry = match state {
            State::New => json!({"target": target, "outcome": "refused"}),
            State::Unknown => json!({"target": target, "intent": true}),
            State::Accepted(response) => json!({"target": target, "accepted": response}),
            State::Done => json!({"target": target, "outcome": "done"}),
            State::Failed(message) => {
                json!({"target": target, "outcome": "failed", "message": message})
            }
        };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        append(&mut file, &entry)
            .map_err(|error| Failure::io(format_args!("--resume {}", self.path.display()), &error))
    }
}

fn append(file: &mut File, entry: &Value) -> std::io::Result<()> {
    file.write_all(format!("{entry}\n").as_bytes())?;
    file.flush()?;
    file.sync_data()
}

fn read(entry: &Value) -> Option<(String, State)> {
    let target = entry.get("target")?.as_str()?.to_owned();
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let state = match text("outcome") {
        Some("done") => State::Done,
        Some("refused") => State::New,
        Some("failed") => State::Failed(text("message").unwrap_or_default().to_owned()),
        Some(_) => return None,
        None => match entry.get("accepted") {
            Some(response) => State::Accepted(response.clone()),
            None => entry.get("intent").map(|_| State::Unknown)?,
        },
    };
    Some((target, state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_survive_and_cut_lines_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record");
        let command = json!({"operation": "x::y"});
        let states = [
            ("a", State::Unknown),
            ("b", State::Accepted(json!({"id": 7}))),
            ("c", State::Done),
            ("d", State::Failed("no".into())),
            ("e", State::New),
        ];
        let record = Record::open(&path, &command).unwrap();
        for (target, state) in &states {
            record.write(target, &State::Unknown).unwrap();
            record.write(target, state).unwrap();
        }
        drop(record);
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"target\":\"c\",\"int").unwrap();
        let record = Record::open(&path, &command).unwrap();
        for (target, state) in states {
            assert_eq!(record.state(target), state);
        }
        assert_eq!(record.state("other"), State::New);
    }

    #[test]
    fn last_line_without_an_end_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record");
        let command = json!({"operation": "x::y"});
        let record = Record::open(&path, &command).unwrap();
        record.write("a", &State::Unknown).unwrap();
        drop(record);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.trim_end()).unwrap();
        let record = Record::open(&path, &command).unwrap();
        assert_eq!(record.state("a"), State::Unknown);
        record.write("b", &State::Done).unwrap();
        drop(record);
        let record = Record::open(&path, &command).unwrap();
        assert_eq!(record.state("a"), State::Unknown);
        assert_eq!(record.state("b"), State::Done);
        // Something else is left as it is.
        std::fs::write(&path, "7").unwrap();
        Record::open(&path, &command).unwrap_err();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "7");
    }

    #[test]
    fn refuses_another_command_and_a_second_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record");
        let record = Record::open(&path, &json!(1)).unwrap();
        let error = Record::open(&path, &json!(1)).unwrap_err();
        assert!(error.message.contains("in use"), "{}", error.message);
        drop(record);
        let error = Record::open(&path, &json!(2)).unwrap_err();
        assert!(error.message.contains("not the record"));
    }
}
