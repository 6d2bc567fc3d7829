//! The engine: everything of a sandbox except its sockets.
//!
//! A request passes faults, authentication, validation and its handler, in this order.

mod answer;
mod call;
mod download;
mod iam;
mod initial;
mod stale_cache;

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::admin_action::AdminAction;
use crate::auth::credential::CredentialState;
use crate::auth::settings::Keys;
use crate::builder::Builder;
use crate::clock::{Clock, Moment, ServerTime};
use crate::faults::Faults;
use crate::handlers::registry::Handlers;
use crate::http::HttpRequest;
use crate::journal::Journal;
use crate::persist::{Record, RecordedEvent, Resumed, Saved};
use crate::routes::Routes;
use crate::state::World;
use stale_cache::StaleCache;

pub(crate) struct Engine {
    pub(crate) settings: Builder,
    pub(crate) keys: Keys,
    /// `http://127.0.0.1:PORT`.
    pub(crate) origin: String,
    pub(crate) clock: Clock,
    pub(crate) time: ServerTime,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    pub(crate) record: Record,
    world: Mutex<World>,
    stale_cache: Mutex<StaleCache>,
    routes: Routes,
    handlers: Handlers,
}

impl Engine {
    pub(crate) fn new(settings: Builder, keys: Keys, origin: String) -> Self {
        let clock = settings.clock.clone().unwrap_or_else(Clock::real);
        let now = clock.now();
        let saved = || Saved::new(settings.description(), &keys.source, now);
        let engine = Self {
            origin,
            time: ServerTime::new(settings.time_offset),
            journal: Journal::default(),
            faults: Faults::new(clock.clone()),
            record: Record::new(settings.recording.then(saved)),
            world: Mutex::new(settings.initial_state(&keys, now)),
            stale_cache: Mutex::default(),
            routes: Routes::new(),
            handlers: Handlers::new(),
            clock,
            settings,
            keys,
        };
        engine.add_first_faults();
        engine
    }

    /// Restores the initial state, journal and faults. The clock goes on.
    pub(crate) fn reset(&self) {
        self.start_over(self.clock.now());
        self.journal.clear();
        self.faults.clear();
        self.add_first_faults();
    }

    /// Restores the initial state of a sandbox that starts at `now`.
    fn start_over(&self, now: Moment) {
        let mut world = self.world();
        *world = self.settings.initial_state(&self.keys, now);
        self.record.start_over(now);
    }

    fn add_first_faults(&self) {
        for fault in &self.settings.faults {
            // The start checked them.
            let _ = self.faults.try_add(fault.clone());
        }
    }

    /// The state. It stays usable after a handler panicked.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stale_cache(&self) -> MutexGuard<'_, StaleCache> {
        let cache = self.stale_cache.lock();
        cache.unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries out an action of a test or a person; `false` if there is no such object.
    pub(crate) fn act(&self, action: &AdminAction) -> bool {
        self.act_on(&mut self.world(), action, self.clock.now())
    }

    /// Sets the state of a consumer key; `false` if there is no such key.
    pub(crate) fn decide(&self, consumer_key: &str, state: CredentialState) -> bool {
        let known = self
            .world()
            .accounts
            .credential(consumer_key)
            .map(|it| it.id);
        known.is_some_and(|credential| {
            let end = None;
            self.act(&AdminAction::Decide {
                credential,
                state,
                end,
            })
        })
    }

    fn act_on(&self, world: &mut World, action: &AdminAction, now: Moment) -> bool {
        self.stale_cache().fill(&self.faults.stale(), world);
        let done = action.apply(world, now);
        if done {
            let event = || RecordedEvent::AdminAction(action.clone());
            self.record.add(now, event);
        }
        done
    }

    /// The state as text, if it is recorded.
    pub(crate) fn saved(&self) -> Option<String> {
        // The lock keeps other writes out until the end is known.
        let _world = self.world();
        self.record.text(self.clock.now(), self.clock.unhurried())
    }

    /// Repeats the recorded writes, then moves the clock to where it stood.
    pub(crate) fn resume(&self, saved: Saved) -> Resumed {
        self.start_over(saved.start);
        let mut resumed = Resumed::default();
        for write in saved.writes {
            let at = write.at;
            let same = match write.done {
                RecordedEvent::Call(call) => {
                    self.repeat(&call.request(), call.caller.as_ref(), at) == call.status
                }
                RecordedEvent::AdminAction(action) => self.act_on(&mut self.world(), &action, at),
            };
            resumed.writes += 1;
            resumed.different += usize::from(!same);
        }
        self.clock.catch_up(saved.end, saved.unhurried_end);
        resumed
    }

    /// The host and port of the public URL, if there is one.
    pub(crate) fn public_host(&self) -> Option<&str> {
        let public = self.settings.public_url.as_deref()?;
        public.split_once("://").map(|(_, host)| host)
    }

    /// Scheme, host and port that the client used, by its `Host` header.
    fn called_origin(&self, request: &HttpRequest) -> Cow<'_, str> {
        match (request.header("host"), self.origin.split_once("://")) {
            (Some(host), Some((scheme, _))) => Cow::Owned(format!("{scheme}://{host}")),
            _ => Cow::Borrowed(&self.origin),
        }
    }

    /// Scheme, host and port of the URLs in a response.
    fn origin_for(&self, request: &HttpRequest) -> Cow<'_, str> {
        match request.local.is_loopback() {
            true => Cow::Borrowed(&self.origin),
            false => self.called_origin(request),
        }
    }

    /// The absolute URL that the signature of a request is checked against.
    fn signed_url(&self, request: &HttpRequest) -> String {
        let target = &request.target;
        match &self.settings.public_url {
            _ if !target.starts_with('/') => target.clone(),
            Some(public) => format!("{public}{target}"),
            None => format!("{}{target}", self.called_origin(request)),
        }
    }
}
