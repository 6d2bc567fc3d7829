//! A call of any route of the API, on the same road as every other.

use std::fmt;
use std::time::Duration;

use ovh_runtime::{
    Body, Call, CallOptions, Core, Error, Method, Param, QueryString, Reply, Request,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A request that is put together by hand: for routes that no typed call knows.
///
/// What goes wrong on the way is kept and comes out when the call is awaited.
#[must_use = "a request does nothing until it is awaited"]
pub struct FreeRequest {
    core: Core,
    method: Method,
    target: Target,
    headers: Vec<(&'static str, String)>,
    body: Option<Result<Body, Error>>,
    options: CallOptions,
}

struct Target {
    text: String,
    query: QueryString,
}

/// Shows the path and the names of the headers: query, values and body may hold secrets.
impl fmt::Debug for FreeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.target.text.split('?').next().unwrap_or_default();
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("FreeRequest")
            .field("method", &self.method)
            .field("path", &path)
            .field("headers", &headers)
            .field("body", &self.body)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl FreeRequest {
    pub(crate) fn new(core: Core, method: Method, target: String) -> Self {
        Self {
            core,
            method,
            target: Target {
                text: target,
                query: QueryString::default(),
            },
            headers: Vec::new(),
            body: None,
            options: CallOptions::default(),
        }
    }

    /// Adds `name=value` to the query, escaped: once for each item of a list, not at all for an
    /// absent value.
    pub fn query(mut self, name: &str, value: impl Param) -> Self {
        self.target.query.add(name, &value);
        self
    }

    /// Adds a header beside those of authentication and content, which cannot be replaced.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Gives the request a body, written as JSON.
    pub fn body<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.body = Some(Body::json(body));
        self
    }

    /// Limits the time of this call, all attempts included.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options.timeout = Some(limit);
        self
    }

    /// Asks the server not to answer from its cache.
    pub fn fresh(mut self) -> Self {
        self.options.fresh = true;
        self
    }

    /// Repeats this call so many times at most, and only where a repeat is safe. With 0 it is sent
    /// once, whatever happens.
    pub fn retries(mut self, most: u32) -> Self {
        self.options.retries = Some(most);
        self
    }

    /// The call, whose reply decodes into a type of yours.
    pub fn json<T: DeserializeOwned + 'static>(self) -> Call<T> {
        let core = self.core.clone();
        core.call_result(self.build())
    }

    /// Sends the request and gives the reply as it came: status, headers and bytes.
    ///
    /// # Errors
    ///
    /// A request that was refused here, no complete reply, or a refusal by the server.
    pub async fn reply(self) -> Result<Reply, Error> {
        let core = self.core.clone();
        core.send(self.build()?).await
    }

    /// Sends the request and drops what comes back, for routes that answer with nothing.
    ///
    /// # Errors
    ///
    /// A request that was refused here, no complete reply, or a refusal by the server.
    pub async fn send(self) -> Result<(), Error> {
        self.reply().await.map(drop)
    }

    fn build(self) -> Result<Request, Error> {
        let Target { mut text, query } = self.target;
        if let Some(pairs) = query.as_str().strip_prefix('?') {
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(pairs);
        }
        let mut request = Request::to(self.method, text)?.with_options(self.options);
        if let Some(body) = self.body {
            request = request.with_body(body?);
        }
        for (name, value) in self.headers {
            request = request.with_header(name, value)?;
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ovh_runtime::{BoxFuture, Transport};

    use super::*;

    struct Nowhere;

    impl Transport for Nowhere {
        fn send(&self, _: Request) -> BoxFuture<'_, Result<Reply, Error>> {
            Box::pin(std::future::pending())
        }
    }

    #[test]
    fn debug_shows_no_value() {
        let core = Core::new(Arc::new(Nowhere));
        let request = FreeRequest::new(core, Method::Post, "/me?a=s3cr3t".to_owned())
            .query("b", "s3cr3t")
            .header("X-Own", "s3cr3t")
            .body("s3cr3t");
        let shown = format!("{request:?}");
        assert!(shown.contains("/me") && shown.contains("X-Own"), "{shown}");
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
}
