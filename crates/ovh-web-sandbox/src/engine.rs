//! The road of one call: route, credentials, query and body, handler, reply, journal.
//!
//! Everything here is plain code on a request that was read in full; sockets and limits are the
//! server's business. Faults will be put on this road, before and after the handler.

mod url;
mod writing;

use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::HeaderMap;
use ovh_runtime::Operation;

use crate::auth::{self, Caller, Presented};
use crate::clock::{Clock, Moment, ServerTime};
use crate::document::{self, document};
use crate::faults::{Fault, Faults, Plan, Struck};
use crate::handlers::{Context, Handlers, Values};
use crate::journal::{Effect, Entry, Identity, Journal};
use crate::paging::Wanted;
use crate::persist::Record;
use crate::reply::{Answer, Refusal};
use crate::routes::{Route, Routes};
use crate::state::World;

pub(crate) use writing::bytes;
use writing::clipped;

/// A request that was read in full.
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// The request target as it came: path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Where the call comes from.
    pub(crate) peer: IpAddr,
}

impl Incoming {
    /// The target without its query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

/// A reply before it is written.
pub(crate) struct Outgoing {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) wire: Wire,
}

/// What goes wrong on the way of a reply. Nothing, unless a fault says so.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    pub(crate) delay: Duration,
    /// After how many bytes of the body the connection is cut.
    pub(crate) truncate: Option<usize>,
    /// The connection is cut without a reply.
    pub(crate) reset: bool,
}

/// A person who is told of every call: the binary's log.
pub(crate) type Observer = Box<dyn Fn(&Entry) + Send + Sync>;

/// Makes the state that a sandbox starts with.
pub(crate) type Fresh = Box<dyn Fn(Moment) -> World + Send + Sync>;

/// What an engine is told at its start.
pub(crate) struct Settings {
    pub(crate) clock: Clock,
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    /// Against which scheme, host and port signatures are checked, if not what `Host` says.
    pub(crate) public: Option<String>,
    pub(crate) seed: u64,
    pub(crate) observer: Option<Observer>,
    pub(crate) faults: Vec<Fault>,
    /// What the state is made from, if writes are to be recorded.
    pub(crate) record: Option<String>,
    /// Lists are ids whatever the headers ask for, as in some regions of OVHcloud.
    pub(crate) ignores_paging: bool,
}

/// Everything of a sandbox but its sockets.
pub(crate) struct Engine {
    pub(crate) journal: Journal,
    pub(crate) clock: Clock,
    pub(crate) time: ServerTime,
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    pub(crate) observer: Option<Observer>,
    pub(crate) faults: Faults,
    /// The faults that are set from the start.
    first_faults: Vec<Fault>,
    fresh: Fresh,
    public: Option<String>,
    pub(crate) record: Record,
    /// Counts the calls that changed something, so that a stale cache knows what is stale.
    changes: AtomicU64,
    world: Mutex<World>,
    routes: Routes,
    handlers: Handlers,
    seed: u64,
    /// Lists are ids whatever the headers ask for, as in some regions of OVHcloud.
    ignores_paging: bool,
}

/// What became of a call, for the reply and the journal.
struct Verdict {
    operation: Option<&'static Operation>,
    caller: Option<Caller>,
    help: Option<String>,
    effect: Effect,
    result: Result<Answer, Refusal>,
}

