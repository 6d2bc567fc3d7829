//! `/_sandbox/`: hostings, tasks, zones, faults and the last calls.
//!
//! Without scripts the page reloads itself. With scripts only its live part is reloaded, so that focus
//! and scroll position stay.

use std::fmt::{Display, Write};
use std::sync::Arc;

use super::{Escaped, html};
use crate::engine::Engine;
use crate::http::HttpResponse;
use crate::response::Effect;
use crate::view::State;

const MAX_CALLS: usize = 50;
/// The maximum number of objects of a kind in one hosting.
const MAX_OBJECTS: usize = 8;
const MAX_CARDS: usize = 50;

const HEAD: &str = "<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>";

const SCRIPT: &str = "<script>\
const live=document.getElementById('live');\
async function look(){try{const r=await fetch('/_sandbox/live');\
if(r.ok){const t=await r.text();if(t!==live.dataset.seen){live.dataset.seen=t;live.innerHTML=t}\
document.getElementById('gone').hidden=true}}\
catch{document.getElementById('gone').hidden=false}\
setTimeout(look,document.hidden?5000:1000)}look()</script>";

pub(crate) fn answer(engine: &Arc<Engine>) -> HttpResponse {
    let body = format!(
        "<header><h1>OVHcloud sandbox</h1>\
         <p class=\"quiet\">A local imitation of the web hosting API at <code>{}/1.0</code>. \
         Nothing here is real.</p></header>\
         <p id=\"gone\" class=\"bad\" role=\"status\" hidden>The sandbox does not answer any more.</p>\
         {}<main id=\"live\">{}</main>{SCRIPT}",
        Escaped(&engine.origin),
        controls(),
        live_part(engine)
    );
    html(200, "OVHcloud sandbox", HEAD, &body, "'self'")
}

pub(crate) fn live(engine: &Arc<Engine>) -> HttpResponse {
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'"),
    ];
    HttpResponse::new(200, &headers, live_part(engine).into_bytes())
}

/// The buttons. They are forms, which work by keyboard and without scripts.
fn controls() -> String {
    let buttons = [
        ("advance-minute", "", "Clock +1 minute"),
        ("advance-day", "", "Clock +1 day"),
        ("clear-faults", "", "Clear faults"),
        ("reset", " class=\"end\"", "Reset everything"),
    ];
    let buttons = buttons.map(|(action, class, label)| {
        format!(
            "<form method=\"post\" action=\"/_sandbox/page/{action}\">\
             <button{class}>{label}</button></form>"
        )
    });
    format!(
        "<nav class=\"bar\" aria-label=\"Actions\">{}</nav>",
        buttons.concat()
    )
}

/// The number of hostings or zones that are not shown.
fn more_than_shown(all: usize) -> String {
    match all.saturating_sub(MAX_CARDS) {
        0 => String::new(),
        more => format!("<p>and {more} more.</p>"),
    }
}

fn live_part(engine: &Arc<Engine>) -> String {
    let state = State(Arc::clone(engine));
    let now = engine.clock.now().rfc3339();
    let services = state.hostings();
    let hostings = services.iter().take(MAX_CARDS);
    let hostings: String = hostings.map(|service| hosting(&state, service)).collect();
    let more = more_than_shown(services.len());
    let zones = state.zones();
    let cards = zones.iter().take(MAX_CARDS).map(|it| zone(&state, it));
    let cards: String = cards.collect();
    let zones = match cards.is_empty() {
        true => cards,
        false => {
            let more = more_than_shown(zones.len());
            format!("<h2>DNS zones</h2><div class=\"cards\">{cards}</div>{more}")
        }
    };
    format!(
        "<p>Clock of the state: <time datetime=\"{now}\">{}</time></p>\
         <div class=\"halves\"><div><h2>Hostings</h2><div class=\"cards\">{hostings}</div>{more}{zones}\
         <h2>Active faults</h2>{}</div><div>\
         <h2>Journal</h2><p class=\"quiet\">{} calls in all, the last first.</p>{}</div></div>",
        now.replace('T', " ").replace("+00:00", " UTC"),
        list("None.", "rows", faults(engine)),
        engine.journal.total(),
        list("No call yet.", "rows", calls(engine))
    )
}

/// A list of these items, or a text if there are none.
fn list(empty: &str, class: &str, items: Vec<String>) -> String {
    if items.is_empty() {
        return format!("<p class=\"quiet\">{empty}</p>");
    }
    format!(
        "<ul class=\"{class}\"><li>{}</li></ul>",
        items.join("</li><li>")
    )
}

