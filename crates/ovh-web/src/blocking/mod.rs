//! The blocking API, for programs without async.
//!
//! [`Client`] is built like the async client and returns the same handles. [`Block::block`] waits
//! for anything that can be awaited, and [`Each::each`] iterates over a stream.
//!
//! ```no_run
//! use ovh_web::blocking::{Block, Client};
//!
//! # fn example() -> Result<(), ovh_web::Error> {
//! let client = Client::from_env()?;
//! for name in client.hostings().names().block()? {
//!     println!("{name}");
//! }
//! let user = client.hosting("example.cluster01.hosting.ovh.net").users().get("example").block()?;
//! # Ok(())
//! # }
//! ```
//!
//! One background thread does the work; it starts with the first call. `block` may be called
//! anywhere, even inside a runtime: it then waits on another thread, so nothing panics. It still
//! blocks the calling task, so async programs should await instead.

use std::future::{Future, IntoFuture, poll_fn};
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use futures_core::Stream;
use ovh_runtime::{Error, Secret};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::ClientBuilder;
use crate::error::configuration;

/// The client, for use with [`Block`].
///
/// It dereferences to the [async client](crate::Client).
#[derive(Clone, Debug)]
pub struct Client(crate::Client);

impl Client {
    /// Creates a client from the environment and `ovh.conf`.
    pub fn from_env() -> Result<Self, Error> {
        crate::Client::from_env().map(Self)
    }

    /// Returns a builder; finish with `build()?.into()`.
    pub fn builder() -> ClientBuilder {
        crate::Client::builder()
    }

    /// Returns a client that refuses every call that would change something.
    ///
    /// See [`Client::read_only`](crate::Client::read_only).
    #[must_use]
    pub fn read_only(&self) -> Self {
        Self(self.0.read_only())
    }

    /// Returns a client with another consumer key.
    ///
    /// See [`Client::with_consumer_key`](crate::Client::with_consumer_key).
    pub fn with_consumer_key(&self, key: impl Into<Secret>) -> Result<Self, Error> {
        self.0.with_consumer_key(key).map(Self)
    }
}

impl From<crate::Client> for Client {
    fn from(client: crate::Client) -> Self {
        Self(client)
    }
}

impl Deref for Client {
    type Target = crate::Client;

    fn deref(&self) -> &crate::Client {
        &self.0
    }
}

/// Waits for anything that can be awaited: a call, a request, a task.
pub trait Block<T>: IntoFuture<Output = Result<T, Error>> + Sized
where
    Self::IntoFuture: Send,
    T: Send,
{
    /// Sends it and waits for the result.
    ///
    /// # Errors
    ///
    /// Returns an error if the call fails, or if the background thread cannot start.
    fn block(self) -> Result<T, Error> {
        wait(self.into_future())
    }
}

impl<T, F> Block<T> for F
where
    F: IntoFuture<Output = Result<T, Error>>,
    F::IntoFuture: Send,
    T: Send,
{
}

/// Iterates over a stream in a `for` loop.
///
/// ```no_run
/// use ovh_web::blocking::{Client, Each};
///
/// # fn example(client: Client) -> Result<(), ovh_web::Error> {
/// for domain in client.hosting("example.ovh").domains().list().stream().each() {
///     println!("{}", domain?.domain);
/// }
/// # Ok(())
/// # }
/// ```
pub trait Each<T>: Stream<Item = Result<T, Error>> + Sized {
    /// Returns an iterator; each item is fetched when requested.
    fn each(self) -> Iter<Self> {
        Iter(self)
    }
}

impl<T, S: Stream<Item = Result<T, Error>>> Each<T> for S {}

/// The iterator of a stream: see [`Each`].
#[derive(Debug)]
#[must_use = "iterators are lazy"]
pub struct Iter<S>(S);

impl<T, S> Iterator for Iter<S>
where
    S: Stream<Item = Result<T, Error>> + Unpin + Send,
    T: Send,
{
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let stream = &mut self.0;
        let next = poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx));
        wait(async { next.await.transpose() }).transpose()
    }
}

fn wait<T: Send>(future: impl Future<Output = Result<T, Error>> + Send) -> Result<T, Error> {
    let runtime = runtime()?;
    if Handle::try_current().is_err() {
        return runtime.block_on(future);
    }
    // A thread of a runtime must not block on another runtime; a new thread may.
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("ovh-web-wait".to_owned());
        let thread = thread.spawn_scoped(scope, || runtime.block_on(future));
        let thread = thread.map_err(no_thread)?;
        match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The background runtime, shared by all clients of the process: connections belong to it.
fn runtime() -> Result<&'static Runtime, Error> {
    static RUNTIME: Mutex<Option<&Runtime>> = Mutex::new(None);
    let mut started = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = *started {
        return Ok(runtime);
    }
    let mut builder = Builder::new_multi_thread();
    let builder = builder.worker_threads(1).thread_name("ovh-web");
    let runtime = builder.enable_all().build().map_err(no_thread)?;
    Ok(started.insert(Box::leak(Box::new(runtime))))
}

fn no_thread(source: std::io::Error) -> Error {
    configuration(format!("cannot start a background thread: {source}"))
        .source(source)
        .build()
}
