//! The call value that a generated method returns, and the one road that every call takes.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::{
    Answer, Body, CallOptions, Correction, Error, FromJson, FromReply, Operation, Param, Query,
    QueryString, Reply, Request, ToJson, path,
};

/// A future on the heap: what lets [`Transport`] be used as `dyn Transport`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What carries a request to the API: it signs, sends, repeats and waits as it sees fit.
///
/// An implementation returns every reply that it read to the end, whatever its status; it returns
/// an error when there is no such reply.
pub trait Transport: Send + Sync + 'static {
    /// Carries one request.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Reply, Error>>;
}

/// What the handles of a generated client share. Cheap to clone.
#[derive(Clone)]
pub struct Core {
    transport: Arc<dyn Transport>,
}

impl Core {
    /// A core over a transport.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }

    /// Begins the call of an operation with its path values, in the order of the route.
    pub fn draft(&self, operation: &'static Operation, values: &[&dyn Param]) -> Draft {
        let state =
            path::fill(operation, values).map(|target| Request::for_operation(operation, target));
        Draft::new(self, state)
    }

    /// A call of a request that was made by hand.
    pub fn call<T: FromReply>(&self, request: Request) -> Call<T> {
        self.call_result(Ok(request))
    }

    /// A call of a request that may have failed while it was made by hand; the error comes out
    /// when the call is awaited.
    pub fn call_result<T: FromReply>(&self, request: Result<Request, Error>) -> Call<T> {
        Call {
            pending: Draft::new(self, request).finish(),
            decode: by_serde::<T>,
        }
    }

    /// Sends a request and turns a refusal into an error: the one road of every call.
    ///
    /// # Errors
    ///
    /// Whatever the transport says, and every reply whose status is not a success.
    pub async fn send(&self, request: Request) -> Result<Reply, Error> {
        let described = request.clone();
        let reply = self.transport.send(request).await?;
        if reply.is_success() {
            Ok(reply)
        } else {
            Err(Error::refused(&described, &reply))
        }
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").finish_non_exhaustive()
    }
}

/// A call that is still being put together. It is not generic and a pointer wide, so that it is
/// compiled once and costs next to nothing where it is used.
///
/// What goes wrong on the way is kept and comes out when the call is awaited.
#[derive(Debug)]
#[must_use]
pub struct Draft(Box<Pending>);

impl Draft {
    fn new(core: &Core, state: Result<Request, Error>) -> Self {
        Self(Box::new(Pending {
            core: core.clone(),
            query: QueryString::default(),
            state,
            options: CallOptions::default(),
        }))
    }

    /// Adds a required query value.
    pub fn arg(mut self, name: &'static str, value: &dyn Param) -> Self {
        self.0.query.add(name, value);
        self
    }

    /// Adds a required query value, a list as one value with commas.
    pub fn joined(mut self, name: &'static str, value: &dyn Param) -> Self {
        self.0.query.joined(name, value);
        self
    }

    /// Adds a required header.
    pub fn header(mut self, name: &'static str, value: &dyn Param) -> Self {
        self.0.query.header(name, value);
        self
    }

    /// Adds the optional query values.
    pub fn query(mut self, query: &dyn Query) -> Self {
        query.add_to(&mut self.0.query);
        self
    }

    /// Adds the body.
    pub fn body(mut self, body: &dyn ToJson) -> Self {
        self.0
            .change(|request| Ok(request.with_body(Body::json(&body.to_json())?)));
        self
    }

    /// A call that gives a `T`.
    pub fn call<T: Answer>(self) -> Call<T> {
        Call {
            pending: self.finish(),
            decode: T::answer,
        }
    }

    /// A call that gives a page of objects.
    pub fn page<T: FromJson + 'static>(self) -> crate::PageCall<T> {
        crate::PageCall::new(self.finish().paged(), crate::Page::answer)
    }

    fn finish(mut self) -> Box<Pending> {
        let query = std::mem::take(&mut self.0.query);
        self.0.change(|request| {
            let mut headers = query.headers.into_iter();
            headers.try_fold(request.with_query(&query.text), |request, (name, value)| {
                request.with_header(name, value)
            })
        });
        if let Ok(request) = &self.0.state {
            self.0.options = request.options().clone();
        }
        self.0
    }
}

