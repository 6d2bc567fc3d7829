//! Requests to any route of the API.

use std::time::Duration;

use ovh_runtime::{
    Body, Call, CallOptions, ClientCore, Error, Method, Operation, Param, QueryString, Request,
    Response,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::macros::{partial_debug, setters};
use crate::{Listing, Preview};

/// A request to any route, for operations without a typed method.
///
/// If the route is that of an [`Operation`], the request behaves as a typed call of it: secrets are
/// redacted, idempotent writes are retried, and anonymous calls are not signed. Errors while
/// building are returned when the call is awaited.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::Method;
/// use ovh_web::types::Cron;
///
/// let request = client.request(Method::GET, "/hosting/web/example.ovh/cron/7");
/// let cron: Cron = request.json().await?;
/// println!("{}", cron.command);
/// # Ok(())
/// # }
/// ```
#[must_use = "a request does nothing until it is awaited"]
pub struct RawRequest {
    core: ClientCore,
    method: Method,
    target: String,
    operation: Option<&'static Operation>,
    query: QueryString,
    headers: Vec<(String, String)>,
    body: Option<Result<Body, Error>>,
    options: CallOptions,
    is_paged: bool,
}

impl RawRequest {
    pub(crate) fn new(
        core: ClientCore,
        method: Method,
        target: String,
        operation: Option<&'static Operation>,
    ) -> Self {
        Self {
            core,
            method,
            target,
            operation,
            query: QueryString::default(),
            headers: Vec::new(),
            body: None,
            options: CallOptions::default(),
            is_paged: false,
        }
    }

    /// Adds `name=value` to the query, percent-encoded.
    ///
    /// A list adds one pair per item, `None` adds nothing.
    pub fn query(mut self, name: &str, value: impl Param) -> Self {
        self.query.add(name, &value);
        self
    }

    /// Adds pairs to the query, percent-encoded.
    pub fn query_pairs<K, V>(self, pairs: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: AsRef<str>,
        V: Param,
    {
        let pairs = pairs.into_iter();
        pairs.fold(self, |request, (name, value)| {
            request.query(name.as_ref(), value)
        })
    }

    /// Adds a header. Authentication and content headers cannot be replaced.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body, serialized as JSON.
    pub fn body<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.body = Some(Body::json(body));
        self
    }

    /// Asks the server not to answer from its cache.
    pub fn fresh(mut self) -> Self {
        self.options.fresh = true;
        self
    }

    /// Returns the call, which decodes the response into your type.
    pub fn json<T: DeserializeOwned + 'static>(self) -> Call<T> {
        let core = self.core.clone();
        core.call_result(self.into_request())
    }

    /// Sends the request and returns the raw response: status, headers and bytes.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is refused before sending, if no complete response arrives,
    /// or if the server answers with an error.
    pub async fn response(self) -> Result<Response, Error> {
        let core = self.core.clone();
        core.send(self.into_request()?).await
    }

    /// Returns the list of a GET request, with its objects as JSON values.
    ///
    /// If the operation's row has the type of its objects, the server is asked for pages of them,
    /// as in typed lists: if it answers with ids, each object is requested separately. Any other
    /// list is one request, and its items are those of the response; see [`paged`](Self::paged).
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::Method;
    ///
    /// let crons = client.request(Method::GET, "/hosting/web/example.ovh/cron");
    /// let mut crons = crons.list()?.stream();
    /// while let Some(cron) = crons.next().await {
    ///     println!("{}", cron?["command"]);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the method is not GET, or if the target, a header or the body is
    /// invalid.
    pub fn list(self) -> Result<Listing<Value, Value>, Error> {
        let (core, asks_for_pages) = (self.core.clone(), self.is_paged);
        let request = self.into_request()?;
        if request.method() != Method::GET {
            let message = format!("a list is read with GET, not {}", request.method());
            let error = Error::invalid_argument(message).request(&request);
            return Err(error.build());
        }
        let row = request.operation();
        let has_pages = row.is_some_and(|row| row.expanded_type().is_some() || row.is_by_cursor());
        let is_paged = asks_for_pages || has_pages;
        Ok(Listing::of_request(core, request, is_paged))
    }

    /// Asks for pages in [`list`](Self::list), for routes that are not in [`operations`].
    ///
    /// Version 2 of the API is paged by cursor, version 1 by number.
    ///
    /// [`operations`]: crate::operations
    pub fn paged(mut self) -> Self {
        self.is_paged = true;
        self
    }

    /// Sends the request and ignores the response body.
    pub async fn send(self) -> Result<(), Error> {
        self.response().await.map(drop)
    }

    /// Returns the request as text without secrets, for a dry run. Sends nothing.
    ///
    /// The secrets are those of the operation; for an unknown route, the names that are secret in
    /// any operation.
    ///
    /// # Errors
    ///
    /// Returns an error if the target, a header or the body is invalid.
    pub fn preview(self) -> Result<Preview, Error> {
        self.into_request().map(|request| Preview::of(&request))
    }

    /// Returns the request without sending it.
    ///
    /// # Errors
    ///
    /// Returns an error if the target, a header or the body is invalid.
    pub fn into_request(self) -> Result<Request, Error> {
        let mut target = self.target;
        if let Some(pairs) = self.query.as_str().strip_prefix('?') {
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(pairs);
        }
        let mut request = Request::to(self.method, target)?.with_options(self.options);
        if let Some(operation) = self.operation {
            request = request.with_operation(operation);
        }
        if let Some(body) = self.body {
            request = request.with_body(body?);
        }
        for (name, value) in self.headers {
            request = request.with_header(&name, value)?;
        }
        Ok(request)
    }
}

// Query, values of headers and body may hold secrets.
partial_debug!(
    RawRequest,
    |request| method = request.method,
    operation = request.operation.map(Operation::id),
    path = request.target.split('?').next().unwrap_or_default(),
    headers = request
        .headers
        .iter()
        .map(|(name, _)| name)
        .collect::<Vec<_>>(),
    body = request.body,
    options = request.options
);

setters! {
    RawRequest:

    /// Sets the timeout of this call, all attempts included.
    timeout(limit: Duration) => options.timeout = Some(limit);

    /// Limits the retries of this call; only safe calls are retried.
    ///
    /// With 0, the request is sent exactly once.
    retries(most: u32) => options.retries = Some(most);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ovh_runtime::{BoxFuture, Transport};

    use super::*;

    struct Nowhere;

    impl Transport for Nowhere {
        fn send(&self, _: Request) -> BoxFuture<'_, Result<Response, Error>> {
            Box::pin(std::future::pending())
        }
    }

    #[test]
    fn debug_shows_no_value() {
        let core = ClientCore::new(Arc::new(Nowhere));
        let request = RawRequest::new(core, Method::POST, "/me?a=s3cr3t".to_owned(), None)
            .query("b", "s3cr3t")
            .header("X-Own", "s3cr3t")
            .body("s3cr3t");
        let shown = format!("{request:?}");
        assert!(shown.contains("/me") && shown.contains("X-Own"), "{shown}");
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
}
