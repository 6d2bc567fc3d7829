//! The faults of a sandbox, and those that apply to a call.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::check::BadFault;
use super::fault::Fault;
use super::plan::Plan;
use crate::clock::{Clock, Moment};
use crate::glob;

/// The maximum number of faults: every call checks all of them.
const MAX_FAULTS: usize = 1_000;

/// The faults of a sandbox. Clones share them.
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

/// A fault that was added.
struct Armed {
    id: u64,
    fault: Fault,
    /// Time of its addition, on the clock of the state.
    since: Moment,
    /// Number of calls in its scope.
    seen: u64,
    /// Number of calls that it applied to.
    hits: u64,
    /// Start of its rate window, and the number of calls since.
    window: Option<(Moment, u64)>,
}

/// A call, as faults see it.
pub(crate) struct FaultTarget<'a> {
    pub(crate) operation: Option<&'a str>,
    pub(crate) method: &'a str,
    /// The path below the version prefix.
    pub(crate) path: &'a str,
    pub(crate) now: Moment,
}

impl Faults {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            kept: Arc::default(),
            clock,
        }
    }

    /// Adds a fault and returns its number.
    ///
    /// # Panics
    /// Panics if it is invalid: a test with a fault without effect would prove nothing.
    #[track_caller]
    #[allow(clippy::must_use_candidate)]
    pub fn add(&self, fault: Fault) -> u64 {
        match self.try_add(fault) {
            Ok(id) => id,
            Err(error) => panic!("{error}"),
        }
    }

    /// Adds a fault and returns its number.
    ///
    /// # Errors
    /// Returns an error if the operation does not exist, the fault has no effect, or there are a
    /// thousand faults.
    pub fn try_add(&self, fault: Fault) -> Result<u64, BadFault> {
        fault.check()?;
        let since = self.clock.now();
        self.with(|kept| {
            if kept.armed.len() >= MAX_FAULTS {
                return Err(BadFault(format!("there are {MAX_FAULTS} faults already")));
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

    /// Removes all faults.
    pub fn clear(&self) {
        self.with(|kept| kept.armed.clear());
    }

    /// Removes one fault; `false` if it does not exist.
    #[allow(clippy::must_use_candidate)]
    pub fn remove(&self, id: u64) -> bool {
        self.with(|kept| {
            let before = kept.armed.len();
            kept.armed.retain(|armed| armed.id != id);
            kept.armed.len() < before
        })
    }

    /// Returns the number of calls that a fault applied to; 0 if it does not exist.
    #[must_use]
    pub fn hits(&self, id: u64) -> u64 {
        self.with(|kept| {
            let armed = kept.armed.iter().find(|armed| armed.id == id);
            armed.map_or(0, |armed| armed.hits)
        })
    }

    /// Returns the faults, each with its number and the number of calls that it applied to.
    #[must_use]
    pub fn list(&self) -> Vec<(u64, Fault, u64)> {
        self.with(|kept| {
            let armed = kept.armed.iter();
            armed
                .map(|armed| (armed.id, armed.fault.clone(), armed.hits))
                .collect()
        })
    }

    pub(crate) fn json(&self) -> Value {
        self.list()
            .into_iter()
            .map(|(id, fault, hits)| json!({"id": id, "hits": hits, "fault": fault}))
            .collect()
    }

    /// Applies the faults to a call, and counts it.
    pub(crate) fn apply(&self, call: &FaultTarget<'_>) -> Plan {
        self.with(|kept| {
            let mut plan = Plan::default();
            for armed in &mut kept.armed {
                if let Some(wait) = armed.apply(call) {
                    plan.add(armed.id, &armed.fault, wait);
                }
            }
            plan
        })
    }

    /// The faults with a stale cache, with the time when each was added.
    pub(crate) fn stale(&self) -> Vec<(u64, Moment)> {
        self.with(|kept| {
            let stale = kept
                .armed
                .iter()
                .filter(|armed| armed.fault.stale_cache == Some(true));
            stale.map(|armed| (armed.id, armed.since)).collect()
        })
    }

    fn with<T>(&self, read: impl FnOnce(&mut Kept) -> T) -> T {
        read(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Armed {
    /// `Some` if the fault applies; the number is the rest of its rate window in seconds.
    fn apply(&mut self, call: &FaultTarget<'_>) -> Option<Option<u64>> {
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
        if route.is_some_and(|route| !glob::matches(route, call.path, b'*')) {
            return None;
        }
        self.seen += 1;
        if fault.call.is_some_and(|number| number != self.seen)
            || fault.from_call.is_some_and(|number| number > self.seen)
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
