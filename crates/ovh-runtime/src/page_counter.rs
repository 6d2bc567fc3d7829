//! Follows the pages of a list, by number or by cursor.
//!
//! A list whose pages do not end is an error, never a complete list.

use std::collections::HashSet;

use crate::page::digest;
use crate::{Error, ErrorKind, Page};

/// The default maximum number of pages of a list.
const MAX_PAGES: u64 = 10_000;

/// Counts the pages of a list, and detects a list that does not end.
#[doc(hidden)]
#[derive(Debug)]
pub struct PageCounter {
    number: u64,
    taken: u64,
    so_far: u64,
    /// Digests of pages or cursors: a repeated one means an endless list.
    seen: HashSet<u64>,
    max_pages: u64,
}

impl Default for PageCounter {
    fn default() -> Self {
        Self {
            number: 1,
            taken: 0,
            so_far: 0,
            seen: HashSet::new(),
            max_pages: MAX_PAGES,
        }
    }
}

impl PageCounter {
    /// Starts at a page other than the first.
    pub(crate) fn starting_at(number: Option<u64>, cursor: Option<&str>) -> Self {
        let mut counter = Self::default();
        counter.number = number.unwrap_or(counter.number);
        counter.seen.extend(cursor.map(digest));
        counter
    }

    /// Sets the maximum number of pages.
    pub const fn set_max_pages(&mut self, pages: u64) {
        self.max_pages = pages;
    }

    /// The number of the next page.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The number of items on the pages so far.
    #[must_use]
    pub const fn so_far(&self) -> u64 {
        self.so_far
    }

    /// Returns `true` if another page follows this one by number. `size` is the requested page size.
    ///
    /// # Errors
    ///
    /// Returns an error for a repeated page, an empty one before the end, or too many pages.
    pub fn next_number<T>(&mut self, page: &Page<T>, size: Option<u64>) -> Result<bool, Error> {
        // Errors that the page counts but does not keep are items of it as well.
        let count = |item: &Result<T, Error>| match item {
            Err(error) => error.omitted().max(1) as u64,
            Ok(_) => 1,
        };
        let on_page = page.items.iter().map(count).sum::<u64>();
        self.so_far += on_page;
        let numbers = page.numbers;
        let is_last = match (numbers.pages, numbers.elements) {
            (Some(pages), _) => self.number >= pages,
            (None, Some(elements)) => self.so_far >= elements,
            (None, None) => {
                let size = numbers.size.filter(|size| *size > 0).or(size);
                on_page < size.unwrap_or(1)
            }
        };
        if on_page > 0 && !self.seen.insert(page.digest) || on_page == 0 && !is_last {
            let number = self.number;
            return Err(endless(&format!("page {number} has no new items")));
        }
        self.number += 1;
        self.go_on(is_last)
    }

    /// Returns `true` if another page follows this one by cursor.
    ///
    /// # Errors
    ///
    /// Returns an error for a repeated cursor, or too many pages.
    pub fn next_cursor(&mut self, cursor: Option<&str>) -> Result<bool, Error> {
        if cursor.is_some_and(|cursor| !self.seen.insert(digest(cursor))) {
            return Err(endless("a cursor was repeated"));
        }
        self.go_on(cursor.is_none())
    }

    fn go_on(&mut self, is_last: bool) -> Result<bool, Error> {
        self.taken += 1;
        if !is_last && self.taken >= self.max_pages {
            let limit = self.max_pages;
            return Err(endless(&format!("there are more than {limit} pages")));
        }
        Ok(!is_last)
    }
}

fn endless(why: &str) -> Error {
    let message = format!("the pages of the list do not end: {why}");
    Error::builder(ErrorKind::Decode, message)
        .hint("list the ids and get each object")
        .build()
}
