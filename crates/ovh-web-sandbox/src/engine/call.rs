//! A call of a known operation: authentication, validation, handler.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ovh_runtime::Operation;

use super::Engine;
use crate::auth::{self, AuthInput, Caller};
use crate::clock::{Moment, ServerTime};
use crate::document::{self, Described, document};
use crate::handlers::{Context, Values};
use crate::http::HttpRequest;
use crate::paging::Wanted;
use crate::persist::{Call, RecordedEvent};
use crate::response::{Refusal, Response};
use crate::routes::Route;
use crate::secrets;
use crate::state::World;
use crate::unmodelled;

/// A request whose operation is known.
pub(super) struct RoutedRequest<'a> {
    pub(super) request: &'a HttpRequest,
    pub(super) route: &'a Route<'a>,
    pub(super) time: &'a ServerTime,
    /// The fault whose stale cache answers lists.
    pub(super) stale_cache: Option<u64>,
}

/// The caller and the result of a call, for the response and the journal.
pub(super) type CallResult = (Option<Caller>, Result<Response, Refusal>);

impl Engine {
    /// Checks the credentials of a request; no operation means no IAM action.
    pub(super) fn authenticate(
        &self,
        world: &mut World,
        request: &HttpRequest,
        operation: Option<&Operation>,
        time: &ServerTime,
    ) -> Result<Caller, Refusal> {
        let input = AuthInput {
            request,
            url: &self.signed_url(request),
            now: self.clock.unhurried(),
            iam_actions: operation.map_or(&[], Operation::iam_actions),
        };
        auth::authenticate(&mut world.accounts, time, &input)
    }

    pub(super) fn call(&self, call: &RoutedRequest<'_>) -> CallResult {
        let (request, operation) = (call.request, call.route.operation);
        let mut world = self.world();
        let mut caller = None;
        if !operation.is_anonymous() {
            match self.authenticate(&mut world, request, Some(operation), call.time) {
                Ok(known) => caller = Some(known),
                Err(refusal) => return (None, Err(refusal)),
            }
        }
        let now = self.clock.now();
        let snapshot = {
            let mut cache = self.stale_cache();
            cache.fill(&self.faults.stale(), &world);
            let fault = call.stale_cache;
            fault.and_then(|fault| cache.snapshot(fault, request, &world, now))
        };
        let result = match snapshot {
            Some(cached) => {
                let mut world = World::clone(&cached.world);
                self.handle(&mut world, cached.taken, call, caller.as_ref())
            }
            None => self.handle(&mut world, now, call, caller.as_ref()),
        };
        // Refused calls without a key are not worth the memory.
        let is_recorded = !operation.is_anonymous() || result.is_ok();
        if request.method != "GET" && is_recorded {
            self.record(now, request, operation, caller.as_ref(), &result);
        }
        (caller, result)
    }

    /// Repeats a recorded write, records it again, and returns its status.
    pub(super) fn repeat(&self, request: &HttpRequest, caller: Option<&Caller>, at: Moment) -> u16 {
        let Some(route) = self.routes.find(&request.method, request.api_path()) else {
            return 404;
        };
        let call = RoutedRequest {
            request,
            route: &route,
            time: &self.time,
            stale_cache: None,
        };
        let mut world = self.world();
        let handle = AssertUnwindSafe(|| self.handle(&mut world, at, &call, caller));
        let Ok(result) = catch_unwind(handle) else {
            return 500;
        };
        self.record(at, request, route.operation, caller, &result);
        status_of(&result)
    }

    /// Records a write. A refused one counts, since it may have used an id.
    fn record(
        &self,
        at: Moment,
        request: &HttpRequest,
        operation: &Operation,
        caller: Option<&Caller>,
        result: &Result<Response, Refusal>,
    ) {
        self.record.add(at, || {
            let readable = result.as_ref().is_ok_and(|answer| answer.readable);
            let body = secrets::redacted_body(operation, readable, &request.body);
            let status = status_of(result);
            RecordedEvent::Call(Call::new(request, body, caller.cloned(), status))
        });
    }

    /// Validates a call against the document, and runs its handler or makes up an answer.
    fn handle(
        &self,
        world: &mut World,
        now: Moment,
        call: &RoutedRequest<'_>,
        caller: Option<&Caller>,
    ) -> Result<Response, Refusal> {
        let (described, headers) = (call.route.described, &call.request.headers);
        world.settle_zones(now);
        match self.settings.without_v2 {
            Some(status) if described.operation.path().starts_with("/v2/webhosting/") => {
                // Guess: the wording of a refused beta.
                let message = "This product is not available for this account";
                return Err(match status {
                    403 => Refusal::forbidden(message),
                    _ => Refusal::no_route(),
                });
            }
            _ => {}
        }
        let handler = self.handlers.find(described.operation);
        // An unknown application is refused before an invalid body.
        if handler.is_some_and(|handler| handler.needs_application) {
            auth::application(&world.accounts, call.request)?;
        }
        let document = document();
        document::path(document, described, |name| call.route.captures.get(name))?;
        let wanted = if described.operation.is_by_cursor() {
            Wanted::by_cursor(headers, self.settings.largest_page)?
        } else if self.settings.ignores_paging {
            Wanted::Ids
        } else {
            Wanted::from_headers(headers, document, document.expanded(described))?
        };
        let query = Values(document::query(
            document,
            described,
            call.request.path_and_query().1,
        )?);
        let body = Values(document::body(document, described, &call.request.body)?);
        let is_hosting = described.operation.path().starts_with("/hosting/web/");
        let service = call.route.captures.get("serviceName");
        let hosting = world.hostings.get(service).filter(|_| is_hosting);
        if hosting.is_some_and(|it| it.has_expired(now)) && !is_about_the_contract(described) {
            return Err(Refusal::expired());
        }
        world.failures.handling(described.operation.id());
        let context = Context {
            now,
            server_seconds: call.time.unix_seconds(),
            origin: &self.origin_for(call.request),
            path: &call.route.captures,
            query,
            body,
            wanted,
            caller,
        };
        match handler {
            Some(handler) => handler.run(world, &context),
            None => {
                let seed = self.settings.seed;
                unmodelled::respond(world, &context, described, &self.handlers, seed)
            }
        }
    }
}

/// Guess: of a hosting that has expired only the contract can be read and changed.
fn is_about_the_contract(described: &Described) -> bool {
    let last = described.operation.path().rsplit('/').next();
    matches!(
        last,
        Some("serviceInfos" | "terminate" | "confirmTermination" | "changeContact")
    )
}

fn status_of(result: &Result<Response, Refusal>) -> u16 {
    result.as_ref().err().map_or(200, |refusal| refusal.status)
}
