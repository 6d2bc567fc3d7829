//! The catalogue of modules, which needs no credentials.

use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::state::catalogue;

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/moduleList", list),
    Handler::new("GET", "/hosting/web/moduleList/{id}", get),
];

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let query = &cx.query;
    let is = |name: &str, value: bool| query.flag(name).is_none_or(|wanted| wanted == value);
    let entries = catalogue::ALL
        .iter()
        .filter(|entry| is("active", entry.active))
        .filter(|entry| is("latest", entry.latest))
        .filter(|entry| query.filters("branch", entry.branch));
    Ok(cx
        .wanted
        .list(entries, |entry| entry.id.into(), |entry| entry.json()))
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let id = cx.path.get("id");
    id.parse()
        .ok()
        .and_then(catalogue::find)
        .map(|entry| Answer::json(entry.json()))
        .ok_or_else(|| Refusal::no_object(id))
}
