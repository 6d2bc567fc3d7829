//! The way of a request through the engine: faults, its route, its entry in the journal, and its
//! response with the effects of faults.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Engine;
use super::call::{CallResult, RoutedRequest};
use crate::clock::ServerTime;
use crate::faults::{FaultTarget, Plan};
use crate::http::{HttpRequest, HttpResponse, JSON, route_path};
use crate::journal::{Entry, Identity};
use crate::response::{Effect, Refusal};
use crate::routes::{ExtraRoute, Route};
use crate::secrets;

impl Engine {
    /// Answers a request and writes it into the journal.
    pub(crate) fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let extra = ExtraRoute::find(request.path());
        let route = self.route(request);
        let operation = route.as_ref().map(|route| route.operation.id());
        let operation = operation.or(extra.map(|extra| extra.name));
        let plan = self.faults.apply(&FaultTarget {
            operation,
            method: &request.method,
            path: request.api_path(),
            now: self.clock.now(),
        });
        let time = self.time.shifted(plan.clock_skew);
        let handle = AssertUnwindSafe(|| match (extra, &route) {
            // The fault replaces this response.
            _ if plan.stops_before() => (None, Err(Refusal::bad_request("a fault"))),
            (Some(extra), _) => self.extra_route(extra, request, &time),
            // Guess: a route that does not exist is refused before credentials are looked at.
            (None, None) => (None, Err(Refusal::no_route())),
            (None, Some(route)) => self.call(&RoutedRequest {
                request,
                route,
                time: &time,
                stale_cache: plan.stale_cache,
            }),
        });
        // A bug of a handler costs one response, not the sandbox.
        let result = catch_unwind(handle).unwrap_or_else(|_| {
            let message = "The sandbox failed on this call; please report this bug";
            let class = "Server::InternalServerError";
            (None, Err(Refusal::new(500, class, message)))
        });
        self.finish(request, operation, result, &plan, &time)
    }

    /// Refuses a request that was not read in full, or came under another name.
    pub(crate) fn refuse(&self, request: &HttpRequest, refusal: Refusal) -> HttpResponse {
        let operation = self.route(request).map(|route| route.operation.id());
        let result = (None, Err(refusal));
        self.finish(request, operation, result, &Plan::default(), &self.time)
    }

    fn route<'a>(&self, request: &'a HttpRequest) -> Option<Route<'a>> {
        let path = route_path(request.path())?;
        self.routes.find(&request.method, path)
    }

    fn extra_route(
        &self,
        route: &ExtraRoute,
        request: &HttpRequest,
        time: &ServerTime,
    ) -> CallResult {
        match *route {
            ExtraRoute::TOKEN => self.issue_token(request),
            ExtraRoute::DOWNLOAD => self.download(request),
            _ => self.check_authorization(request, time),
        }
    }

    /// Writes a call into the journal and makes its response.
    fn finish(
        &self,
        request: &HttpRequest,
        operation: Option<&'static str>,
        (caller, result): CallResult,
        plan: &Plan,
        time: &ServerTime,
    ) -> HttpResponse {
        let shape = plan.refusals.or(self.settings.refusals);
        let shape = shape.unwrap_or_default();
        let result = result.map_err(|refusal| refusal.in_shape(shape));
        let (status, message) = match (&result, plan.replacement()) {
            _ if plan.delivery.reset => (0, None),
            (_, Some(replacement)) => (replacement.status, Some(&replacement.message)),
            (Ok(answer), None) => (answer.raw.as_ref().map_or(200, |raw| raw.status), None),
            (Err(refusal), None) => (refusal.status, Some(&refusal.message)),
        };
        let help = result.as_ref().err().and_then(|it| it.help.as_ref());
        let query_id = self.query_id();
        let (path, query) = request.path_and_query();
        let entry = self.journal.record(Entry {
            sequence: 0,
            at: self.time.now().rfc3339(),
            operation,
            method: request.method.clone(),
            path: clipped(path),
            query: query.map(|query| clipped(&secrets::redacted_query(query))),
            status,
            effect: result.as_ref().map_or(Effect::None, |it| it.effect.clone()),
            identity: caller.map(|caller| Identity {
                application_key: caller.key,
                credential_id: caller.credential_id.unwrap_or(0),
            }),
            attempt: 1,
            query_id: query_id.clone(),
            message: message.map(|message| clipped(message)),
            help: help.map(|help| clipped(help)),
            fault: plan.description(),
            fingerprint: fingerprint(request),
        });
        if let Some(observer) = &self.settings.observer {
            (observer.0)(&entry);
        }
        let headers = [
            ("content-type", JSON),
            ("date", &time.now().http_date()),
            ("x-ovh-queryid", &query_id),
            ("cache-control", "no-cache, no-store"),
        ];
        let mut response = HttpResponse::new(status, &headers, Vec::new());
        response.delivery = plan.delivery;
        if let Some(after) = plan.retry_after(time) {
            response.headers.push(("retry-after", after));
        }
        if let Some(replacement) = plan.replacement() {
            response.headers[0].1 = replacement.content_type.to_owned();
            response.body.clone_from(&replacement.body);
            return response;
        }
        let mut body = match result {
            Ok(answer) => {
                if let Some(raw) = answer.raw {
                    response.headers.remove(0);
                    response.headers.extend(raw.headers);
                    response.body = raw.body;
                    return response;
                }
                response.headers.extend(answer.headers);
                if answer.effect == Effect::Unmodelled {
                    let effect = ("x-ovh-sandbox-effect", "none".to_owned());
                    response.headers.push(effect);
                }
                answer.body
            }
            Err(refusal) => refusal.body(),
        };
        plan.replace_value(&mut body);
        response.body = body.to_string().into_bytes();
        response
    }

    /// An id in the format of the real ones: place, time and two numbers.
    fn query_id(&self) -> String {
        format!(
            "EU.sandbox-1.{:x}.{}.{:04}",
            self.time.unix_seconds(),
            self.settings.seed,
            self.journal.total() + 1
        )
    }
}

/// The text, cut if it is long: an entry of the journal is bounded.
fn clipped(text: &str) -> String {
    const MAX: usize = 2048;
    match text.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

fn fingerprint(request: &HttpRequest) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&request.method, &request.target, &request.body).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_clipped() {
        assert_eq!(clipped("short"), "short");
        assert_eq!(clipped(&"\u{e9}".repeat(5000)).chars().count(), 2051);
    }
}
