//! What an engine writes of a call: the entry of the journal, and the reply with what faults do
//! to it.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::Engine;
use super::respond::Verdict;
use crate::clock::ServerTime;
use crate::faults::Plan;
use crate::journal::{Effect, Entry, Identity};
use crate::reply::Answer;
use crate::secrets;
use crate::wire::{Incoming, Outgoing};

impl Engine {
    /// Writes the call into the journal and makes its reply, with what faults do to that.
    pub(super) fn conclude(
        &self,
        incoming: &Incoming,
        operation: Option<&'static str>,
        mut verdict: Verdict,
        plan: &Plan,
        time: &ServerTime,
    ) -> Outgoing {
        let shape = plan.refusals.unwrap_or(self.refusals);
        verdict.result = verdict.result.map_err(|refusal| refusal.in_shape(shape));
        let instead = plan.instead();
        let status = match (&verdict.result, instead) {
            _ if plan.resets() => 0,
            (_, Some(instead)) => instead.status,
            (Ok(answer), None) => answer.raw.as_ref().map_or(200, |raw| raw.status),
            (Err(refusal), None) => refusal.status,
        };
        let message = match (&verdict.result, instead) {
            _ if plan.resets() => None,
            (_, Some(instead)) => Some(instead.message.as_str()),
            (result, None) => result.as_ref().err().map(|r| r.message.as_str()),
        };
        let query_id = self.query_id();
        let mut entry = self.entry(incoming, operation, &query_id);
        entry.status = status;
        entry.effect = verdict.effect;
        entry.identity = verdict.caller.map(|caller| Identity {
            application_key: caller.key,
            credential_id: caller.credential_id.unwrap_or(0),
        });
        entry.message = message.map(clipped);
        entry.help = verdict.help.as_deref().map(clipped);
        entry.fault = plan.words();
        self.note(entry);
        let mut outgoing = Outgoing {
            status,
            headers: self.headers(query_id, time),
            body: Vec::new(),
            wire: plan.wire(),
        };
        if let Some(after) = plan.retry_after(|seconds| time.http_date_in(seconds)) {
            outgoing.headers.push(("retry-after", after));
        }
        if let Some(instead) = instead {
            outgoing.headers[0].1 = instead.content_type.to_owned();
            outgoing.body.clone_from(&instead.body);
            return outgoing;
        }
        let mut body = match verdict.result {
            Ok(Answer { raw: Some(raw), .. }) => {
                outgoing.headers[0].1 = raw.content_type.to_owned();
                outgoing.headers.extend(raw.headers);
                outgoing.body = raw.body;
                return outgoing;
            }
            Ok(answer) => {
                if let Some(page) = answer.page {
                    outgoing.headers.extend(page.headers());
                }
                if answer.without_effect {
                    outgoing
                        .headers
                        .push(("x-ovh-sandbox-effect", "none".to_owned()));
                }
                answer.body
            }
            Err(refusal) => refusal.body(),
        };
        plan.spoil(&mut body);
        outgoing.body = body.to_string().into_bytes();
        outgoing
    }

    /// An entry of the journal that says nothing yet of what became of the call.
    fn entry(&self, incoming: &Incoming, operation: Option<&'static str>, query_id: &str) -> Entry {
        let (path, query) = incoming.path_and_query();
        Entry {
            sequence: 0,
            at: self.time.now().rfc3339(),
            operation,
            method: incoming.method.clone(),
            path: clipped(path),
            query: query.map(|query| clipped(&secrets::masked(query))),
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
    fn note(&self, entry: Entry) {
        let entry = self.journal.record(entry);
        if let Some(observer) = &self.observer {
            observer(&entry);
        }
    }

    /// The headers that every reply has; the content type is the first.
    fn headers(&self, query_id: String, time: &ServerTime) -> Vec<(&'static str, String)> {
        vec![
            ("content-type", "application/json; charset=utf-8".to_owned()),
            ("date", time.http_date()),
            ("x-ovh-queryid", query_id),
            ("cache-control", "no-cache, no-store".to_owned()),
        ]
    }

    /// An id in the form of the real ones: place, time and two numbers.
    fn query_id(&self) -> String {
        format!(
            "EU.sandbox-1.{:x}.{}.{:04}",
            self.time.unix_seconds(),
            self.seed,
            self.journal.total() + 1
        )
    }
}

/// The text, or its beginning if it is long: what the journal keeps of one call is bounded.
fn clipped(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_clipped() {
        assert_eq!(clipped("short"), "short");
        assert_eq!(clipped(&"\u{e9}".repeat(5000)).chars().count(), 2051);
    }
}
