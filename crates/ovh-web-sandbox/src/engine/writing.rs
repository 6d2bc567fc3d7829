//! What an engine writes of a call: the entry of the journal and the headers of the reply.

use std::hash::{DefaultHasher, Hash, Hasher};

use ovh_runtime::Operation;
use serde_json::Value;

use super::{Engine, Incoming};
use crate::clock::ServerTime;
use crate::journal::{Effect, Entry};

impl Engine {
    /// An entry of the journal that says nothing yet of what became of the call.
    pub(crate) fn entry(
        &self,
        incoming: &Incoming,
        operation: Option<&'static Operation>,
        query_id: &str,
    ) -> Entry {
        let secrets = operation.map_or(&[][..], Operation::secret_fields);
        let (path, query) = match incoming.target.split_once('?') {
            Some((path, query)) => (path, Some(masked(query, secrets))),
            None => (incoming.target.as_str(), None),
        };
        Entry {
            sequence: 0,
            at: self.time.now().rfc3339(),
            operation: operation.map(Operation::id),
            method: incoming.method.clone(),
            path: clipped(path),
            query: query.as_deref().map(clipped),
            status: 0,
            effect: Effect::None,
            identity: None,
            attempt: 1,
            query_id: query_id.to_owned(),
            message: None,
            help: None,
            fault: None,
            fingerprint: fingerprint(incoming),
        }
    }

    /// Writes an entry into the journal and tells the observer.
    pub(crate) fn note(&self, entry: Entry) {
        let entry = self.journal.record(entry);
        if let Some(observer) = &self.observer {
            observer(&entry);
        }
    }

    /// The headers that every reply has; the content type is the first.
    pub(crate) fn headers(
        &self,
        query_id: String,
        time: &ServerTime,
    ) -> Vec<(&'static str, String)> {
        vec![
            ("content-type", "application/json; charset=utf-8".to_owned()),
            ("date", time.http_date()),
            ("x-ovh-queryid", query_id),
            ("cache-control", "no-cache, no-store".to_owned()),
        ]
    }

    /// An id in the form of the real ones: place, time and two numbers.
    pub(crate) fn query_id(&self) -> String {
        format!(
            "EU.sandbox-1.{:x}.{}.{:04}",
            self.time.unix_seconds(),
            self.seed,
            self.journal.total() + 1
        )
    }
}

/// The query with the values of secret parameters taken out.
fn masked(query: &str, secrets: &[&str]) -> String {
    query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if secrets.contains(&name) => format!("{name}=<secret>"),
            _ => pair.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("&")
}

/// The text, or its beginning if it is long: what the journal keeps of one call is bounded.
pub(super) fn clipped(text: &str) -> String {
    const LONGEST: usize = 2048;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// The same for the same method, target and body.
fn fingerprint(incoming: &Incoming) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&incoming.method, &incoming.target, &incoming.body).hash(&mut hasher);
    hasher.finish()
}

pub(crate) fn bytes(body: &Value) -> Vec<u8> {
    body.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_query_values_are_masked_and_long_texts_clipped() {
        assert_eq!(
            masked("login=a&password=b%20c&x", &["password"]),
            "login=a&password=<secret>&x"
        );
        assert_eq!(clipped("short"), "short");
        assert_eq!(clipped(&"\u{e9}".repeat(5000)).chars().count(), 2051);
    }
}
