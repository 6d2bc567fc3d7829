//! Lists from a cache that is older than the last write.
//!
//! While a fault asks for it, lists are read from a copy of the state that was made when the fault
//! was added. `Pragma: no-cache` copies the present state for one list.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Moment;
use crate::http::HttpRequest;
use crate::state::World;

/// The number of lists with a separate copy.
const MAX_LISTS: usize = 64;

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

impl StaleCache {
    /// Copies the state for new faults, before it changes.
    ///
    /// `faults` has the faults with a stale cache, and the time when each was added.
    pub(super) fn fill(&mut self, faults: &[(u64, Moment)], world: &World) {
        let exists = |id: u64| faults.iter().any(|(fault, _)| *fault == id);
        self.first.retain(|id, _| exists(*id));
        self.lists.retain(|(id, _), _| exists(*id));
        let mut copy = None;
        for &(id, taken) in faults {
            self.first.entry(id).or_insert_with(|| Snapshot {
                world: Arc::clone(copy.get_or_insert_with(|| Arc::new(world.clone()))),
                taken,
            });
        }
    }

    /// The copy of the state that answers a call, if it is a list from the cache.
    pub(super) fn snapshot(
        &mut self,
        fault: u64,
        request: &HttpRequest,
        world: &World,
        now: Moment,
    ) -> Option<Snapshot> {
        if request.method != "GET" || request.header("x-pagination-mode").is_none() {
            return None;
        }
        let list = (fault, request.target.clone());
        let pragma = request.header("pragma").unwrap_or_default();
        if !pragma.contains("no-cache") {
            let snapshot = self.lists.get(&list).or_else(|| self.first.get(&fault));
            return snapshot.cloned();
        }
        let snapshot = Snapshot {
            world: Arc::new(world.clone()),
            taken: now,
        };
        if self.lists.len() >= MAX_LISTS {
            // From now on all lists of the fault are as old as this one.
            self.lists.clear();
            self.first.insert(fault, snapshot.clone());
        }
        self.lists.insert(list, snapshot);
        None
    }
}
