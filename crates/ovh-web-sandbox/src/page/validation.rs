//! The page on which a person approves or refuses a consumer key, at its `validationUrl`.
//!
//! The real page needs a login; here everybody who reaches it owns the account.

use std::fmt::Write;

use super::{Escaped, html, redirect};
use crate::admin_action::AdminAction;
use crate::auth::credential::{Credential, CredentialState, VALIDATION_PATH, VALIDITIES};
use crate::engine::Engine;
use crate::http::{Form, HttpRequest, HttpResponse};

/// Shows the page, or applies the decision.
pub(crate) fn answer(engine: &Engine, request: &HttpRequest) -> HttpResponse {
    match request.method.as_str() {
        "GET" | "HEAD" => show(engine, &request.query()),
        "POST" => decide(
            engine,
            &Form::parse(&String::from_utf8_lossy(&request.body)),
        ),
        _ => message(
            405,
            "Method not allowed",
            "This page is read with GET and sent with POST.",
        ),
    }
}

fn show(engine: &Engine, query: &Form) -> HttpResponse {
    let token = query.get("credentialToken").unwrap_or_default();
    let world = engine.world();
    let Some(credential) = world.accounts.by_token(token) else {
        return unknown();
    };
    if credential.state != CredentialState::PendingValidation {
        return decided(credential);
    }
    let application = &world.accounts.application.key;
    let mut body = format!(
        "<main><h1>An application asks for access</h1>\
         <p>The application <code>{}</code> asks for a consumer key of this sandbox's account. \
         With it, it may call:</p><ul>",
        Escaped(application)
    );
    for rule in &credential.rules {
        let (method, path) = (Escaped(&rule.method), Escaped(&rule.path));
        let _ = write!(body, "<li><code>{method} {path}</code></li>");
    }
    body.push_str("</ul>");
    if let Some(allowed) = credential.allowed_ips_text() {
        let _ = write!(body, "<p>Only from <code>{}</code>.</p>", Escaped(allowed));
    }
    // Browsers apply the policy of a form to its redirection.
    let mut form_action = "'self'".to_owned();
    if let Some(target) = credential.redirection() {
        let url = Escaped(&target.url);
        let _ = write!(
            body,
            "<p>After your choice you are redirected to <code>{url}</code>.</p>"
        );
        let _ = write!(form_action, " {}", target.origin);
    }
    let _ = write!(
        body,
        "<form method=\"post\" action=\"{VALIDATION_PATH}\">\
         <input type=\"hidden\" name=\"credentialToken\" value=\"{}\">\
         <p><label for=\"validity\">Valid for</label>\
         <select id=\"validity\" name=\"validity\">",
        Escaped(token)
    );
    for (value, label) in VALIDITIES {
        let selected = if label == "1 day" { " selected" } else { "" };
        let _ = write!(body, "<option value=\"{value}\"{selected}>{label}</option>");
    }
    body.push_str(
        "</select></p><p><button class=\"main\" name=\"decision\" value=\"approve\">Approve</button> \
         <button name=\"decision\" value=\"refuse\">Refuse</button></p></form></main>",
    );
    html(200, "Consumer key", "", &body, &form_action)
}

fn decide(engine: &Engine, form: &Form) -> HttpResponse {
    let token = form.get("credentialToken").unwrap_or_default();
    let validity = form.get("validity").unwrap_or_default();
    let state = match form.get("decision") {
        Some("approve") if VALIDITIES.iter().any(|(value, _)| *value == validity) => {
            CredentialState::Validated
        }
        Some("approve") => return message(400, "Invalid lifetime", "Choose one of the list."),
        Some("refuse") => CredentialState::Refused,
        _ => return message(400, "No decision", "Approve or refuse."),
    };
    let credential = match engine.world().accounts.by_token(token) {
        None => return unknown(),
        // A decision is final.
        Some(credential) if credential.state != CredentialState::PendingValidation => {
            return decided(credential);
        }
        Some(credential) => credential.id,
    };
    let seconds = validity.parse().ok().map(std::time::Duration::from_secs);
    let end = seconds.filter(|_| state == CredentialState::Validated);
    let end = end.map(|seconds| engine.clock.unhurried() + seconds);
    engine.act(&AdminAction::Decide {
        credential,
        state,
        end,
    });
    let world = engine.world();
    let credential = world.accounts.by_token(token);
    match credential.and_then(Credential::redirection) {
        Some(target) => redirect(&target.url),
        None => credential.map_or_else(unknown, decided),
    }
}

fn decided(credential: &Credential) -> HttpResponse {
    let (title, text) = match credential.state {
        CredentialState::Validated => (
            "Approved",
            "The consumer key is valid. You can close this page.",
        ),
        CredentialState::Refused => (
            "Refused",
            "The consumer key is refused. You can close this page.",
        ),
        _ => ("Expired", "The consumer key is no longer valid."),
    };
    message(200, title, text)
}

fn unknown() -> HttpResponse {
    message(
        404,
        "Unknown token",
        "No consumer key has this token. A validation URL belongs to one running sandbox.",
    )
}

fn message(status: u16, title: &str, text: &str) -> HttpResponse {
    let body = format!(
        "<main><h1>{}</h1><p>{}</p></main>",
        Escaped(title),
        Escaped(text)
    );
    html(status, title, "", &body, "'self'")
}
