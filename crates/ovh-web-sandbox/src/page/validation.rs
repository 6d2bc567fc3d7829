//! The page on which a person approves or refuses a consumer key, at its `validationUrl`.
//!
//! The real one asks for a login first; here whoever runs the sandbox is the owner of its account.

use std::fmt::Write;

use super::{Escaped, html_with, redirect};
use crate::admin_action::AdminAction;
use crate::auth::credential::{Credential, CredentialState, Validity};
use crate::auth::validation::PATH;
use crate::engine::Engine;
use crate::wire::{Incoming, Outgoing, form};

/// Shows the page, or does what was decided on it.
pub(crate) fn answer(engine: &Engine, incoming: &Incoming) -> Outgoing {
    match incoming.method.as_str() {
        "GET" | "HEAD" => {
            let query = incoming.path_and_query().1.unwrap_or_default();
            let token = field(&form(query), "credentialToken");
            show(engine, &token)
        }
        "POST" => decide(engine, &form(&String::from_utf8_lossy(&incoming.body))),
        _ => message(
            405,
            "Not like this",
            "This page is read with GET and sent with POST.",
        ),
    }
}

fn field(fields: &[(String, String)], name: &str) -> String {
    let found = fields.iter().find(|(field, _)| field == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

fn show(engine: &Engine, token: &str) -> Outgoing {
    let world = engine.world();
    let Some(credential) = world.accounts.by_token(token) else {
        return unknown();
    };
    if credential.state != CredentialState::PendingValidation {
        return decided(credential);
    }
    let application = world.accounts.application_key(credential.application_id);
    let mut body = format!(
        "<main><h1>An application asks for access</h1>\
         <p>The application <code>{}</code> asks for a consumer key of this sandbox's account. \
         With it, it may call:</p><ul>",
        Escaped(application)
    );
    for rule in &credential.rules {
        let _ = write!(
            body,
            "<li><code>{} {}</code></li>",
            Escaped(&rule.method),
            Escaped(&rule.path)
        );
    }
    body.push_str("</ul>");
    if let Some(allowed) = credential.allowed_ips_text() {
        let _ = write!(body, "<p>Only from <code>{}</code>.</p>", Escaped(allowed));
    }
    let target = credential.redirection();
    if let Some(target) = &target {
        let _ = write!(
            body,
            "<p>After your choice you are led to <code>{}</code>.</p>",
            Escaped(&target.url)
        );
    }
    let _ = write!(
        body,
        "<form method=\"post\" action=\"{PATH}\">\
         <input type=\"hidden\" name=\"credentialToken\" value=\"{}\">\
         <p><label for=\"validity\">Valid for</label>\
         <select id=\"validity\" name=\"validity\">",
        Escaped(token)
    );
    for validity in Validity::ALL {
        let chosen = if validity == Validity::Day {
            " selected"
        } else {
            ""
        };
        let _ = write!(
            body,
            "<option value=\"{}\"{chosen}>{}</option>",
            validity.name(),
            validity.label()
        );
    }
    body.push_str(
        "</select></p><p><button class=\"main\" name=\"decision\" value=\"approve\">Approve</button> \
         <button name=\"decision\" value=\"refuse\">Refuse</button></p></form></main>",
    );
    // A browser holds what follows a form to the same policy as the form.
    let action = match &target {
        Some(target) => format!("'self' {}", target.origin),
        None => "'self'".to_owned(),
    };
    html_with(200, "Consumer key", "", &body, &action)
}

fn decide(engine: &Engine, fields: &[(String, String)]) -> Outgoing {
    let token = field(fields, "credentialToken");
    let (state, validity) = match field(fields, "decision").as_str() {
        "approve" => match Validity::from_name(&field(fields, "validity")) {
            Some(validity) => (CredentialState::Validated, validity),
            None => return message(400, "No such validity", "Choose one of the list."),
        },
        "refuse" => (CredentialState::Refused, Validity::Unlimited),
        _ => return message(400, "No decision", "Approve or refuse."),
    };
    let id = match engine.world().accounts.by_token(&token) {
        None => return unknown(),
        // What was decided once stays so.
        Some(credential) if credential.state != CredentialState::PendingValidation => {
            return decided(credential);
        }
        Some(credential) => credential.id,
    };
    let end = validity.end(engine.clock.unhurried());
    engine.act(&AdminAction::decision(id, state, end));
    let world = engine.world();
    let credential = world.accounts.by_token(&token);
    match credential.and_then(Credential::redirection) {
        Some(target) => redirect(&target.url),
        None => credential.map_or_else(unknown, decided),
    }
}

fn decided(credential: &Credential) -> Outgoing {
    match credential.state {
        CredentialState::Validated => message(
            200,
            "Approved",
            "The consumer key is valid. You can close this page.",
        ),
        CredentialState::Refused => message(
            200,
            "Refused",
            "The consumer key opens nothing. You can close this page.",
        ),
        _ => message(200, "Expired", "The consumer key is no longer valid."),
    }
}

fn unknown() -> Outgoing {
    message(
        404,
        "Unknown token",
        "No consumer key waits for this token. A validation URL belongs to one running sandbox.",
    )
}

fn message(status: u16, title: &str, words: &str) -> Outgoing {
    let body = format!(
        "<main><h1>{}</h1><p>{}</p></main>",
        Escaped(title),
        Escaped(words)
    );
    html_with(status, title, "", &body, "'self'")
}
