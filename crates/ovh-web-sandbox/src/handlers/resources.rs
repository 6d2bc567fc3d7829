//! The parts that handlers of resources share.

use super::*;

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
        Kind::ExtraSql => hosting.extra_sql_json(resource),
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

/// Starts a task that creates a resource and returns the task.
pub(super) fn create(
    hosting: &mut Hosting,
    cx: &Context<'_>,
    kind: Kind,
    (key, resource): (Key, Resource),
    work: Work,
) -> HandlerResult {
    let task = hosting.create(cx.now, kind, &key, resource, work);
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
    let is_inside = path.is_none_or(|path| path.split('/').all(|part| part != ".."));
    Refusal::unless(is_inside, place, "expected a folder inside of the hosting")
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
