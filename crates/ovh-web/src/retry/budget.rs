//! The retry budget: a token bucket shared by a client and its clones.
//!
//! A retry takes a token; a call that succeeds at the first attempt returns a tenth of one. If the
//! server is down, retries stop adding to its load.

use std::sync::atomic::{AtomicU32, Ordering};

/// One token, in tenths.
const TOKEN: u32 = 10;

#[derive(Debug)]
pub(crate) struct Budget {
    capacity: u32,
    left: AtomicU32,
}

impl Budget {
    pub(crate) fn new(retries: u32) -> Self {
        let capacity = retries.saturating_mul(TOKEN);
        Self {
            capacity,
            left: AtomicU32::new(capacity),
        }
    }

    /// Takes a token for a retry; `false` if none is left.
    pub(crate) fn take(&self) -> bool {
        self.change(|left| left.checked_sub(TOKEN))
    }

    /// Returns a tenth of a token, after a call that succeeded at the first attempt.
    pub(crate) fn earn(&self) {
        self.change(|left| (left < self.capacity).then(|| left + 1));
    }

    fn change(&self, change: impl FnMut(u32) -> Option<u32>) -> bool {
        let order = Ordering::Relaxed;
        self.left.fetch_update(order, order, change).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_successes_earn_a_retry_up_to_capacity() {
        let budget = Budget::new(2);
        assert!(budget.take() && budget.take() && !budget.take());
        for _ in 0..9 {
            budget.earn();
        }
        assert!(!budget.take());
        budget.earn();
        assert!(budget.take() && !budget.take());
        for _ in 0..1000 {
            budget.earn();
        }
        assert!(budget.take() && budget.take() && !budget.take());
    }

    #[test]
    fn largest_budget_does_not_overflow() {
        let budget = Budget::new(u32::MAX);
        budget.earn();
        assert!(budget.take());
    }
}
