//! The names of commands and their flags: rules for new ones, and the part of the lock that keeps them.
//!
//! An entry has the route, then the command and its flags: `["databases create", "capacity=capabilitie",
//! "password"]`. A flag stands for the property of the body that its name gives (`send-email` for
//! `sendEmail`); `?` is a query value, `:` a header, `=` another wire name, and `!` a flag that is gone.

#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use super::operations::shape;
use crate::Error;
use crate::error::Errors;
use crate::pointer::Pointer;

pub(super) use text::Table;
pub(crate) use text::is_implied;

/// The flags that every command has, in long form and as letters.
const GLOBAL: [&str; 34] = [
    "all",
    "body",
    "clear",
    "color",
    "columns",
    "config",
    "deadline",
    "dry-run",
    "endpoint",
    "from",
    "h",
    "help",
    "hosting",
    "keep-going",
    "limit",
    "no-wait",
    "output",
    "parallel",
    "profile",
    "query",
    "rate",
    "raw-csv",
    "resume",
    "sandbox",
    "show-secrets",
    "sort",
    "timing",
    "v",
    "verbose",
    "version",
    "wait",
    "where",
    "yes",
    "y",
];

/// The place of a flag's value in the request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// A property of the body, by the wire names that lead to it.
    Body(Vec<String>),
    Query(String),
    JoinedQuery(String),
    Header(String),
}

impl Place {
    /// The place as a key of the lock: `/access/type`, `?status`, `:X-Name`.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Body(path) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                Pointer::of(&path).to_string()
            }
            Self::Query(wire) | Self::JoinedQuery(wire) => format!("?{wire}"),
            Self::Header(wire) => format!(":{wire}"),
        }
    }

    /// The prefix of a name that another flag has.
    const fn prefix(&self) -> &'static str {
        match self {
            Self::Body(_) => "body",
            Self::Query(_) | Self::JoinedQuery(_) => "query",
            Self::Header(_) => "header",
        }
    }
}

/// A command with the names that the rules give, for [`Commands::settle`] to replace.
pub(crate) struct Proposal<'a> {
    pub(crate) path: &'a mut String,
    /// The place of each flag, `true` if its value is secret, and its name.
    pub(crate) flags: Vec<(&'a Place, bool, &'a mut String)>,
}

/// The names of one command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entry {
    path: String,
    /// The name of each flag by the key of its place, and `true` if it is there.
    flags: BTreeMap<String, (String, bool)>,
}

/// The names of all commands, by route.
#[derive(Clone, Debug, Default)]
pub(crate) struct Commands {
    entries: BTreeMap<String, Entry>,
    /// The names of removed commands, which are not reused.
    retired: BTreeMap<String, Entry>,
}

/// A word of a command or a flag: `subDomain` in snake case is `sub-domain`.
pub(crate) fn kebab(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty());
    let text = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    match text.as_str() {
        "" => "value".to_owned(),
        _ => text,
    }
}

/// The path of a command: the client's prefix, the module and the verb.
pub(crate) fn propose(prefix: &str, module: &str, verb: &str) -> String {
    let words = [kebab(module), kebab(verb)].join(" ");
    match prefix {
        "" => words,
        prefix => format!("{prefix} {words}"),
    }
}

/// The name with the first free number, if it is taken.
fn numbered(plain: &str, is_free: impl Fn(&str) -> bool) -> String {
    let mut name = plain.to_owned();
    let mut number = 1;
    while !is_free(&name) {
        number += 1;
        name = format!("{plain}-{number}");
    }
    name
}

/// Returns `true` for the name of a global flag.
fn is_global(name: &str) -> bool {
    GLOBAL.contains(&name)
}

/// Returns `true` if two flags of a command cannot have these names. A secret has further flags.
fn clash((name, is_secret): (&str, bool), (other, other_is_secret): (&str, bool)) -> bool {
    let gives = |name: &str, other: &str| {
        let ends = ["-file", "-stdin", "-env"].map(|end| format!("{name}{end}"));
        ends.contains(&other.to_owned()) || other == format!("generate-{name}")
    };
    name == other || is_secret && gives(name, other) || other_is_secret && gives(other, name)
}

impl Commands {
    /// Gives each command its names: those of the lock, then those of the rules if they are free.
    pub(crate) fn settle(
        &mut self,
        proposals: BTreeMap<String, Proposal<'_>>,
    ) -> Result<(), Error> {
        self.follow_routes(&proposals.keys().collect());
        let entries = self.entries.values().chain(self.retired.values());
        let mut taken: BTreeSet<String> = entries.map(|entry| entry.path.clone()).collect();
        let mut errors = Errors::default();
        for (route, proposal) in proposals {
            let entry = self.entries.entry(route.clone()).or_default();
            if entry.path.is_empty() {
                entry.path = numbered(proposal.path, |name| !taken.contains(name));
                taken.insert(entry.path.clone());
            }
            proposal.path.clone_from(&entry.path);
            entry.settle(&route, proposal.flags, &mut errors);
        }
        errors.end()
    }

    /// Moves entries to routes with other parameter names, and those without a route to `retired`.
    fn follow_routes(&mut self, routes: &BTreeSet<&String>) {
        let gone = self.entries.keys().filter(|key| !routes.contains(key));
        for key in gone.cloned().collect::<Vec<_>>() {
            if let Some(entry) = self.entries.remove(&key) {
                self.retired.insert(key, entry);
            }
        }
        let new = routes
            .iter()
            .filter(|route| !self.entries.contains_key(**route));
        for route in new.copied().cloned().collect::<Vec<_>>() {
            let mut retired = self.retired.keys();
            let same = retired.find(|key| shape(key) == shape(&route)).cloned();
            if let Some(entry) = same.and_then(|key| self.retired.remove(&key)) {
                self.entries.insert(route, entry);
            }
        }
    }
}

impl Entry {
    /// Gives each flag its name. A name of the lock wins.
    fn settle(
        &mut self,
        route: &str,
        flags: Vec<(&Place, bool, &mut String)>,
        errors: &mut Errors,
    ) {
        for (_, is_there) in self.flags.values_mut() {
            *is_there = false;
        }
        let mut taken: Vec<(String, bool)> = Vec::new();
        let mut new = Vec::new();
        for (place, is_secret, name) in flags {
            let Some((known, is_there)) = self.flags.get_mut(&place.key()) else {
                new.push((place, is_secret, name));
                continue;
            };
            let other = taken.iter().find(|(other, other_is_secret)| {
                clash((known, is_secret), (other, *other_is_secret))
            });
            if let Some((other, _)) = other {
                let message =
                    format!("`--{known}` and `--{other}` of `{route}` exclude each other");
                let advice = "change one of the names under [commands]: a secret has further flags";
                errors.add(Error::new("names.toml", "", message, advice));
            }
            *is_there = true;
            name.clone_from(known);
            taken.push((known.clone(), is_secret));
        }
        let gone = self.flags.values().filter(|(_, is_there)| !is_there);
        taken.extend(gone.map(|(name, _)| (name.clone(), false)));
        for (place, is_secret, name) in new {
            let is_free = |name: &str| {
                let mut taken = taken.iter();
                !is_global(name)
                    && !taken.any(|(other, other_is_secret)| {
                        clash((name, is_secret), (other, *other_is_secret))
                    })
            };
            if !is_free(name) {
                *name = numbered(&format!("{}.{name}", place.prefix()), is_free);
            }
            taken.push((name.clone(), is_secret));
            self.flags.insert(place.key(), (name.clone(), true));
        }
    }
}
