//! A request as a value: what is to be sent, before anything is signed or sent.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_core::Serialize;
use zeroize::Zeroizing;

use crate::{Error, Method, Operation};

/// The bytes of a JSON body. They may hold a password: they are never shown, shared rather than
/// copied, and wiped when the last holder drops them.
#[derive(Clone)]
pub struct Body(Arc<Zeroizing<Vec<u8>>>);

impl Body {
    /// Writes a value as JSON.
    ///
    /// # Errors
    ///
    /// A value that has no JSON form (a map with keys that are not text).
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        let mut bytes = Wiped(Zeroizing::new(Vec::with_capacity(256)));
        match serde_json::to_writer(&mut bytes, value) {
            Ok(()) => Ok(Self(Arc::new(bytes.0))),
            Err(source) => Err(
                Error::invalid_argument("the body cannot be written as JSON")
                    .source(source)
                    .build(),
            ),
        }
    }

    /// Takes bytes as they are, for what is not JSON.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Zeroizing::new(bytes)))
    }

    /// The bytes as they go on the wire.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Bytes that leave no copy of themselves behind when they need more room.
struct Wiped(Zeroizing<Vec<u8>>);

impl io::Write for Wiped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(self.0.len() * 2)));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// So that an HTTP engine can own the bytes and still have them wiped.
impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

/// What a caller may want for one call only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOptions {
    /// How long the whole call may take, all attempts included. `None`: as the client is set up.
    pub timeout: Option<Duration>,
    /// Ask the server not to answer from its cache.
    pub fresh: bool,
    /// How often the call may be repeated at most, where a repeat is safe. `None`: as the client
    /// is set up; `Some(0)`: it is sent once, whatever happens.
    pub retries: Option<u32>,
}

/// A request that is ready to be signed and sent.
#[derive(Clone)]
pub struct Request {
    operation: Option<&'static Operation>,
    method: Method,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Body>,
    options: CallOptions,
}

impl Request {
    pub(crate) fn for_operation(operation: &'static Operation, target: String) -> Self {
        Self {
            operation: Some(operation),
            method: operation.method(),
            target,
            headers: Vec::new(),
            body: None,
            options: CallOptions::default(),
        }
    }

    /// A request for a route that no operation table knows.
    ///
    /// `target` is the path below the API's base, already escaped, with its query string if it has
    /// one: `/me/bill?date.from=2026-01-01`. A leading `/v1/` or `/v2/` chooses the API's version.
    ///
    /// # Errors
    ///
    /// A target that does not begin with one `/`, holds a control character, a blank, a backslash,
    /// a fragment or text that is not ASCII, or has a `.`, `..` or empty segment: such a target
    /// would be rewritten on its way and reach another route.
    pub fn to(method: Method, target: impl Into<String>) -> Result<Self, Error> {
        let target = target.into();
        let refuse = |what: &str| {
            // Without its query, which may hold a secret.
            let route = target.split('?').next().unwrap_or_default();
            Err(Error::invalid_argument(format!(
                "`{route}` is not a route below the API's base: {what}; nothing was sent"
            ))
            .build())
        };
        let path = target.split('?').next().unwrap_or_default();
        let Some(segments) = path.strip_prefix('/') else {
            return refuse("it has to begin with `/`");
        };
        if target
            .bytes()
            .any(|b| !b.is_ascii_graphic() || matches!(b, b'\\' | b'#'))
        {
            return refuse(
                "a blank, a control character, `\\`, `#` or text that is not ASCII has to be escaped",
            );
        }
        let dotted = |segment: &str| {
            let plain = segment.replace("%2e", ".").replace("%2E", ".");
            matches!(plain.as_str(), "." | "..")
        };
        if segments
            .split('/')
            .any(|segment| segment.is_empty() || dotted(segment))
            && path != "/"
        {
            return refuse("an empty, `.` or `..` segment would be swallowed");
        }
        Ok(Self {
            operation: None,
            method,
            target,
            headers: Vec::new(),
            body: None,
            options: CallOptions::default(),
        })
    }

    pub(crate) fn with_query(mut self, query: &str) -> Self {
        self.target.push_str(query);
        self
    }

