//! The operations that the sandbox models: one handler each, found by method and path.
//!
//! A request that reaches a handler is authenticated, and its path, query and body are valid by the
//! document. A handler checks only what the document does not state. Operations without a handler
//! get a response that is made from the document. The files of the handlers import all of this one.

mod auth;
mod boosts;
mod cdn;
mod certificates;
mod configs;
mod crons;
mod database_copies;
mod databases;
mod domain_names;
mod domains;
mod dumps;
mod email;
mod env_vars;
mod extra_sql;
mod hosting;
mod modules;
mod own_logs;
pub(crate) mod registry;
mod resources;
mod runtimes;
mod statistics;
mod tags;
mod tasks;
mod users;
mod webhosting;
mod websites;
mod zone_records;
mod zones;

use std::fmt::Display;

use serde_json::{Map, Value, json};

use crate::auth::Caller;
use crate::clock::Moment;
use crate::glob;
use crate::paging::Wanted;
use crate::response::{Refusal, Response};
use crate::routes::Captures;
use crate::rules::Rule;
use crate::state::World;
use crate::state::hosting::Hosting;
use crate::state::resources::{Key, Kind, Resource};
use crate::state::work::Work;
use Filter::{Between, Equal, Like};

type HandlerResult = Result<Response, Refusal>;

/// Refuses a wrong value: see [`Refusal::bad_value`].
fn bad_value<T>(place: &str, problem: impl Display) -> Result<T, Refusal> {
    Err(Refusal::bad_value(place, problem))
}

fn not_one_of<T>(place: &str, known: &[&str]) -> Result<T, Refusal> {
    bad_value(place, format!("expected one of {}", known.join(", ")))
}

fn bad_request<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::bad_request(message))
}

/// Refuses another object of this kind, because the offer includes no more.
fn full_offer<T>(objects: &str) -> Result<T, Refusal> {
    // Guess: the wording for a full offer.
    let message = format!("You have reached the maximum number of {objects} of your offer");
    bad_request(message)
}

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
    match pattern.contains('%') {
        true => glob::matches(pattern, value, b'%'),
        false => value.contains(pattern),
    }
}

/// A filter of a list, named like the property that it compares.
#[derive(Clone, Copy)]
enum Filter {
    Equal(&'static str),
    Like(&'static str),
    /// The filters `name.from` and `name.to`.
    Between(&'static str),
}

impl Filter {
    fn passes(self, query: &Values, resource: &Resource) -> bool {
        match self {
            Self::Equal(name) => query.value(name).is_none_or(|wanted| {
                let moment = |value: &Value| value.as_str().and_then(Moment::parse);
                let wanted_moment = moment(&wanted).map(Moment::whole_seconds);
                resource.shown.get(name) == Some(&wanted)
                    || wanted_moment.is_some() && resource.moment(name) == wanted_moment
            }),
            Self::Like(name) => query.like(name, resource.text(name)),
            Self::Between(name) => {
                let moment = resource.moment(name);
                moment.is_none_or(|moment| query.between(name, moment))
            }
        }
    }
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
    /// Returns a value that depends on no object in the path.
    Value(fn(&Hosting, &Context<'_>) -> Value),
    List(Kind, &'static [Filter]),
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

const fn value(path: &'static str, run: fn(&Hosting, &Context<'_>) -> Value) -> Handler {
    Handler::new("GET", path, Action::Value(run))
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

#[cfg(test)]
mod tests {
    use super::*;

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
