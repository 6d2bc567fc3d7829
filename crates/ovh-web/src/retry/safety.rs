//! What a failed attempt may have done, and whether sending the call again can do harm.

use ovh_runtime::{Error, ErrorKind, Method, Request};

/// Whether sending the request twice does no more than sending it once.
///
/// For a free request, of which no table knows, only a read is taken for that.
pub(crate) fn is_idempotent(request: &Request) -> bool {
    match (request.method(), request.operation()) {
        (Method::Get, _) => true,
        (Method::Put | Method::Delete, Some(operation)) => operation.is_idempotent(),
        _ => false,
    }
}

/// Whether the call may be sent again after this failure.
///
/// `left` says whether the request may have reached the server.
pub(crate) fn may_repeat(request: &Request, error: &Error, left: bool) -> bool {
    !left || is_idempotent(request) || error.kind() == ErrorKind::RateLimited
}

/// Whether the same call may well succeed a little later.
pub(crate) fn is_transient(error: &Error) -> bool {
    match (error.kind(), error.status()) {
        (ErrorKind::Connection | ErrorKind::Timeout | ErrorKind::RateLimited, _)
        | (ErrorKind::Server, None) => true,
        (ErrorKind::Server, Some(status)) => {
            matches!(status, 408 | 500 | 502 | 503 | 504)
                // Fact [3P]: a time-out of the server's own, with a status that looks like our
                // mistake.
                || error.code() == Some("QUERY_TIME_OUT")
        }
        _ => false,
    }
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

    #[test]
    fn what_passes_is_told_from_what_stays() {
        for (status, body, expected) in [
            (408, "", true),
            (429, "", true),
            (500, "<html>", true),
            (502, "", true),
            (503, "{}", true),
            (504, "", true),
            (400, r#"{"errorCode":"QUERY_TIME_OUT"}"#, true),
            (400, "{}", false),
            (401, "{}", false),
            (403, "{}", false),
            (404, "{}", false),
            (409, "{}", false),
            (460, "{}", false),
            (501, "{}", false),
            (505, "{}", false),
            (302, "", false),
        ] {
            let error = refused(&free(Method::Get), status, body);
            assert_eq!(is_transient(&error), expected, "{status} {body}");
        }
    }
}
