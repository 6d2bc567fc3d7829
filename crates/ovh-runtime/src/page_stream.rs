//! The options of a call of a page, and the stream of all pages, by number or by cursor.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
#[cfg(feature = "stream")]
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::call::{Decode, Pending};
use crate::page_counter::PageCounter;
use crate::{BoxFuture, Call, ClientCore, Correction, Error, FromJson, Page, Request};

/// The sort direction of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SortOrder {
    /// Ascending.
    Ascending,
    /// Descending.
    Descending,
}

/// `ascending` or `descending`.
impl fmt::Display for SortOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        })
    }
}

impl<T: FromJson + 'static> Call<Page<T>> {
    /// Returns each object with its own corrections.
    pub fn with_own_corrections(self) -> Call<Page<(T, Vec<Correction>)>> {
        Call {
            pending: self.pending,
            decode: Page::corrected,
        }
    }
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

/// A stream of the objects of all pages, which holds at most one page.
///
/// With the feature `stream` it also implements `Stream` of futures-core.
///
/// An object that does not decode is an error on its own, and the others follow. An error of a
/// whole page is the last item.
#[must_use = "a stream does nothing until it is asked for items"]
pub struct PageStream<T> {
    core: ClientCore,
    /// The request of the next page; `None` at the end.
    next: Option<Request>,
    decode: Decode<Page<T>>,
    call: Option<BoxFuture<'static, Result<Page<T>, Error>>>,
    ready: VecDeque<Result<T, Error>>,
    pages: PageCounter,
    failed: bool,
}

impl<T: 'static> PageStream<T> {
    pub(crate) fn new(pending: Pending, decode: Decode<Page<T>>) -> Self {
        let (core, request) = pending.into_parts();
        let mut stream = Self {
            core,
            next: None,
            decode,
            call: None,
            ready: VecDeque::new(),
            pages: PageCounter::default(),
            failed: false,
        };
        match request {
            Ok(request) => {
                let number = number_in(&request, "X-Pagination-Number");
                let cursor = request.header("X-Pagination-Cursor");
                stream.pages = PageCounter::starting_at(number, cursor);
                stream.next = Some(request);
            }
            Err(error) => stream.fail(error),
        }
        stream
    }

    /// Sets the maximum number of pages; a longer list is an error. 10,000 by default.
    pub const fn max_pages(mut self, pages: u64) -> Self {
        self.pages.set_max_pages(pages);
        self
    }

    /// Returns the next object; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Poll::Ready(Some(item));
            }
            let Some(request) = &self.next else {
                return Poll::Ready(None);
            };
            let call = self.call.get_or_insert_with(|| {
                Pending::from_parts(&self.core, request.clone()).run(self.decode)
            });
            let Poll::Ready(page) = call.as_mut().poll(context) else {
                return Poll::Pending;
            };
            let request = request.clone();
            self.call = None;
            self.next = None;
            match page.and_then(|page| Ok((self.after(request, &page)?, page.items))) {
                Ok((next, items)) => {
                    self.ready.extend(items);
                    self.next = next;
                }
                Err(error) => self.fail(error),
            }
        }
    }

    fn fail(&mut self, error: Error) {
        self.failed = true;
        self.ready.push_back(Err(error));
    }

    /// Returns `true` if a page could not be read: its error is the last item.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        self.failed
    }

    /// The request of the next page, if there is one.
    fn after(&mut self, request: Request, page: &Page<T>) -> Result<Option<Request>, Error> {
        let (goes_on, name, value) = if request.is_by_cursor() {
            let cursor = page.next_cursor.as_deref();
            let goes_on = self.pages.next_cursor(cursor)?;
            let cursor = cursor.unwrap_or_default().to_owned();
            (goes_on, "X-Pagination-Cursor", cursor)
        } else {
            let size = number_in(&request, "X-Pagination-Size");
            let goes_on = self.pages.next_number(page, size)?;
            let number = self.pages.number().to_string();
            (goes_on, "X-Pagination-Number", number)
        };
        goes_on
            .then(|| request.with_header(name, value))
            .transpose()
    }
}

fn number_in(request: &Request, header: &str) -> Option<u64> {
    request.header(header)?.parse().ok()
}

/// Nothing in it needs pinning: the calls are boxed.
impl<T> Unpin for PageStream<T> {}

#[cfg(feature = "stream")]
impl<T: 'static> futures_core::Stream for PageStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(context)
    }
}

