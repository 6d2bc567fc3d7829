//! The parts that handlers of resources share.

use serde_json::{Map, Value};

use super::bad_value;
use super::{Context, HandlerResult, Values, extra_sql};
use crate::clock::Moment;
use crate::response::{Refusal, Response};
use crate::state::hosting::Hosting;
use crate::state::resources::{Key, Kind, Resource, Work};

/// A filter of a list, named like the property that it compares.
#[derive(Clone, Copy)]
pub(super) enum Filter {
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

/// Lists the resources of a kind that pass the query and `passes`. If the path names the resource
/// that they are parts of, it must exist.
pub(super) fn list(
    hosting: &Hosting,
    cx: &Context<'_>,
    kind: Kind,
    filters: &[Filter],
    passes: impl Fn(&Resource) -> bool + Clone,
) -> HandlerResult {
    let passes = |(_, resource): &(&Key, &Resource)| {
        filters.iter().all(|it| it.passes(&cx.query, resource)) && passes(resource)
    };
    let object = |(_, resource): &(&Key, &Resource)| render(hosting, cx, kind, resource);
    let id = |item: &(&Key, &Resource)| match kind {
        // The document has objects here, with and without pages.
        Kind::CdnDomain | Kind::CdnOperation | Kind::CdnOption => object(item),
        _ => item.0.json(),
    };
    let parameter = kind.row().path[0];
    match kind.row().whole {
        Some(whole) if !cx.path.get(parameter).is_empty() => {
            let key = cx.part(parameter);
            hosting.resources.get(whole, &key)?;
            let parts = hosting.resources.parts(kind, &key);
            Ok(cx.wanted.list(parts.filter(passes), id, object))
        }
        _ => {
            let all = hosting.resources.all(kind);
            Ok(cx.wanted.list(all.filter(passes), id, object))
        }
    }
}

/// Returns the resource that the path names.
pub(super) fn get(hosting: &Hosting, cx: &Context<'_>, kind: Kind) -> HandlerResult {
    respond(hosting, cx, kind, &cx.key(kind))
}

/// Returns the resource with this key.
pub(super) fn respond(hosting: &Hosting, cx: &Context<'_>, kind: Kind, key: &Key) -> HandlerResult {
    let resource = hosting.resources.get(kind, key)?;
    Ok(Response::json(render(hosting, cx, kind, resource)))
}

/// The JSON object of a resource, with the properties that depend on other resources.
fn render(hosting: &Hosting, cx: &Context<'_>, kind: Kind, resource: &Resource) -> Value {
    match kind {
        Kind::CdnOperation | Kind::DatabaseCopy => hosting.progress_json(resource, cx.now),
        Kind::Database => hosting.database_json(resource),
        Kind::Domain => hosting.domain_json(resource),
        Kind::Dump => hosting.dump_json(resource, cx.origin),
        Kind::ExtraSql => extra_sql::json(hosting, resource),
        Kind::Website => hosting.website_json(resource),
        _ => resource.json(),
    }
}

/// Starts a task on the resource that the path names and returns the task.
pub(super) fn work(
    hosting: &mut Hosting,
    cx: &Context<'_>,
    kind: Kind,
    work: Work,
) -> HandlerResult {
    let task = hosting.work(cx.now, kind, &cx.key(kind), work)?;
    Ok(task_response(hosting, cx, task))
}

/// Deletes the resource that the path names.
pub(super) fn delete(
    hosting: &mut Hosting,
    cx: &Context<'_>,
    kind: Kind,
    function: &'static str,
) -> HandlerResult {
    work(hosting, cx, kind, Work::delete(function))
}

/// Returns a task that was just started.
pub(super) fn task_response(hosting: &Hosting, cx: &Context<'_>, task: u64) -> Response {
    Response::json(hosting.task_json(task, cx.now)).changed(hosting.tasks.summary(task))
}

/// The same response with another body.
pub(super) fn with_body(response: Response, body: impl Into<Value>) -> Response {
    let body = body.into();
    Response { body, ..response }
}

/// An object with the number `id`.
pub(super) fn numbered(hosting: &Hosting, mut shown: Value) -> (Key, Resource) {
    let id = hosting.ids.next();
    shown["id"] = id.into();
    (Key::Number(id), Resource::new(shown))
}

/// Refuses a folder outside of the hosting.
pub(super) fn check_folder(place: &str, path: Option<&str>) -> Result<(), Refusal> {
    match path {
        Some(path) if path.split('/').any(|part| part == "..") => {
            bad_value(place, "expected a folder inside of the hosting")
        }
        _ => Ok(()),
    }
}

/// The object `old` with the properties of `new`.
pub(super) fn merged(old: Value, new: &Value) -> Value {
    let mut map = match old {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    map.extend(new.as_object().cloned().unwrap_or_default());
    Value::Object(map)
}