/// What a call is, whatever it gives. Not generic, so that all of it is compiled once: what is
/// left to each type is its decoding.
#[derive(Debug)]
pub(crate) struct Pending {
    core: Core,
    query: QueryString,
    state: Result<Request, Error>,
    pub(crate) options: CallOptions,
}

impl Pending {
    fn change(&mut self, step: impl FnOnce(Request) -> Result<Request, Error>) {
        let nothing = Err(Error::invalid_argument("the call was taken apart").build());
        self.state = std::mem::replace(&mut self.state, nothing).and_then(step);
    }

    pub(crate) fn header(mut self: Box<Self>, name: &'static str, value: String) -> Box<Self> {
        self.change(|request| request.with_header(name, value));
        self
    }

    fn paged(self: Box<Self>) -> Box<Self> {
        let operation = self.state.as_ref().ok().and_then(Request::operation);
        if operation.is_some_and(Operation::is_by_cursor) {
            return self;
        }
        self.header("X-Pagination-Mode", "CachedObjectList-Pages".to_owned())
    }

    /// The transport that carries it, and the request.
    pub(crate) fn apart(self) -> (Core, Result<Request, Error>) {
        (self.core.clone(), self.into_request())
    }

    /// A request that was taken apart before.
    pub(crate) fn again(core: &Core, request: Request) -> Box<Self> {
        Draft::new(core, Ok(request)).finish()
    }

    fn into_request(self) -> Result<Request, Error> {
        let options = self.options;
        self.state.map(|request| request.with_options(options))
    }

    /// Sends the request; the request comes back with the reply, for errors to name it.
    pub(crate) fn exchange(self: Box<Self>) -> Exchange {
        Box::pin(async move {
            let core = self.core.clone();
            let request = self.into_request()?;
            let reply = core.send(request.clone()).await?;
            Ok((request, reply))
        })
    }
}

/// What comes back, before it is decoded.
pub(crate) type Exchange = BoxFuture<'static, Result<(Request, Reply), Error>>;

/// How a reply is decoded. A call holds it as a pointer, so that the decoding is compiled in the
/// crate of the types, and once, instead of in every crate that awaits the call.
pub(crate) type Decode<T> = fn(&Request, &Reply, &mut Vec<Correction>) -> Result<T, Error>;

/// A type that only serde knows; nothing is corrected in it.
fn by_serde<T: FromReply>(
    request: &Request,
    reply: &Reply,
    _: &mut Vec<Correction>,
) -> Result<T, Error> {
    T::from_reply(request, reply)
}

/// An exchange, then its decoding: by hand, since an async block is more code for each type.
pub(crate) struct Decoding<T> {
    exchange: Exchange,
    decode: Decode<T>,
}

impl<T: 'static> Decoding<T> {
    pub(crate) fn start(
        pending: Box<Pending>,
        decode: Decode<T>,
    ) -> BoxFuture<'static, Result<T, Error>> {
        Box::pin(Self {
            exchange: pending.exchange(),
            decode,
        })
    }
}

impl<T> Future for Decoding<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.exchange.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok((request, reply))) => {
                let mut corrections = Vec::new();
                let value = (self.decode)(&request, &reply, &mut corrections);
                reply.report(&request, &corrections);
                Poll::Ready(value)
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
        }
    }
}

/// A call that does nothing until it is awaited.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T> {
    pending: Box<Pending>,
    decode: Decode<T>,
}

