//! The stream of a list: pages of objects, or one call per object if the server returns ids.

use std::future::{IntoFuture, poll_fn, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::StreamExt;
use ovh_runtime::{BoxFuture, Error, ErrorKind, PageStream};

use super::{Object, Options, Source};
use crate::macros::partial_debug;

/// Concurrent calls for single objects.
const CONCURRENT_CALLS: usize = 8;

/// Streams the objects of a [`Listing`](super::Listing), holding at most one page.
#[must_use = "a stream does nothing until it is polled"]
pub struct ListingStream<T, I = String> {
    source: Arc<Source<T, I>>,
    options: Options,
    state: State<T, I>,
    so_far: u64,
    failed: bool,
}

type Objects<T> = Pin<Box<dyn Stream<Item = Result<T, Error>> + Send>>;

enum State<T, I> {
    Pages(Box<PageStream<T>>),
    Ids(BoxFuture<'static, Result<Vec<I>, Error>>),
    Objects(Objects<T>),
    End,
}

impl<T: Send + 'static, I: Send + 'static> ListingStream<T, I> {
    pub(super) fn new(source: Arc<Source<T, I>>, options: Options) -> Self {
        if options.is_plain && !options.needs_pages() {
            let ids = (source.ids)().fresh().into_future();
            return Self::starting_with(State::Ids(ids), source, options);
        }
        let pages = pages(&source, &options, Some(options.size.get()));
        Self::starting_with(State::Pages(pages), source, options)
    }

    fn starting_with(state: State<T, I>, source: Arc<Source<T, I>>, options: Options) -> Self {
        Self {
            source,
            options,
            state,
            so_far: 0,
            failed: false,
        }
    }

    /// Returns `true` if reading a page or the ids failed.
    pub(crate) const fn has_failed(&self) -> bool {
        self.failed
    }

    /// Returns the next object, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|cx| self.poll_item(cx)).await
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            let item = match &mut self.state {
                State::End => return Poll::Ready(None),
                State::Pages(pages) => match ready!(pages.poll_next_unpin(cx)) {
                    // From third-party reports: some regions ignore paging and answer with ids.
                    Some(Err(error))
                        if error.kind() == ErrorKind::NotPaged
                            && self.so_far == 0
                            && !self.options.needs_pages() =>
                    {
                        self.state = State::Ids((self.source.ids)().fresh().into_future());
                        continue;
                    }
                    // The size may be above the server's largest one.
                    Some(Err(error))
                        if error.kind() == ErrorKind::BadRequest
                            && self.so_far == 0
                            && self.options.is_by_cursor =>
                    {
                        self.options.is_by_cursor = false;
                        self.state = State::Pages(self::pages(&self.source, &self.options, None));
                        continue;
                    }
                    Some(Err(error)) if pages.has_failed() => Some(self.fail(error)),
                    item => item,
                },
                State::Ids(call) => match ready!(call.as_mut().poll(cx)) {
                    Ok(ids) => {
                        let source = Arc::clone(&self.source);
                        self.state =
                            State::Objects(fetch_all(ids, move |id| match (source.get)(id) {
                                Object::Call(call) => call.fresh().into_future(),
                                Object::Value(value) => Box::pin(ready(Ok(value))),
                            }));
                        continue;
                    }
                    Err(error) => Some(self.fail(error)),
                },
                State::Objects(objects) => ready!(objects.as_mut().poll_next(cx)),
            };
            match item {
                Some(_) => self.so_far += 1,
                None => self.state = State::End,
            }
            return Poll::Ready(item);
        }
    }

    fn fail(&mut self, mut error: Error) -> Result<T, Error> {
        if error.kind() == ErrorKind::NotPaged && self.options.needs_pages() {
            let hint = "the server cannot sort or filter this list: read it without";
            error = error.into_builder().hint(hint).build();
        }
        self.failed = true;
        self.state = State::End;
        Err(error)
    }
}

/// The pages from the first one, of this size or the server's own.
fn pages<T: 'static, I>(
    source: &Source<T, I>,
    options: &Options,
    size: Option<u64>,
) -> Box<PageStream<T>> {
    // Inferred: pages come from a cache that may be older than the last write.
    let mut call = (source.page)().number(1).fresh();
    if let Some(size) = size {
        call = call.size(size);
    }
    if let Some((property, order)) = &options.sort {
        call = call.sort(property, *order);
    }
    if let Some(filter) = &options.filter {
        call = call.filter(filter);
    }
    let mut pages = call.stream();
    if let Some(most) = options.max_pages {
        pages = pages.max_pages(most);
    }
    Box::new(pages)
}

/// Requests objects one by one, a few concurrently, in the order of their ids.
///
/// Objects that were deleted meanwhile are left out.
fn fetch_all<T, I>(
    ids: Vec<I>,
    get: impl Fn(I) -> BoxFuture<'static, Result<T, Error>> + Send + 'static,
) -> Objects<T>
where
    T: Send + 'static,
    I: Send + 'static,
{
    let calls = futures_util::stream::iter(ids)
        .map(get)
        .buffered(CONCURRENT_CALLS);
    let objects = calls.filter(|result: &Result<T, Error>| {
        ready(!matches!(result, Err(error) if error.is_gone()))
    });
    Box::pin(objects)
}

/// No field is structurally pinned: the calls are boxed.
impl<T, I> Unpin for ListingStream<T, I> {}

impl<T: Send + 'static, I: Send + 'static> Stream for ListingStream<T, I> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(cx)
    }
}

partial_debug!(ListingStream<T, I>, |stream| so_far = stream.so_far, options = stream.options);

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use ovh_runtime::{ClientCore, HeaderMap, Method, Request, Response, StatusCode, Transport};

    use super::*;

    /// Returns the number at the end of the route, later ones first.
    ///
    /// Counts the concurrent calls.
    #[derive(Default)]
    struct Slow {
        active: AtomicUsize,
        most: AtomicUsize,
    }

    impl Transport for Slow {
        fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>> {
            Box::pin(async move {
                let active = self.active.fetch_add(1, Ordering::SeqCst) + 1;
                self.most.fetch_max(active, Ordering::SeqCst);
                let id: usize = request.target()[1..].parse().expect("a number");
                for _ in 0..(100 - id) {
                    tokio::task::yield_now().await;
                }
                self.active.fetch_sub(1, Ordering::SeqCst);
                Ok(Response::new(
                    StatusCode::OK,
                    HeaderMap::new(),
                    id.to_string().into_bytes(),
                ))
            })
        }
    }

    #[tokio::test]
    async fn fetches_objects_concurrently_in_id_order() {
        let slow = Arc::new(Slow::default());
        let core = ClientCore::new(slow.clone());
        let ids: Vec<usize> = (1..=50).collect();
        let objects = fetch_all(ids.clone(), move |id| {
            let call = core.call_result(Request::to(Method::GET, format!("/{id}")));
            call.into_future()
        });
        let got: Vec<Result<usize, Error>> = objects.collect().await;
        let got: Vec<usize> = got
            .into_iter()
            .map(|object| object.expect("an object"))
            .collect();
        assert_eq!(got, ids);
        assert_eq!(slow.most.load(Ordering::SeqCst), CONCURRENT_CALLS);
    }
}
