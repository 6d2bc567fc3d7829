//! The facade's road without a network: an engine that answers what it was told, and time that
//! passes only where someone waits for it.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use ovh_runtime::{BoxFuture, Response};
use ovh_web::{Clock, HttpEngine, HttpFailure, HttpRequest};

/// Answers each request with the next of its replies, and then with the last one for ever.
#[derive(Clone, Debug, Default)]
pub(crate) struct Canned(Arc<Mutex<Replies>>);

#[derive(Debug, Default)]
struct Replies {
    left: VecDeque<Response>,
    asked: u32,
}

/// More requests than any run has reason to make.
const ENDLESS: u32 = 1000;

impl Canned {
    pub(crate) fn new(replies: impl IntoIterator<Item = Response>) -> Self {
        Self(Arc::new(Mutex::new(Replies {
            left: replies.into_iter().collect(),
            asked: 0,
        })))
    }
}

impl HttpEngine for Canned {
    fn exchange(&self, _: HttpRequest) -> BoxFuture<'_, Result<Response, HttpFailure>> {
        let mut replies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        replies.asked += 1;
        assert!(replies.asked < ENDLESS, "the server is asked without end");
        let reply = match replies.left.len() {
            0 => Err(HttpFailure::unsent("nobody is there")),
            1 => Ok(replies.left[0].clone()),
            _ => replies
                .left
                .pop_front()
                .ok_or_else(|| HttpFailure::no_reply("")),
        };
        Box::pin(std::future::ready(reply))
    }
}

/// A clock that stands still until everyone waits, and then goes to the next moment that one of
/// them waits for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Time(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    start: Duration,
    now: Duration,
    awaited: Vec<Duration>,
}

impl Time {
    /// A clock whose calendar begins at so many seconds after 1970.
    pub(crate) fn at(start: Duration) -> Self {
        let time = Self::default();
        time.state(|state| state.start = start);
        time
    }

    fn state<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs to the end, and says how much time passed.
    ///
    /// # Panics
    ///
    /// If it waits for something that is no moment.
    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> (T, Duration) {
        let begin = self.monotonic();
        let mut work = pin!(work);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            self.state(|state| state.awaited.clear());
            if let Poll::Ready(value) = work.as_mut().poll(&mut context) {
                return (value, self.monotonic() - begin);
            }
            self.state(|state| {
                let next = state.awaited.iter().min();
                state.now = *next.expect("whoever waits, waits for a moment");
            });
        }
    }
}

impl Clock for Time {
    fn unix_time(&self) -> Duration {
        self.state(|state| state.start.saturating_add(state.now))
    }

    fn monotonic(&self) -> Duration {
        self.state(|state| state.now)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let time = self.clone();
        let until = self.monotonic().saturating_add(duration);
        Box::pin(std::future::poll_fn(move |_| {
            time.state(|state| {
                if state.now >= until {
                    return Poll::Ready(());
                }
                state.awaited.push(until);
                Poll::Pending
            })
        }))
    }
}