impl<T> fmt::Debug for PageStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageStream")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::{Method, Operation, Response, StatusCode, Transport};

    static BY_CURSOR: Operation = Operation::new("things::list", Method::GET, "/v2/things")
        .expands_to("i64")
        .by_cursor();
    static BY_NUMBER: Operation = Operation::new("things::list", Method::GET, "/things");

    type Thing = BTreeMap<String, i64>;

    type FromResponse = fn(usize) -> (Vec<(&'static str, &'static str)>, &'static str);

    struct Server {
        answer: FromResponse,
        asked: Mutex<Vec<Request>>,
    }

    impl Transport for Server {
        fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>> {
            let mut asked = self.asked.lock().expect("the requests");
            let (headers, body) = (self.answer)(asked.len());
            asked.push(request);
            assert!(asked.len() < 10, "the list has no end");
            let own = |(name, value): (&str, &str)| (name.parse().ok(), value.parse().ok());
            let headers = headers
                .into_iter()
                .map(own)
                .filter_map(|(name, value)| name.zip(value));
            Box::pin(std::future::ready(Ok(Response::new(
                StatusCode::OK,
                headers.collect(),
                body,
            ))))
        }
    }

    /// Collects the ids, an error as -1, and the value of a header in each request.
    fn run(
        operation: &'static Operation,
        header: &str,
        change: fn(Call<Page<Thing>>) -> Call<Page<Thing>>,
        answer: FromResponse,
    ) -> (Vec<i64>, Vec<Option<String>>) {
        let asked = Mutex::default();
        let server = Arc::new(Server { answer, asked });
        let call = ClientCore::new(server.clone())
            .request(operation, &[])
            .page();
        let mut stream = change(call).stream();
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut ids = Vec::new();
        while let Poll::Ready(Some(item)) = stream.poll_item(&mut context) {
            ids.push(item.map_or(-1, |thing| thing["id"]));
        }
        let asked = server.asked.lock().expect("the requests");
        let values = asked.iter().map(|it| it.header(header).map(str::to_owned));
        (ids, values.collect())
    }

    #[test]
    fn follows_cursors_to_the_end() {
        let text = |text: &str| Some(text.to_owned());
        let cursor = "X-Pagination-Cursor";
        let found = run(
            &BY_CURSOR,
            cursor,
            |call| call.size(2),
            |asked| match asked {
                0 => (
                    vec![("X-Pagination-Cursor-Next", "b")],
                    r#"[{"id":1},{"id":2}]"#,
                ),
                1 => (vec![("x-pagination-cursor-next", "c")], r#"[{"id":[]}]"#),
                2 => (vec![("X-Pagination-Cursor-Next", "d")], "[]"),
                _ => (vec![("X-Pagination-Cursor-Next", "")], r#"[{"id":3}]"#),
            },
        );
        assert_eq!(found.0, [1, 2, -1, 3]);
        assert_eq!(found.1, [None, text("b"), text("c"), text("d")]);
        // Starts at a known cursor; a repeated cursor is an error.
        let found = run(
            &BY_CURSOR,
            cursor,
            |call| call.cursor("x"),
            |_| (vec![("X-Pagination-Cursor-Next", "x")], r#"[{"id":1}]"#),
        );
        assert_eq!(found, (vec![-1], vec![text("x")]));
    }

    #[test]
    fn sends_no_paging_mode_with_cursors() {
        let mode = "X-Pagination-Mode";
        assert_eq!(run(&BY_CURSOR, mode, |it| it, |_| (vec![], "[]")).1, [None]);
        let found = run(&BY_NUMBER, mode, |it| it, |_| (vec![], "[]")).1;
        assert!(found[0].is_some());
    }

    #[test]
    fn follows_numbers_and_ends_with_an_error() {
        let number = "X-Pagination-Number";
        let found = run(
            &BY_NUMBER,
            number,
            |call| call.number(2),
            |asked| match asked {
                0 => (vec![("X-Pagination-Total", "4")], r#"[{"id":1}]"#),
                1 => (vec![("X-Pagination-Total", "4")], r#"[{"id":2}]"#),
                _ => (vec![], "<html>"),
            },
        );
        assert_eq!(found.0, [1, 2, -1]);
        assert_eq!(found.1, [2, 3, 4].map(|it: u8| Some(it.to_string())));
        let found = run(
            &BY_NUMBER,
            number,
            |call| call.filter("a\nb"),
            |_| (vec![], "[]"),
        );
        assert_eq!(found, (vec![-1], vec![]));
        // A server that ignores the number and always sends the same page.
        let same = |_| (vec![], r#"[{"id":1}]"#);
        assert_eq!(run(&BY_NUMBER, number, |call| call, same).0, [1, -1]);
        // A server that sends an empty page but announces more.
        let empty = |_| (vec![("X-Pagination-Elements", "7")], "[]");
        assert_eq!(run(&BY_NUMBER, number, |call| call, empty).0, [-1]);
    }

    #[test]
    fn stops_at_the_page_limit() {
        let server = Arc::new(Server {
            answer: |asked| {
                const CURSORS: [&str; 9] = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
                let cursor = ("X-Pagination-Cursor-Next", CURSORS[asked]);
                (vec![cursor], r#"[{"id":1}]"#)
            },
            asked: Mutex::default(),
        });
        let call = ClientCore::new(server.clone()).request(&BY_CURSOR, &[]);
        let mut stream = call.page::<Thing>().stream().max_pages(3);
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut last = None;
        while let Poll::Ready(Some(item)) = stream.poll_item(&mut context) {
            last = Some(item);
        }
        let error = last.expect("items").expect_err("no end");
        assert!(error.message().contains("more than 3 pages"), "{error}");
        assert_eq!(server.asked.lock().expect("the requests").len(), 3);
    }
}
