//! A request as text for a dry run, without secrets.

use std::fmt;

use ovh_runtime::{Method, Operation, Request};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::operations::{is_secret, redact};

/// A request that was not sent, without its secrets, from
/// [`RawRequest::preview`](crate::RawRequest::preview).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Preview {
    /// The method.
    pub method: Method,
    /// Path and query below the API's base URL.
    pub target: String,
    /// The names of the headers.
    pub headers: Vec<String>,
    /// The body, if there is one.
    pub body: Option<Value>,
}

impl Preview {
    pub(crate) fn of(request: &Request) -> Self {
        let operation = request.operation();
        let mut target = request.path();
        if let Some((_, query)) = request.target().split_once('?') {
            let shown = query.split('&').map(|pair| without_secret(operation, pair));
            target = format!("{target}?{}", shown.collect::<Vec<_>>().join("&"));
        }
        let body = request.body().map(|body| {
            match serde_json::from_slice(body.as_bytes()) {
                Ok(mut body) => {
                    redact(operation, &mut body);
                    body
                }
                // Not JSON, so nothing tells which part is secret.
                Err(_) => format!("[{} bytes]", body.as_bytes().len()).into(),
            }
        });
        Self {
            method: request.method().clone(),
            target,
            headers: request.headers().keys().map(ToString::to_string).collect(),
            body,
        }
    }
}

fn without_secret(operation: Option<&Operation>, pair: &str) -> String {
    let name = pair.split('=').next().unwrap_or_default();
    let plain = percent_decode_str(name).decode_utf8_lossy();
    match is_secret(operation, &plain) {
        true => format!("{name}=[redacted]"),
        false => pair.to_owned(),
    }
}

/// `POST /hosting/web/example.ovh/user`, and the body on the next lines.
impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.target)?;
        match &self.body {
            Some(body) => write!(f, "\n{body:#}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use ovh_runtime::Body;
    use serde_json::json;

    use super::*;
    use crate::operations::by_id;

    #[test]
    fn shows_all_but_secrets() {
        static ROW: Operation = Operation::new("x::create", Method::POST, "/x/{token}/y")
            .secrets(&["token", "password", "query key"]);
        let target = "/x/s3cr3t/y?query%20key=s3cr3t&a=b&flag";
        let request = Request::to(Method::POST, target).expect("a route");
        let request = request.with_operation(&ROW).with_header("X-Own", "s3cr3t");
        let body = Body::json(&json!({"password": "s3cr3t", "login": "a"})).expect("JSON");
        let preview = Preview::of(&request.expect("a header").with_body(body));
        assert_eq!(
            preview.to_string(),
            "POST /x/[redacted]/y?query%20key=[redacted]&a=b&flag\n{\n  \"login\": \"a\",\n  \
             \"password\": \"[redacted]\"\n}"
        );
        assert_eq!(preview.headers, ["x-own"]);
        assert!(!format!("{preview:?}").contains("s3cr3t"));
    }

    #[test]
    fn unknown_route_hides_names_secret_elsewhere() {
        let request = Request::to(Method::PUT, "/x?password=s3cr3t").expect("a route");
        let preview = Preview::of(
            &request
                .clone()
                .with_body(Body::from_bytes(b"s3cr3t".to_vec())),
        );
        assert_eq!(
            preview.to_string(),
            "PUT /x?password=[redacted]\n\"[6 bytes]\""
        );
        assert_eq!(Preview::of(&request).body, None);
        assert!(by_id("users::create").is_some_and(|row| is_secret(Some(row), "password")));
    }
}
