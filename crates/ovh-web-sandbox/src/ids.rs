//! Ids, keys and other generated values: the same for the same seed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of ids that all parts of one sandbox share.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    seed: u64,
    next: Arc<AtomicU64>,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        // Larger than the ids in the module catalog, and far apart for different seeds.
        let first = 10_000_000 + (mix(seed) % 1_000) * 100_000;
        Self {
            seed,
            next: Arc::new(AtomicU64::new(first)),
        }
    }

    pub(crate) fn next(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The number of `label`, far from those of `next`.
    ///
    /// For resources that the end of a task creates: with `next` their ids would depend on when
    /// the state is read, and a replay of the writes would give other ids.
    pub(crate) fn number(&self, label: &str) -> u64 {
        1_000_000_000 + self.state(label) % 1_000_000_000
    }

    /// The letters and digits of `label`, as in application and consumer keys.
    pub(crate) fn key(&self, label: &str, length: usize) -> String {
        const ALPHABET: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut state = self.state(label);
        (0..length)
            .map(|_| {
                state = mix(state);
                let index = usize::try_from(state % 62).unwrap_or(0);
                char::from(ALPHABET[index])
            })
            .collect()
    }

    pub(crate) fn uuid(&self, label: &str) -> String {
        let high = mix(self.state(label));
        let low = mix(high);
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }

    fn state(&self, label: &str) -> u64 {
        mix_text(self.seed, label)
    }
}

/// A number that depends on a seed and a text.
pub(crate) fn mix_text(seed: u64, text: &str) -> u64 {
    let bytes = text.bytes();
    bytes.fold(mix(seed), |state, byte| mix(state ^ u64::from(byte)))
}

/// One step of splitmix64.
pub(crate) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_depend_on_the_seed() {
        let (one, same, other) = (Ids::new(1), Ids::new(1), Ids::new(2));
        assert_eq!(one.key("application", 16), same.key("application", 16));
        assert_ne!(one.key("application", 16), other.key("application", 16));
        assert_ne!(one.key("application", 16), one.key("secret", 16));
        assert_eq!(one.next(), same.next());
        assert_eq!(one.uuid("hosting").len(), 36);
        assert_eq!(one.number("log"), same.number("log"));
        assert_ne!(one.number("log"), one.number("other"));
    }
}
