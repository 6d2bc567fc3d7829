//! Named locks: no two changes of one object by one client overlap.
//!
//! A second `ensure` sees what the first one made, and a zone is refreshed once at a time: parallel
//! refreshes are reported to fail without an error.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::Clock;
use crate::clock::within;

/// The locks of a client, its clones and the clients derived from it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks(Arc<Mutex<HashMap<String, Weak<AsyncMutex<()>>>>>);

impl Locks {
    /// Waits for the lock with a name, in any case.
    #[cfg(feature = "domain")]
    pub(crate) async fn acquire(&self, name: &str) -> OwnedMutexGuard<()> {
        self.of(name).lock_owned().await
    }

    /// Waits for the lock, for a limited time; `None` if it ran out.
    pub(crate) async fn acquire_within(
        &self,
        name: &str,
        clock: &dyn Clock,
        limit: Duration,
    ) -> Option<OwnedMutexGuard<()>> {
        let lock = self.of(name);
        match Arc::clone(&lock).try_lock_owned() {
            Ok(guard) => Some(guard),
            Err(_) => within(clock, limit, lock.lock_owned()).await,
        }
    }

    fn of(&self, name: &str) -> Arc<AsyncMutex<()>> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = name.to_ascii_lowercase();
        if let Some(lock) = locks.get(&name).and_then(Weak::upgrade) {
            return lock;
        }
        // Locks that nobody holds or waits for.
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::default();
        locks.insert(name, Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::SystemClock;

    #[tokio::test]
    async fn each_name_is_locked_by_one() {
        let (locks, clock) = (Locks::default(), SystemClock::new());
        let take = |name, limit| locks.acquire_within(name, &clock, limit);
        let first = take("example.com", Duration::ZERO).await;
        let other = take("example.org", Duration::ZERO).await;
        assert!(first.is_some() && other.is_some());
        assert!(take("Example.com", Duration::ZERO).await.is_none());
        assert!(take("example.com", Duration::MAX).now_or_never().is_none());
        drop(first);
        assert!(take("example.com", Duration::ZERO).await.is_some());
        drop(other);
        drop(take("example.net", Duration::ZERO).await);
        assert_eq!(locks.0.lock().expect("the locks").len(), 1);
    }
}
