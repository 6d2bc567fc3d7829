//! CORS: web pages of any origin may call the API, but no other route.
//!
//! Cookies do not authenticate API calls, so pages have the same rights as any program with the keys.

use crate::http::{HttpRequest, HttpResponse, METHODS, below_version};

/// The request headers that a page may send, from recorded responses: none for pages of a list.
const HEADERS: &str = "X-Ovh-Timestamp, X-Ovh-Consumer, X-Ovh-Application, X-Ovh-Signature, \
                       X-Ovh-Session, Authorization, Content-Type, X-Challenge-Response, \
                       X-Challenge-Payload, User-Agent";

/// The response headers that a page may read, from recorded responses, and one of the sandbox.
const EXPOSED: &str = "X-Pagination-Cursor-Next, X-Ovh-Queryid, X-Ovh-Sandbox-Effect";

fn applies(request: &HttpRequest) -> bool {
    let path = request.path();
    let is_api = below_version(path).is_some() || path.starts_with("/v2/");
    is_api && request.headers.contains_key("origin")
}

/// Answers a preflight request; `None` for other requests.
pub(crate) fn preflight(request: &HttpRequest) -> Option<HttpResponse> {
    let requested = request.header("access-control-request-method");
    if request.method != "OPTIONS" || requested.is_none() || !applies(request) {
        return None;
    }
    let headers = [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", &*METHODS.join(", ")),
        ("access-control-allow-headers", HEADERS),
        ("access-control-max-age", "60"),
    ];
    Some(HttpResponse::new(204, &headers, Vec::new()))
}

/// Lets the page that sent a request read the response.
pub(crate) fn allow(request: &HttpRequest, response: &mut HttpResponse) {
    if applies(request) {
        let headers = &mut response.headers;
        headers.push(("access-control-allow-origin", "*".to_owned()));
        headers.push(("access-control-expose-headers", EXPOSED.to_owned()));
    }
}
