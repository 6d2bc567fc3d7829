//! Pages from a cache that is older than the last write.
//!
//! While a fault asks for that, the state is kept as it was when the fault was set, and lists are
//! read from there. `Pragma: no-cache` reads a list from the present, and keeps that for the next.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Engine;
use super::respond::RoutedRequest;
use crate::clock::Moment;
use crate::state::World;

/// How many lists are kept that were read anew.
const MOST_LISTS: usize = 64;

/// The state as it was.
pub(super) struct View {
    world: Mutex<World>,
    then: Moment,
    /// How many changes there had been.
    changes: u64,
}

impl View {
    /// Looks at the state as it was.
    pub(super) fn with<T>(&self, look: impl FnOnce(&mut World, Moment) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        look(&mut world, self.then)
    }
}

/// What the caches hold.
#[derive(Default)]
pub(super) struct Stale {
    /// By the fault, as it was when that was set.
    first: BTreeMap<u64, Arc<View>>,
    /// By the fault and the target of a list that was read anew.
    lists: BTreeMap<(u64, String), Arc<View>>,
}

impl Stale {
    /// The state of `now`; the same one for all who ask while nothing changes.
    fn view(&self, world: &World, now: Moment, changes: u64) -> Arc<View> {
        let known = self.first.values().chain(self.lists.values());
        let mut known = known.filter(|view| view.then == now && view.changes == changes);
        known.next().map_or_else(
            || {
                Arc::new(View {
                    world: Mutex::new(world.clone()),
                    then: now,
                    changes,
                })
            },
            Arc::clone,
        )
    }
}

impl Engine {
    /// Keeps the state for the faults that will show it later. Before anything is changed.
    pub(super) fn remember(&self, world: &World) {
        let faults = self.faults.stale();
        let mut stale = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.is_empty() && stale.first.is_empty() {
            return;
        }
        let set = |id: u64| faults.iter().any(|(fault, _)| *fault == id);
        stale.first.retain(|id, _| set(*id));
        stale.lists.retain(|(id, _), _| set(*id));
        for (id, since) in &faults {
            if !stale.first.contains_key(id) {
                let view = stale.view(world, *since, self.changes());
                stale.first.insert(*id, view);
            }
        }
    }

    /// The view that answers a call, if a cache does.
    pub(super) fn stale_view(&self, asked: &RoutedRequest<'_>, world: &World) -> Option<Arc<View>> {
        let fault = asked.stale_cache?;
        let incoming = asked.incoming;
        if incoming.method != "GET" || incoming.header("x-pagination-mode").is_none() {
            return None;
        }
        let mut stale = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
        let list = (fault, incoming.target.clone());
        let anew = incoming.header("pragma");
        if !anew.is_some_and(|pragma| pragma.contains("no-cache")) {
            let view = stale.lists.get(&list).or_else(|| stale.first.get(&fault));
            return view.map(Arc::clone);
        }
        let view = stale.view(world, self.clock.now(), self.changes());
        if stale.lists.len() >= MOST_LISTS && !stale.lists.contains_key(&list) {
            // Too many to know each: from now on all lists are as they are now.
            stale.lists.clear();
            stale
                .first
                .values_mut()
                .for_each(|first| *first = Arc::clone(&view));
        }
        stale.lists.insert(list, view);
        None
    }
}
