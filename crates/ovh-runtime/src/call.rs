//! The call that a generated method returns, and the pipeline that executes it.

use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_core::de::DeserializeOwned;

use crate::{
    Body, CallOptions, Correction, DecodeResponse, Error, FromJson, FromResponse, Operation, Page,
    Param, Query, QueryString, Request, Response, ToJson, path,
};

/// A boxed future, which makes [`Transport`] usable as `dyn Transport`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends requests to the API: an implementation signs, sends, retries and waits.
///
/// An implementation returns every complete response, whatever its status, and an error if there is
/// none.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>>;
}

/// The shared state of a generated client's handles. Cheap to clone.
#[derive(Clone)]
pub struct ClientCore {
    transport: Arc<dyn Transport>,
}

impl ClientCore {
    /// Creates a core with a transport.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }

    /// Creates a builder for an operation. The path values are in the order of the route.
    pub fn request(&self, operation: &'static Operation, values: &[&dyn Param]) -> RequestBuilder {
        let target = path::fill(operation, values);
        let new = |target| Request::new(Some(operation), operation.method().clone(), target);
        RequestBuilder::new(self, target.map(new))
    }

    /// Creates a call of a custom request.
    pub fn call<T: DecodeResponse>(&self, request: Request) -> Call<T> {
        self.call_result(Ok(request))
    }

    /// Creates a call of a custom request that may be invalid. The error is returned when the call
    /// is awaited.
    pub fn call_result<T: DecodeResponse>(&self, request: Result<Request, Error>) -> Call<T> {
        Call {
            pending: RequestBuilder::new(self, request).0,
            decode: by_serde::<T>,
        }
    }

    /// Creates a call of a page of objects from a custom request.
    pub fn page<T: DeserializeOwned + 'static>(&self, request: Request) -> Call<Page<T>> {
        let builder = RequestBuilder::new(self, Ok(request)).paged();
        Call {
            pending: builder.0,
            decode: by_serde::<Page<T>>,
        }
    }

    /// Sends a request and turns an error response into an error.
    ///
    /// # Errors
    ///
    /// Returns an error if the transport fails, or if the status is not a success.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let response = self.transport.send(request.clone()).await?;
        match response.is_success() {
            true => Ok(response),
            false => Err(Error::refused(&request, &response)),
        }
    }
}

impl fmt::Debug for ClientCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCore").finish_non_exhaustive()
    }
}

/// A builder of a call. Errors are returned when the call is awaited.
#[derive(Debug)]
#[must_use]
pub struct RequestBuilder(Box<Pending>);

impl RequestBuilder {
    fn new(core: &ClientCore, state: Result<Request, Error>) -> Self {
        Self(Box::new(Pending {
            core: core.clone(),
            query: QueryString::default(),
            state,
        }))
    }

    /// Adds a required query value.
    pub fn arg(mut self, name: &'static str, value: &dyn Param) -> Self {
        self.0.query.add(name, value);
        self
    }

    /// Adds a required query value: a list as one comma-separated value.
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
        let body = Body::json(&body.to_json());
        self.0.state = self.0.state.and_then(|it| Ok(it.with_body(body?)));
        self
    }

    /// Returns a call that decodes to a `T`.
    pub fn call<T: FromResponse>(self) -> Call<T> {
        Call {
            pending: self.0,
            decode: T::from_response,
        }
    }

    /// Returns a call of a page of objects.
    pub fn page<T: FromJson + 'static>(self) -> Call<Page<T>> {
        self.paged().call()
    }

    fn paged(mut self) -> Self {
        if self.0.state.as_ref().is_ok_and(|it| !it.is_by_cursor()) {
            let mode = ("X-Pagination-Mode", "CachedObjectList-Pages".to_owned());
            self.0.query.headers.push(mode);
        }
        self
    }
}

/// The state of a call of any type. Not generic, so that all of it is compiled once; only the
/// decoding is compiled for each type.
#[derive(Debug)]
pub(crate) struct Pending {
    core: ClientCore,
    query: QueryString,
    state: Result<Request, Error>,
}

impl Pending {
    /// The core that sends the request, and the request with its query and headers.
    pub(crate) fn into_parts(self) -> (ClientCore, Result<Request, Error>) {
        let request = self.state.and_then(|request| {
            let mut headers = self.query.headers.into_iter();
            headers.try_fold(
                request.with_query(&self.query.text),
                |request, (name, value)| request.with_header(name, value),
            )
        });
        (self.core, request)
    }

    /// Creates a call from its parts.
    pub(crate) fn from_parts(core: &ClientCore, request: Request) -> Box<Self> {
        RequestBuilder::new(core, Ok(request)).0
    }

    /// Sends the request and returns it with the response, for use in errors.
    fn exchange(self: Box<Self>) -> BoxFuture<'static, Result<(Request, Response), Error>> {
        Box::pin(async move {
            let (core, request) = self.into_parts();
            let request = request?;
            let response = core.send(request.clone()).await?;
            Ok((request, response))
        })
    }

    /// Sends the request and decodes the response.
    pub(crate) fn run<T: 'static>(
        self: Box<Self>,
        decode: Decode<T>,
    ) -> BoxFuture<'static, Result<T, Error>> {
        let mut exchange = self.exchange();
        // Not an async block, which is compiled to a state machine for each type.
        Box::pin(poll_fn(move |context| {
            exchange.as_mut().poll(context).map(|result| {
                let (request, response) = result?;
                let mut corrections = Vec::new();
                let value = decode(&request, &response, &mut corrections)?;
                response.report(&request, &corrections);
                Ok(value)
            })
        }))
    }
}

