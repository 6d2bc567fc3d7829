//! Limits of decoding: the number of items in a response, and the time.
//!
//! A response is hostile until it is decoded: a few megabytes can hold millions of items.

use std::fmt;
use std::sync::Arc;

use crate::{Error, ErrorKind, OnCorrections, Request, Response};

/// The maximum number of corrections reported for a response.
pub(crate) const MAX_CORRECTIONS: usize = 1_000;
/// The message of the parser's error, which [`Limits::error`] replaces.
pub(crate) const OVER_LIMIT: &str = "a limit was exceeded";
/// The maximum number of item errors kept for a list.
const MAX_ERRORS: usize = 100;
/// The number of items between two checks of the clock.
const ITEMS_PER_LOOK: usize = 1_024;

/// Returns `true` once the time of a call is over.
pub type IsOutOfTime = Arc<dyn Fn() -> bool + Send + Sync>;

/// Options for decoding a response. The transport sets them with [`Response::with_decoding`].
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
    /// Stops the decoding of a list with [`ErrorKind::Timeout`].
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
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exceeded {
    Items,
    Time,
}

/// The limits of a response during decoding.
#[derive(Clone, Copy)]
pub(crate) struct Limits<'a> {
    max_items: usize,
    is_out_of_time: Option<&'a IsOutOfTime>,
    exceeded: Option<Exceeded>,
}

impl<'a> Limits<'a> {
    /// Returns no limits, for text that does not come from the API.
    pub(crate) const NONE: Self = Self {
        max_items: usize::MAX,
        is_out_of_time: None,
        exceeded: None,
    };

    pub(crate) fn new(options: &'a DecodeOptions) -> Self {
        Self {
            max_items: options.max_items,
            is_out_of_time: options.is_out_of_time.as_ref(),
            exceeded: None,
        }
    }

    /// Returns `false` if an item at `index` exceeds the limit, or if the time is over.
    pub(crate) fn allow(&mut self, index: usize) -> bool {
        if index >= self.max_items {
            self.exceeded = Some(Exceeded::Items);
        } else if index % ITEMS_PER_LOOK == ITEMS_PER_LOOK - 1
            && self.is_out_of_time.is_some_and(|is_over| is_over())
        {
            self.exceeded = Some(Exceeded::Time);
        }
        self.exceeded.is_none()
    }

    /// The error of the exceeded limit.
    pub(crate) fn error(&self, request: &Request, reply: &Response) -> Option<Error> {
        let (kind, message, hint) = match self.exceeded? {
            Exceeded::Items => (
                ErrorKind::Decode,
                format!("the response has more than {} items", self.max_items),
                "ask for smaller pages, or raise the limit of items",
            ),
            Exceeded::Time => (
                ErrorKind::Timeout,
                "the time of the call ran out while its response was decoded".to_owned(),
                "ask for smaller pages, or allow the call more time",
            ),
        };
        let error = Error::builder(kind, message)
            .request(request)
            .reply(reply)
            .hint(hint);
        // The server returned success: a write has taken effect.
        Some(error.maybe_applied(!request.method().is_read()).build())
    }
}

/// Collects the items of a list, and the errors of at most 100 of them.
pub(crate) struct Collected<T> {
    items: Vec<Result<T, Error>>,
    errors: usize,
}

impl<T> Collected<T> {
    pub(crate) const fn new() -> Self {
        Self {
            items: Vec::new(),
            errors: 0,
        }
    }

    /// Adds an item, or its error. Errors above the limit are counted but not created.
    pub(crate) fn push<F: FnOnce() -> Error>(&mut self, item: Result<T, F>) {
        match item {
            Ok(item) => self.items.push(Ok(item)),
            Err(make) => {
                if self.errors < MAX_ERRORS {
                    self.items.push(Err(make()));
                }
                self.errors += 1;
            }
        }
    }

    /// The items. If errors were omitted, one more holds their number.
    pub(crate) fn finish(mut self, request: &Request, reply: &Response) -> Vec<Result<T, Error>> {
        if let Some(more @ 1..) = self.errors.checked_sub(MAX_ERRORS) {
            self.items.push(Err(reply.more_bad_items(request, more)));
        }
        self.items
    }
}
