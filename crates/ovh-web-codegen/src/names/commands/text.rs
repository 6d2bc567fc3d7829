//! The text of the lock's tables of commands.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Commands, Entry, Place, is_global};
use crate::Error;
use crate::error::Errors;
use crate::escape::toml_string;

/// The tables of the lock, as TOML gives them.
pub(in crate::names) type Table = BTreeMap<String, Vec<String>>;

/// The longest line of the lock's arrays.
const WIDTH: usize = 100;

/// The wire name that a flag's name gives: `send-email` gives `sendEmail`.
fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut is_start = false;
    for c in name.chars() {
        match c {
            '-' => is_start = true,
            c if is_start => {
                out.push(c.to_ascii_uppercase());
                is_start = false;
            }
            c => out.push(c),
        }
    }
    out
}

/// The key that a flag without a wire name has.
fn implied(mark: &str, name: &str) -> String {
    match mark {
        "/" => format!("/{}", camel(name).replace('.', "/")),
        mark => format!("{mark}{}", camel(name)),
    }
}

/// Returns `true` if the name of a flag gives the wire names of its place.
pub(crate) fn is_implied(place: &Place, name: &str) -> bool {
    let key = place.key();
    implied(&key[..1], name) == key
}

/// Returns `true` for lower-case words that are joined by dashes and dots.
fn is_name(text: &str) -> bool {
    let is_word = |word: &str| {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !word.is_empty() && word.chars().all(is_plain) && !word.starts_with('-')
    };
    text.split('.').all(is_word)
}

/// Returns `true` for two or more names with a space between them.
fn is_path(text: &str) -> bool {
    let mut words = text.split(' ');
    words.clone().count() > 1 && words.all(|word| is_name(word) && !word.contains('.'))
}

/// Writes a flag: its marks, its name and, if the name does not give it, its wire name.
fn flag(key: &str, (name, is_there): &(String, bool)) -> String {
    let gone = if *is_there { "" } else { "!" };
    let (mark, wire) = key.split_at(1);
    let shown = if mark == "/" { "" } else { mark };
    match implied(mark, name) == key {
        true => format!("{gone}{shown}{name}"),
        false => format!("{gone}{shown}{name}={wire}"),
    }
}

/// Reads a flag: the key of its place, its name, and `true` if it is there.
fn parse(text: &str) -> Option<(String, (String, bool))> {
    let (is_there, rest) = match text.strip_prefix('!') {
        Some(rest) => (false, rest),
        None => (true, text),
    };
    let (mark, rest) = match rest.get(..1) {
        Some(mark @ ("?" | ":")) => (mark, &rest[1..]),
        _ => ("/", rest),
    };
    let (name, key) = match rest.split_once('=') {
        Some((name, wire)) => (name, format!("{mark}{wire}")),
        None => (rest, implied(mark, rest)),
    };
    is_name(name).then(|| (key, (name.to_owned(), is_there)))
}

impl Commands {
    /// Reads the tables of the lock.
    pub(crate) fn parse(file: &str, commands: Table, retired: Table) -> Result<Self, Error> {
        let mut errors = Errors::default();
        let mut paths: BTreeMap<String, String> = BTreeMap::new();
        let mut read = |table: Table| {
            let mut entries = BTreeMap::new();
            for (route, texts) in table {
                match entry(&texts) {
                    Ok(entry) => {
                        let other = paths.insert(entry.path.clone(), route.clone());
                        if let Some(other) = other {
                            let message = format!(
                                "`{route}` and `{other}` are both the command `{}`",
                                entry.path
                            );
                            let advice = "give one of them another name under [commands]";
                            errors.add(Error::new(file, "", message, advice));
                        }
                        entries.insert(route, entry);
                    }
                    Err((fault, advice)) => {
                        let message = format!("the command of `{route}` {fault}");
                        errors.add(Error::new(file, "", message, advice));
                    }
                }
            }
            entries
        };
        let (entries, retired) = (read(commands), read(retired));
        errors.end()?;
        Ok(Self { entries, retired })
    }

    /// Writes the tables of the lock.
    pub(crate) fn to_text(&self) -> String {
        table("commands", &self.entries) + &table("retired_commands", &self.retired)
    }
}

/// Reads an entry. Fails with the fault and the advice.
fn entry(texts: &[String]) -> Result<Entry, (String, &'static str)> {
    let (path, texts) = texts.split_first().ok_or_else(|| {
        let advice = "write the command first, such as \"crons create\"";
        ("has no name".to_owned(), advice)
    })?;
    if !is_path(path) {
        let advice = "write lower-case words with spaces between them, such as `crons create`";
        return Err((format!("has the bad name `{path}`"), advice));
    }
    let mut flags = BTreeMap::new();
    let mut names = BTreeSet::new();
    for text in texts {
        let advice =
            "write lower-case letters, digits, dashes and dots, such as `send-email=sendMail`";
        let bad = || (format!("has the bad flag `{text}`"), advice);
        let (key, flag) = parse(text).ok_or_else(bad)?;
        if is_global(&flag.0) {
            let advice = "write another name, such as one with `body.` before it";
            return Err((format!("has the global flag `--{}`", flag.0), advice));
        }
        let twice = format!("has the flag `--{}` twice", flag.0);
        if !names.insert(flag.0.clone()) || flags.insert(key, flag).is_some() {
            return Err((twice, "give one of them another name"));
        }
    }
    Ok(Entry {
        path: path.clone(),
        flags,
    })
}

fn table(title: &str, entries: &BTreeMap<String, Entry>) -> String {
    let mut out = String::new();
    if !entries.is_empty() {
        let _ = writeln!(out, "\n[{title}]");
    }
    for (route, entry) in entries {
        let flags = entry.flags.iter();
        let flags = flags.map(|(key, named)| toml_string(&flag(key, named)));
        let texts = [toml_string(&entry.path)].into_iter().chain(flags);
        let texts: Vec<String> = texts.collect();
        let (key, line) = (toml_string(route), texts.join(", "));
        if key.len() + line.len() + " = []".len() <= WIDTH {
            let _ = writeln!(out, "{key} = [{line}]");
            continue;
        }
        let _ = write!(out, "{key} = [");
        let mut width = WIDTH;
        for text in texts {
            if width + text.len() + 2 > WIDTH {
                out.push_str("\n   ");
                width = 3;
            }
            let _ = write!(out, " {text},");
            width += text.len() + 2;
        }
        out.push_str("\n]\n");
    }
    out
}
