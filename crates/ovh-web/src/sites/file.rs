//! The file of sites: parsed, merged and checked without the account.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::budget::Budget;
use super::entries::{FileEntry, HostingEntry, VariableEntry};
use super::merge::subtable;
use super::names::QUOTES;
use super::node::decode::{Decode, Mistakes, Named};
use super::node::{Node, Source, Table, Text, Value};
use super::place::{FileError, Mistake, Place, Placed};
use super::placeholders::{Variables, check_name};
use super::resolve::{self, Parts, SetKey, set_key};
use super::wanted::{HostingFacts, WantedHosting};
use super::{Kind, schema};
use crate::domain::RecordSet;

/// The desired state of hostings, their sites and DNS records, from a TOML or JSON file.
///
/// ```
/// use ovh_web::sites::SitesFile;
///
/// let text = r#"
/// [template.wordpress]
/// folder = "www/{domain}"
/// ssl = true
///
/// [hosting."example.cluster01.hosting.ovh.net"]
/// php = "8.3"
///
/// [hosting."example.cluster01.hosting.ovh.net".site."shop.example.com"]
/// template = "wordpress"
/// "#;
/// let file = SitesFile::parse("sites.toml", text, |_| None)?;
/// let hostings: Vec<&str> = file.hostings().collect();
/// assert_eq!(hostings, ["example.cluster01.hosting.ovh.net"]);
///
/// let mistake = text.replace("ssl = true", "sssl = true");
/// let error = SitesFile::parse("sites.toml", &mistake, |_| None).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "sites.toml:4:1: unknown field `sssl`, did you mean `ssl`?",
/// );
/// # Ok::<(), ovh_web::sites::FileError>(())
/// ```
#[derive(Clone)]
pub struct SitesFile {
    parts: Parts,
    hostings: BTreeMap<String, Checked>,
    start: Place,
}

/// The result of the check of a hosting.
#[derive(Clone, Debug)]
struct Checked {
    place: Place,
    kinds: BTreeSet<Kind>,
}

/// The largest file in bytes.
const MAX_BYTES: usize = 16 << 20;

/// Names the hostings only: texts may have values of variables.
impl fmt::Debug for SitesFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SitesFile")
            .field("file", &self.start.file)
            .field("hostings", &self.hostings.keys())
            .finish_non_exhaustive()
    }
}

