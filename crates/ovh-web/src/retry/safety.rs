//! What a failed attempt may have done, and whether sending the call again can do harm.

use ovh_runtime::{Error, ErrorKind, Method, RefusalCause, Request};

/// Whether sending the request twice does no more than sending it once.
///
/// For a free request, of which no table knows, only a read is taken for that.
pub(crate) fn is_idempotent(request: &Request) -> bool {
    match (request.method(), request.operation()) {
        (method, _) if method.is_read() => true,
        (Method::Put | Method::Delete, Some(operation)) => operation.is_idempotent(),
        _ => false,
    }
}

/// Whether the call may be sent again after this failure.
///
/// `left` says whether the request may have reached the server. A stale timestamp is refreshed
/// instead, once: a pause does not help.
pub(crate) fn may_repeat(request: &Request, error: &Error, left: bool) -> bool {
    let is_safe = !left || is_idempotent(request) || error.kind() == ErrorKind::RateLimited;
    is_safe && error.cause() != Some(RefusalCause::StaleTimestamp)
}

#[cfg(test)]
mod tests {
    use ovh_runtime::{Operation, Param, Reply};

    use super::*;

    fn refused(request: &Request, status: u16, body: &str) -> Error {
        Error::refused(
            request,
            &Reply::new(status, Vec::new(), body.as_bytes().to_vec()),
        )
    }

    fn free(method: Method) -> Request {
        Request::to(method, "/x").expect("a fine route")
    }

    fn of(operation: &'static Operation) -> Request {
        struct Nowhere;
        impl ovh_runtime::Transport for Nowhere {
            fn send(&self, _: Request) -> ovh_runtime::BoxFuture<'_, Result<Reply, Error>> {
                Box::pin(std::future::pending())
            }
        }
        let values: [&dyn Param; 0] = [];
        ovh_runtime::Core::new(std::sync::Arc::new(Nowhere))
            .draft(operation, &values)
            .call::<()>()
            .into_request()
            .expect("a request")
    }

    #[test]
    fn only_what_does_no_more_when_sent_twice_is_repeated_after_it_left() {
        static GET: Operation = Operation::new("x::get", Method::Get, "/x");
        static PUT: Operation = Operation::new("x::update", Method::Put, "/x");
        static PUT_AGAIN: Operation = Operation::new("x::set", Method::Put, "/x").idempotent();
        static DELETE: Operation = Operation::new("x::delete", Method::Delete, "/x").idempotent();
        // The table does not say this of any POST; if it did, it would not be believed.
        static POST: Operation = Operation::new("x::create", Method::Post, "/x").idempotent();
        for (request, expected) in [
            (of(&GET), true),
            (of(&PUT), false),
            (of(&PUT_AGAIN), true),
            (of(&DELETE), true),
            (of(&POST), false),
            (free(Method::Get), true),
            (free(Method::Head), true),
            (free(Method::Patch), false),
            (free(Method::Put), false),
            (free(Method::Delete), false),
            (free(Method::Post), false),
        ] {
            let broken = refused(&request, 502, "");
            assert_eq!(may_repeat(&request, &broken, true), expected, "{request:?}");
            assert!(may_repeat(&request, &broken, false), "{request:?}");
            let limited = refused(&request, 429, "");
            assert!(may_repeat(&request, &limited, true), "{request:?}");
        }
    }
}