/// An authenticated call on its way to the answer.
struct Asked<'a> {
    incoming: &'a Incoming,
    query: Option<&'a str>,
    route: &'a Route<'a>,
    time: &'a ServerTime,
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
    pub(crate) fn new(settings: Settings, fresh: Fresh) -> Self {
        let now = settings.clock.now();
        let world = fresh(now);
        let engine = Self {
            journal: Journal::default(),
            clock: settings.clock,
            time: ServerTime::default(),
            origin: settings.origin,
            observer: settings.observer,
            faults: Faults::default(),
            first_faults: settings.faults,
            fresh,
            record: Record::new(settings.record, now),
            public: settings.public,
            changes: AtomicU64::new(0),
            world: Mutex::new(world),
            routes: Routes::new(),
            handlers: Handlers::new(),
            seed: settings.seed,
            ignores_paging: settings.ignores_paging,
        };
        engine.set_first_faults();
        engine
    }

    /// Goes back to the start: state, journal, faults. The clock stays where it is.
    pub(crate) fn reset(&self) {
        self.start_over(self.clock.now());
        self.journal.clear();
        self.faults.clear();
        self.set_first_faults();
    }

    /// Makes the state anew, as it is at a start at `now`.
    pub(crate) fn start_over(&self, now: Moment) {
        let mut world = self.world();
        *world = (self.fresh)(now);
        self.record.start_over(now);
    }

    /// Does a write again that was recorded, and says how it was answered.
    pub(crate) fn again(&self, incoming: &Incoming, caller: Option<&Caller>) -> u16 {
        let (path, query) = match incoming.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (incoming.target.as_str(), None),
        };
        let route = below_version(path).and_then(|path| self.routes.find(&incoming.method, path));
        let Some(route) = route else {
            return 404;
        };
        let asked = Asked {
            incoming,
            query,
            route: &route,
            time: &self.time,
        };
        let act = AssertUnwindSafe(|| self.handle(&mut self.world(), &asked, caller));
        match catch_unwind(act) {
            Ok(Ok(_)) => 200,
            Ok(Err(refusal)) => refusal.status,
            Err(_) => 500,
        }
    }

    fn set_first_faults(&self) {
        for fault in &self.first_faults {
            // They were checked before the start.
            let _ = self.faults.try_add(fault.clone());
        }
    }

    /// How many calls have changed something.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// The state. A handler that panicked does not close it for the others.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a call and writes it into the journal.
    ///
    /// A handler that panics is a mistake of the sandbox; it costs this call a 500, and no other.
    pub(crate) fn answer(&self, incoming: &Incoming) -> Outgoing {
        let plan = self.strike(incoming);
        let time = self.time.shifted(plan.clock_skew);
        let judge = AssertUnwindSafe(|| {
            if plan.stops_before() {
                self.struck_down(incoming)
            } else {
                self.judge(incoming, &time)
            }
        });
        let verdict = catch_unwind(judge).unwrap_or_else(|_| {
            Verdict::refused(Refusal::new(
                500,
                "Server::InternalServerError",
                "The sandbox failed on this call; this is a mistake of the sandbox",
            ))
        });
        self.conclude(incoming, verdict, &plan, &time)
    }

    /// What the faults do to a call.
    fn strike(&self, incoming: &Incoming) -> Plan {
        let path = incoming.path();
        let api_path = below_version(path).unwrap_or(path);
        self.faults.strike(&Struck {
            operation: self.operation(incoming).map(Operation::id),
            method: &incoming.method,
            path: api_path,
            now: self.clock.now(),
        })
    }

    /// The verdict on a call of which a fault lets nothing happen.
    fn struck_down(&self, incoming: &Incoming) -> Verdict {
        Verdict {
            operation: self.operation(incoming),
            ..Verdict::refused(Refusal::bad_request("a fault"))
        }
    }

    fn operation(&self, incoming: &Incoming) -> Option<&'static Operation> {
        let path = below_version(incoming.path())?;
        let route = self.routes.find(&incoming.method, path)?;
        Some(route.operation)
    }

    /// Answers a call that could not be read in full.
    pub(crate) fn refuse(&self, incoming: &Incoming, refusal: Refusal) -> Outgoing {
        let verdict = Verdict::refused(refusal);
        self.conclude(incoming, verdict, &Plan::default(), &self.time)
    }

    fn judge(&self, incoming: &Incoming, time: &ServerTime) -> Verdict {
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
                peer: incoming.peer,
                now: self.clock.unhurried(),
                iam_actions: route.operation.iam_actions(),
            };
            match auth::authenticate(&mut world.accounts, time, &presented) {
                Ok(caller) => verdict.caller = Some(caller),
                Err(denied) => {
                    verdict.help = denied.help;
                    verdict.result = Err(denied.refusal);
                    return verdict;
                }
            }
        }
        let asked = Asked {
            incoming,
            query,
            route: &route,
            time,
        };
        let now = self.clock.now();
        verdict.result = self.handle(&mut world, &asked, verdict.caller.as_ref());
        if incoming.method != "GET" {
            let status = verdict.result.as_ref().err().map_or(200, |r| r.status);
            self.record
                .call(now, incoming, verdict.caller.as_ref(), status);
        }
        verdict.effect = match &verdict.result {
            Ok(answer) if answer.without_effect => Effect::Unmodelled,
            Ok(Answer {
                changed: Some(what),
                ..
            }) => Effect::Changed(what.clone()),
            _ => Effect::None,
        };
        verdict
    }

    /// Checks path, query and body against the document, and answers: by the handler of the
    /// operation, or from the document.
    fn handle(
        &self,
        world: &mut World,
        asked: &Asked<'_>,
        caller: Option<&Caller>,
    ) -> Result<Answer, Refusal> {
        let (described, headers) = (asked.route.described, &asked.incoming.headers);
        let handler = self.handlers.find(described.operation);
        // Who calls goes before what is said.
        let application_id = handler
            .is_some_and(|handler| handler.needs_application)
            .then(|| auth::application_id(&world.accounts, headers))
            .transpose()?;
        let document = document();
        document::path(document, described, &asked.route.captures)?;
        let wanted = if self.ignores_paging {
            Wanted::Ids
        } else {
            Wanted::from_headers(headers, document, document.expanded(described))?
        };
        let query = Values(document::query(document, described, asked.query)?);
        let body = Values(document::body(document, described, &asked.incoming.body)?);
        world.failures.handling(described.operation.id());
        let mut context = Context {
            world,
            now: self.clock.now(),
            server_seconds: asked.time.unix_seconds(),
            origin: &self.origin,
            path: &asked.route.captures,
            query,
            body,
            wanted,
            caller,
            application_id,
        };
        match handler {
            Some(handler) => (handler.run)(&mut context),
            None => document::from_document(&mut context, described, &self.handlers, self.seed),
        }
    }

    /// Writes the call into the journal and makes its reply, with what faults do to that.
    fn conclude(
        &self,
        incoming: &Incoming,
        verdict: Verdict,
        plan: &Plan,
        time: &ServerTime,
    ) -> Outgoing {
        let instead = plan.instead();
        let status = match (&verdict.result, instead) {
            _ if plan.resets() => 0,
            (_, Some(instead)) => instead.status,
            (Ok(_), None) => 200,
            (Err(refusal), None) => refusal.status,
        };
        let message = match (&verdict.result, instead) {
            _ if plan.resets() => None,
            (_, Some(instead)) => Some(instead.message.as_str()),
            (result, None) => result.as_ref().err().map(|r| r.message.as_str()),
        };
        if verdict.effect.is_change() {
            self.changes.fetch_add(1, Ordering::SeqCst);
        }
        let query_id = self.query_id();
        let mut entry = self.entry(incoming, verdict.operation, &query_id);
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
        outgoing.body = bytes(&body);
        if plan.stale_cache && status == 200 {
            self.through_cache(incoming, &mut outgoing);
        }
        outgoing
    }
}

/// The path below `/1.0` or `/v1`, which serve the same API.
fn below_version(path: &str) -> Option<&str> {
    ["/1.0", "/v1"]
        .iter()
        .find_map(|prefix| path.strip_prefix(prefix))
        .filter(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_version_prefixes_lead_to_the_same_path() {
        assert_eq!(below_version("/1.0/me"), Some("/me"));
        assert_eq!(below_version("/v1/me"), Some("/me"));
        for other in ["/v2/me", "/v1me", "/1.0", "/me", ""] {
            assert_eq!(below_version(other), None, "{other}");
        }
    }
}