    /// Gives the request a body.
    #[must_use]
    pub fn with_body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    /// Gives the request options of its own.
    #[must_use]
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Adds a header.
    ///
    /// # Errors
    ///
    /// Returns an error for a header that the client writes itself (authentication, host, content,
    /// connection), for a name that is none, and for a value with a control character or text that
    /// is not ASCII.
    pub fn with_header(
        mut self,
        name: &'static str,
        value: impl Into<String>,
    ) -> Result<Self, Error> {
        let value = value.into();
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(Error::invalid_argument(format!(
                "`{}` is no name of a header; nothing was sent",
                name.escape_debug()
            ))
            .build());
        }
        if is_reserved(name) {
            return Err(Error::invalid_argument(format!(
                "the header {name} is written by the client itself; nothing was sent"
            ))
            .request(&self)
            .build());
        }
        if value.bytes().any(|b| !(b == b' ' || b.is_ascii_graphic())) {
            return Err(Error::invalid_argument(format!(
                "the value for the header {name} holds a control character or text that is not ASCII; nothing was sent"
            ))
            .build());
        }
        self.headers.push((name, value));
        Ok(self)
    }

    /// Sets a header in the place of those of its name.
    pub(crate) fn replacing_header(
        mut self,
        name: &'static str,
        value: String,
    ) -> Result<Self, Error> {
        self.headers.retain(|(own, _)| *own != name);
        self.with_header(name, value)
    }

    /// The value of a header that was added to the request.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        Some(&found.1)
    }

    /// The row of the operation table, if the request has one.
    #[must_use]
    pub const fn operation(&self) -> Option<&'static Operation> {
        self.operation
    }

    /// The HTTP method.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// Path and query below the API's base, escaped as they go on the wire.
    ///
    /// It may hold a secret query value; print [`Self::name`] instead.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The path with its values, without the query, as errors and spans name it.
    ///
    /// Values of path parameters that the operation table calls secret are redacted.
    #[must_use]
    pub fn path(&self) -> String {
        let path = self.target.split('?').next().unwrap_or_default();
        let secrets = self.operation.map_or(&[][..], Operation::secret_fields);
        let Some(operation) = self.operation.filter(|_| !secrets.is_empty()) else {
            return path.to_owned();
        };
        let is_secret = |segment: &str| {
            let name = segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'));
            name.is_some_and(|name| secrets.contains(&name))
        };
        let segments = path.split('/').zip(operation.path().split('/'));
        let shown = segments.map(|(value, segment)| match is_secret(segment) {
            true => "[redacted]",
            false => value,
        });
        shown.collect::<Vec<_>>().join("/")
    }

    /// What the request is called in errors and logs: the operation's id, or method and path.
    #[must_use]
    pub fn name(&self) -> String {
        match self.operation {
            Some(operation) => operation.id().to_owned(),
            None => format!(
                "{} {}",
                self.method,
                self.target.split('?').next().unwrap_or_default()
            ),
        }
    }

    /// Headers beside those of authentication and content.
    #[must_use]
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// The body, if there is one.
    #[must_use]
    pub const fn body(&self) -> Option<&Body> {
        self.body.as_ref()
    }

    /// What the caller wants for this call only.
    #[must_use]
    pub const fn options(&self) -> &CallOptions {
        &self.options
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("name", &self.name())
            .field("headers", &Names(&self.headers))
            .field("body", &self.body)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// The names of headers; a value may be a secret.
struct Names<'a>(&'a [(&'static str, String)]);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// `true` for a header that says who is calling, whom, or where a message ends. Were it replaced, a
/// call would go elsewhere or under another name than it was signed for.
fn is_reserved(name: &str) -> bool {
    const RESERVED: [&str; 18] = [
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-ovh-application",
        "x-ovh-consumer",
        "x-ovh-signature",
        "x-ovh-timestamp",
    ];
    RESERVED.iter().any(|own| name.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_wiped_when_its_last_holder_drops_it() {
        fn is_wiped<T: zeroize::ZeroizeOnDrop>(_: &Arc<T>) {}
        let body = Body::from_bytes(b"s3cr3t".to_vec());
        is_wiped(&body.0);
        let other = body.clone();
        assert!(Arc::ptr_eq(&body.0, &other.0), "shared, not copied");
    }

    #[test]
    fn a_free_route_that_would_be_rewritten_is_refused() {
        for target in [
            "",
            "me",
            "//host/me",
            "/a/../me",
            "/a/%2e%2E/me",
            "/a//b",
            "/a b",
            "/a\r\nb",
            "/a\\b",
            "/a#b",
            "/é",
        ] {
            assert!(Request::to(Method::Get, target).is_err(), "{target:?}");
        }
        let error = Request::to(Method::Get, "/x?token=s3cr3t\n").expect_err("a line break");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
        for target in [
            "/me",
            "/v2/iam/policy",
            "/me/bill?date.from=2026-01-01&x=%2F",
            "/",
        ] {
            assert!(Request::to(Method::Get, target).is_ok(), "{target:?}");
        }
    }

    #[test]
    fn a_request_shows_neither_body_nor_query_and_takes_no_header_with_a_line_break() {
        let request = Request::to(Method::Post, "/x?token=s3cr3t")
            .expect("a fine route")
            .with_body(Body::json("s3cr3t").expect("JSON"));
        let request = request
            .with_header("X-Own", "s3cr3t")
            .expect("a fine header");
        let shown = format!("{request:?}");
        assert!(
            shown.contains("X-Own") && !shown.contains("s3cr3t"),
            "{shown}"
        );
        for (name, value) in [("X-Pagination-Filter", "a\r\nb"), ("X Own", "a"), ("", "a")] {
            assert!(request.clone().with_header(name, value).is_err(), "{name}");
        }
    }
}
