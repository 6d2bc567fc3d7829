//! The road of one call: route, credentials, query and body, handler, reply, journal.
//!
//! Everything here is plain code on a request that was read in full; sockets and limits are the
//! server's business. Faults will be put on this road, before and after the handler.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::HeaderMap;
use ovh_runtime::Operation;
use serde_json::Value;

use crate::auth::{self, Caller, Presented};
use crate::check;
use crate::clock::{Clock, ServerTime};
use crate::handlers::{Context, Handler, Handlers, Values};
use crate::journal::{Effect, Entry, Identity, Journal};
use crate::paging::Wanted;
use crate::reply::{Answer, Refusal};
use crate::routes::{Route, Routes};
use crate::state::World;

/// A request that was read in full.
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// The request target as it came: path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A reply before it is written.
pub(crate) struct Outgoing {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// A person who is told of every call: the binary's log.
pub(crate) type Observer = Box<dyn Fn(&Entry) + Send + Sync>;

/// Everything of a sandbox but its sockets.
pub(crate) struct Engine {
    pub(crate) journal: Journal,
    pub(crate) clock: Clock,
    pub(crate) time: ServerTime,
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    pub(crate) observer: Option<Observer>,
    world: Mutex<World>,
    routes: Routes,
    handlers: Handlers,
    seed: u64,
}

/// What became of a call, for the reply and the journal.
struct Verdict {
    operation: Option<&'static Operation>,
    caller: Option<Caller>,
    help: Option<String>,
    effect: Effect,
    result: Result<Answer, Refusal>,
}

impl Verdict {
    fn refused(refusal: Refusal) -> Self {
        Self {
            operation: None,
            caller: None,
            help: None,
            effect: Effect::None,
            result: Err(refusal),
        }
    }
}

impl Engine {
    pub(crate) fn new(
        world: World,
        clock: Clock,
        origin: String,
        seed: u64,
        observer: Option<Observer>,
    ) -> Self {
        Self {
            journal: Journal::default(),
            clock,
            time: ServerTime::default(),
            origin,
            observer,
            world: Mutex::new(world),
            routes: Routes::new(),
            handlers: Handlers::new(),
            seed,
        }
    }

    /// The state. A handler that panicked does not close it for the others.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a call and writes it into the journal.
    ///
    /// A handler that panics is a mistake of the sandbox; it costs this call a 500, and no other.
    pub(crate) fn answer(&self, incoming: &Incoming) -> Outgoing {
        let judged = catch_unwind(AssertUnwindSafe(|| self.judge(incoming)));
        let verdict = judged.unwrap_or_else(|_| {
            Verdict::refused(Refusal::new(
                500,
                "Server::InternalServerError",
                "The sandbox failed on this call; this is a mistake of the sandbox",
            ))
        });
        self.conclude(incoming, verdict)
    }

    /// Answers a call that could not be read in full.
    pub(crate) fn refuse(&self, incoming: &Incoming, refusal: Refusal) -> Outgoing {
        self.conclude(incoming, Verdict::refused(refusal))
    }

    fn judge(&self, incoming: &Incoming) -> Verdict {
        let (path, query) = match incoming.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (incoming.target.as_str(), None),
        };
        // Guess: a route that does not exist is refused before credentials are looked at.
        let route = below_version(path)
            .and_then(|path| Some((path, self.routes.find(&incoming.method, path)?)));
        let Some((api_path, route)) = route else {
            return Verdict::refused(Refusal::no_route());
        };
        let mut verdict = Verdict {
            operation: Some(route.operation),
            ..Verdict::refused(Refusal::no_route())
        };
        let mut world = self.world();
        if !route.operation.is_anonymous() {
            let url = self.url_as_received(incoming);
            let presented = Presented {
                method: &incoming.method,
                url: &url,
                api_path,
                headers: &incoming.headers,
                body: &incoming.body,
            };
            match auth::authenticate(&mut world.accounts, &self.time, &presented) {
                Ok(caller) => verdict.caller = Some(caller),
                Err(denied) => {
                    verdict.help = denied.help;
                    verdict.result = Err(denied.refusal);
                    return verdict;
                }
            }
        }
        let Some(handler) = self.handlers.find(route.operation) else {
            verdict.effect = Effect::Unmodelled;
            verdict.result = Err(Refusal::new(
                501,
                "Server::NotImplemented",
                format!(
                    "The sandbox does not imitate {} ({} {}) yet; nothing was done",
                    route.operation.id(),
                    route.operation.method(),
                    route.operation.path()
                ),
            ));
            return verdict;
        };
        verdict.result = self.handle(
            &mut world,
            incoming,
            query,
            &route,
            handler,
            verdict.caller.as_ref(),
        );
        if let Ok(Answer {
            changed: Some(what),
            ..
        }) = &verdict.result
        {
            verdict.effect = Effect::Changed(what.clone());
        }
        verdict
    }

