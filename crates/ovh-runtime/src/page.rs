//! Lists that are requested as pages of objects.
//!
//! A list of ids returns objects if the request has the header `X-Pagination-Mode:
//! CachedObjectList-Pages`. This is undocumented: OVHcloud's control panel does it, and an
//! extension in the document names the type. Lists of version 2 of the API hold objects, and are
//! paged by cursor.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_core::de::DeserializeOwned;

use crate::{
    Correction, DecodeResponse, Error, ErrorKind, FromJson, FromResponse, Request, Response, list,
};

/// The position of a page. A number is `None` if the server did not send it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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

impl<T> Page<T> {
    fn new(response: &Response, items: Vec<Result<T, Error>>) -> Self {
        let cursor = response.header("X-Pagination-Cursor-Next");
        Self {
            items,
            numbers: PageNumbers::of(response),
            next_cursor: cursor.filter(|it| !it.is_empty()).map(str::to_owned),
            digest: digest(response.body()),
        }
    }
}

impl<T: FromJson + 'static> Page<(T, Vec<Correction>)> {
    /// Decodes a page of objects, each with its own corrections.
    pub(crate) fn corrected(
        request: &Request,
        response: &Response,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        refuse_ids(request, response)?;
        let pair = |object, own| (object, own);
        let items = list::items_with(request, response, corrections, pair)?;
        Ok(Self::new(response, items))
    }
}

impl<T: FromJson + 'static> FromResponse for Page<T> {
    fn from_response(
        request: &Request,
        response: &Response,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        refuse_ids(request, response)?;
        Ok(Self::new(
            response,
            list::items(request, response, corrections)?,
        ))
    }
}

impl<T: DeserializeOwned + 'static> DecodeResponse for Page<T> {
    fn decode_response(request: &Request, response: &Response) -> Result<Self, Error> {
        refuse_ids(request, response)?;
        Ok(Self::new(response, list::serde_items(request, response)?))
    }
}

impl PageNumbers {
    fn of(response: &Response) -> Self {
        let number = |name: &str| response.header(name)?.trim().parse().ok();
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
fn refuse_ids(request: &Request, response: &Response) -> Result<(), Error> {
    let is_ids = response.read(request, |json| {
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
    .response(response)
    .build())
}

/// A digest of a text.
pub(crate) fn digest(text: impl AsRef<[u8]>) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.as_ref().hash(&mut hasher);
    hasher.finish()
}
