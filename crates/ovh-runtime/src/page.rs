//! Lists that are requested as pages of objects.
//!
//! A list of ids returns objects if the request has the header `X-Pagination-Mode:
//! CachedObjectList-Pages`. This is undocumented: OVHcloud's control panel does it, and an
//! extension in the document names the type. Lists of version 2 of the API hold objects, and are
//! paged by cursor.

use serde_core::de::DeserializeOwned;

use crate::page_counter::digest;
use crate::{
    Call, Correction, DecodeResponse, Error, ErrorKind, FromJson, FromResponse, PageStream,
    Request, Response, list,
};

/// The sort direction of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SortOrder {
    /// Ascending.
    Ascending,
    /// Descending.
    Descending,
}

/// The position of a page. Each number is set if the server sent it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageNumbers {
    /// The number of this page, from 1.
    pub number: Option<u64>,
    /// The maximum number of items on a page.
    pub size: Option<u64>,
    /// The number of pages.
    pub pages: Option<u64>,
    /// The number of items on all pages.
    pub elements: Option<u64>,
}

/// A page of objects.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The objects, in the order of the server. One that does not decode is an error on its own,
    /// with its JSON path. At most 100 errors are kept: if there are more, the last item is an
    /// error with their number.
    pub items: Vec<Result<T, Error>>,
    /// The position of the page.
    pub numbers: PageNumbers,
    /// The cursor of the next page, in a list that is paged by cursor. `None` at its end.
    pub next_cursor: Option<String>,
    /// A digest of the response, to detect repeated pages.
    #[doc(hidden)]
    pub digest: u64,
}

impl<T> Call<Page<T>> {
    /// Sets the page number, from 1.
    pub fn number(self, number: u64) -> Self {
        self.header("X-Pagination-Number", number.to_string())
    }

    /// Sets the cursor, in a list that is paged by cursor.
    pub fn cursor(self, cursor: impl Into<String>) -> Self {
        self.header("X-Pagination-Cursor", cursor)
    }

    /// Sets the page size. The server's limit is undocumented.
    pub fn size(self, size: u64) -> Self {
        self.header("X-Pagination-Size", size.to_string())
    }

    /// Sorts by a property of the objects, given by its wire name.
    pub fn sort(self, property: &str, order: SortOrder) -> Self {
        let order = match order {
            SortOrder::Ascending => "ASC",
            SortOrder::Descending => "DESC",
        };
        self.header("X-Pagination-Sort", property.to_owned())
            .header("X-Pagination-Sort-Order", order.to_owned())
    }

    /// Sets a filter in the API's notation: `field:op=value`, joined by `&`.
    pub fn filter(self, filter: impl Into<String>) -> Self {
        self.header("X-Pagination-Filter", filter.into())
    }

    /// Streams the objects of this page and of all following pages.
    pub fn stream(self) -> PageStream<T>
    where
        T: 'static,
    {
        PageStream::new(*self.pending, self.decode)
    }
}

impl<T> Page<T> {
    fn new(reply: &Response, items: Vec<Result<T, Error>>) -> Self {
        let cursor = reply.header("X-Pagination-Cursor-Next");
        Self {
            items,
            numbers: PageNumbers::of(reply),
            next_cursor: cursor.filter(|it| !it.is_empty()).map(str::to_owned),
            digest: digest(reply.body()),
        }
    }
}

impl<T: FromJson + 'static> FromResponse for Page<T> {
    fn from_response(
        request: &Request,
        reply: &Response,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        refuse_ids(request, reply)?;
        Ok(Self::new(reply, list::items(request, reply, corrections)?))
    }
}

impl<T: DeserializeOwned + 'static> DecodeResponse for Page<T> {
    fn from_reply(request: &Request, reply: &Response) -> Result<Self, Error> {
        refuse_ids(request, reply)?;
        Ok(Self::new(reply, list::serde_items(request, reply)?))
    }
}

impl PageNumbers {
    fn of(reply: &Response) -> Self {
        let number = |name: &str| {
            reply
                .header(name)
                .and_then(|value| value.trim().parse().ok())
        };
        Self {
            number: number("X-Pagination-Number"),
            size: number("X-Pagination-Size"),
            pages: number("X-Pagination-Total"),
            elements: number("X-Pagination-Elements"),
        }
    }
}

/// Detects a server that ignores the header and returns ids. Only the items show it, not the
/// response headers.
fn refuse_ids(request: &Request, reply: &Response) -> Result<(), Error> {
    let is_ids = reply.read(request, |json| {
        let inside = json.text.trim_start_matches('[').trim_start();
        if inside.starts_with(['{', ']']) {
            return Ok(false);
        }
        let (mut is_empty, mut has_object) = (true, false);
        json.item_texts(&mut |_, text| {
            is_empty = false;
            has_object |= text.starts_with('{');
            Ok(())
        })?;
        Ok(!is_empty && !has_object)
    })?;
    if !is_ids {
        return Ok(());
    }
    Err(Error::builder(
        ErrorKind::NotPaged,
        "expected a page of objects, found a list of ids; list the ids and get each object",
    )
    .request(request)
    .reply(reply)
    .build())
}
