//! Lists of objects, however the server gives them: a page a request where it can, ids and a call
//! for each object where it cannot.

use std::collections::VecDeque;
use std::future::{IntoFuture, poll_fn};
use std::task::Poll;

use ovh_runtime::{BoxFuture, Call, Error, ErrorKind, PageCall, PageNumbers};
use serde::de::DeserializeOwned;

use crate::wait::is_gone;

/// How many calls for single objects are under way at a time.
const AT_ONCE: usize = 8;

/// Guess: objects a page. The API's control panel asks for thousands; the limit is not documented.
const PAGE_SIZE: u64 = 500;

/// Gathers the objects of all pages; where paging is ignored, the ids and then each object.
pub(crate) async fn collect<T, I>(
    page: impl Fn() -> PageCall<T>,
    ids: impl FnOnce() -> Call<Vec<I>>,
    get: impl Fn(&I) -> Call<T>,
) -> Result<Vec<T>, Error>
where
    T: DeserializeOwned + Send + 'static,
    I: DeserializeOwned + 'static,
{
    let mut objects = Vec::new();
    let mut number = 1;
    loop {
        // Fact [I]: pages come from a cache that may be older than the last write.
        let got = page().number(number).size(PAGE_SIZE).fresh().await;
        let page = match got {
            Ok(page) => page,
            // Fact [3P]: some regions ignore paging and answer with ids.
            Err(error) if error.kind() == ErrorKind::NotPaged && number == 1 => {
                return one_by_one(&ids().fresh().await?, get).await;
            }
            Err(error) => return Err(error),
        };
        // A server that keeps sending the page that it likes best would never come to an end.
        let is_repeated = number > 1 && page.numbers.number.is_some_and(|got| got != number);
        if page.items.is_empty() || is_repeated {
            return Ok(objects);
        }
        let (numbers, count) = (page.numbers, page.items.len() as u64);
        for item in page.items {
            objects.push(item?);
        }
        if is_last(numbers, number, count, objects.len() as u64) {
            return Ok(objects);
        }
        number += 1;
    }
}

/// Whether no page comes after this one, by whatever number the server gave.
fn is_last(numbers: PageNumbers, number: u64, on_page: u64, so_far: u64) -> bool {
    match (numbers.pages, numbers.elements) {
        (Some(pages), _) => number >= pages,
        (None, Some(elements)) => so_far >= elements,
        (None, None) => on_page < numbers.size.unwrap_or(PAGE_SIZE),
    }
}

/// Gets each object, a few at a time, in the order of the ids. What went away in between is left
/// out.
async fn one_by_one<T, I>(ids: &[I], get: impl Fn(&I) -> Call<T>) -> Result<Vec<T>, Error>
where
    T: DeserializeOwned + Send + 'static,
{
    let mut calls: VecDeque<_> = ids.iter().map(&get).enumerate().collect();
    let mut objects: Vec<Option<T>> = ids.iter().map(|_| None).collect();
    let mut active: Vec<(usize, BoxFuture<'static, Result<T, Error>>)> = Vec::new();
    poll_fn(|cx| {
        loop {
            while active.len() < AT_ONCE {
                let Some((index, call)) = calls.pop_front() else {
                    break;
                };
                active.push((index, call.into_future()));
            }
            if active.is_empty() {
                return Poll::Ready(Ok(()));
            }
            let before = active.len();
            let mut failed = None;
            active.retain_mut(|(index, call)| match call.as_mut().poll(cx) {
                Poll::Pending => true,
                Poll::Ready(Ok(object)) => {
                    objects[*index] = Some(object);
                    false
                }
                Poll::Ready(Err(error)) => {
                    if !is_gone(&error) {
                        failed.get_or_insert(error);
                    }
                    false
                }
            });
            if let Some(error) = failed {
                return Poll::Ready(Err(error));
            }
            if active.len() == before {
                return Poll::Pending;
            }
        }
    })
    .await?;
    Ok(objects.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use ovh_runtime::{Core, Method, Reply, Request, Transport};

    use super::*;

    /// Answers with the number at the end of the route, the later ones first, and counts how many
    /// calls are under way.
    #[derive(Default)]
    struct Slow {
        active: AtomicUsize,
        most: AtomicUsize,
    }

    impl Transport for Slow {
        fn send(&self, request: Request) -> BoxFuture<'_, Result<Reply, Error>> {
            Box::pin(async move {
                let active = self.active.fetch_add(1, Ordering::SeqCst) + 1;
                self.most.fetch_max(active, Ordering::SeqCst);
                let id: usize = request.target()[1..].parse().expect("a number");
                for _ in 0..(100 - id) {
                    tokio::task::yield_now().await;
                }
                self.active.fetch_sub(1, Ordering::SeqCst);
                Ok(Reply::new(200, Vec::new(), id.to_string().into_bytes()))
            })
        }
    }

    #[tokio::test]
    async fn objects_are_asked_for_a_few_at_a_time_and_keep_the_order_of_the_ids() {
        let slow = Arc::new(Slow::default());
        let core = Core::new(slow.clone());
        let ids: Vec<usize> = (1..=50).collect();
        let got: Vec<usize> = one_by_one(&ids, |id| {
            core.call_result(Request::to(Method::Get, format!("/{id}")))
        })
        .await
        .expect("all of them");
        assert_eq!(got, ids);
        assert_eq!(slow.most.load(Ordering::SeqCst), AT_ONCE);
    }
}
