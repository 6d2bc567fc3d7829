//! The report: what was found, in texts that it may show, and counts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::privacy::{Data, Word};
use super::refusal::Refusal;

/// A difference between the documents and a response.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    what: &'static str,
    place: Word,
    found: Option<&'static str>,
    expected: Option<&'static str>,
    known_value: Option<Word>,
    /// A name that the server sent: shown only if it tells nothing of the account.
    unknown_name: Option<String>,
}

impl Finding {
    pub(super) fn new(what: &'static str, place: &Word) -> Self {
        Self {
            what,
            place: place.clone(),
            found: None,
            expected: None,
            known_value: None,
            unknown_name: None,
        }
    }

    pub(super) fn found(mut self, found: &'static str) -> Self {
        self.found = Some(found);
        self
    }

    pub(super) fn expected(mut self, expected: Option<&'static str>) -> Self {
        self.expected = expected;
        self
    }

    pub(super) fn known_value(mut self, value: Word) -> Self {
        self.known_value = Some(value);
        self
    }

    pub(super) fn named(mut self, name: &str) -> Self {
        self.unknown_name = Some(name.to_owned());
        self
    }
}

/// The findings of a route after which no new name is kept.
const MOST_NAMES: usize = 100;

/// The findings about the responses of a route.
#[derive(Debug, Default)]
pub(super) struct Seen {
    findings: BTreeMap<Finding, u64>,
    formats: BTreeMap<(Word, &'static str), u64>,
}

impl Seen {
    pub(super) fn add(&mut self, mut finding: Finding) {
        // A server may invent a new name in each object.
        if self.findings.len() >= MOST_NAMES {
            finding.unknown_name = None;
        }
        *self.findings.entry(finding).or_default() += 1;
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.findings.len()
    }

