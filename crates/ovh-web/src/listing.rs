//! Lists of objects, however the server gives them: a page a request where it can, ids and a call
//! for each object where it cannot.
//!
//! The list itself is lazy and keeps one page at a time; [`stream`](self) below is the machine that
//! asks for the next one.

mod stream;

use std::fmt;
use std::future::IntoFuture;
use std::num::NonZeroU64;
use std::sync::Arc;

use ovh_runtime::{BoxFuture, Call, Error, ErrorKind, PageCall, SortOrder};
use serde::de::DeserializeOwned;

pub use stream::ListingStream;

/// Guess: objects a page. The API's control panel asks for thousands; the limit is not documented.
const PAGE_SIZE: NonZeroU64 = NonZeroU64::new(500).expect("500 is not 0");
/// The most errors of objects that [`Listing::split`] keeps.
const MAX_ERRORS: usize = 100;

/// A list of objects that is asked for when it is awaited or streamed, and not before.
///
/// Awaited, it gives all objects, or the first error. [`stream`](Self::stream) gives one object
/// after the other and never holds more than a page of them. [`split`](Self::split) gives what
/// could be read beside the errors of what could not. [`ids`](Self::ids) asks for the names or
/// numbers only.
///
/// The server is asked for pages of objects. One that ignores this and answers with ids gets a
/// call for each object, a few at a time, and the objects come in the order of the ids.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// let hosting = client.hosting("example.ovh");
/// let mut domains = hosting.domains().list().page_size(100).stream();
/// while let Some(domain) = domains.next().await {
///     match domain {
///         Ok(domain) => println!("{} shows {}", domain.domain, domain.path),
///         Err(error) => eprintln!("one could not be read: {error}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a list is asked for when it is awaited or streamed"]
pub struct Listing<T, I = String> {
    source: Arc<dyn Source<T, I>>,
    how: How,
}

/// How the pages are asked for.
#[derive(Clone, Debug)]
struct How {
    size: NonZeroU64,
    sort: Option<(String, SortOrder)>,
    filter: Option<String>,
    /// Rather an error than a call for each object.
    only_pages: bool,
    /// `None` for the default.
    max_pages: Option<u64>,
}

impl How {
    /// Whether a server that ignores paging would answer something else than what was asked for.
    fn needs_pages(&self) -> bool {
        self.sort.is_some() || self.filter.is_some() || self.only_pages
    }
}

/// Where a list comes from: the three calls that it is made of.
trait Source<T, I>: Send + Sync {
    fn page(&self) -> PageCall<T>;
    fn ids(&self) -> Call<Vec<I>>;
    fn get(&self, id: &I) -> Call<T>;
}

/// Three calls, and what they have to know: a hosting, a filter.
struct Calls<C, T, I> {
    context: C,
    page: fn(&C) -> PageCall<T>,
    ids: fn(&C) -> Call<Vec<I>>,
    get: fn(&C, &I) -> Call<T>,
}

impl<C: Send + Sync, T, I> Source<T, I> for Calls<C, T, I> {
    fn page(&self) -> PageCall<T> {
        (self.page)(&self.context)
    }

    fn ids(&self) -> Call<Vec<I>> {
        (self.ids)(&self.context)
    }

    fn get(&self, id: &I) -> Call<T> {
        (self.get)(&self.context, id)
    }
}

