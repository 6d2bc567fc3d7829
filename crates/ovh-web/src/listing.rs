//! Lists of objects, from pages or from ids with one call per object.
//!
//! A list is lazy and keeps one page at a time; [`stream`](self) below requests the next page.

mod raw;
mod stream;

use std::future::IntoFuture;
use std::num::NonZeroU64;
use std::sync::Arc;

use crate::macros::partial_debug;
use ovh_runtime::{BoxFuture, Call, Correction, Error, ErrorKind, FromJson, Page, SortOrder};

pub use stream::ListingStream;

/// Inferred: the control panel requests thousands per page; the limit is undocumented.
const PAGE_SIZE: NonZeroU64 = NonZeroU64::new(500).expect("500 is not 0");
/// The maximum number of errors that [`Listing::split`] keeps.
const MAX_ERRORS: usize = 100;

/// A list of objects, fetched when awaited or streamed.
///
/// Awaited, it returns all objects or the first error. [`stream`](Self::stream) yields objects one
/// by one and holds at most one page. [`split`](Self::split) returns objects and errors separately.
/// [`ids`](Self::ids) returns only names or ids.
///
/// The server is asked for pages of objects. If it ignores paging and returns ids, each object is
/// requested separately, a few concurrently, in the order of the ids.
///
/// Functions such as `try_join_all` need `into_future()`, which turns a list into a future.
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
#[must_use = "a list does nothing until it is awaited or streamed"]
pub struct Listing<T, I = String> {
    source: Arc<Source<T, I>>,
    options: Options,
}

/// The paging options.
#[derive(Clone, Debug)]
struct Options {
    size: NonZeroU64,
    sort: Option<(String, SortOrder)>,
    filter: Option<String>,
    /// Fail rather than make one call per object.
    only_pages: bool,
    /// The server does not page this list.
    is_plain: bool,
    /// Version 2 pages this list. It refuses a size above its largest one.
    is_by_cursor: bool,
    /// `None` for the default.
    max_pages: Option<u64>,
}

impl Options {
    /// Returns `true` if the result would be wrong on a server without paging.
    fn needs_pages(&self) -> bool {
        self.sort.is_some() || self.filter.is_some() || self.only_pages
    }
}

type Get<T, I> = dyn Fn(I) -> Object<T> + Send + Sync;

/// An object of a list.
enum Object<T> {
    /// The call that reads it.
    Call(Call<T>),
    /// The object, if no call reads it.
    Value(T),
}

/// The three calls that a list is made of.
struct Source<T, I> {
    page: Box<dyn Fn() -> Call<Page<T>> + Send + Sync>,
    ids: Box<dyn Fn() -> Call<Vec<I>> + Send + Sync>,
    get: Box<Get<T, I>>,
}

