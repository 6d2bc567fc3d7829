//! Everything of a sandbox but its sockets, and the road of one call: faults, then `judge`, then
//! `writing`.
//!
//! Everything here is plain code on a request that was read in full; sockets and limits are the
//! server's business.

mod acting;
mod beside;
mod download;
mod policies;
mod respond;
mod resume;
mod stale;
mod token;
mod url;
mod writing;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ovh_runtime::Operation;

use crate::clock::{Clock, Moment, ServerTime};
use crate::control::guard::Guard;
use crate::faults::{Fault, FaultTarget, Faults, Plan};
use crate::handlers::Handlers;
use crate::journal::{Entry, Journal};
use crate::persist::{Record, Start};
use crate::reply::{Refusal, RefusalShape};
use crate::routes::{Routes, below_version};
use crate::state::World;
use crate::wire::{Incoming, Outgoing};
use respond::{RoutedRequest, Verdict};
use stale::Stale;

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
    pub(crate) record: Option<Start>,
    /// Who may reach what under which name.
    pub(crate) guard: Guard,
    /// Lists are ids whatever the headers ask for, as in some regions of OVHcloud.
    pub(crate) ignores_paging: bool,
    pub(crate) refusals: RefusalShape,
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
    pub(crate) guard: Guard,
    pub(crate) record: Record,
    /// Counts the calls that changed something, so that a stale cache knows what is stale.
    changes: AtomicU64,
    world: Mutex<World>,
    stale: Mutex<Stale>,
    routes: Routes,
    handlers: Handlers,
    seed: u64,
    /// Lists are ids whatever the headers ask for, as in some regions of OVHcloud.
    ignores_paging: bool,
    refusals: RefusalShape,
}

impl Engine {
    pub(crate) fn new(settings: Settings, fresh: Fresh) -> Self {
        let now = settings.clock.now();
        let world = fresh(now);
        let engine = Self {
            journal: Journal::default(),
            faults: Faults::new(settings.clock.clone()),
            clock: settings.clock,
            time: ServerTime::default(),
            origin: settings.origin,
            observer: settings.observer,
            first_faults: settings.faults,
            fresh,
            record: Record::new(settings.record, now),
            public: settings.public,
            guard: settings.guard,
            changes: AtomicU64::new(0),
            world: Mutex::new(world),
            stale: Mutex::default(),
            routes: Routes::new(),
            handlers: Handlers::new(),
            seed: settings.seed,
            ignores_paging: settings.ignores_paging,
            refusals: settings.refusals,
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

    fn set_first_faults(&self) {
        for fault in &self.first_faults {
            // They were checked before the start.
            let _ = self.faults.try_add(fault.clone());
        }
    }

    /// How many calls have changed something.
    fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    fn changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// The state. A handler that panicked does not close it for the others.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a call and writes it into the journal.
    ///
    /// A handler that panics is a mistake of the sandbox; it costs this call a 500, and no other.
    pub(crate) fn answer(&self, incoming: &Incoming) -> Outgoing {
        let (path, query) = incoming.path_and_query();
        let api_path = below_version(path).unwrap_or(path);
        let route = below_version(path).and_then(|path| self.routes.find(&incoming.method, path));
        let operation = route.as_ref().map(|route| route.operation);
        let plan = self.faults.strike(&FaultTarget {
            operation: operation.map(Operation::id),
            method: &incoming.method,
            path: api_path,
            now: self.clock.now(),
        });
        let time = self.time.shifted(plan.clock_skew);
        let judge = AssertUnwindSafe(|| match &route {
            // Whatever it answers: a fault stands in for it.
            _ if plan.stops_before() => Verdict::refused(Refusal::bad_request("a fault")),
            // Guess: a route that does not exist is refused before credentials are looked at.
            None => Verdict::refused(Refusal::no_route()),
            Some(route) => self.judge(&RoutedRequest {
                incoming,
                api_path,
                query,
                route,
                time: &time,
                stale_cache: plan.stale_cache,
            }),
        });
        let verdict = catch_unwind(judge).unwrap_or_else(|_| {
            Verdict::refused(Refusal::new(
                500,
                "Server::InternalServerError",
                "The sandbox failed on this call; this is a mistake of the sandbox",
            ))
        });
        let name = operation.map(Operation::id);
        self.conclude(incoming, name, verdict, &plan, &time)
    }

    /// Answers a call that could not be read in full.
    pub(crate) fn refuse(&self, incoming: &Incoming, refusal: Refusal) -> Outgoing {
        let route = below_version(incoming.path())
            .and_then(|path| self.routes.find(&incoming.method, path));
        let name = route.map(|route| route.operation.id());
        let verdict = Verdict::refused(refusal);
        self.conclude(incoming, name, verdict, &Plan::default(), &self.time)
    }
}