impl<T: 'static, I: 'static> Listing<T, I> {
    pub(crate) fn new<C: Send + Sync + 'static>(
        context: C,
        page: fn(&C) -> PageCall<T>,
        ids: fn(&C) -> Call<Vec<I>>,
        get: fn(&C, &I) -> Call<T>,
    ) -> Self {
        Self {
            source: Arc::new(Calls {
                context,
                page,
                ids,
                get,
            }),
            how: How {
                size: PAGE_SIZE,
                sort: None,
                filter: None,
                only_pages: false,
                max_pages: None,
            },
        }
    }

    /// How many objects a page has at most. 0 counts as 1; the server's limit is not documented.
    pub fn page_size(mut self, size: u64) -> Self {
        self.how.size = NonZeroU64::new(size).unwrap_or(NonZeroU64::MIN);
        self
    }

    /// Sets the most pages that are requested; a list that has more is an error. 10,000 by default.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.how.max_pages = Some(pages);
        self
    }

    /// Asks the server for an order by a property of the objects, by its name on the wire.
    ///
    /// A server that does not page cannot sort either; then the list is an error.
    pub fn sort(mut self, property: impl Into<String>, order: SortOrder) -> Self {
        self.how.sort = Some((property.into(), order));
        self
    }

    /// Asks the server for a selection in the API's own notation: `field:op=value`, joined by `&`.
    ///
    /// The operators are `eq`, `ne`, `lt`, `gt`, `like`, `nlike` and `in`, and the value
    /// is escaped as in a URL. A server that does not page cannot select either; then the list is
    /// an error. The filters that a route has of its own are those of `list_with`.
    pub fn filter(mut self, filter: impl Into<String>) -> Self {
        self.how.filter = Some(filter.into());
        self
    }

    /// Fails with [`NotPaged`](ovh_runtime::ErrorKind::NotPaged) rather than getting each object.
    pub(crate) fn only_pages(mut self) -> Self {
        self.how.only_pages = true;
        self
    }

    /// The ids only: names or numbers, in one call, whatever page size and order were asked for.
    pub fn ids(&self) -> Call<Vec<I>> {
        self.source.ids()
    }
}

impl<T, I> Listing<T, I>
where
    T: DeserializeOwned + Send + 'static,
    I: DeserializeOwned + Send + 'static,
{
    /// The objects one after the other. Nothing is sent before the first is asked for.
    ///
    /// An object that does not decode is an error of its own, and the others follow. An error of
    /// a whole page is the last item.
    #[must_use = "a stream does nothing until it is asked for items"]
    pub fn stream(self) -> ListingStream<T, I> {
        ListingStream::new(self.source, self.how)
    }

    /// All objects; the same as awaiting the list.
    ///
    /// # Errors
    ///
    /// Those of the calls; that of the first object that does not decode.
    pub async fn collect(self) -> Result<Vec<T>, Error> {
        let mut stream = self.stream();
        let mut all = Vec::new();
        while let Some(item) = stream.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    /// The objects that could be read, and the errors of those that could not. At most 100 errors
    /// are kept: if there are more, the last one says how many.
    ///
    /// # Errors
    ///
    /// Those of the calls that give a page or the ids, without which the list would not be whole.
    pub async fn split(self) -> Result<(Vec<T>, Vec<Error>), Error> {
        let mut stream = self.stream();
        let (mut good, mut bad, mut more) = (Vec::new(), Vec::new(), 0_usize);
        while let Some(item) = stream.next().await {
            match item {
                Ok(item) => good.push(item),
                Err(error) if stream.has_failed() => return Err(error),
                Err(error) if bad.len() < MAX_ERRORS => bad.push(error),
                Err(error) => more += error.omitted().max(1),
            }
        }
        if more > 0 {
            let message = format!("{more} more objects of the list could not be read");
            let error = Error::builder(ErrorKind::Decode, message).omitted(more);
            bad.push(error.build());
        }
        Ok((good, bad))
    }
}

impl<T, I> IntoFuture for Listing<T, I>
where
    T: DeserializeOwned + Send + 'static,
    I: DeserializeOwned + Send + 'static,
{
    type Output = Result<Vec<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.collect())
    }
}

impl<T, I> Clone for Listing<T, I> {
    fn clone(&self) -> Self {
        Self {
            source: Arc::clone(&self.source),
            how: self.how.clone(),
        }
    }
}

impl<T, I> fmt::Debug for Listing<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("how", &self.how)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
