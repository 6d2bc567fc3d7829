//! Counts and hashes the calls that reached the server.

use std::sync::{Arc, Mutex, PoisonError};

use ovh_web_sandbox::Entry;

/// Records every call. Clones share their counters.
#[derive(Clone, Debug, Default)]
pub(super) struct Witness(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    calls: u64,
    struck: u64,
    changes: u64,
    digest: u64,
}

impl Witness {
    pub(super) fn note(&self, entry: &Entry) {
        self.with(|counts| {
            counts.calls += 1;
            counts.struck += u64::from(entry.fault.is_some());
            counts.changes += u64::from(entry.effect.is_change());
            let effect = entry.effect.is_change();
            let words = format!(
                "{} {} {} {effect}\n",
                entry.method, entry.path, entry.status
            );
            counts.digest = fnv(counts.digest, words.as_bytes());
        });
    }

    /// The number of calls that had an effect.
    pub(super) fn changes(&self) -> u64 {
        self.with(|counts| counts.changes)
    }

    /// Calls, calls that a fault struck, and the digest.
    pub(super) fn totals(&self) -> (u64, u64, u64) {
        self.with(|counts| (counts.calls, counts.struck, counts.digest))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Counts) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// FNV-1a, which is the same everywhere and in every version; nothing secret hangs on it.
fn fnv(start: u64, bytes: &[u8]) -> u64 {
    let start = if start == 0 {
        0xcbf2_9ce4_8422_2325
    } else {
        start
    };
    bytes.iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
