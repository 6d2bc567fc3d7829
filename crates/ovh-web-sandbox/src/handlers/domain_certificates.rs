//! Certificates of single attached domains. These calls answer with the certificate, which names
//! its task.

use serde_json::json;

use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::state::certificate::Certificate;
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/attachedDomain/{domain}/ssl",
        get,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/attachedDomain/{domain}/ssl",
        create,
    ),
    Handler::new(
        "PUT",
        "/hosting/web/{serviceName}/attachedDomain/{domain}/ssl",
        update,
    ),
    Handler::new(
        "DELETE",
        "/hosting/web/{serviceName}/attachedDomain/{domain}/ssl",
        delete,
    ),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/attachedDomain/{domain}/ssl/regenerate",
        regenerate,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/attachedDomain/{domain}/ssl/report",
        report,
    ),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/ssl/report",
        report_of_hosting,
    ),
];

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let domain = cx.path.get("domain");
    Ok(Answer::json(
        cx.hosting()?.domain_certificate(domain)?.json(),
    ))
}

/// Starts a task on the certificate and answers with the certificate.
fn work(
    cx: &mut Context<'_>,
    status: &'static str,
    function: &'static str,
    outcome: fn(String) -> Outcome,
) -> Result<Answer, Refusal> {
    let (now, domain) = (cx.now, cx.path.get("domain"));
    let job = Job {
        function,
        object_type: "Hostedssl",
        object_id: domain.to_owned(),
        outcome: outcome(domain.to_owned()),
    };
    let hosting = cx.hosting()?;
    hosting.work_on_domain_certificate(domain, status, now, job)?;
    Ok(Answer::json(hosting.domain_certificate(domain)?.json())
        .changed(format!("the certificate of {domain} is {status}")))
}

fn create(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let name = cx.path.get("domain");
    let hosting = cx.hosting()?;
    let too_long = hosting.is_too_long(name);
    let domain = hosting.domain(name)?;
    if too_long {
        // Guess: that the certificate of a long name is refused at once, and the words.
        return Err(Refusal::bad_request(
            "The name is too long for a free certificate",
        ));
    }
    if domain.certificate.is_some() {
        return Err(Refusal::conflict(format!(
            "The domain {name} already has a certificate"
        )));
    }
    domain.certificate = Some(Certificate {
        imported: false,
        status: "creating",
        task: None,
        domains: Vec::new(),
        reissues: Vec::new(),
    });
    work(
        cx,
        "creating",
        "hostedssl/create",
        Outcome::DomainCertificateReady,
    )
}

fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    work(
        cx,
        "deleting",
        "hostedssl/delete",
        Outcome::DomainCertificateGone,
    )
}

fn regenerate(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    work(
        cx,
        "regenerating",
        "hostedssl/regenerate",
        Outcome::DomainCertificateReady,
    )
}

/// Guess: without `regenerate` nothing happens.
fn update(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    if cx.body.flag("regenerate") == Some(true) {
        regenerate(cx)
    } else {
        get(cx)
    }
}

/// Guess: a certificate that was only checked by its domain has nothing to report.
fn empty_report(id: &str) -> Answer {
    Answer::json(json!({
        "certificateSigningRequestStatus": "not-applicable",
        "domainControlValidationStatus": "completed",
        "organizationValidationStatus": "not-applicable",
        "phoneCallApprovalStatus": "not-applicable",
        "providerOrderId": id,
        "termsAndConditionsAcceptanceStatus": "not-applicable",
        "tradeNameVerificationStatus": "not-applicable",
    }))
}

fn report(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let domain = cx.path.get("domain");
    cx.hosting()?.domain_certificate(domain)?;
    Ok(empty_report(domain))
}

fn report_of_hosting(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let service = cx.path.get("serviceName");
    cx.hosting()?.certificate()?;
    Ok(empty_report(service))
}
