//! Attached domains.

use std::time::Duration;

use super::resources::{check_folder, task_response, with_body, work};
use super::*;
use crate::state::domains::{BYPASS_DNS, resource};

pub(super) const ALL: &[Handler] = &[
    world("GET", "/hosting/web/attachedDomain", find),
    list_of(
        "attachedDomain",
        Kind::Domain,
        &[Like("domain"), Like("path")],
    ),
    world("POST", "attachedDomain", attach),
    get_of("attachedDomain/{domain}", Kind::Domain),
    put("attachedDomain/{domain}", update),
    delete("attachedDomain/{domain}", detach),
    post("attachedDomain/{domain}/purgeCache", purge_cache),
    post("attachedDomain/{domain}/restart", restart),
];

/// Guess: the time for which attaching a foreign domain waits for its proof.
const PROOF_WAIT: Duration = Duration::from_secs(3600);

/// Lists the hostings that a domain is attached to.
fn find(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let services = world.services_of(cx.query.required("domain"), cx.now);
    Ok(Response::json(services.into()))
}

fn attach(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let now = cx.now;
    let domain = check_domain("$.domain", cx.body.text("domain"))?;
    let settings = settings(cx)?;
    let service = cx.path.get("serviceName");
    let hosting = check_attachable(world, service, domain, now)?;
    let task = start_attaching(hosting, domain, settings, now);
    let response = task_response(hosting, cx, task);
    if cx.body.flag(BYPASS_DNS) != Some(true) {
        world.point_to_hosting(domain, now);
    }
    Ok(response)
}

/// The hosting, if the domain can be attached to it.
pub(super) fn check_attachable<'w>(
    world: &'w mut World,
    service: &str,
    domain: &str,
    now: Moment,
) -> Result<&'w mut Hosting, Refusal> {
    let taken = !world.services_of(domain, now).is_empty();
    let hosting = world.hosting(service, now)?;
    if taken {
        let place = match hosting.domain(domain) {
            Ok(_) => "already attached to this hosting",
            Err(_) => "attached to another hosting",
        };
        return conflict(format!("The domain {domain} is {place}"));
    }
    match hosting.has_all_domains() {
        true => full_offer("attached domains"),
        false => Ok(hosting),
    }
}

/// Starts the task that attaches a domain. It waits if the domain lacks its proof.
pub(super) fn start_attaching(
    hosting: &mut Hosting,
    domain: &str,
    settings: Map<String, Value>,
    now: Moment,
) -> u64 {
    let (key, mut new) = (Key::text(domain), resource(domain));
    new.shown.extend(settings);
    let waits = hosting.lacks_proof(domain);
    new.hidden = json!({"waits": waits});
    let work = follow(Work::create("attachedDomain/create"));
    let task = hosting.create(now, Kind::Domain, &key, new, work);
    if waits {
        hosting.tasks.cancel(task, Some(now + PROOF_WAIT));
    }
    task
}

/// Lets CDN and logs follow the settings of a domain.
fn follow(work: Work) -> Work {
    work.then(Hosting::follow_domain)
}

pub(super) fn check_domain<'d>(place: &str, domain: Option<&'d str>) -> Result<&'d str, Refusal> {
    let domain = domain.ok_or_else(|| Refusal::bad_value(place, "this property is required"))?;
    let fine = domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
        });
    let problem = "expected a domain name in lower case, such as www.example.com";
    Refusal::unless(fine, place, problem).map(|()| domain)
}

/// The settings in the body. Only some can be `null`.
///
/// Guess: a runtime that does not exist is accepted.
fn settings(cx: &Context<'_>) -> Result<Map<String, Value>, Refusal> {
    check_folder("$.path", cx.body.text("path"))?;
    let mut settings = cx.body.0.clone();
    let nullable = ["ipLocation", "ownLog", "runtimeId"];
    settings.retain(|name, value| !value.is_null() || nullable.contains(&name.as_str()));
    Ok(settings)
}

/// Returns nothing; the domain shows the change in its status.
fn update(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let domain = cx.path.get("domain");
    let settings = settings(cx)?;
    let is_same = cx.body.filters("domain", domain);
    Refusal::unless(is_same, "$.domain", "a domain cannot be renamed")?;
    let update = follow(Work::update("attachedDomain/update").set(settings));
    let response = work(hosting, cx, Kind::Domain, update)?;
    Ok(with_body(response, Value::Null))
}

fn detach(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    if hosting.keeps_domains() {
        return bad_request("can't delete domain of start hosting");
    }
    if cx.path.get("domain") == hosting.service {
        // Guess: the default domain cannot be detached; the wording.
        return bad_request("The default domain of a hosting cannot be detached");
    }
    let delete = follow(Work::delete("attachedDomain/delete"));
    work(hosting, cx, Kind::Domain, delete)
}

fn purge_cache(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    if hosting.domain(cx.path.get("domain"))?.text("cdn") != "active" {
        // Guess: the wording.
        return bad_request("This domain has no cache: it is not on the CDN");
    }
    work(hosting, cx, Kind::Domain, Work::update("cdn/domain/flush"))
}

fn restart(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let restart = Work::update("attachedDomain/restart");
    work(hosting, cx, Kind::Domain, restart)
}
