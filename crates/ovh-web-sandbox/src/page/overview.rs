//! `/_sandbox/`: hostings, tasks, faults and the last calls, for people.
//!
//! The page is whole without a script: it reloads itself. With one, only its moving part is
//! fetched again, so that focus and scroll position stay where they are.

use std::fmt::Write;
use std::sync::Arc;

use super::{Escaped, html};
use crate::engine::Engine;
use crate::view::State;
use crate::wire::{Outgoing, Wire};

/// How many calls are shown.
const CALLS: usize = 50;
/// How many objects of a kind are listed by name.
const NAMES: usize = 8;
/// How many hostings are shown.
const HOSTINGS: usize = 50;

const HEAD: &str = "<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>";

const SCRIPT: &str = "<script>\
const live=document.getElementById('live');\
async function look(){try{const r=await fetch('/_sandbox/live');\
if(r.ok){const t=await r.text();if(t!==live.dataset.seen){live.dataset.seen=t;live.innerHTML=t}\
document.getElementById('gone').hidden=true}}\
catch{document.getElementById('gone').hidden=false}\
setTimeout(look,document.hidden?5000:1000)}look()</script>";

/// The whole page.
pub(crate) fn answer(engine: &Arc<Engine>) -> Outgoing {
    let body = format!(
        "<header><h1>OVHcloud sandbox</h1>\
         <p class=\"quiet\">A local imitation of the web hosting API at <code>{}/1.0</code>. \
         Nothing here is real.</p></header>\
         <p id=\"gone\" class=\"bad\" role=\"status\" hidden>The sandbox does not answer any more.</p>\
         {}<main id=\"live\">{}</main>{SCRIPT}",
        Escaped(&engine.origin),
        controls(),
        moving(engine)
    );
    html(200, "OVHcloud sandbox", HEAD, &body)
}

/// Its moving part.
pub(crate) fn live(engine: &Arc<Engine>) -> Outgoing {
    Outgoing {
        status: 200,
        headers: vec![
            ("content-type", "text/html; charset=utf-8".into()),
            ("cache-control", "no-store".into()),
            ("x-content-type-options", "nosniff".into()),
            ("content-security-policy", "default-src 'none'".into()),
        ],
        body: moving(engine).into_bytes(),
        wire: Wire::default(),
    }
}

/// What one can do: forms, so that they work by keyboard and without a script.
fn controls() -> String {
    let button = |action: &str, label: &str| {
        format!(
            "<form method=\"post\" action=\"/_sandbox/page/{action}\">\
             <button>{label}</button></form>"
        )
    };
    format!(
        "<nav class=\"bar\" aria-label=\"Actions\">{}{}{}{}</nav>",
        button("advance-minute", "Clock +1 minute"),
        button("advance-day", "Clock +1 day"),
        button("clear-faults", "Clear faults"),
        button("reset", "Reset everything").replace("<button>", "<button class=\"end\">")
    )
}

fn moving(engine: &Arc<Engine>) -> String {
    let state = State(Arc::clone(engine));
    let now = engine.clock.now().rfc3339();
    let mut text = String::new();
    let _ = write!(
        text,
        "<p>Clock of the state: <time datetime=\"{now}\">{}</time></p><div class=\"halves\"><div>",
        now.replace('T', " ").replace("+00:00", " UTC"),
    );
    text.push_str("<h2>Hostings</h2><div class=\"cards\">");
    let services = state.hostings();
    for service in services.iter().take(HOSTINGS) {
        hosting(&mut text, &state, service);
    }
    text.push_str("</div>");
    if services.len() > HOSTINGS {
        let _ = write!(text, "<p>and {} more.</p>", services.len() - HOSTINGS);
    }
    faults(&mut text, engine);
    text.push_str("</div><div>");
    journal(&mut text, engine);
    text.push_str("</div></div>");
    text
}

fn faults(text: &mut String, engine: &Engine) {
    text.push_str("<h2>Faults that are on</h2>");
    let faults = engine.faults.list();
    if faults.is_empty() {
        text.push_str("<p class=\"quiet\">None.</p>");
        return;
    }
    text.push_str("<ul class=\"rows\">");
    for (id, fault, hits) in faults {
        let _ = write!(
            text,
            "<li><b>{id}</b> {} <span class=\"state\">{}</span></li>",
            Escaped(fault),
            match hits {
                0 => "not struck yet".to_owned(),
                1 => "struck once".to_owned(),
                more => format!("struck {more} times"),
            }
        );
    }
    text.push_str("</ul>");
}

