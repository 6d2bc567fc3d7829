//! Tasks.

use super::*;

pub(super) const ALL: &[Handler] = &[super::get("tasks", list), super::get("tasks/{id}", get)];

fn list(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let tasks = hosting
        .tasks
        .iter()
        .filter(|task| cx.query.like("function", task.job.function))
        .filter(|task| cx.query.filters("status", task.status(cx.now)));
    Ok(cx
        .wanted
        .list(tasks, |task| task.id.into(), |task| task.json(cx.now)))
}

fn get(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let id = cx.path.get("id");
    let task = id.parse().ok().and_then(|id| hosting.tasks.get(id));
    let task = task.ok_or_else(|| Refusal::no_object(id))?;
    Ok(Response::json(task.json(cx.now)))
}
