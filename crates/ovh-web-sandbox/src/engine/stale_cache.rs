//! Lists from a cache that is older than the last write.
//!
//! While a fault asks for it, lists are read from a copy of the state that was made when the fault
//! was added. `Pragma: no-cache` copies the present state for one list.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use super::Engine;
use super::call::RoutedRequest;
use crate::clock::Moment;
use crate::state::World;

/// The number of lists with a separate copy.
const MAX_LISTS: usize = 64;

/// A copy of the state.
#[derive(Clone)]
pub(super) struct Snapshot {
    pub(super) world: Arc<World>,
    pub(super) taken: Moment,
}

#[derive(Default)]
pub(super) struct StaleCache {
    /// By fault: the state when it was added.
    first: BTreeMap<u64, Snapshot>,
    /// By fault and list: the state when the list was read with `Pragma: no-cache`.
    lists: BTreeMap<(u64, String), Snapshot>,
}

impl Engine {
    /// Copies the state for new faults, before it changes.
    pub(super) fn fill_stale_cache(&self, world: &World) {
        let faults = self.faults.stale();
        let mut cache = self
            .stale_cache
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let exists = |id: u64| faults.iter().any(|(fault, _)| *fault == id);
        cache.first.retain(|id, _| exists(*id));
        cache.lists.retain(|(id, _), _| exists(*id));
        let mut copy = None;
        for (id, taken) in faults {
            cache.first.entry(id).or_insert_with(|| Snapshot {
                world: Arc::clone(copy.get_or_insert_with(|| Arc::new(world.clone()))),
                taken,
            });
        }
    }

    /// The copy of the state that answers a call, if it is a list from the cache.
    pub(super) fn cached(&self, call: &RoutedRequest<'_>, world: &World) -> Option<Snapshot> {
        let fault = call.stale_cache?;
        let request = call.request;
        if request.method != "GET" || request.header("x-pagination-mode").is_none() {
            return None;
        }
        let mut cache = self
            .stale_cache
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let list = (fault, request.target.clone());
        let pragma = request.header("pragma").unwrap_or_default();
        if !pragma.contains("no-cache") {
            let snapshot = cache.lists.get(&list).or_else(|| cache.first.get(&fault));
            return snapshot.cloned();
        }
        let snapshot = Snapshot {
            world: Arc::new(world.clone()),
            taken: self.clock.now(),
        };
        if cache.lists.len() >= MAX_LISTS {
            // From now on all lists of the fault are as old as this one.
            cache.lists.clear();
            cache.first.insert(fault, snapshot.clone());
        }
        cache.lists.insert(list, snapshot);
        None
    }
}
