//! The stream of a list: decides which call comes next and buffers one page.

use std::collections::VecDeque;
use std::future::{IntoFuture, poll_fn, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::macros::partial_debug;
use futures_core::Stream;
use futures_util::StreamExt;
use ovh_runtime::{BoxFuture, Call, Error, ErrorKind, Page, PageCounter};
use serde::de::DeserializeOwned;

use super::{Options, Source};

/// Concurrent calls for single objects.
const CONCURRENT_CALLS: usize = 8;

/// Streams the objects of a [`Listing`](super::Listing), holding at most one page.
#[must_use = "a stream does nothing until it is polled"]
pub struct ListingStream<T, I = String> {
    source: Arc<Source<T, I>>,
    options: Options,
    state: State<T, I>,
    /// Objects that were read and not yet yielded.
    ready: VecDeque<Result<T, Error>>,
    pages: PageCounter,
    failed: bool,
}

type Objects<T> = Pin<Box<dyn Stream<Item = Result<T, Error>> + Send>>;

enum State<T, I> {
    /// The next page must be requested.
    Next,
    Page(BoxFuture<'static, Result<Page<T>, Error>>),
    Ids(BoxFuture<'static, Result<Vec<I>, Error>>),
    Objects(Objects<T>),
    End,
}

impl<T, I> ListingStream<T, I> {
    pub(super) fn new(source: Arc<Source<T, I>>, options: Options) -> Self {
        let mut pages = PageCounter::default();
        if let Some(most) = options.max_pages {
            pages.set_max_pages(most);
        }
        Self {
            source,
            options,
            state: State::Next,
            ready: VecDeque::new(),
            pages,
            failed: false,
        }
    }

    /// Returns `true` if reading a page or the ids failed.
    pub(super) const fn has_failed(&self) -> bool {
        self.failed
    }
}

impl<T, I> ListingStream<T, I>
where
    T: DeserializeOwned + Send + 'static,
    I: DeserializeOwned + Send + 'static,
{
    /// Returns the next object, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|cx| self.poll_item(cx)).await
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Poll::Ready(Some(item));
            }
            let next = match &mut self.state {
                State::End => return Poll::Ready(None),
                State::Next => self.request(),
                State::Page(call) => {
                    match call.as_mut().poll(cx) {
                        Poll::Pending => return Poll::Pending,
                        Poll::Ready(Ok(page)) => self.accept(page),
                        // From third-party reports: some regions ignore paging and answer with ids.
                        Poll::Ready(Err(error))
                            if error.kind() == ErrorKind::NotPaged
                                && self.pages.number() == 1
                                && !self.options.needs_pages() =>
                        {
                            State::Ids((self.source.ids)().fresh().into_future())
                        }
                        Poll::Ready(Err(error)) => self.fail(error),
                    }
                }
                State::Ids(call) => match call.as_mut().poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(ids)) => {
                        let source = Arc::clone(&self.source);
                        State::Objects(fetch_all(ids, move |id| (source.get)(&id)))
                    }
                    Poll::Ready(Err(error)) => self.fail(error),
                },
                State::Objects(objects) => match objects.as_mut().poll_next(cx) {
                    Poll::Ready(None) => State::End,
                    item => return item,
                },
            };
            self.state = next;
        }
    }

    fn request(&self) -> State<T, I> {
        // Inferred: pages come from a cache that may be older than the last write.
        let (number, size) = (self.pages.number(), self.options.size.get());
        let mut call = (self.source.page)().number(number).size(size).fresh();
        if let Some((property, order)) = &self.options.sort {
            call = call.sort(property, *order);
        }
        if let Some(filter) = &self.options.filter {
            call = call.filter(filter);
        }
        State::Page(call.into_future())
    }

    fn accept(&mut self, page: Page<T>) -> State<T, I> {
        let size = Some(self.options.size.get());
        match self.pages.next_number(&page, size) {
            Ok(is_followed) => {
                self.ready.extend(page.items);
                if is_followed { State::Next } else { State::End }
            }
            Err(error) => self.fail(error),
        }
    }

    fn fail(&mut self, mut error: Error) -> State<T, I> {
        if error.kind() == ErrorKind::NotPaged && self.options.needs_pages() {
            let hint = "the server cannot sort or filter this list: read it without";
            error = error.into_builder().hint(hint).build();
        }
        self.failed = true;
        self.ready.push_back(Err(error));
        State::End
    }
}

/// Requests objects one by one, a few concurrently, in the order of their ids.
///
/// Objects that were deleted meanwhile are left out.
fn fetch_all<T, I>(ids: Vec<I>, get: impl Fn(I) -> Call<T> + Send + 'static) -> Objects<T>
where
    T: DeserializeOwned + Send + 'static,
    I: Send + 'static,
{
    let calls = futures_util::stream::iter(ids)
        .map(move |id| get(id).fresh().into_future())
        .buffered(CONCURRENT_CALLS);
    let objects = calls.filter(|result: &Result<T, Error>| {
        ready(!matches!(result, Err(error) if error.is_gone()))
    });
    Box::pin(objects)
}

/// No field is structurally pinned: the calls are boxed.
impl<T, I> Unpin for ListingStream<T, I> {}

impl<T, I> Stream for ListingStream<T, I>
where
    T: DeserializeOwned + Send + 'static,
    I: DeserializeOwned + Send + 'static,
{
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(cx)
    }
}

partial_debug!(ListingStream<T, I>, |stream| so_far = stream.pages.so_far(), options = stream.options);

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use ovh_runtime::{ClientCore, Method, Request, Response, Transport};

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
                Ok(Response::new(200, Vec::new(), id.to_string().into_bytes()))
            })
        }
    }

    #[tokio::test]
    async fn fetches_objects_concurrently_in_id_order() {
        let slow = Arc::new(Slow::default());
        let core = ClientCore::new(slow.clone());
        let ids: Vec<usize> = (1..=50).collect();
        let objects = fetch_all(ids.clone(), move |id| {
            core.call_result(Request::to(Method::Get, format!("/{id}")))
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
