//! The faults that are set on a sandbox, and which of them a call meets.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::{BadFault, Fault, Plan};
use crate::auth::Rule;
use crate::clock::Moment;

/// How many pages a stale cache keeps.
const MOST_PAGES: usize = 1_000;

/// The faults of a sandbox. Clones set and clear the same ones.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    last_id: u64,
    armed: Vec<Armed>,
    pages: HashMap<CacheKey, Cached>,
}

/// A fault that is set.
struct Armed {
    id: u64,
    fault: Fault,
    /// How many calls it might have struck, and how many it struck.
    seen: u64,
    hits: u64,
    /// When its rate window began, and how many calls came since.
    window: Option<(Moment, u64)>,
}

/// What a fault looks at.
pub(crate) struct Struck<'a> {
    pub(crate) operation: Option<&'a str>,
    pub(crate) method: &'a str,
    /// The path below the version prefix.
    pub(crate) path: &'a str,
    pub(crate) now: Moment,
}

/// Which page it is: target, and the headers that choose it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct CacheKey(pub(crate) Vec<String>);

/// A page as it was.
#[derive(Clone)]
pub(crate) struct Cached {
    /// How many changes there had been.
    pub(crate) version: u64,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Faults {
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
    /// If it names an operation that does not exist, or does nothing.
    pub fn try_add(&self, fault: Fault) -> Result<u64, BadFault> {
        fault.check()?;
        Ok(self.with(|kept| {
            kept.last_id += 1;
            kept.armed.push(Armed {
                id: kept.last_id,
                fault,
                seen: 0,
                hits: 0,
                window: None,
            });
            kept.last_id
        }))
    }

    /// Takes all faults away.
    pub fn clear(&self) {
        self.with(|kept| {
            kept.armed.clear();
            kept.pages.clear();
        });
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
    pub(crate) fn strike(&self, call: &Struck<'_>) -> Plan {
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

    /// The page that is in the cache.
    pub(crate) fn cached(&self, key: &CacheKey) -> Option<Cached> {
        self.with(|kept| kept.pages.get(key).cloned())
    }

    /// Puts a page into the cache.
    pub(crate) fn keep(&self, key: CacheKey, page: Cached) {
        self.with(|kept| {
            if kept.pages.len() < MOST_PAGES || kept.pages.contains_key(&key) {
                kept.pages.insert(key, page);
            }
        });
    }

    fn with<T>(&self, read: impl FnOnce(&mut Kept) -> T) -> T {
        read(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Armed {
    /// Whether the call is struck; the number is how many seconds a rate window still lasts.
    fn meets(&mut self, call: &Struck<'_>) -> Option<Option<u64>> {
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
        if route.is_some_and(|route| !Rule::new("", route).allows("", call.path)) {
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
                Some((began, calls)) if call.now < began + length => (began, calls + 1),
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
