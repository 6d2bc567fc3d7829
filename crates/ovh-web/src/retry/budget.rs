//! How many repeats a client may make altogether: a bucket of tokens shared by its clones.
//!
//! A repeat takes a token, a call that succeeds at once brings back a tenth of one. While the
//! server is well this is never felt; when it is down, the repeats stop adding to its load.

use std::sync::Mutex;
use std::sync::PoisonError;

/// Tenths of a token.
const TOKEN: u32 = 10;

#[derive(Debug)]
pub(crate) struct Budget {
    capacity: u32,
    left: Mutex<u32>,
}

impl Budget {
    pub(crate) fn new(repeats: u32) -> Self {
        let capacity = repeats.saturating_mul(TOKEN);
        Self {
            capacity,
            left: Mutex::new(capacity),
        }
    }

    /// Takes the token of one repeat, if there is one.
    pub(crate) fn take(&self) -> bool {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if *left < TOKEN {
            return false;
        }
        *left -= TOKEN;
        true
    }

    /// Brings back what a call earns that succeeded at once.
    pub(crate) fn earn(&self) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.saturating_add(1).min(self.capacity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_successes_earn_a_repeat_and_no_more_than_the_capacity_is_saved() {
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
}
