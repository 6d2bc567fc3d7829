//! The stream of a list: decides which call comes next and buffers one page.

use std::collections::VecDeque;
use std::fmt;
use std::future::{IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use ovh_runtime::{BoxFuture, Call, Error, ErrorKind, Page, PageCounter};
use serde::de::DeserializeOwned;

use super::{How, Source};

/// Concurrent calls for single objects.
const AT_ONCE: usize = 8;

/// Streams the objects of a [`Listing`](super::Listing), holding at most one page.
#[must_use = "a stream does nothing until it is polled"]
pub struct ListingStream<T, I = String> {
    source: Arc<dyn Source<T, I>>,
    how: How,
    state: State<T, I>,
    /// Objects that were read and not yet yielded.
    ready: VecDeque<Result<T, Error>>,
    pages: PageCounter,
    failed: bool,
}

enum State<T, I> {
    /// The next page must be requested.
    Next,
    Page(BoxFuture<'static, Result<Page<T>, Error>>),
    Ids(BoxFuture<'static, Result<Vec<I>, Error>>),
    Objects(Objects<T, I>),
    End,
}

impl<T, I> ListingStream<T, I> {
    pub(super) fn new(source: Arc<dyn Source<T, I>>, how: How) -> Self {
        let mut pages = PageCounter::default();
        if let Some(most) = how.max_pages {
            pages.set_max_pages(most);
        }
        Self {
            source,
            how,
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
                State::Next => self.ask(),
                State::Page(call) => {
                    match call.as_mut().poll(cx) {
                        Poll::Pending => return Poll::Pending,
                        Poll::Ready(Ok(page)) => self.take(page),
                        // From third-party reports: some regions ignore paging and answer with ids.
                        Poll::Ready(Err(error))
                            if error.kind() == ErrorKind::NotPaged
                                && self.pages.number() == 1
                                && !self.how.needs_pages() =>
                        {
                            State::Ids(self.source.ids().fresh().into_future())
                        }
                        Poll::Ready(Err(error)) => self.fail(error),
                    }
                }
                State::Ids(call) => match call.as_mut().poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(ids)) => State::Objects(Objects::new(ids)),
                    Poll::Ready(Err(error)) => self.fail(error),
                },
                State::Objects(objects) => {
                    let source = &self.source;
                    match objects.poll_next(cx, |id| source.get(id)) {
                        Poll::Pending => return Poll::Pending,
                        Poll::Ready(Some(item)) => return Poll::Ready(Some(item)),
                        Poll::Ready(None) => State::End,
                    }
                }
            };
            self.state = next;
        }
    }

    fn ask(&self) -> State<T, I> {
        // Inferred: pages come from a cache that may be older than the last write.
        let mut call = self
            .source
            .page()
            .number(self.pages.number())
            .size(self.how.size.get())
            .fresh();
        if let Some((property, order)) = &self.how.sort {
            call = call.sort(property, *order);
        }
        if let Some(filter) = &self.how.filter {
            call = call.filter(filter);
        }
        State::Page(call.into_future())
    }

    fn take(&mut self, page: Page<T>) -> State<T, I> {
        let size = Some(self.how.size.get());
        match self.pages.next_number(&page, size) {
            Ok(goes_on) => {
                self.ready.extend(page.items);
                match goes_on {
                    true => State::Next,
                    false => State::End,
                }
            }
            Err(error) => self.fail(error),
        }
    }

    fn fail(&mut self, error: Error) -> State<T, I> {
        let error = if error.kind() == ErrorKind::NotPaged && self.how.needs_pages() {
            error
                .into_builder()
                .hint("this list cannot be sorted or filtered by the server; take it as it comes")
                .build()
        } else {
            error
        };
        self.failed = true;
        self.ready.push_back(Err(error));
        State::End
    }
}

/// Requests objects one by one, a few concurrently, in the order of their ids.
///
/// Objects that were deleted meanwhile are left out.
struct Objects<T, I> {
    ids: std::vec::IntoIter<I>,
    active: VecDeque<Slot<T>>,
}

enum Slot<T> {
    Asked(BoxFuture<'static, Result<T, Error>>),
    Answered(Option<Result<T, Error>>),
}

impl<T, I> Objects<T, I>
where
    T: DeserializeOwned + Send + 'static,
{
    fn new(ids: Vec<I>) -> Self {
        Self {
            ids: ids.into_iter(),
            active: VecDeque::with_capacity(AT_ONCE),
        }
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        get: impl Fn(&I) -> Call<T>,
    ) -> Poll<Option<Result<T, Error>>> {
        loop {
            while self.active.len() < AT_ONCE {
                let Some(id) = self.ids.next() else { break };
                self.active
                    .push_back(Slot::Asked(get(&id).fresh().into_future()));
            }
            for slot in &mut self.active {
                let Slot::Asked(call) = slot else { continue };
                if let Poll::Ready(answer) = call.as_mut().poll(cx) {
                    let is_there = !matches!(&answer, Err(error) if error.is_gone());
                    *slot = Slot::Answered(is_there.then_some(answer));
                }
            }
            match self.active.front() {
                None => return Poll::Ready(None),
                Some(Slot::Asked(_)) => return Poll::Pending,
                Some(Slot::Answered(_)) => {}
            }
            if let Some(Slot::Answered(Some(answer))) = self.active.pop_front() {
                return Poll::Ready(Some(answer));
            }
        }
    }
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

impl<T, I> fmt::Debug for ListingStream<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListingStream")
            .field("so_far", &self.pages.so_far())
            .field("how", &self.how)
            .finish_non_exhaustive()
    }
}

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
        let mut objects = Objects::new(ids.clone());
        let mut got: Vec<usize> = Vec::new();
        while let Some(object) = poll_fn(|cx| {
            objects.poll_next(cx, |id| {
                core.call_result(Request::to(Method::Get, format!("/{id}")))
            })
        })
        .await
        {
            got.push(object.expect("an object"));
        }
        assert_eq!(got, ids);
        assert_eq!(slow.most.load(Ordering::SeqCst), AT_ONCE);
    }
}
