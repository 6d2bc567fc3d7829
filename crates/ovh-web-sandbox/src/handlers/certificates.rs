//! Certificates of a hosting and of single attached domains. These operations return the
//! certificate, which names its task.

use std::time::Duration;

use super::resources::respond;
use super::*;
use crate::imported_certificate;
use crate::state::certificates::resource;

pub(super) const ALL: &[Handler] = &[
    get_of("ssl", Kind::Certificate),
    post("ssl", create),
    delete("ssl", remove),
    post("ssl/regenerate", regenerate),
    get("ssl/domains", domains),
    get("ssl/report", report),
    get_of("attachedDomain/{domain}/ssl", Kind::DomainCertificate),
    post("attachedDomain/{domain}/ssl", create_for_domain),
    put("attachedDomain/{domain}/ssl", update),
    delete("attachedDomain/{domain}/ssl", remove),
    post("attachedDomain/{domain}/ssl/regenerate", regenerate),
    get("attachedDomain/{domain}/ssl/report", report),
];

/// The most reissues of a free certificate of a hosting in a week.
const WEEKLY_REISSUES: usize = 5;

/// Guess: the time for which the certificate of a domain waits until the zone of the domain points
/// to the hosting.
const ZONE_WAIT: Duration = Duration::from_secs(24 * 3600);

/// The kind of the certificate in the path.
fn kind(cx: &Context<'_>) -> Kind {
    match cx.path.get("domain") {
        "" => Kind::Certificate,
        _ => Kind::DomainCertificate,
    }
}

fn response(hosting: &Hosting, cx: &Context<'_>, status: &str) -> HandlerResult {
    let key = cx.key(kind(cx));
    let response = respond(hosting, cx, kind(cx), &key)?;
    Ok(response.changed(format!("the certificate of {key} is {status}")))
}

/// Starts a task on the certificate in the path and returns the certificate.
fn work(hosting: &mut Hosting, cx: &Context<'_>, work: Work) -> HandlerResult {
    let status = work.status;
    hosting.work(cx.now, kind(cx), &cx.key(kind(cx)), work)?;
    response(hosting, cx, status)
}

/// The task that issues or reissues a certificate.
fn issue(cx: &Context<'_>, status: &'static str, function: &'static str) -> Work {
    let kind = kind(cx);
    Work::new(status, function)
        .then(move |hosting, key, at| hosting.issue_certificate(kind, key, at))
}

/// Orders a free certificate, or imports one.
fn create(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let parts = ["certificate", "chain", "key"];
    let given = parts.map(|part| !cx.body.required(part).trim().is_empty());
    let imported = given.contains(&true);
    if imported {
        if let Some(missing) = given.iter().position(|given| !given) {
            return bad_value(
                &format!("$.{}", parts[missing]),
                "an own certificate needs certificate, chain and key; a free one none of them",
            );
        }
    }
    if cx.find(hosting, Kind::Certificate).is_ok() {
        // Guess: the status; the wording is known.
        return conflict("You already have an SSL certificate on your account.");
    }
    if imported && hosting.rules.enforces(Rule::ImportedCertificate) {
        let (certificate, key) = (cx.body.required("certificate"), cx.body.required("key"));
        imported_certificate::check(certificate, key, hosting.domain_names())?;
    }
    if !imported
        && hosting.rules.enforces(Rule::CertificateNeedsDomain)
        && hosting.certified_names().is_empty()
    {
        // Guess: the end of the sentence.
        return bad_request(
            "No attached domain with ssl enabled or no attached domain that redirect on hosting IPs",
        );
    }
    let (status, function) = match imported {
        true => ("importing", "hostedssl/import"),
        false => ("creating", "hostedssl/create"),
    };
    let (key, work) = (cx.key(Kind::Certificate), issue(cx, status, function));
    let new = resource(imported, cx.now);
    hosting.create(cx.now, Kind::Certificate, &key, new, work);
    response(hosting, cx, status)
}

fn create_for_domain(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let name = cx.path.get("domain");
    hosting.domain(name)?;
    if hosting.is_too_long(name) {
        // Guess: a certificate for a long name is refused at once, with this wording.
        return bad_request("The name is too long for a free certificate");
    }
    let key = cx.key(Kind::DomainCertificate);
    if cx.find(hosting, Kind::DomainCertificate).is_ok() {
        return conflict(format!("The domain {name} already has a certificate"));
    }
    let waits = hosting.waits_for_zone(name);
    let mut certificate = resource(false, cx.now);
    certificate.hidden["waits"] = waits.into();
    let work = issue(cx, "creating", "hostedssl/create");
    let task = hosting.create(cx.now, Kind::DomainCertificate, &key, certificate, work);
    if waits {
        hosting.tasks.cancel(task, Some(cx.now + ZONE_WAIT));
    }
    response(hosting, cx, "creating")
}

fn remove(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    work(hosting, cx, Work::delete("hostedssl/delete"))
}

fn regenerate(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let kind = kind(cx);
    let key = cx.key(kind);
    let certificate = hosting.resources.get(kind, &key)?;
    if certificate.text("provider") == "CUSTOM" {
        // Guess: the wording.
        return bad_request("An imported certificate cannot be regenerated");
    }
    let week = Duration::from_secs(7 * 24 * 3600);
    let reissues = certificate.hidden["reissues"].as_array();
    let mut reissues: Vec<i64> = reissues
        .into_iter()
        .flatten()
        .filter_map(Value::as_i64)
        .filter(|&millis| Moment::from_unix_millis(millis) + week > cx.now)
        .collect();
    let limited = kind == Kind::Certificate && hosting.rules.enforces(Rule::CertificateLimits);
    if limited && reissues.len() >= WEEKLY_REISSUES {
        // Guess: the wording.
        return bad_request("A certificate can be regenerated 5 times a week");
    }
    let issue = issue(cx, "regenerating", "hostedssl/regenerate");
    let response = work(hosting, cx, issue)?;
    reissues.push(cx.now.unix_millis());
    if let Some(certificate) = hosting.resources.find_mut(kind, &key) {
        certificate.hidden["reissues"] = reissues.into();
    }
    Ok(response)
}

/// Guess: without `regenerate` nothing changes.
fn update(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    match cx.body.flag("regenerate") {
        Some(true) => regenerate(hosting, cx),
        _ => super::resources::get(hosting, cx, Kind::DomainCertificate),
    }
}

fn domains(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let certificate = cx.find(hosting, Kind::Certificate)?;
    Ok(Response::json(certificate.hidden["domains"].clone()))
}

/// Guess: a certificate that was only validated by its domain has nothing else to report.
fn report(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let key = cx.key(kind(cx));
    hosting.resources.get(kind(cx), &key)?;
    Ok(Response::json(json!({
        "certificateSigningRequestStatus": "not-applicable",
        "domainControlValidationStatus": "completed",
        "organizationValidationStatus": "not-applicable",
        "phoneCallApprovalStatus": "not-applicable",
        "providerOrderId": key.json(),
        "termsAndConditionsAcceptanceStatus": "not-applicable",
        "tradeNameVerificationStatus": "not-applicable",
    })))
}
