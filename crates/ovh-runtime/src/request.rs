//! A request as a value, before it is signed or sent.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_core::Serialize;
use zeroize::Zeroizing;

use crate::getters::getters;
use crate::{Error, ErrorBuilder, Operation};

/// The bytes of a body. They may hold a password, so they are never printed, and are wiped from
/// memory when the last clone is dropped.
#[derive(Clone, Default)]
pub struct Body(Arc<Zeroizing<Vec<u8>>>);

impl Body {
    /// Encodes a value as JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if the value has no JSON form (a map with keys that are not strings).
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        let mut bytes = Wiped(Zeroizing::new(Vec::with_capacity(256)));
        serde_json::to_writer(&mut bytes, value).map_err(|source| {
            let error = Error::invalid_argument("the body cannot be encoded as JSON");
            error.source(source).build()
        })?;
        Ok(Self(Arc::new(bytes.0)))
    }

    /// Wraps bytes unchanged, for bodies that are not JSON.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Zeroizing::new(bytes)))
    }

    /// The bytes on the wire.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A byte buffer that leaves no copy of its data when it grows.
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

/// Not a copy: the bytes are wiped when the last clone is dropped.
impl From<Body> for Bytes {
    fn from(body: Body) -> Self {
        Self::from_owner(body)
    }
}

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

/// Options of one call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CallOptions {
    /// The timeout of the call, including all attempts. `None`: the client's setting.
    pub timeout: Option<Duration>,
    /// Asks the server not to answer from its cache.
    pub fresh: bool,
    /// The maximum number of retries. `None`: the client's setting.
    pub retries: Option<u32>,
}

/// A request, ready to be signed and sent.
#[derive(Clone)]
pub struct Request {
    operation: Option<&'static Operation>,
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Option<Body>,
    options: CallOptions,
}

impl Request {
    pub(crate) fn new(
        operation: Option<&'static Operation>,
        method: Method,
        target: String,
    ) -> Self {
        Self {
            operation,
            method,
            target,
            headers: HeaderMap::new(),
            body: None,
            options: CallOptions::default(),
        }
    }