impl SitesFile {
    /// Parses and checks a file.
    ///
    /// A name that ends with `.json` is JSON, `.toml` is TOML; otherwise a brace at the start tells
    /// JSON. `env` looks up the environment variables that the file lists in `variables`, and is
    /// never called with a name that starts with `OVH_`.
    ///
    /// A file may have 16 MB, a text 64 KB, and everything with defaults, templates, variables and
    /// aliases 256 MB.
    ///
    /// # Errors
    ///
    /// Returns the first 20 mistakes of the file by place. They have neither secrets nor values of
    /// variables.
    pub fn parse(
        name: &str,
        text: &str,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, FileError> {
        Self::parse_within(Budget::FILE, name, text, &env)
    }

    /// Parses a file that has at most so many bytes with its templates.
    fn parse_within(
        bytes: usize,
        name: &str,
        text: &str,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, FileError> {
        if text.len() > MAX_BYTES {
            let start = Place::new(&name.into(), 1, 1);
            return Err(Mistake::new(&start, "the file is larger than 16 MB").into());
        }
        let mut mistakes = Mistakes::default();
        let source = Source::new(name, text);
        let start = source.place(0);
        let Some(root) = source.parse(&mut mistakes) else {
            // There is always a mistake then.
            let unread = Mistake::new(&start, "the file cannot be read");
            mistakes.finish()?;
            return Err(unread.into());
        };
        let parts = parts(root, &start, env, &mut mistakes);
        mistakes.fields_are_checked();
        let hostings = check(&parts, &Budget::new(bytes), &mut mistakes);
        mistakes.finish()?;
        Ok(Self {
            parts,
            hostings,
            start,
        })
    }

    /// Returns the service names of the hostings, sorted.
    pub fn hostings(&self) -> impl Iterator<Item = &str> {
        self.hostings.keys().map(|name| &**name)
    }

    /// Returns the JSON schema of the file, for editors.
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schema::schema()
    }

    /// Returns the desired state of a hosting.
    ///
    /// # Errors
    ///
    /// Returns mistakes that only the facts show: a missing address, names that are equal now.
    pub(crate) fn wanted(
        &self,
        hosting: &str,
        facts: &HostingFacts,
    ) -> Result<WantedHosting, FileError> {
        let Some(member) = self.parts.hostings.get(hosting) else {
            return Err(Mistake::new(&self.start, "the file does not have the hosting").into());
        };
        let mut mistakes = Mistakes::default();
        let budget = Budget::new(Budget::FILE);
        let wanted = resolve::resolve(&self.parts, member, facts, &budget, &mut mistakes);
        mistakes.finish().map(|()| wanted)
    }

    /// Returns the kinds that the file names for a hosting, whose objects have to be read.
    pub(crate) fn kinds(&self, hosting: &str) -> BTreeSet<Kind> {
        let hosting = self.hostings.get(hosting);
        hosting
            .map(|hosting| hosting.kinds.clone())
            .unwrap_or_default()
    }

    /// Returns the place of a hosting.
    pub(crate) fn place(&self, hosting: &str) -> Option<&Place> {
        self.hostings.get(hosting).map(|hosting| &hosting.place)
    }
}

/// Checks the fields of all tables, and looks up the variables.
fn parts(
    root: Table,
    start: &Place,
    env: &dyn Fn(&str) -> Option<String>,
    to: &mut Mistakes,
) -> Parts {
    let node = Node {
        place: start.clone(),
        value: Value::Table(root),
    };
    let entry = FileEntry::decode(&node, to);
    let Value::Table(root) = node.value else {
        return Parts::default();
    };
    let named = entry.and_then(|entry| entry.variables).unwrap_or_default();
    let mut variables = variables(named, env, to);
    // A variable with a mistake is no unknown placeholder besides.
    for name in subtable(&root, "variables").into_keys() {
        variables.entry(name).or_default();
    }
    let defaults = subtable(&root, "defaults");
    Parts {
        variables,
        hosting_defaults: subtable(&defaults, "hosting"),
        site_defaults: subtable(&defaults, "site"),
        templates: subtable(&root, "template"),
        hostings: subtable(&root, "hosting"),
    }
}

fn variables(
    named: Named<VariableEntry>,
    env: &dyn Fn(&str) -> Option<String>,
    to: &mut Mistakes,
) -> Variables {
    let mut variables = Variables::new();
    for (name, (key, entry)) in named.0 {
        check_name(&key, to);
        let value = match entry {
            VariableEntry::Constant(text) => Some(text.value),
            VariableEntry::Env(variable) => {
                let value = env(&variable.value);
                if value.is_none() {
                    let message = format!("the environment variable `{variable}` is not set");
                    to.add(&variable.place, message);
                }
                value
            }
        };
        variables.insert(name, value);
    }
    variables
}

/// Resolves each hosting with facts that stand for its own, and compares them with each other.
fn check(parts: &Parts, budget: &Budget, to: &mut Mistakes) -> BTreeMap<String, Checked> {
    let facts = HostingFacts::sample();
    let (mut checked, mut names) = (BTreeMap::new(), BTreeMap::new());
    let mut domains: BTreeMap<String, Place> = BTreeMap::new();
    // Two hostings may have equal records.
    let mut records: BTreeMap<(String, SetKey), Placed<RecordSet>> = BTreeMap::new();
    for (name, member) in &parts.hostings {
        let place = &member.key.place;
        if let Some(normal) = service_name(&member.key, to) {
            if let Some(first) = names.insert(normal, place) {
                let key = &member.key;
                to.add(place, format!("`{key}` is the same hosting as at {first}"));
            }
        }
        if let Value::Table(table) = &member.node.value {
            let is_field = |name: &String| HostingEntry::FIELDS.contains(&&**name);
            // `[hosting.example.com]` is the table `com` of `example`.
            if !name.contains('.') && !table.keys().all(is_field) {
                let key = &member.key;
                to.add(place, format!("`{key}` may be part of a name: {QUOTES}"));
            }
        }
        let wanted = resolve::resolve(parts, member, &facts, budget, to);
        if budget.is_spent() {
            break;
        }
        let kinds = wanted.kinds();
        for (domain, Placed { place, .. }) in wanted.domains {
            if let Some(first) = domains.get(&domain) {
                to.add(
                    &place,
                    format!("the domain is on another hosting too, at {first}"),
                );
                continue;
            }
            domains.insert(domain, place);
        }
        for (zone, sets) in wanted.dns {
            for set in sets {
                let key = (zone.clone(), set_key(&set.value));
                let first = records.entry(key).or_insert_with(|| set.clone());
                if first.value != set.value {
                    let first = &first.place;
                    let message = format!("the records are given differently at {first}");
                    to.add(&set.place, message);
                }
            }
        }
        let place = place.clone();
        checked.insert(name.clone(), Checked { place, kinds });
    }
    checked
}

/// Returns a service name in lower case. Inferred: it has only characters of domain names.
fn service_name(text: &Text, to: &mut Mistakes) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if text.value.is_empty() || !text.value.chars().all(is_part) || text.value.contains("..") {
        let message = format!("expected the service name of a hosting, found `{text}`");
        to.add(&text.place, message);
        return None;
    }
    Some(text.value.to_ascii_lowercase())
}
