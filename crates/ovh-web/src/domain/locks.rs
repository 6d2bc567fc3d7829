//! A lock for each zone, so that no two batches of one client overlap.
//!
//! Parallel refreshes of one zone are reported to fail without an error.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// The locks of a client and its clones.
#[derive(Clone, Debug, Default)]
pub(crate) struct ZoneLocks(Arc<Mutex<HashMap<String, Weak<AsyncMutex<()>>>>>);

impl ZoneLocks {
    /// Waits until no other batch of the zone is running.
    pub(crate) async fn acquire(&self, zone: &str) -> OwnedMutexGuard<()> {
        let lock = self.of(zone);
        lock.lock_owned().await
    }

    fn of(&self, zone: &str) -> Arc<AsyncMutex<()>> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let zone = zone.to_ascii_lowercase();
        if let Some(lock) = locks.get(&zone).and_then(Weak::upgrade) {
            return lock;
        }
        // Locks that nobody holds or waits for.
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::default();
        locks.insert(zone, Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn locks_one_zone_at_a_time() {
        let locks = ZoneLocks::default();
        let first = locks.acquire("example.com").await;
        let other = locks.acquire("example.org").await;
        assert!(locks.acquire("Example.com").now_or_never().is_none());
        drop(first);
        drop(locks.acquire("example.com").await);
        drop(other);
        drop(locks.acquire("example.net").await);
        assert_eq!(locks.0.lock().expect("the locks").len(), 1);
    }
}
