//! The faults that are set on a sandbox, and which of them a call meets.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::{BadFault, Fault, Plan};
use crate::clock::{Clock, Moment};
use crate::glob;

/// How many faults can be set at a time: each is looked at for every call.
const MOST_FAULTS: usize = 1_000;

/// The faults of a sandbox. Clones set and clear the same ones.
#[derive(Clone)]
pub struct Faults {
    kept: Arc<Mutex<Kept>>,
    clock: Clock,
}

#[derive(Default)]
struct Kept {
    last_id: u64,
    armed: Vec<Armed>,
}

/// A fault that is set.
struct Armed {
    id: u64,
    fault: Fault,
    /// When it was set, on the clock of the state.
    since: Moment,
    /// How many calls it might have struck, and how many it struck.
    seen: u64,
    hits: u64,
    /// When its rate window began, and how many calls came since.
    window: Option<(Moment, u64)>,
}

/// What a fault looks at.
pub(crate) struct FaultTarget<'a> {
    pub(crate) operation: Option<&'a str>,
    pub(crate) method: &'a str,
    /// The path below the version prefix.
    pub(crate) path: &'a str,
    pub(crate) now: Moment,
}

impl Faults {
    /// No faults, of a sandbox whose state lives on `clock`.
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            kept: Arc::default(),
            clock,
        }
    }

    /// Sets a fault and gives its number.
    ///
    /// # Panics
    /// If it names an operation that does not exist, or does nothing: a test with a fault that
    /// never strikes would prove nothing.
    #[track_caller]
    #[allow(clippy::must_use_candidate)]
    pub fn add(&self, fault: Fault) -> u64 {
        match self.try_add(fault) {
            Ok(id) => id,
            Err(error) => panic!("{error}"),
        }
    }

    /// Sets a fault and gives its number.
    ///
    /// # Errors
    /// If it names an operation that does not exist, or does nothing; or if a thousand are set.
    pub fn try_add(&self, fault: Fault) -> Result<u64, BadFault> {
        fault.check()?;
        let since = self.clock.now();
        self.with(|kept| {
            if kept.armed.len() >= MOST_FAULTS {
                let words = format!("{MOST_FAULTS} are set already, and no more are taken");
                return Err(BadFault(words));
            }
            kept.last_id += 1;
            kept.armed.push(Armed {
                id: kept.last_id,
                fault,
                since,
                seen: 0,
                hits: 0,
                window: None,
            });
            Ok(kept.last_id)
        })
    }

    /// Takes all faults away.
    pub fn clear(&self) {
        self.with(|kept| kept.armed.clear());
    }

    /// Takes one fault away; says whether it was there.
    #[allow(clippy::must_use_candidate)]
    pub fn remove(&self, id: u64) -> bool {
        self.with(|kept| {
            let before = kept.armed.len();
            kept.armed.retain(|armed| armed.id != id);
            kept.armed.len() < before
        })
    }

    /// How many times a fault has struck; 0 if it is not set.
    #[must_use]
    pub fn hits(&self, id: u64) -> u64 {
        self.with(|kept| {
            let armed = kept.armed.iter().find(|armed| armed.id == id);
            armed.map_or(0, |armed| armed.hits)
        })
    }

    /// The faults that are set, with their numbers and how often each has struck.
    #[must_use]
    pub fn list(&self) -> Vec<(u64, Fault, u64)> {
        self.with(|kept| {
            let armed = kept.armed.iter();
            armed
                .map(|armed| (armed.id, armed.fault.clone(), armed.hits))
                .collect()
        })
    }

    /// The same in JSON.
    pub(crate) fn json(&self) -> Value {
        self.list()
            .into_iter()
            .map(|(id, fault, hits)| json!({"id": id, "hits": hits, "fault": fault}))
            .collect()
    }

    /// What the faults do to a call. It is counted for each of them.
    pub(crate) fn strike(&self, call: &FaultTarget<'_>) -> Plan {
        self.with(|kept| {
            let mut plan = Plan::default();
            for armed in &mut kept.armed {
                if let Some(wait) = armed.meets(call) {
                    plan.add(armed.id, &armed.fault, wait);
                }
            }
            plan
        })
    }

    /// The faults that answer from a stale cache, each with when it was set.
    pub(crate) fn stale(&self) -> Vec<(u64, Moment)> {
        self.with(|kept| {
            let stale = kept.armed.iter().filter(|armed| armed.fault.stale_cache);
            stale.map(|armed| (armed.id, armed.since)).collect()
        })
    }

    fn with<T>(&self, read: impl FnOnce(&mut Kept) -> T) -> T {
        read(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Armed {
    /// Whether the call is struck; the number is how many seconds a rate window still lasts.
    fn meets(&mut self, call: &FaultTarget<'_>) -> Option<Option<u64>> {
        let fault = &self.fault;
        let wanted = fault.operation.as_deref();
        if wanted.is_some_and(|wanted| call.operation != Some(wanted)) {
            return None;
        }
        let method = fault.method.as_deref().unwrap_or("*");
        if method != "*" && !method.eq_ignore_ascii_case(call.method) {
            return None;
        }
        let route = fault.route.as_deref();
        if route.is_some_and(|route| !glob::fits(route, call.path)) {
            return None;
        }
        self.seen += 1;
        if fault.call.is_some_and(|number| number != self.seen)
            || fault.times.is_some_and(|times| self.hits >= times)
        {
            return None;
        }
        let mut wait = None;
        if let Some(limit) = fault.rate_limit {
            let length = std::time::Duration::from_secs(limit.window_seconds);
            let (began, calls) = match self.window {
                Some((began, calls)) if call.now < began + length => {
                    (began, calls.saturating_add(1))
                }
                _ => (call.now, 1),
            };
            self.window = Some((began, calls));
            if calls <= limit.calls {
                return None;
            }
            wait = Some((began + length).seconds_since(call.now));
        }
        self.hits += 1;
        Some(wait)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list()).finish()
    }
}
