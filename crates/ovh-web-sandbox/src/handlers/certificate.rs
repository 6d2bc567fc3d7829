//! The certificate of a hosting. These calls answer with the certificate, which names its task.

use std::time::Duration;

use super::{Context, Handler, import};
use crate::reply::{Answer, Refusal};
use crate::rules::Rule;
use crate::state::certificate::Certificate;
use crate::state::hosting::Hosting;
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/ssl", get),
    Handler::new("POST", "/hosting/web/{serviceName}/ssl", create),
    Handler::new("DELETE", "/hosting/web/{serviceName}/ssl", delete),
    Handler::new(
        "POST",
        "/hosting/web/{serviceName}/ssl/regenerate",
        regenerate,
    ),
    Handler::new("GET", "/hosting/web/{serviceName}/ssl/domains", domains),
];

/// How often a free certificate is reissued in a week.
const WEEKLY_REISSUES: usize = 5;

fn answer(hosting: &mut Hosting) -> Result<Answer, Refusal> {
    Ok(Answer::json(hosting.certificate()?.json()))
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    answer(cx.hosting()?)
}

/// Orders a free certificate, or takes the caller's own.
fn create(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let parts = ["certificate", "chain", "key"];
    let given = parts.map(|part| {
        cx.body
            .text(part)
            .is_some_and(|text| !text.trim().is_empty())
    });
    let imported = given.contains(&true);
    if imported {
        if let Some(missing) = given.iter().position(|given| !given) {
            return Err(Refusal::bad_value(
                &format!("$.{}", parts[missing]),
                "an own certificate needs certificate, chain and key; a free one none of them",
            ));
        }
    }
    let rules = cx.world.rules.clone();
    let hosting = cx.world.hosting(cx.path.get("serviceName"), now)?;
    if hosting.certificate.is_some() {
        // Guess: the status; the words were seen.
        return Err(Refusal::conflict(
            "You already have an SSL certificate on your account.",
        ));
    }
    if imported && rules.enforces(Rule::ImportedCertificate) {
        let (certificate, key) = (cx.body.required("certificate"), cx.body.required("key"));
        import::check(certificate, key, hosting.domains.keys())?;
    }
    if !imported
        && rules.enforces(Rule::CertificateNeedsDomain)
        && hosting.certified_names().is_empty()
    {
        // Guess: how the sentence ends.
        return Err(Refusal::bad_request(
            "No attached domain with ssl enabled or no attached domain that redirect on hosting IPs",
        ));
    }
    hosting.certificate = Some(Certificate {
        imported,
        status: "creating",
        task: None,
        domains: Vec::new(),
        reissues: Vec::new(),
    });
    let (function, status) = if imported {
        ("hostedssl/import", "importing")
    } else {
        ("hostedssl/create", "creating")
    };
    let work = job(hosting, function, Outcome::CertificateReady);
    hosting.work_on_certificate(status, now, work)?;
    Ok(answer(hosting)?.changed(format!("a certificate is {status}")))
}

fn job(hosting: &Hosting, function: &'static str, outcome: Outcome) -> Job {
    Job {
        function,
        object_type: "Hostedssl",
        object_id: hosting.service.clone(),
        outcome,
    }
}

fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let hosting = cx.hosting()?;
    let work = job(hosting, "hostedssl/delete", Outcome::CertificateGone);
    hosting.work_on_certificate("deleting", now, work)?;
    Ok(answer(hosting)?.changed("the certificate is being deleted"))
}

fn regenerate(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let limited = cx.world.rules.enforces(Rule::CertificateLimits);
    let hosting = cx.hosting()?;
    if hosting.certificate()?.imported {
        // Guess: the words.
        return Err(Refusal::bad_request(
            "An imported certificate cannot be regenerated",
        ));
    }
    let week = Duration::from_secs(7 * 24 * 3600);
    let reissues = &mut hosting.certificate()?.reissues;
    reissues.retain(|&moment| moment + week > now);
    if limited && reissues.len() >= WEEKLY_REISSUES {
        // Guess: the words.
        return Err(Refusal::bad_request(
            "A certificate can be regenerated 5 times a week",
        ));
    }
    let work = job(hosting, "hostedssl/regenerate", Outcome::CertificateReady);
    hosting.work_on_certificate("regenerating", now, work)?;
    hosting.certificate()?.reissues.push(now);
    Ok(answer(hosting)?.changed("the certificate is being regenerated"))
}

fn domains(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let certificate = cx.hosting()?.certificate()?;
    Ok(Answer::json(certificate.domains.clone().into()))
}
