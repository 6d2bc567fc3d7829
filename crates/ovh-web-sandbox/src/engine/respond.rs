//! What becomes of a call whose route is known: credentials, query and body, handler.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ovh_runtime::Operation;

use super::Engine;
use crate::auth::{self, AuthInput, Caller};
use crate::clock::{Moment, ServerTime};
use crate::document::{self, Described, document};
use crate::handlers::{Context, Values};
use crate::journal::Effect;
use crate::paging::Wanted;
use crate::persist::{Call, RecordedEvent};
use crate::reply::{Answer, Refusal};
use crate::routes::{Route, below_version};
use crate::secrets;
use crate::state::World;
use crate::unmodelled;
use crate::wire::Incoming;

/// A call on its way to the answer.
pub(super) struct RoutedRequest<'a> {
    pub(super) incoming: &'a Incoming,
    /// The path below the version prefix.
    pub(super) api_path: &'a str,
    pub(super) query: Option<&'a str>,
    pub(super) route: &'a Route<'a>,
    pub(super) time: &'a ServerTime,
    /// The fault whose cache answers with pages.
    pub(super) stale_cache: Option<u64>,
}

/// What became of a call, for the reply and the journal.
pub(super) struct Verdict {
    pub(super) caller: Option<Caller>,
    pub(super) help: Option<String>,
    pub(super) effect: Effect,
    pub(super) result: Result<Answer, Refusal>,
}

impl Verdict {
    pub(super) fn refused(refusal: Refusal) -> Self {
        Self {
            caller: None,
            help: None,
            effect: Effect::None,
            result: Err(refusal),
        }
    }
}

impl Engine {
    pub(super) fn judge(&self, asked: &RoutedRequest<'_>) -> Verdict {
        let (incoming, operation) = (asked.incoming, asked.route.operation);
        let mut verdict = Verdict::refused(Refusal::no_route());
        let mut world = self.world();
        if !operation.is_anonymous() {
            let url = self.url_as_received(incoming);
            let presented = AuthInput {
                method: &incoming.method,
                url: &url,
                api_path: asked.api_path,
                headers: &incoming.headers,
                body: &incoming.body,
                peer: incoming.peer,
                now: self.clock.unhurried(),
                iam_actions: operation.iam_actions(),
            };
            match auth::authenticate(&mut world.accounts, asked.time, &presented) {
                Ok(caller) => verdict.caller = Some(caller),
                Err(denied) => {
                    verdict.help = denied.help;
                    verdict.result = Err(denied.refusal);
                    return verdict;
                }
            }
        }
        let now = self.clock.now();
        self.remember(&world);
        let caller = verdict.caller.as_ref();
        verdict.result = match self.stale_view(asked, &world) {
            Some(view) => view.with(|world, then| self.handle(world, then, asked, caller)),
            None => self.handle(&mut world, now, asked, caller),
        };
        // Refusals to those who show no key are not worth the memory.
        let unknown = operation.is_anonymous() && verdict.result.is_err();
        if incoming.method != "GET" && !unknown {
            let caller = verdict.caller.as_ref();
            self.keep(now, incoming, operation, caller, &verdict.result);
        }
        verdict.effect = match &verdict.result {
            Ok(answer) if answer.without_effect => Effect::Unmodelled,
            Ok(Answer {
                changed: Some(what),
                ..
            }) => Effect::Changed(what.clone()),
            _ => Effect::None,
        };
        if verdict.effect.is_change() {
            self.changed();
        }
        verdict
    }

    /// Does a write again that was recorded, records it, and says how it was answered.
    pub(super) fn again(&self, incoming: &Incoming, caller: Option<&Caller>, at: Moment) -> u16 {
        let (path, query) = incoming.path_and_query();
        let route = below_version(path)
            .and_then(|path| Some((path, self.routes.find(&incoming.method, path)?)));
        let Some((api_path, route)) = route else {
            return 404;
        };
        let asked = RoutedRequest {
            incoming,
            api_path,
            query,
            route: &route,
            time: &self.time,
            stale_cache: None,
        };
        let mut world = self.world();
        let act = AssertUnwindSafe(|| self.handle(&mut world, at, &asked, caller));
        let Ok(result) = catch_unwind(act) else {
            return 500;
        };
        self.keep(at, incoming, route.operation, caller, &result);
        status_of(&result)
    }

    /// Records a write, refused or not: a refused one may have used up an id.
    fn keep(
        &self,
        at: Moment,
        incoming: &Incoming,
        operation: &Operation,
        caller: Option<&Caller>,
        result: &Result<Answer, Refusal>,
    ) {
        self.record.add(at, || {
            let readable = result.as_ref().is_ok_and(|answer| answer.readable);
            let body = secrets::without(operation, readable, &incoming.body);
            let status = status_of(result);
            RecordedEvent::Call(Call::new(incoming, body, caller.cloned(), status))
        });
    }

    /// Checks path, query and body against the document, and answers: by the handler of the
    /// operation, or from the document.
    fn handle(
        &self,
        world: &mut World,
        now: Moment,
        asked: &RoutedRequest<'_>,
        caller: Option<&Caller>,
    ) -> Result<Answer, Refusal> {
        let (described, headers) = (asked.route.described, &asked.incoming.headers);
        let handler = self.handlers.find(described.operation);
        // Who calls goes before what is said.
        let application_id = handler
            .is_some_and(|handler| handler.needs_application)
            .then(|| auth::application_id(&world.accounts, headers))
            .transpose()?;
        let document = document();
        document::path(document, described, |name| asked.route.captures.get(name))?;
        let wanted = if self.ignores_paging {
            Wanted::Ids
        } else {
            Wanted::from_headers(headers, document, document.expanded(described))?
        };
        let query = Values(document::query(document, described, asked.query)?);
        let body = Values(document::body(document, described, &asked.incoming.body)?);
        let service = asked.route.captures.get("serviceName");
        let hosting = world.hostings.get(service);
        if hosting.is_some_and(|it| it.has_expired(now)) && !is_about_the_contract(described) {
            return Err(Refusal::expired());
        }
        world.failures.handling(described.operation.id());
        let mut context = Context {
            world,
            now,
            server_seconds: asked.time.unix_seconds(),
            origin: &self.origin_for(asked.incoming),
            path: &asked.route.captures,
            query,
            body,
            wanted,
            caller,
            application_id,
        };
        match handler {
            Some(handler) => (handler.run)(&mut context),
            None => unmodelled::answer(&mut context, described, &self.handlers, self.seed),
        }
    }
}

/// Guess: of a hosting that has expired only the contract can be read and changed.
fn is_about_the_contract(described: &Described) -> bool {
    let (_, last) = described
        .operation
        .path()
        .rsplit_once('/')
        .unwrap_or_default();
    [
        "serviceInfos",
        "terminate",
        "confirmTermination",
        "changeContact",
    ]
    .contains(&last)
}

fn status_of(result: &Result<Answer, Refusal>) -> u16 {
    result.as_ref().err().map_or(200, |refusal| refusal.status)
}
