//! Attached domains.

use std::time::Duration;

use super::{Context, Handler};
use crate::handlers::Values;
use crate::reply::{Answer, Refusal};
use crate::state::domains::{Domain, DomainSettings};
use crate::state::hosting::Hosting;
use crate::state::outcome::Outcome;
use crate::state::tasks::Job;

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/attachedDomain", find),
    Handler::new("GET", "/hosting/web/{serviceName}/attachedDomain", list),
    Handler::new("POST", "/hosting/web/{serviceName}/attachedDomain", attach),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/attachedDomain/{domain}",
        get,
    ),
    Handler::new(
        "PUT",
        "/hosting/web/{serviceName}/attachedDomain/{domain}",
        update,
    ),
    Handler::new(
        "DELETE",
        "/hosting/web/{serviceName}/attachedDomain/{domain}",
        detach,
    ),
];

/// Guess: how long attaching a foreign domain waits for its proof.
const PROOF_WAIT: Duration = Duration::from_secs(3600);

/// The hostings to which a domain is attached.
fn find(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let domain = cx.query.required("domain");
    Ok(Answer::json(cx.world.services_of(domain, cx.now).into()))
}

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let hosting: &Hosting = cx.world.hosting(cx.path.get("serviceName"), cx.now)?;
    let query = &cx.query;
    let domains = hosting
        .domains
        .values()
        .filter(|domain| query.like("domain", &domain.domain))
        .filter(|domain| query.like("path", &domain.path));
    Ok(cx.wanted.list(
        domains,
        |domain| domain.domain.clone().into(),
        |domain| hosting.domain_json(domain),
    ))
}

fn attach(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let domain = check_domain(cx.body.text("domain"))?.to_owned();
    let settings = settings(&cx.body)?;
    let taken = !cx.world.services_of(&domain, now).is_empty();
    let hosting = cx.hosting()?;
    if taken && !hosting.domains.contains_key(&domain) {
        return Err(Refusal::conflict(format!(
            "The domain {domain} is attached to another hosting"
        )));
    }
    if taken {
        return Err(Refusal::conflict(format!(
            "The domain {domain} is already attached to this hosting"
        )));
    }
    if hosting.has_all_domains() {
        // Guess: the words for a full offer.
        return Err(Refusal::bad_request(
            "You have reached the maximum number of attached domains of your offer",
        ));
    }
    let outcome = Outcome::DomainAttached(domain.clone());
    let task = hosting.start(now, job("attachedDomain/create", &domain, outcome));
    let mut new = Domain::creating(&domain, settings);
    new.task = Some(task);
    hosting.domains.insert(domain.clone(), new);
    if hosting.lacks_proof(&domain) {
        hosting.tasks.cancel(task, Some(now + PROOF_WAIT));
        hosting.domain(&domain)?.waits = true;
    }
    let answer = Answer::json(hosting.task_json(task, now))
        .changed(format!("domain {domain} is being attached"));
    cx.world.note_domain(&domain, cx.path.get("serviceName"));
    Ok(answer)
}

fn check_domain(domain: Option<&str>) -> Result<&str, Refusal> {
    let domain =
        domain.ok_or_else(|| Refusal::bad_value("$.domain", "say which domain to attach"))?;
    let fine = domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| {
                    byte.is_ascii_lowercase()
                        || byte.is_ascii_digit()
                        || byte == b'-'
                        || byte == b'_'
                })
        });
    if fine {
        Ok(domain)
    } else {
        Err(Refusal::bad_value(
            "$.domain",
            "a domain name in lower case, such as www.example.com",
        ))
    }
}

fn settings(body: &Values) -> Result<DomainSettings, Refusal> {
    let path = body.owned("path");
    if path
        .as_deref()
        .is_some_and(|path| path.split('/').any(|part| part == ".."))
    {
        return Err(Refusal::bad_value(
            "$.path",
            "a folder inside of the hosting",
        ));
    }
    Ok(DomainSettings {
        path,
        cdn: body.owned("cdn"),
        firewall: body.owned("firewall"),
        ip_location: body.value("ipLocation"),
        own_log: body.value("ownLog"),
        // Guess: a runtime that is not there is no reason for a refusal.
        runtime_id: body.value("runtimeId"),
        ssl: body.flag("ssl"),
        bypass_dns: body.flag("bypassDNSConfiguration"),
    })
}

fn job(function: &'static str, domain: &str, outcome: Outcome) -> Job {
    Job {
        function,
        object_type: "AttachedDomain",
        object_id: domain.to_owned(),
        outcome,
    }
}

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let domain = cx.path.get("domain");
    let hosting: &Hosting = cx.hosting()?;
    match hosting.domains.get(domain) {
        Some(domain) => Ok(Answer::json(hosting.domain_json(domain))),
        None => Err(Refusal::no_object(domain)),
    }
}

/// Answers with nothing; the change is seen in the status of the domain.
fn update(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, domain) = (cx.now, cx.path.get("domain"));
    let settings = settings(&cx.body)?;
    if cx.body.text("domain").is_some_and(|name| name != domain) {
        return Err(Refusal::bad_value("$.domain", "a domain cannot be renamed"));
    }
    let hosting = cx.hosting()?;
    let outcome = Outcome::DomainUpdated(domain.to_owned(), settings);
    let work = job("attachedDomain/update", domain, outcome);
    hosting.work_on_domain(domain, "updating", now, work)?;
    Ok(Answer::void().changed(format!("domain {domain} is being changed")))
}

fn detach(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let (now, domain) = (cx.now, cx.path.get("domain"));
    let hosting = cx.hosting()?;
    if hosting.keeps_domains() {
        return Err(Refusal::bad_request("can't delete domain of start hosting"));
    }
    if domain == hosting.service {
        // Guess: that the hosting's own name stays, and the words.
        return Err(Refusal::bad_request(
            "The default domain of a hosting cannot be detached",
        ));
    }
    let outcome = Outcome::DomainDetached(domain.to_owned());
    let work = job("attachedDomain/delete", domain, outcome);
    let task = hosting.work_on_domain(domain, "deleting", now, work)?;
    Ok(Answer::json(hosting.task_json(task, now))
        .changed(format!("domain {domain} is being detached")))
}
