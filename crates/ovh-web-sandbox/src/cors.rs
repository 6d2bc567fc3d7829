//! Cross-origin requests: browsers may call the API routes from any page, and no other route.
//!
//! No cookie or other credential of a browser counts for the API, so that a page can do no more
//! than any program that has the keys.

use crate::routes::below_version;
use crate::wire::{Incoming, Outgoing, Wire};

/// Guess: which origins, methods and headers the real API allows; it is known to allow the last two.
const HEADERS: &str = "Content-Type, X-Ovh-Application, X-Ovh-Consumer, X-Ovh-Signature, \
                       X-Ovh-Timestamp, X-Pagination-Mode, X-Pagination-Number, \
                       X-Pagination-Size, X-Pagination-Filter, X-Pagination-Sort, \
                       X-Pagination-Sort-Order, X-Pagination-Cursor, X-Ovh-Session, Authorization";

/// What of a reply a page may read.
const EXPOSED: &str = "Date, Retry-After, X-Ovh-Queryid, X-Pagination-Number, X-Pagination-Size, \
                       X-Pagination-Total, X-Pagination-Elements, X-Pagination-Cursor-Next, \
                       X-Pagination-Sort, X-Pagination-Sort-Order, X-Ovh-Sandbox-Effect";

fn applies(incoming: &Incoming) -> bool {
    let path = incoming.path();
    let api = below_version(path).is_some() || path.starts_with("/v2/");
    api && incoming.headers.contains_key("origin")
}

/// Answers the question that a browser asks before a call; nothing if this is none.
pub(crate) fn preflight(incoming: &Incoming) -> Option<Outgoing> {
    let asks = incoming.method == "OPTIONS"
        && incoming
            .headers
            .contains_key("access-control-request-method")
        && applies(incoming);
    asks.then(|| Outgoing {
        status: 204,
        headers: [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", "GET, POST, PUT, DELETE"),
            ("access-control-allow-headers", HEADERS),
            ("access-control-max-age", "600"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into(),
        body: Vec::new(),
        wire: Wire::default(),
    })
}

/// Lets the page that made a call read the reply.
pub(crate) fn allow(incoming: &Incoming, outgoing: &mut Outgoing) {
    if applies(incoming) {
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            ("access-control-expose-headers", EXPOSED),
        ] {
            outgoing.headers.push((name, value.to_owned()));
        }
    }
}
