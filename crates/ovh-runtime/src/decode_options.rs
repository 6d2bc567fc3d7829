//! Options and limits of decoding: the number of items in a response, and the time.
//!
//! A response is hostile until it is decoded: a few megabytes can hold millions of items.

use std::fmt;
use std::sync::Arc;

use crate::{Correction, Request};

/// The maximum number of corrections reported for a response.
pub(crate) const MAX_CORRECTIONS: usize = 1_000;
/// The parser's error message if a limit was exceeded. `Limits` has the reason.
pub(crate) const OVER_LIMIT: &str = "a limit was exceeded";
/// The number of items between two checks of the clock.
const ITEMS_PER_CHECK: usize = 1_024;

/// Receives the corrections of a response, with its request.
pub type OnCorrections = Arc<dyn Fn(&Request, &[Correction]) + Send + Sync>;

/// Returns `true` once the time of a call is over.
pub type IsOutOfTime = Arc<dyn Fn() -> bool + Send + Sync>;

/// Options for decoding a response. The transport sets them with
/// [`Response::with_decoding`](crate::Response::with_decoding).
#[derive(Clone)]
#[non_exhaustive]
pub struct DecodeOptions {
    /// If `true`, a missing property is an error rather than [corrected](crate::Correction). Lists
    /// and maps are exempt. `false` by default.
    pub strict: bool,
    /// The maximum number of items in a list, and of values in an item. 200,000 by default.
    pub max_items: usize,
    /// Receives the corrections, at most 1,000 for each response.
    pub on_corrections: Option<OnCorrections>,
    /// Stops the decoding with [`ErrorKind::Timeout`](crate::ErrorKind::Timeout).
    pub is_out_of_time: Option<IsOutOfTime>,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self {
            strict: false,
            max_items: 200_000,
            on_corrections: None,
            is_out_of_time: None,
        }
    }
}

impl fmt::Debug for DecodeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeOptions")
            .field("strict", &self.strict)
            .field("max_items", &self.max_items)
            .finish_non_exhaustive()
    }
}

/// The limit that stopped the decoding of a response.
#[derive(Clone, Copy, Debug)]
pub enum Exceeded {
    /// The maximum number of items, given here.
    Items(usize),
    /// The time of the call.
    Time,
}

/// The limits of a response during decoding.
#[derive(Clone, Copy)]
pub(crate) struct Limits<'a> {
    options: Option<&'a DecodeOptions>,
    /// The limit that was exceeded.
    pub(crate) exceeded: Option<Exceeded>,
}

impl<'a> Limits<'a> {
    /// Creates the limits; `None` for text that does not come from the API.
    pub(crate) const fn new(options: Option<&'a DecodeOptions>) -> Self {
        Self {
            options,
            exceeded: None,
        }
    }

    /// Checks if an item at `index` exceeds the limit, or if the time is over.
    pub(crate) fn check(&mut self, index: usize) -> Result<(), Exceeded> {
        let Some(options) = self.options else {
            return Ok(());
        };
        let is_out_of_time = options.is_out_of_time.as_ref();
        if index >= options.max_items {
            self.exceeded = Some(Exceeded::Items(options.max_items));
        } else if index % ITEMS_PER_CHECK == ITEMS_PER_CHECK - 1
            && is_out_of_time.is_some_and(|is_over| is_over())
        {
            self.exceeded = Some(Exceeded::Time);
        }
        self.exceeded.map_or(Ok(()), Err)
    }
}