fn faults(engine: &Engine) -> Vec<String> {
    let faults = engine.faults.list().into_iter();
    faults
        .map(|(id, fault, hits)| {
            let hits = match hits {
                0 => "not applied yet".to_owned(),
                1 => "applied once".to_owned(),
                more => format!("applied {more} times"),
            };
            let fault = Escaped(fault);
            format!("<b>{id}</b> {fault} <span class=\"state\">{hits}</span>")
        })
        .collect()
}

fn hosting(state: &State, service: &str) -> String {
    let kinds = [
        objects("Domains", state.attached_domains(service), |it| {
            (it.domain, it.status)
        }),
        objects("Databases", state.databases(service), |it| {
            (it.name, it.status)
        }),
        objects("Users", state.users(service), |it| (it.login, it.status)),
        objects("Modules", state.modules(service), |it| {
            (format!("{} {}", it.domain, it.path), it.status)
        }),
        objects("Dumps", state.dumps(service), |it| {
            (format!("{} of {}", it.date, it.database), it.status)
        }),
        state.certificate(service).map_or_else(String::new, |it| {
            let (provider, status) = (Escaped(it.provider), Escaped(it.status));
            format!("<p><b>Certificate</b> {provider} <span class=\"state\">{status}</span></p>")
        }),
    ];
    format!(
        "<section class=\"card\"><h3>{}</h3>{}{}</section>",
        Escaped(service),
        kinds.concat(),
        list("No tasks.", "rows tasks", tasks(state, service))
    )
}

fn zone(state: &State, name: &str) -> String {
    let deployed = match state.is_zone_deployed(name) {
        true => "",
        false => " <span class=\"state\">not deployed</span>",
    };
    let records = state.zone_records(name);
    let records = objects("Records", records, |it| (it, "ok".to_owned()));
    let name = Escaped(name);
    format!("<section class=\"card\"><h3>{name}{deployed}</h3>{records}</section>")
}

/// The objects of a kind, if there are any: their number, and the first with name and status.
fn objects<T>(kind: &str, objects: Vec<T>, shown: impl Fn(T) -> (String, String)) -> String {
    let count = objects.len();
    if count == 0 {
        return String::new();
    }
    let names = objects.into_iter().take(MAX_OBJECTS).map(|object| {
        let (name, status) = shown(object);
        let name = Escaped(name);
        match status.as_str() {
            "created" | "ok" => format!("<code>{name}</code>"),
            status => {
                let status = Escaped(status);
                format!("<code>{name}</code> <span class=\"state\">{status}</span>")
            }
        }
    });
    let names = names.collect::<Vec<_>>().join(", ");
    let more = match count.saturating_sub(MAX_OBJECTS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("<p><b>{kind}</b> {count}: {names}{more}</p>")
}

fn tasks(state: &State, service: &str) -> Vec<String> {
    let tasks = state.tasks(service).into_iter().rev().take(MAX_OBJECTS);
    tasks
        .map(|task| {
            let (step, class) = match task.status.as_str() {
                "todo" | "init" => (1, ""),
                "doing" => (2, ""),
                "done" => (3, "good"),
                _ => (3, "bad"),
            };
            format!(
                "<code>{}</code> {} <span class=\"state {class}\">{}</span>\
                 <progress max=\"3\" value=\"{step}\" aria-label=\"task {}\"></progress>",
                Escaped(&task.function),
                Escaped(&task.object_id),
                Escaped(&task.status),
                task.id
            )
        })
        .collect()
}

fn calls(engine: &Engine) -> Vec<String> {
    let calls = engine.journal.last(MAX_CALLS).into_iter();
    calls
        .map(|call| {
            let class = if call.failed() { "bad" } else { "good" };
            let status: &dyn Display = match &call.status {
                0 => &"cut",
                status => status,
            };
            let mut text = format!(
                "<span class=\"quiet\">#{} {}</span> <span class=\"{class}\">{status}</span> \
                 <code>{} {}</code>",
                call.sequence,
                call.at.get(11..19).unwrap_or_default(),
                Escaped(&call.method),
                Escaped(&call.path)
            );
            if let Some(operation) = call.operation {
                let _ = write!(text, " <span class=\"state\">{operation}</span>");
            }
            let changed = match call.effect {
                Effect::Changed(change) => Some(change),
                _ => None,
            };
            let details = [changed, call.message, call.help, call.fault];
            for detail in details.into_iter().flatten() {
                let detail = Escaped(detail);
                let _ = write!(text, "<br><span class=\"quiet\">{detail}</span>");
            }
            text
        })
        .collect()
}