    /// Creates a request for a route that is not in the operation table.
    ///
    /// `target` is the escaped path below the API's base, with its query string if any:
    /// `/me/bill?date.from=2026-01-01`. A leading `/v1/` or `/v2/` selects the API's version.
    ///
    /// # Errors
    ///
    /// Returns an error if the target does not start with `/`, has an empty, `.` or `..` segment, or
    /// holds a space, a control character, a backslash, a fragment or non-ASCII text. An HTTP client
    /// would rewrite such a target.
    pub fn to(method: Method, target: impl Into<String>) -> Result<Self, Error> {
        let target = target.into();
        // The query is omitted from errors, as it may hold a secret.
        let path = target.split('?').next().unwrap_or_default();
        let refuse = |why: &str| Err(invalid(&format!("target `{path}`"), why).build());
        if method == Method::CONNECT {
            return refuse("the method CONNECT opens a tunnel");
        }
        let Some(segments) = path.strip_prefix('/') else {
            return refuse("it must start with `/`");
        };
        if target
            .bytes()
            .any(|b| !b.is_ascii_graphic() || matches!(b, b'\\' | b'#'))
        {
            return refuse(
                "spaces, control characters, `\\`, `#` and non-ASCII text must be escaped",
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
            return refuse("empty, `.` and `..` segments are not allowed");
        }
        Ok(Self::new(None, method, target))
    }

    pub(crate) fn with_query(mut self, query: &str) -> Self {
        self.target.push_str(query);
        self
    }

    /// Sets the row of the operation table, whose facts then apply: secrets, retries, credentials.
    ///
    /// The target must be one of its route ([`Operation::target`]); the method becomes the row's.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static Operation) -> Self {
        self.method = operation.method().clone();
        self.operation = Some(operation);
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    /// Sets the options.
    #[must_use]
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets a header. Its value is marked as sensitive.
    ///
    /// # Errors
    ///
    /// Returns an error for a header that the client sets itself (authentication, host, content,
    /// connection), for an invalid name, and for a value with a control character or non-ASCII
    /// text.
    pub fn with_header(mut self, name: &str, value: impl AsRef<str>) -> Result<Self, Error> {
        let value = value.as_ref();
        let is_visible = |byte: &u8| matches!(byte, b' '..=b'~');
        let refusal = match HeaderName::from_bytes(name.as_bytes()) {
            Err(_) => invalid(
                &format!("header name `{}`", name.escape_debug()),
                "it is empty or has a character that is not allowed",
            ),
            Ok(_) if is_reserved(name) => {
                invalid(&format!("header {name}"), "the client sets it itself")
            }
            Ok(header) => match HeaderValue::from_str(value) {
                Ok(mut value) if value.as_bytes().iter().all(is_visible) => {
                    value.set_sensitive(true);
                    self.headers.insert(header, value);
                    return Ok(self);
                }
                _ => {
                    let why = "it has a control character or non-ASCII text";
                    invalid(&format!("value of the header {name}"), why)
                }
            },
        };
        Err(refusal.request(&self).build())
    }

    /// The value of a header that was set.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The path with its values, without the query, for errors and spans.
    ///
    /// Secret values of path parameters are redacted.
    #[must_use]
    pub fn path(&self) -> String {
        let path = self.target.split('?').next().unwrap_or_default();
        let secrets = self.operation.map_or(&[][..], Operation::secret_fields);
        let (Some(operation), false) = (self.operation, secrets.is_empty()) else {
            return path.to_owned();
        };
        // A raw target may start with its version, which the route lacks.
        let route = operation.path().split('/');
        let version = path
            .split('/')
            .count()
            .saturating_sub(route.clone().count());
        let route = std::iter::repeat_n("", version).chain(route);
        let shown = path.split('/').zip(route).map(|(value, segment)| {
            match secrets.contains(&segment.trim_matches(['{', '}'])) && segment.starts_with('{') {
                true => "[redacted]",
                false => value,
            }
        });
        shown.collect::<Vec<_>>().join("/")
    }

    /// Returns `true` if pages of this list are requested by cursor: by its row, or in version 2.
    pub(crate) fn is_by_cursor(&self) -> bool {
        match self.operation {
            Some(operation) => operation.is_by_cursor(),
            None => self.target.starts_with("/v2/"),
        }
    }

    pub(crate) const fn options_mut(&mut self) -> &mut CallOptions {
        &mut self.options
    }
}

getters! { Request {
    /// The row of the operation table, if the request has one.
    operation -> Option<&'static Operation>: this => this.operation;

    /// The HTTP method.
    method -> &Method: this => &this.method;

    /// The path and query below the API's base, escaped as on the wire.
    ///
    /// It may hold a secret query value; print [`Self::name`] instead.
    target -> &str: this => &this.target;

    /// The request's name in errors and logs: the operation's ID, or method and path.
    name -> String: this => match this.operation {
        Some(operation) => operation.id().to_owned(),
        None => format!("{} {}", this.method, this.path()),
    };

    /// Headers other than those for authentication and content.
    headers -> &HeaderMap: this => &this.headers;

    /// The body, if there is one.
    body -> Option<&Body>: this => this.body.as_ref();

    /// The options of this call.
    options -> &CallOptions: this => &this.options;
} }

/// Omits target and header values, which may be secret.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.keys().collect();
        f.debug_struct("Request")
            .field("name", &self.name())
            .field("headers", &headers)
            .field("body", &self.body)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

fn invalid(what: &str, why: &str) -> ErrorBuilder {
    Error::invalid_argument(format!("invalid {what}: {why}; nothing was sent"))
}

/// Returns `true` for headers that set the caller's identity, the host or the message length.
fn is_reserved(name: &str) -> bool {
    const RESERVED: [&str; 15] = [
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    let name = name.to_ascii_lowercase();
    name.starts_with("x-ovh-") || RESERVED.contains(&&*name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wipes_body_on_last_drop() {
        fn is_wiped<T: zeroize::ZeroizeOnDrop>(_: &Arc<T>) {}
        let body = Body::from_bytes(b"s3cr3t".to_vec());
        is_wiped(&body.0);
        let other = body.clone();
        assert!(Arc::ptr_eq(&body.0, &other.0), "shared, not copied");
        let bytes = Bytes::from(other);
        assert_eq!(bytes.as_ptr(), body.as_bytes().as_ptr(), "not copied");
    }

    #[test]
    fn refuses_raw_targets_that_get_rewritten() {
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
            assert!(Request::to(Method::GET, target).is_err(), "{target:?}");
        }
        let error = Request::to(Method::GET, "/x?token=s3cr3t\n").expect_err("a line break");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
        for target in [
            "/me",
            "/v2/iam/policy",
            "/me/bill?date.from=2026-01-01&x=%2F",
            "/",
        ] {
            assert!(Request::to(Method::GET, target).is_ok(), "{target:?}");
        }
    }

    #[test]
    fn path_hides_secret_values_below_a_version() {
        static ROW: Operation =
            Operation::new("x::get", Method::GET, "/x/{token}/y").secrets(&["token"]);
        for version in ["", "/v1"] {
            let target = format!("{version}/x/s3cr3t/y?a=b");
            let request = Request::to(Method::GET, target).expect("a fine route");
            let path = request.with_operation(&ROW).path();
            assert_eq!(path, format!("{version}/x/[redacted]/y"));
        }
    }

    #[test]
    fn debug_hides_secrets_and_headers_are_checked() {
        let request = Request::to(Method::POST, "/x?token=s3cr3t")
            .expect("a fine route")
            .with_body(Body::json("s3cr3t").expect("JSON"));
        let request = request
            .with_header("X-Own", "s3cr3t")
            .expect("a fine header");
        let shown = format!("{request:?}");
        assert!(
            shown.contains("x-own") && !shown.contains("s3cr3t"),
            "{shown}"
        );
        for (name, value) in [
            ("X-Pagination-Filter", "a\r\nb"),
            ("X Own", "a"),
            ("", "a"),
            ("Cookie", "a=b"),
            ("X-OVH-Anything", "a"),
        ] {
            assert!(request.clone().with_header(name, value).is_err(), "{name}");
        }
    }
}
