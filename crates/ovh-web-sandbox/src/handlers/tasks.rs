//! Tasks, as long as they can be read.

use super::{Context, Handler};
use crate::reply::{Answer, Refusal};

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/tasks", list),
    Handler::new("GET", "/hosting/web/{serviceName}/tasks/{id}", get),
];

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    let tasks = hosting
        .tasks
        .iter()
        .filter(|task| cx.query.like("function", task.function))
        .filter(|task| cx.query.filters("status", task.status(now)));
    Ok(cx
        .wanted
        .list(tasks, |task| task.id.into(), |task| task.json(now)))
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, id) = (cx.now, cx.path.get("id"));
    let hosting = cx.hosting()?;
    id.parse()
        .ok()
        .and_then(|id| hosting.tasks.get(id))
        .map(|task| Answer::json(task.json(now)))
        .ok_or_else(|| Refusal::no_object(id))
}