/// The decoder of a response. It is a function pointer, so that the decoding is compiled once, in
/// the crate of the types, instead of in every crate that awaits the call.
pub(crate) type Decode<T> = fn(&Request, &Response, &mut Vec<Correction>) -> Result<T, Error>;

/// A type that only serde can decode, without corrections.
fn by_serde<T: DecodeResponse>(
    request: &Request,
    response: &Response,
    _: &mut Vec<Correction>,
) -> Result<T, Error> {
    T::decode_response(request, response)
}

/// A call. Lazy: nothing is sent until it is awaited.
///
/// `into_future` turns it into a future, for functions such as `try_join_all`.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T> {
    pub(crate) pending: Box<Pending>,
    pub(crate) decode: Decode<T>,
}

impl<T> Call<T> {
    /// Sets the timeout of this call, including all attempts.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.option(|options| options.timeout = Some(timeout))
    }

    /// Asks the server not to answer from its cache (`Pragma: no-cache`).
    pub fn fresh(self) -> Self {
        self.option(|options| options.fresh = true)
    }

    /// Sets the maximum number of retries of this call. Only safe calls are retried. With 0, the
    /// call is sent exactly once.
    pub fn retries(self, most: u32) -> Self {
        self.option(|options| options.retries = Some(most))
    }

    fn option(mut self, set: impl FnOnce(&mut CallOptions)) -> Self {
        if let Ok(request) = &mut self.pending.state {
            set(request.options_mut());
        }
        self
    }

    /// Adds a header that the operation does not define, such as `X-Schemas-Version`.
    ///
    /// An invalid header is an error that is returned when the call is awaited.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.pending.query.headers.push((name, value.into()));
        self
    }

    /// Decodes the response into another type, for instance if the API deviates from its document.
    pub fn json<U: DecodeResponse>(self) -> Call<U> {
        Call {
            pending: self.pending,
            decode: by_serde::<U>,
        }
    }

    /// Returns the value with its [corrections](Correction). A correction is a missing property
    /// that was replaced by the zero value of its type.
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
        T: FromResponse,
    {
        Call {
            pending: self.pending,
            decode: <(T, Vec<Correction>)>::from_response,
        }
    }

    /// Sends the request and returns the raw response: status, headers and body.
    ///
    /// # Errors
    ///
    /// Returns an error if the call fails. The body is not decoded.
    pub async fn response(self) -> Result<Response, Error> {
        Ok(self.pending.exchange().await?.1)
    }

    /// Returns the request without sending it.
    ///
    /// # Errors
    ///
    /// Returns an error if an argument is invalid.
    pub fn into_request(self) -> Result<Request, Error> {
        self.pending.into_parts().1
    }
}

impl<T: 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.pending.run(self.decode)
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
    use std::task::{Context, Poll};

    use crate::{HeaderMap, Method, StatusCode};

    struct Nowhere;

    impl Transport for Nowhere {
        fn send(&self, _: Request) -> BoxFuture<'_, Result<Response, Error>> {
            Box::pin(async {
                Ok(Response::new(
                    StatusCode::OK,
                    HeaderMap::new(),
                    b"7".to_vec(),
                ))
            })
        }
    }

    static PLACE: Operation = Operation::new("places::get", Method::GET, "/place/{id}");

    #[test]
    fn request_holds_all_arguments_or_the_error() {
        let core = ClientCore::new(Arc::new(Nowhere));
        let builder = || core.request(&PLACE, &[&7_i64]).arg("a", &"b c");
        let call = builder().call::<i64>().header("X-Schemas-Version", "2.0");
        let request = call.timeout(Duration::from_secs(1)).into_request();
        let request = request.expect("all is fine");
        assert_eq!(request.target(), "/place/7?a=b%20c");
        assert_eq!(request.headers()["x-schemas-version"], "2.0");
        assert_eq!(request.options().timeout, Some(Duration::from_secs(1)));
        let call = builder().call::<i64>().header("X-Schemas-Version", "2\n0");
        assert!(call.into_request().is_err());
        let call = core.request(&PLACE, &[&".."]).call::<i64>();
        assert!(call.header("X-Own", "a").into_request().is_err());
    }

    #[test]
    fn decodes_to_own_or_requested_type() {
        let core = ClientCore::new(Arc::new(Nowhere));
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut own = core.request(&PLACE, &[&7_i64]).call::<i64>().into_future();
        assert!(matches!(
            own.as_mut().poll(&mut context),
            Poll::Ready(Ok(7))
        ));
        let text = core.request(&PLACE, &[&7_i64]).call::<i64>().json::<f64>();
        let mut text = text.into_future();
        assert!(
            matches!(text.as_mut().poll(&mut context), Poll::Ready(Ok(number)) if number == 7.0)
        );
    }
}