impl<T: 'static, I: 'static> Listing<T, I> {
    /// Creates a list from its calls and their context: a handle, a filter.
    pub(crate) fn new<C: Clone + Send + Sync + 'static>(
        context: C,
        page: fn(&C) -> Call<Page<T>>,
        ids: fn(&C) -> Call<Vec<I>>,
        get: fn(&C, &I) -> Call<T>,
    ) -> Self {
        let [for_page, for_ids] = [context.clone(), context.clone()];
        Self::from_source(Source {
            page: Box::new(move || page(&for_page)),
            ids: Box::new(move || ids(&for_ids)),
            get: Box::new(move |id| Object::Call(get(&context, &id))),
        })
    }

    fn from_source(source: Source<T, I>) -> Self {
        Self {
            source: Arc::new(source),
            options: Options {
                size: PAGE_SIZE,
                sort: None,
                filter: None,
                only_pages: false,
                is_plain: false,
                is_by_cursor: false,
                max_pages: None,
            },
        }
    }

    /// Sets the maximum page size. 0 counts as 1; the server's limit is undocumented.
    pub fn page_size(mut self, size: u64) -> Self {
        self.options.size = NonZeroU64::new(size).unwrap_or(NonZeroU64::MIN);
        self
    }

    /// Sets the maximum number of pages; a longer list is an error. Default: 10,000.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.options.max_pages = Some(pages);
        self
    }

    /// Sorts on the server by a property, given by its wire name.
    ///
    /// If the server does not page this list, the list returns an error.
    pub fn sort(mut self, property: impl Into<String>, order: SortOrder) -> Self {
        self.options.sort = Some((property.into(), order));
        self
    }

    /// Filters on the server, in the API's notation: `field:op=value`, joined by `&`.
    ///
    /// The operators are `eq`, `ne`, `lt`, `gt`, `like`, `nlike` and `in`; values are
    /// percent-encoded. If the server does not page this list, the list returns an error. A route's
    /// own filters are arguments of `list_with`.
    pub fn filter(mut self, filter: impl Into<String>) -> Self {
        self.options.filter = Some(filter.into());
        self
    }

    /// Fails with [`NotPaged`](ovh_runtime::ErrorKind::NotPaged) instead of one call per object.
    pub(crate) fn only_pages(mut self) -> Self {
        self.options.only_pages = true;
        self
    }

    /// Returns each object with its [corrections](Correction), such as a missing property that was
    /// replaced by the zero value of its type. Their paths are those in the page: `[3].state`.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// let crons = client.hosting("example.ovh").crons().list().with_corrections();
    /// for (cron, corrections) in crons.await? {
    ///     let is_complete = corrections.is_empty();
    ///     println!("{}: complete: {is_complete}", cron.command);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_corrections(self) -> Listing<(T, Vec<Correction>), I>
    where
        T: FromJson,
    {
        let Self { source, options } = self;
        let [ids, get] = [Arc::clone(&source), Arc::clone(&source)];
        let mut listing = Listing::from_source(Source {
            page: Box::new(move || (source.page)().with_own_corrections()),
            ids: Box::new(move || (ids.ids)()),
            get: Box::new(move |id| match (get.get)(id) {
                Object::Call(call) => Object::Call(call.with_corrections()),
                Object::Value(value) => Object::Value((value, Vec::new())),
            }),
        });
        listing.options = options;
        listing
    }

    /// Returns only the ids (names or numbers), in one call without paging.
    pub fn ids(&self) -> Call<Vec<I>> {
        (self.source.ids)()
    }
}

impl<T: Send + 'static, I: Send + 'static> Listing<T, I> {
    /// Streams the objects. Nothing is sent before the first poll.
    ///
    /// An object that cannot be decoded yields an error, and the stream continues. If a page fails,
    /// its error is the last item.
    #[must_use = "a stream does nothing until it is polled"]
    pub fn stream(self) -> ListingStream<T, I> {
        ListingStream::new(self.source, self.options)
    }

    /// Returns all objects, like awaiting the list.
    pub async fn collect(self) -> Result<Vec<T>, Error> {
        let mut stream = self.stream();
        let mut all = Vec::new();
        while let Some(item) = stream.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    /// Returns the decoded objects, and the errors of the others.
    ///
    /// At most 100 errors are kept; if there are more, the last one gives their number.
    ///
    /// # Errors
    ///
    /// Returns an error if a page or the ids cannot be read.
    pub async fn split(self) -> Result<(Vec<T>, Vec<Error>), Error> {
        let mut stream = self.stream();
        let mut split = Split::default();
        while let Some(item) = stream.next().await {
            match item {
                Err(error) if stream.has_failed() => return Err(error),
                item => split.add(item),
            }
        }
        Ok(split.finish())
    }
}

/// The objects of a stream, and the errors of the others.
pub(crate) struct Split<T> {
    good: Vec<T>,
    bad: Vec<Error>,
    /// The number of errors that are not kept.
    more: usize,
}

impl<T> Split<T> {
    pub(crate) fn add(&mut self, item: Result<T, Error>) {
        match item {
            Ok(item) => self.good.push(item),
            Err(error) if self.bad.len() < MAX_ERRORS => self.bad.push(error),
            Err(error) => self.more += error.omitted().max(1),
        }
    }

    pub(crate) fn finish(mut self) -> (Vec<T>, Vec<Error>) {
        if self.more > 0 {
            let message = format!("{} more objects of the list could not be read", self.more);
            let error = Error::builder(ErrorKind::Decode, message).omitted(self.more);
            self.bad.push(error.build());
        }
        (self.good, self.bad)
    }
}

impl<T> Default for Split<T> {
    fn default() -> Self {
        let (good, bad, more) = (Vec::new(), Vec::new(), 0);
        Self { good, bad, more }
    }
}

impl<T: Send + 'static, I: Send + 'static> IntoFuture for Listing<T, I> {
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
            options: self.options.clone(),
        }
    }
}

partial_debug!(Listing<T, I>, |listing| options = listing.options);

#[cfg(test)]
mod tests;
