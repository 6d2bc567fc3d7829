//! Shares one fetch among concurrent callers.
//!
//! It is used for the server's time and for access tokens. If the fetching caller is dropped, the
//! next one takes over. A failure is returned to those who waited for it, and is not cached.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::macros::partial_debug;
use ovh_runtime::Error;

pub(crate) struct SingleFlight<T> {
    value: Mutex<Option<T>>,
    /// The last failed fetch: number and error.
    failed: Mutex<Option<(u64, Arc<Error>)>>,
    finished: AtomicU64,
    gate: tokio::sync::Mutex<()>,
}

impl<T: Clone> SingleFlight<T> {
    /// Returns one that begins with a cached value.
    pub(crate) fn with_value(value: T) -> Self {
        Self {
            value: Mutex::new(Some(value)),
            ..Self::default()
        }
    }

    /// Returns the cached value.
    pub(crate) fn peek(&self) -> Option<T> {
        locked(&self.value).clone()
    }

    /// Replaces the cached value, if `change` returns one.
    pub(crate) fn replace(&self, change: impl FnOnce(&T) -> Option<T>) -> Option<T> {
        let mut value = locked(&self.value);
        let new = value.as_ref().and_then(change)?;
        *value = Some(new.clone());
        Some(new)
    }

    /// Returns the cached value if it is usable; otherwise awaits `fetch`.
    pub(crate) async fn get(
        &self,
        usable: impl Fn(&T) -> bool,
        fetch: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Arc<Error>> {
        if let Some(value) = self.peek().filter(&usable) {
            return Ok(value);
        }
        let before = self.finished.load(Ordering::SeqCst);
        let _gate = self.gate.lock().await;
        if let Some(value) = self.peek().filter(&usable) {
            return Ok(value);
        }
        if let Some((number, error)) = &*locked(&self.failed) {
            if *number > before {
                return Err(Arc::clone(error));
            }
        }
        let result = fetch.await;
        let number = self.finished.fetch_add(1, Ordering::SeqCst) + 1;
        match result {
            Ok(value) => {
                *locked(&self.value) = Some(value.clone());
                Ok(value)
            }
            Err(error) => {
                let error = Arc::new(error);
                *locked(&self.failed) = Some((number, Arc::clone(&error)));
                Err(error)
            }
        }
    }
}

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self {
            value: Mutex::default(),
            failed: Mutex::default(),
            finished: AtomicU64::new(0),
            gate: tokio::sync::Mutex::default(),
        }
    }
}

// The value may be a secret.
partial_debug!(SingleFlight<T>, |_flight|);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use ovh_runtime::ErrorKind;

    use super::*;

    #[tokio::test]
    async fn failure_reaches_all_waiters_then_retries() {
        let flight = Arc::new(SingleFlight::<u32>::default());
        let fetches = Arc::new(AtomicUsize::new(0));
        let waiters: Vec<_> = (0..100)
            .map(|_| {
                let (flight, fetches) = (Arc::clone(&flight), Arc::clone(&fetches));
                tokio::spawn(async move {
                    let fetch = async {
                        fetches.fetch_add(1, Ordering::SeqCst);
                        for _ in 0..10 {
                            tokio::task::yield_now().await;
                        }
                        Err(Error::builder(ErrorKind::Server, "no").build())
                    };
                    flight.get(|_| true, fetch).await.expect_err("failed")
                })
            })
            .collect();
        for waiter in waiters {
            assert_eq!(waiter.await.expect("a waiter").message(), "no");
        }
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
        let got = flight.get(|_| true, async { Ok(7) }).await;
        assert_eq!(got.expect("a value"), 7);
    }

    #[tokio::test]
    async fn dropped_fetch_passes_to_next_caller() {
        let flight = SingleFlight::<u32>::default();
        {
            let mut first = Box::pin(flight.get(|_| true, std::future::pending()));
            std::future::poll_fn(|cx| {
                assert!(first.as_mut().poll(cx).is_pending());
                std::task::Poll::Ready(())
            })
            .await;
        }
        let got = flight.get(|_| true, async { Ok(7) }).await;
        assert_eq!(got.expect("a value"), 7);
    }
}