    /// Checks query and body and runs the handler.
    fn handle(
        &self,
        world: &mut World,
        incoming: &Incoming,
        query: Option<&str>,
        route: &Route<'_>,
        handler: &Handler,
        caller: Option<&Caller>,
    ) -> Result<Answer, Refusal> {
        // Who calls goes before what is said.
        let application_id = handler
            .needs_application
            .then(|| auth::application_id(&world.accounts, &incoming.headers))
            .transpose()?;
        let expandable = route.operation.expanded_type().is_some();
        let wanted = Wanted::from_headers(&incoming.headers, expandable)?;
        let query = Values(check::query(handler.query, query)?);
        let body = Values(check::body(handler.body, &incoming.body)?);
        (handler.run)(&mut Context {
            world,
            now: self.clock.now(),
            server_seconds: self.time.unix_seconds(),
            origin: &self.origin,
            path: &route.captures,
            query,
            body,
            wanted,
            caller,
            application_id,
        })
    }

    /// The absolute URL against which a signature is checked: what the `Host` header says, and the
    /// target letter for letter.
    fn url_as_received(&self, incoming: &Incoming) -> String {
        if !incoming.target.starts_with('/') {
            return incoming.target.clone();
        }
        let host = incoming
            .headers
            .get("host")
            .and_then(|host| host.to_str().ok());
        match host {
            Some(host) => format!("http://{host}{}", incoming.target),
            None => format!("{}{}", self.origin, incoming.target),
        }
    }

    fn conclude(&self, incoming: &Incoming, verdict: Verdict) -> Outgoing {
        let secrets = verdict.operation.map_or(&[][..], Operation::secret_fields);
        let (path, query) = match incoming.target.split_once('?') {
            Some((path, query)) => (path, Some(masked(query, secrets))),
            None => (incoming.target.as_str(), None),
        };
        let status = match &verdict.result {
            Ok(_) => 200,
            Err(refusal) => refusal.status,
        };
        let query_id = self.query_id();
        let entry = Entry {
            sequence: 0,
            at: self.time.now().rfc3339(),
            operation: verdict.operation.map(Operation::id),
            method: incoming.method.clone(),
            path: clipped(path),
            query: query.as_deref().map(clipped),
            status,
            effect: verdict.effect,
            identity: verdict.caller.map(|caller| Identity {
                application_key: caller.application_key,
                credential_id: caller.credential_id,
            }),
            attempt: 1,
            query_id: query_id.clone(),
            message: verdict.result.as_ref().err().map(|r| clipped(&r.message)),
            help: verdict.help.as_deref().map(clipped),
            fingerprint: fingerprint(incoming),
        };
        let entry = self.journal.record(entry);
        if let Some(observer) = &self.observer {
            observer(&entry);
        }
        let mut headers = vec![
            ("content-type", "application/json; charset=utf-8".to_owned()),
            ("date", self.time.http_date()),
            ("x-ovh-queryid", query_id),
            ("cache-control", "no-cache, no-store".to_owned()),
        ];
        let body = match verdict.result {
            Ok(answer) => {
                if let Some(page) = answer.page {
                    headers.extend([
                        ("x-pagination-number", page.number.to_string()),
                        ("x-pagination-size", page.size.to_string()),
                        ("x-pagination-total", page.pages.to_string()),
                        ("x-pagination-elements", page.elements.to_string()),
                    ]);
                }
                answer.body
            }
            Err(refusal) => refusal.body(),
        };
        Outgoing {
            status,
            headers,
            body: bytes(&body),
        }
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

/// The path below `/1.0` or `/v1`, which serve the same API.
fn below_version(path: &str) -> Option<&str> {
    ["/1.0", "/v1"]
        .iter()
        .find_map(|prefix| path.strip_prefix(prefix))
        .filter(|rest| rest.starts_with('/'))
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

fn bytes(body: &Value) -> Vec<u8> {
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

    #[test]
    fn both_version_prefixes_lead_to_the_same_path() {
        assert_eq!(below_version("/1.0/me"), Some("/me"));
        assert_eq!(below_version("/v1/me"), Some("/me"));
        for other in ["/v2/me", "/v1me", "/1.0", "/me", ""] {
            assert_eq!(below_version(other), None, "{other}");
        }
    }
}
