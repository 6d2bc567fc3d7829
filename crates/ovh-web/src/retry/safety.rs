//! Decides if a request can be retried safely.

use ovh_runtime::{Error, ErrorKind, Method, RefusalCause, Request};

/// Returns `true` if sending the request twice has the same effect as once.
///
/// Without an operation table entry, only reads count as idempotent.
pub(crate) fn is_idempotent(request: &Request) -> bool {
    match (request.method(), request.operation()) {
        (method, _) if method.is_safe() => true,
        (&Method::PUT | &Method::DELETE, Some(operation)) => operation.is_idempotent(),
        _ => false,
    }
}

/// Returns `true` if the call may be retried after this failure.
///
/// `was_sent` is `true` if the request may have reached the server. A stale timestamp is refreshed once
/// instead: a pause does not help.
pub(crate) fn may_repeat(request: &Request, error: &Error, was_sent: bool) -> bool {
    let is_safe = !was_sent || is_idempotent(request) || error.kind() == ErrorKind::RateLimited;
    is_safe && error.cause() != Some(RefusalCause::StaleTimestamp)
}

#[cfg(test)]
mod tests {
    use ovh_runtime::{HeaderMap, Operation, Param, Response, StatusCode};

    use super::*;

    fn refused(request: &Request, status: u16, body: &str) -> Error {
        Error::refused(
            request,
            &Response::new(
                StatusCode::from_u16(status).expect("a status"),
                HeaderMap::new(),
                body.to_owned(),
            ),
        )
    }

    fn free(method: Method) -> Request {
        Request::to(method, "/x").expect("a fine route")
    }

    fn of(operation: &'static Operation) -> Request {
        struct Nowhere;
        impl ovh_runtime::Transport for Nowhere {
            fn send(&self, _: Request) -> ovh_runtime::BoxFuture<'_, Result<Response, Error>> {
                Box::pin(std::future::pending())
            }
        }
        let values: [&dyn Param; 0] = [];
        ovh_runtime::ClientCore::new(std::sync::Arc::new(Nowhere))
            .request(operation, &values)
            .call::<()>()
            .into_request()
            .expect("a request")
    }

    #[test]
    fn retries_sent_requests_only_if_idempotent() {
        static GET: Operation = Operation::new("x::get", Method::GET, "/x");
        static PUT: Operation = Operation::new("x::update", Method::PUT, "/x");
        static PUT_AGAIN: Operation = Operation::new("x::set", Method::PUT, "/x").idempotent();
        static DELETE: Operation = Operation::new("x::delete", Method::DELETE, "/x").idempotent();
        // No POST in the table is idempotent; if one were, the mark would be ignored.
        static POST: Operation = Operation::new("x::create", Method::POST, "/x").idempotent();
        for (request, expected) in [
            (of(&GET), true),
            (of(&PUT), false),
            (of(&PUT_AGAIN), true),
            (of(&DELETE), true),
            (of(&POST), false),
            (free(Method::GET), true),
            (free(Method::HEAD), true),
            (free(Method::PATCH), false),
            (free(Method::PUT), false),
            (free(Method::DELETE), false),
            (free(Method::POST), false),
        ] {
            let broken = refused(&request, 502, "");
            assert_eq!(may_repeat(&request, &broken, true), expected, "{request:?}");
            assert!(may_repeat(&request, &broken, false), "{request:?}");
            let limited = refused(&request, 429, "");
            assert!(may_repeat(&request, &limited, true), "{request:?}");
        }
    }
}