fn hosting(text: &mut String, state: &State, service: &str) {
    let _ = write!(
        text,
        "<section class=\"card\"><h3>{}</h3>",
        Escaped(service)
    );
    let domains = state.attached_domains(service);
    names(
        text,
        "Domains",
        domains.iter().map(|d| (&d.domain, &d.status)),
    );
    let databases = state.databases(service);
    names(
        text,
        "Databases",
        databases.iter().map(|d| (&d.name, &d.status)),
    );
    let users = state.users(service);
    names(text, "Users", users.iter().map(|u| (&u.login, &u.status)));
    let modules = state.modules(service);
    let modules: Vec<_> = modules
        .iter()
        .map(|module| (format!("{} {}", module.domain, module.path), &module.status))
        .collect();
    names(
        text,
        "Modules",
        modules.iter().map(|(name, status)| (name, *status)),
    );
    let dumps = state.dumps(service);
    let dumps: Vec<_> = dumps
        .iter()
        .map(|dump| (format!("{} of {}", dump.date, dump.database), &dump.status))
        .collect();
    names(
        text,
        "Dumps",
        dumps.iter().map(|(name, status)| (name, *status)),
    );
    if let Some(certificate) = state.certificate(service) {
        let _ = write!(
            text,
            "<p><b>Certificate</b> {} <span class=\"state\">{}</span></p>",
            Escaped(&certificate.provider),
            Escaped(&certificate.status)
        );
    }
    tasks(text, state, service);
    text.push_str("</section>");
}

/// A kind of object, if there are any: how many, the first by name, and what is not settled.
fn names<'a>(
    text: &mut String,
    kind: &str,
    objects: impl ExactSizeIterator<Item = (&'a String, &'a String)>,
) {
    let count = objects.len();
    if count == 0 {
        return;
    }
    let _ = write!(text, "<p><b>{kind}</b> {count}");
    for (index, (name, status)) in objects.take(NAMES).enumerate() {
        let between = if index == 0 { ": " } else { ", " };
        let _ = write!(text, "{between}<code>{}</code>", Escaped(name));
        if status != "created" && status != "ok" {
            let _ = write!(text, " <span class=\"state\">{}</span>", Escaped(status));
        }
    }
    if count > NAMES {
        let _ = write!(text, " and {} more", count - NAMES);
    }
    text.push_str("</p>");
}

fn tasks(text: &mut String, state: &State, service: &str) {
    let tasks = state.tasks(service);
    if tasks.is_empty() {
        text.push_str("<p class=\"quiet\">No tasks.</p>");
        return;
    }
    text.push_str("<ul class=\"rows tasks\">");
    for task in tasks.iter().rev().take(NAMES) {
        let (step, class) = match task.status.as_str() {
            "todo" | "init" => (1, ""),
            "doing" => (2, ""),
            "done" => (3, "good"),
            _ => (3, "bad"),
        };
        let _ = write!(
            text,
            "<li><code>{}</code> {} <span class=\"state {class}\">{}</span>\
             <progress max=\"3\" value=\"{step}\" aria-label=\"task {}\"></progress></li>",
            Escaped(&task.function),
            Escaped(&task.object_id),
            Escaped(&task.status),
            task.id
        );
    }
    text.push_str("</ul>");
}

fn journal(text: &mut String, engine: &Engine) {
    let _ = write!(
        text,
        "<h2>Journal</h2><p class=\"quiet\">{} calls in all, the last first.</p>",
        engine.journal.total()
    );
    let last = engine.journal.last(CALLS);
    if last.is_empty() {
        text.push_str("<p>No call yet.</p>");
        return;
    }
    text.push_str("<ul class=\"rows\">");
    for entry in last {
        let class = if entry.failed() { "bad" } else { "good" };
        let status = match entry.status {
            0 => "cut".to_owned(),
            status => status.to_string(),
        };
        let json = entry.json();
        let _ = write!(
            text,
            "<li><span class=\"quiet\">#{} {}</span> <span class=\"{class}\">{status}</span> \
             <code>{} {}</code>",
            entry.sequence,
            entry.at.get(11..19).unwrap_or_default(),
            Escaped(&entry.method),
            Escaped(&entry.path)
        );
        if let Some(operation) = entry.operation {
            let _ = write!(text, " <span class=\"state\">{}</span>", Escaped(operation));
        }
        let said = [
            json["changed"].as_str(),
            entry.message.as_deref(),
            entry.help.as_deref(),
            entry.fault.as_deref(),
        ];
        for words in said.into_iter().flatten() {
            let _ = write!(text, "<br><span class=\"quiet\">{}</span>", Escaped(words));
        }
        text.push_str("</li>");
    }
    text.push_str("</ul>");
}