impl<T> Call<T> {
    /// Limits the time of this call, all attempts included.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.pending.options.timeout = Some(timeout);
        self
    }

    /// Asks the server not to answer from its cache (`Pragma: no-cache`).
    pub fn fresh(mut self) -> Self {
        self.pending.options.fresh = true;
        self
    }

    /// Repeats this call so many times at most, and only where a repeat is safe. With 0 it is sent
    /// once, whatever happens.
    pub fn retries(mut self, most: u32) -> Self {
        self.pending.options.retries = Some(most);
        self
    }

    /// Adds a header that is no argument of the operation, such as `X-Schemas-Version`.
    ///
    /// A header that cannot be sent is an error that comes out when the call is awaited.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.pending = self.pending.header(name, value.into());
        self
    }

    /// Decodes the reply into a type of your own instead, which is the way out when the API does
    /// not keep the promises of its document.
    pub fn json<U: FromReply>(self) -> Call<U> {
        Call {
            pending: self.pending,
            decode: by_serde::<U>,
        }
    }

    /// Gives the value together with what was [corrected](Correction) in it: missing properties, in
    /// whose place the zero value of their type stands.
    ///
    /// ```no_run
    /// # use ovh_runtime::{Call, Correction, Error};
    /// # async fn example(call: Call<i64>) -> Result<(), Error> {
    /// let (value, corrections) = call.with_corrections().await?;
    /// for correction in &corrections {
    ///     println!("not to be relied on: {}", correction.path());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_corrections(self) -> Call<(T, Vec<Correction>)>
    where
        T: Answer,
    {
        Call {
            pending: self.pending,
            decode: <(T, Vec<Correction>)>::answer,
        }
    }

    /// Sends the request and gives the reply as it came: status, headers and bytes.
    ///
    /// # Errors
    ///
    /// Those of the call, but for those of the decoding.
    pub async fn reply(self) -> Result<Reply, Error> {
        Ok(self.pending.exchange().await?.1)
    }

    /// The request that would be sent.
    ///
    /// # Errors
    ///
    /// An argument that was refused before anything is sent.
    pub fn into_request(self) -> Result<Request, Error> {
        self.pending.into_request()
    }
}

impl<T: 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Decoding::start(self.pending, self.decode)
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("request", &self.pending.state)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Method;

    struct Nowhere;

    impl Transport for Nowhere {
        fn send(&self, _: Request) -> BoxFuture<'_, Result<Reply, Error>> {
            Box::pin(async { Ok(Reply::new(200, Vec::new(), b"7".to_vec())) })
        }
    }

    static PLACE: Operation = Operation::new("places::get", Method::Get, "/place/{id}");

    #[test]
    fn what_is_added_to_a_call_is_in_its_request_and_what_is_wrong_comes_out_there() {
        let core = Core::new(Arc::new(Nowhere));
        let draft = || core.draft(&PLACE, &[&7_i64]).arg("a", &"b c");
        let call = draft().call::<i64>().header("X-Schemas-Version", "2.0");
        let request = call.timeout(Duration::from_secs(1)).into_request();
        let request = request.expect("all is fine");
        assert_eq!(request.target(), "/place/7?a=b%20c");
        assert_eq!(request.headers(), [("X-Schemas-Version", "2.0".to_owned())]);
        assert_eq!(request.options().timeout, Some(Duration::from_secs(1)));
        let call = draft().call::<i64>().header("X-Schemas-Version", "2\n0");
        assert!(call.into_request().is_err());
        let call = core.draft(&PLACE, &[&".."]).call::<i64>();
        assert!(call.header("X-Own", "a").into_request().is_err());
    }

    #[test]
    fn a_call_gives_the_type_of_its_operation_or_that_of_the_caller() {
        let core = Core::new(Arc::new(Nowhere));
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut own = core.draft(&PLACE, &[&7_i64]).call::<i64>().into_future();
        assert!(matches!(
            own.as_mut().poll(&mut context),
            Poll::Ready(Ok(7))
        ));
        let text = core.draft(&PLACE, &[&7_i64]).call::<i64>().json::<f64>();
        let mut text = text.into_future();
        assert!(
            matches!(text.as_mut().poll(&mut context), Poll::Ready(Ok(number)) if number == 7.0)
        );
    }
}
