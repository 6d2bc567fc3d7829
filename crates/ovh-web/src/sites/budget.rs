//! A limit for what a file becomes with its defaults, templates, variables and aliases.
//!
//! A small file can repeat a long text or a large template many times.

use std::cell::Cell;

use super::node::decode::Mistakes;
use super::place::Place;

/// The bytes that are left, or `None` once there were too few.
pub(super) struct Budget(Cell<Option<usize>>);

impl Budget {
    /// About 50,000 sites with a template.
    pub(super) const FILE: usize = 256 << 20;

    pub(super) const fn new(bytes: usize) -> Self {
        Self(Cell::new(Some(bytes)))
    }

    /// Takes bytes. Returns `false` if there are too few, with one mistake for all that follow.
    pub(super) fn take(&self, bytes: usize, place: &Place, to: &mut Mistakes) -> bool {
        let before = self.0.get();
        let left = before.and_then(|left| left.checked_sub(bytes));
        if before.is_some() && left.is_none() {
            let message = format!(
                "with defaults, templates, variables and aliases, the file is larger than {} MB",
                Self::FILE >> 20
            );
            to.add(place, message);
        }
        self.0.set(left);
        left.is_some()
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.get().is_none()
    }
}
