//! The operations that the sandbox models: one handler each, found by method and path.
//!
//! A request that reaches a handler is authenticated, and its path, query and body are valid by the
//! document. A handler checks only what the document does not state. Operations without a handler
//! get a response that is made from the document.

mod auth;
mod boosts;
mod cdn;
mod certificates;
mod configs;
mod crons;
mod database_copies;
mod databases;
mod domains;
mod dumps;
mod email;
mod env_vars;
mod extra_sql;
mod hosting;
pub(crate) mod import;
mod modules;
pub(crate) mod names;
mod own_logs;
mod resources;
mod runtimes;
mod tags;
mod tasks;
mod users;
mod websites;

use std::collections::HashMap;
use std::fmt::Display;

use ovh_runtime::Operation;
use serde_json::{Map, Value};

use crate::auth::Caller;
use crate::clock::Moment;
use crate::paging::Wanted;
use crate::response::{Refusal, Response};
use crate::routes::Captures;
use crate::state::World;
use crate::state::hosting::Hosting;
use crate::state::resources::{Key, Kind, Resource};
use resources::Filter;

/// The result of a handler.
type HandlerResult = Result<Response, Refusal>;

/// Refuses a wrong value: see [`Refusal::bad_value`].
fn bad_value<T>(place: &str, problem: impl Display) -> Result<T, Refusal> {
    Err(Refusal::bad_value(place, problem))
}

/// Refuses a value that is not one of these.
fn not_one_of<T>(place: &str, known: &[&str]) -> Result<T, Refusal> {
    bad_value(place, format!("expected one of {}", known.join(", ")))
}

/// Refuses a request with 400.
fn bad_request<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::bad_request(message))
}

/// Refuses a request with 409.
fn conflict<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::conflict(message))
}

/// A request that was checked.
pub(crate) struct Context<'a> {
    /// The clock of the state.
    pub(crate) now: Moment,
    /// The server's own time in whole seconds.
    pub(crate) server_seconds: i64,
    /// The address of this server, without version prefix.
    pub(crate) origin: &'a str,
    pub(crate) path: &'a Captures<'a>,
    pub(crate) query: Values,
    pub(crate) body: Values,
    pub(crate) wanted: Wanted,
    pub(crate) caller: Option<&'a Caller>,
}

impl Context<'_> {
    /// The resource of this kind that the path names.
    fn find<'h>(&self, hosting: &'h Hosting, kind: Kind) -> Result<&'h Resource, Refusal> {
        hosting.resources.get(kind, &self.key(kind))
    }

    /// The key in the path of a resource of this kind.
    fn key(&self, kind: Kind) -> Key {
        let parameters = kind.row().path.iter();
        let keys = parameters.map(|name| self.part(name));
        keys.reduce(|whole, part| part.within(whole))
            .unwrap_or(Key::Number(0))
    }

    /// The key in one path parameter. Only ids can be numbers.
    fn part(&self, parameter: &str) -> Key {
        let text = self.path.get(parameter);
        match parameter {
            "id" | "deploymentId" => Key::parse(text),
            // The key is a date in one format, and the path may have another.
            "date" => {
                Moment::parse(text).map_or_else(|| Key::text(text), |it| Key::Text(it.rfc3339()))
            }
            _ => Key::text(text),
        }
    }
}

/// The checked values of a query or a body.
pub(crate) struct Values(pub(crate) Map<String, Value>);

