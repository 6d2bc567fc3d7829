//! Bytes as a row of choices.

use arbitrary::Unstructured;

/// Bytes that are read as choices. When they are used up, every choice is the first one, which is
/// the plainest: short bytes make small changes.
#[derive(Debug)]
pub struct Choices<'a>(Unstructured<'a>);

impl<'a> Choices<'a> {
    /// Choices out of these bytes.
    #[must_use]
    pub fn new(data: &'a [u8]) -> Self {
        Self(Unstructured::new(data))
    }

    /// A number below `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        match end {
            0 | 1 => 0,
            _ => self.0.int_in_range(0..=end - 1).unwrap_or(0),
        }
    }

    /// True once in so many times, and never when the bytes are used up.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times.saturating_sub(1) && times > 1
    }

    /// One of them.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn pick<'b, T: ?Sized>(&mut self, all: &[&'b T]) -> &'b T {
        all[self.below(all.len())]
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0.arbitrary().unwrap_or(0)
    }

    /// Some bytes as they are, at most so many.
    pub fn bytes(&mut self, most: usize) -> &'a [u8] {
        let length = self.below(most.min(self.0.len()) + 1);
        self.0.bytes(length).unwrap_or_default()
    }

    /// Whether there is nothing left to choose from.
    #[must_use]
    pub fn is_used_up(&self) -> bool {
        self.0.is_empty()
    }
}