    /// Counts a text with a format that a document names.
    pub(super) fn format(&mut self, format: &str, class: &'static str) {
        let key = (Word::of_document(format), class);
        *self.formats.entry(key).or_default() += 1;
    }
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) data: Data,
    findings: BTreeMap<Finding, (u64, BTreeSet<Word>)>,
    formats: BTreeMap<(Word, &'static str), u64>,
    /// By the name that the server sent.
    headers: BTreeMap<String, u64>,
    read: BTreeMap<u16, BTreeSet<Word>>,
    not_read: BTreeMap<&'static str, BTreeSet<Word>>,
    empty: BTreeSet<Word>,
    deprecated: BTreeSet<Word>,
    refusals: BTreeMap<(&'static str, Refusal), (u64, BTreeSet<Word>)>,
    clocks: BTreeMap<&'static str, u64>,
}

/// The headers that the project knows.
const KNOWN_HEADERS: &[&str] = &[
    "access-control-allow-origin",
    "access-control-expose-headers",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "deprecation",
    "etag",
    "expires",
    "keep-alive",
    "link",
    "pragma",
    "retry-after",
    "server",
    "set-cookie",
    "strict-transport-security",
    "sunset",
    "transfer-encoding",
    "vary",
    "x-content-type-options",
    "x-frame-options",
    "x-ovh-queryid",
    "x-pagination-cursor-next",
    "x-pagination-elements",
    "x-pagination-number",
    "x-pagination-size",
    "x-pagination-total",
    "x-xss-protection",
];

impl Report {
    /// Adds what the responses of a route showed.
    pub(super) fn add(&mut self, route: &Word, seen: Seen) {
        for (finding, count) in seen.findings {
            let entry = self.findings.entry(finding).or_default();
            entry.0 += count;
            entry.1.insert(route.clone());
        }
        for (key, count) in seen.formats {
            *self.formats.entry(key).or_default() += count;
        }
    }

    pub(super) fn status(&mut self, route: &Word, status: u16) {
        self.read.entry(status).or_default().insert(route.clone());
    }

    pub(super) fn not_read(&mut self, route: &Word, reason: &'static str) {
        self.not_read
            .entry(reason)
            .or_default()
            .insert(route.clone());
    }

    pub(super) fn empty(&mut self, route: &Word) {
        self.empty.insert(route.clone());
    }

    pub(super) fn deprecated(&mut self, route: &Word) {
        self.deprecated.insert(route.clone());
    }

    pub(super) fn header(&mut self, name: &str) {
        *self.headers.entry(name.to_owned()).or_default() += 1;
    }

    pub(super) fn clock(&mut self, class: &'static str) {
        *self.clocks.entry(class).or_default() += 1;
    }

    /// Adds a refusal, with the route of the tour that it is of.
    pub(super) fn refusal(
        &mut self,
        request: &'static str,
        refusal: Refusal,
        route: Option<&Word>,
    ) {
        let entry = self.refusals.entry((request, refusal)).or_default();
        entry.0 += 1;
        entry.1.extend(route.cloned());
    }

    /// The report as JSON, with what `about` says of the run.
    pub(super) fn to_json(&self, about: Value) -> Value {
        let formats = self.formats.iter().map(|((format, class), count)| {
            let name = format!("{} as {class}", format.text());
            (name, Value::from(*count))
        });
        let refusals = self
            .refusals
            .iter()
            .map(|((request, refusal), (count, routes))| {
                let mut shown = refusal.to_json();
                shown.insert("request".into(), (*request).into());
                shown.insert("count".into(), (*count).into());
                if !routes.is_empty() {
                    shown.insert("routes".into(), texts(routes));
                }
                Value::from(shown)
            });
        let read = self.read.iter();
        let read = read.map(|(status, routes)| (status.to_string(), texts(routes)));
        let not_read = self.not_read.iter();
        let not_read = not_read.map(|(reason, routes)| ((*reason).to_owned(), texts(routes)));
        let (headers, hidden) = self.shown_headers();
        json!({
            "about": about,
            "findings": self.shown_findings(),
            "refusals": refusals.collect::<Vec<_>>(),
            "own_clock": self.clocks,
            "headers": headers,
            "hidden_headers": hidden,
            "formats": formats.collect::<Map<_, _>>(),
            "read": read.collect::<Map<_, _>>(),
            "not_read": not_read.collect::<Map<_, _>>(),
            "empty_lists": texts(&self.empty),
            "deprecated": texts(&self.deprecated),
        })
    }

    /// The number of differences.
    pub(super) fn differences(&self) -> usize {
        self.findings.len()
    }

    fn shown_findings(&self) -> Vec<Value> {
        let mut shown: Vec<Value> = Vec::new();
        for (finding, (count, routes)) in &self.findings {
            let mut object = Map::new();
            object.insert("finding".into(), finding.what.into());
            object.insert("at".into(), finding.place.text().into());
            if let Some(name) = &finding.unknown_name {
                let name = self.data.name(name);
                let name = name.unwrap_or_else(|| Word::from("a name that is not shown"));
                object.insert("name".into(), name.text().into());
            }
            let mut add = |name: &str, value: Option<Value>| {
                if let Some(value) = value {
                    object.insert(name.into(), value);
                }
            };
            add("found", finding.found.map(Value::from));
            add("expected", finding.expected.map(Value::from));
            add(
                "known_value",
                finding.known_value.as_ref().map(|it| it.text().into()),
            );
            add("count", Some((*count).into()));
            add("routes", Some(texts(routes)));
            shown.push(object.into());
        }
        shown
    }

    /// The names of headers with their counts, and the number of names that are not shown.
    fn shown_headers(&self) -> (Map<String, Value>, usize) {
        let (mut shown, mut hidden) = (Map::new(), 0);
        for (name, count) in &self.headers {
            let known = KNOWN_HEADERS.iter().copied().find(|known| known == name);
            match known.map(Word::from).or_else(|| self.data.name(name)) {
                Some(word) => {
                    shown.insert(word.text().to_owned(), (*count).into());
                }
                None => hidden += 1,
            }
        }
        (shown, hidden)
    }
}

fn texts(words: &BTreeSet<Word>) -> Value {
    words.iter().map(|word| Value::from(word.text())).collect()
}
