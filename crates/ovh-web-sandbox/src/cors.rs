//! CORS: web pages of any origin may call the API, but no other route.
//!
//! Cookies do not authenticate API calls, so pages have the same rights as any program with the keys.

use crate::http::{HttpRequest, HttpResponse, METHODS, below_version};

/// Guess: the allowed origins, methods and headers; the last two headers are known.
const HEADERS: &str = "Content-Type, X-Ovh-Application, X-Ovh-Consumer, X-Ovh-Signature, \
                       X-Ovh-Timestamp, X-Pagination-Mode, X-Pagination-Number, \
                       X-Pagination-Size, X-Pagination-Filter, X-Pagination-Sort, \
                       X-Pagination-Sort-Order, X-Pagination-Cursor, X-Ovh-Session, Authorization";

/// The response headers that a page may read.
const EXPOSED: &str = "Date, Retry-After, X-Ovh-Queryid, X-Pagination-Number, X-Pagination-Size, \
                       X-Pagination-Total, X-Pagination-Elements, X-Pagination-Cursor-Next, \
                       X-Pagination-Sort, X-Pagination-Sort-Order, X-Ovh-Sandbox-Effect";

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
        ("access-control-max-age", "600"),
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