impl Values {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A text that the document requires.
    fn required(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    fn integer(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    /// The value, which may be `null`.
    pub(crate) fn value(&self, name: &str) -> Option<Value> {
        self.0.get(name).cloned()
    }

    /// Returns `true` if the filter `name` is not set or equals `value`.
    fn filters(&self, name: &str, value: &str) -> bool {
        self.text(name).is_none_or(|wanted| wanted == value)
    }

    /// The same for a filter that the document calls "like".
    ///
    /// Guess: `%` matches any text, as in SQL; without it the value contains the text.
    fn like(&self, name: &str, value: &str) -> bool {
        self.text(name).is_none_or(|wanted| like(wanted, value))
    }

    /// Returns `true` if `moment` is between the filters `name.from` and `name.to`.
    fn between(&self, name: &str, moment: Moment) -> bool {
        // Responses show whole seconds, so a date from a response must find its object.
        let moment = moment.whole_seconds();
        let limit = |end: &str| self.text(&format!("{name}.{end}")).and_then(Moment::parse);
        limit("from").is_none_or(|from| moment >= from) && limit("to").is_none_or(|to| moment <= to)
    }
}

/// Returns `true` if a value matches a pattern in which `%` matches any text.
fn like(pattern: &str, value: &str) -> bool {
    let mut parts = pattern.split('%');
    let first = parts.next().unwrap_or_default();
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return value.contains(pattern);
    };
    let Some(mut rest) = value.strip_prefix(first) else {
        return false;
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The handler of one operation.
pub(crate) struct Handler {
    method: &'static str,
    /// Relative to a hosting if it does not start with a slash.
    path: &'static str,
    pub(crate) needs_application: bool,
    action: Action,
}

#[derive(Clone, Copy)]
enum Action {
    World(fn(&mut World, &Context<'_>) -> HandlerResult),
    Hosting(fn(&mut Hosting, &Context<'_>) -> HandlerResult),
    /// Lists the resources of a kind.
    List(Kind, &'static [Filter]),
    /// Returns a resource.
    Get(Kind),
    /// Deletes a resource with a task of this function.
    Delete(Kind, &'static str),
}

impl Handler {
    const fn new(method: &'static str, path: &'static str, action: Action) -> Self {
        Self {
            method,
            path,
            needs_application: false,
            action,
        }
    }

    /// For an unsigned request that has to name an application.
    const fn needs_application(mut self) -> Self {
        self.needs_application = true;
        self
    }

    pub(crate) fn run(&self, world: &mut World, cx: &Context<'_>) -> HandlerResult {
        if let Action::World(run) = self.action {
            return run(world, cx);
        }
        let hosting = world.hosting(cx.path.get("serviceName"), cx.now)?;
        match self.action {
            Action::World(run) => run(world, cx),
            Action::Hosting(run) => run(hosting, cx),
            Action::List(kind, filters) => resources::list(hosting, cx, kind, filters, |_| true),
            Action::Get(kind) => resources::get(hosting, cx, kind),
            Action::Delete(kind, function) => resources::delete(hosting, cx, kind, function),
        }
    }
}

const fn world(
    method: &'static str,
    path: &'static str,
    run: fn(&mut World, &Context<'_>) -> HandlerResult,
) -> Handler {
    Handler::new(method, path, Action::World(run))
}

type HostingAction = fn(&mut Hosting, &Context<'_>) -> HandlerResult;

const fn get(path: &'static str, run: HostingAction) -> Handler {
    Handler::new("GET", path, Action::Hosting(run))
}

const fn post(path: &'static str, run: HostingAction) -> Handler {
    Handler::new("POST", path, Action::Hosting(run))
}

const fn put(path: &'static str, run: HostingAction) -> Handler {
    Handler::new("PUT", path, Action::Hosting(run))
}

const fn delete(path: &'static str, run: HostingAction) -> Handler {
    Handler::new("DELETE", path, Action::Hosting(run))
}

const fn list_of(path: &'static str, kind: Kind, filters: &'static [Filter]) -> Handler {
    Handler::new("GET", path, Action::List(kind, filters))
}

const fn get_of(path: &'static str, kind: Kind) -> Handler {
    Handler::new("GET", path, Action::Get(kind))
}

const fn delete_of(path: &'static str, kind: Kind, function: &'static str) -> Handler {
    Handler::new("DELETE", path, Action::Delete(kind, function))
}

/// The path of a hosting.
const HOSTING: &str = "/hosting/web/{serviceName}/";

/// All handlers.
pub(crate) struct Handlers(HashMap<(&'static str, &'static str), &'static Handler>);

impl Handlers {
    pub(crate) fn new() -> Self {
        let modules: [&[Handler]; 20] = [
            boosts::ALL,
            cdn::ALL,
            configs::ALL,
            crons::ALL,
            database_copies::ALL,
            email::ALL,
            env_vars::ALL,
            extra_sql::ALL,
            own_logs::ALL,
            runtimes::ALL,
            websites::ALL,
            auth::ALL,
            hosting::ALL,
            domains::ALL,
            certificates::ALL,
            databases::ALL,
            dumps::ALL,
            modules::ALL,
            users::ALL,
            tasks::ALL,
        ];
        Self(
            modules
                .into_iter()
                .flatten()
                .map(|handler| ((handler.method, handler.path), handler))
                .collect(),
        )
    }

    pub(crate) fn find(&self, operation: &Operation) -> Option<&'static Handler> {
        let (method, path) = (operation.method().as_str(), operation.path());
        let relative = path
            .strip_prefix(HOSTING)
            .and_then(|path| self.0.get(&(method, path)));
        relative.or_else(|| self.0.get(&(method, path))).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_handler_has_an_operation() {
        let handlers = Handlers::new();
        let reached = ovh_web_client::operations::ALL
            .iter()
            .filter(|operation| handlers.find(operation).is_some())
            .count();
        assert_eq!(reached, handlers.0.len());
    }

    #[test]
    fn like_matches_any_text_for_percent() {
        let values = |text: &str| {
            let mut map = Map::new();
            map.insert("f".into(), text.into());
            Values(map)
        };
        for (pattern, value, hit) in [
            ("database", "database/create", true),
            ("%create", "database/create", true),
            ("database/%", "database/create", true),
            ("%a%e/c%", "database/create", true),
            ("%delete", "database/create", false),
            ("dump", "database/create", false),
        ] {
            assert_eq!(values(pattern).like("f", value), hit, "{pattern}");
        }
        assert!(values("x").like("other", "database/create"));
    }
}
