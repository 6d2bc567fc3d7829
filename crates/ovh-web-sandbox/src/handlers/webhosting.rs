//! Version 2 of the hosting API, which shows the same hostings as version 1.

use super::domains::{check_attachable, check_domain, start_attaching};
use super::modules::new_database;
use super::resources::check_folder;
use super::tags::TagFilter;
use super::*;
use crate::names::check_password;
use crate::state::domains::BYPASS_DNS;
use crate::state::modules::{self, Entry, NewModule, dependency};
use crate::state::sites::site;
use crate::state::websites::folder;
use crate::state::work::UNSEEN;

pub(super) const ALL: &[Handler] = &[
    world("GET", "/v2/webhosting/attachedDomain", all_sites),
    world("GET", "/v2/webhosting/resource", list),
    world("GET", "/v2/webhosting/resource/{name}", |world, cx| {
        Ok(Response::json(hosting(world, cx)?.resource_json()))
    }),
    world(
        "GET",
        "/v2/webhosting/resource/{name}/attachedDomain",
        sites,
    ),
    world(
        "GET",
        "/v2/webhosting/resource/{name}/certificate",
        certificates,
    ),
    world("GET", "/v2/webhosting/resource/{name}/website", websites),
    world("POST", "/v2/webhosting/resource/{name}/website", create),
    world(
        "GET",
        "/v2/webhosting/resource/{name}/website/{websiteId}",
        |world, cx| {
            let id = cx.path.get("websiteId");
            website_response(hosting(world, cx)?, cx, id)
        },
    ),
    world(
        "PUT",
        "/v2/webhosting/resource/{name}/website/{websiteId}",
        update,
    ),
    world(
        "GET",
        "/v2/webhosting/resource/{name}/website/{websiteId}/domain",
        domains,
    ),
];

/// The hosting in the path.
fn hosting<'w>(world: &'w mut World, cx: &Context<'_>) -> Result<&'w mut Hosting, Refusal> {
    world.hosting(cx.path.get("name"), cx.now)
}

fn list(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let tags = cx.query.text("iamTags").map(TagFilter::parse).transpose()?;
    let tags = tags.unwrap_or_default();
    let hostings = world.settled(cx.now);
    Ok(cx.wanted.list(
        hostings.filter(|hosting| tags.holds(&hosting.tags)),
        |hosting| hosting.service.clone().into(),
        |hosting| hosting.resource_json(),
    ))
}

fn all_sites(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let sites = world.settled(cx.now).flat_map(|hosting| {
        let domains = hosting.resources.values(Kind::Domain);
        domains.map(move |domain| (hosting, domain))
    });
    let sites = sites.filter(|(_, domain)| cx.query.filters("domain", domain.text("domain")));
    Ok(cx.wanted.list(
        sites,
        |(_, domain)| domain.text("domain").into(),
        |(hosting, domain)| hosting.site_json(domain, cx.now),
    ))
}

fn sites(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let hosting = &*hosting(world, cx)?;
    let domains = hosting.resources.values(Kind::Domain);
    let domains = domains.filter(|domain| cx.query.filters("domain", domain.text("domain")));
    Ok(cx.wanted.list(
        domains,
        |domain| domain.text("domain").into(),
        |domain| hosting.site_json(domain, cx.now),
    ))
}

fn certificates(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let hosting = &*hosting(world, cx)?;
    let kinds = [Kind::Certificate, Kind::DomainCertificate].into_iter();
    let certificates = kinds.flat_map(|kind| {
        let all = hosting.resources.all(kind);
        all.map(move |(key, certificate)| (kind, key, certificate))
    });
    Ok(cx.wanted.list(
        certificates,
        |(_, key, _)| key.json(),
        |certificate| hosting.certificate_json(*certificate, cx.now),
    ))
}

fn websites(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let hosting = &*hosting(world, cx)?;
    Ok(cx.wanted.list(
        hosting.sites(),
        |(id, _)| id.as_str().into(),
        |(id, site)| hosting.site_website_json(id, site, cx.now),
    ))
}

fn website_response(hosting: &Hosting, cx: &Context<'_>, id: &str) -> HandlerResult {
    let site = hosting
        .sites()
        .remove(id)
        .ok_or_else(|| Refusal::no_object(id))?;
    Ok(Response::json(hosting.site_website_json(id, &site, cx.now)))
}

fn domains(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let (hosting, id) = (&*hosting(world, cx)?, cx.path.get("websiteId"));
    let site = hosting
        .sites()
        .remove(id)
        .ok_or_else(|| Refusal::no_object(id))?;
    let place = folder(site.text("path"));
    Ok(cx.wanted.list(
        hosting.domains_in(place),
        |domain| domain.text("domain").into(),
        |domain| hosting.website_domain_json(domain, cx.now),
    ))
}

/// The object `targetSpec` of a body.
fn target(cx: &Context<'_>) -> Values {
    match cx.body.value("targetSpec") {
        Some(Value::Object(spec)) => Values(spec),
        _ => Values(Map::new()),
    }
}

fn check_name(spec: &Values) -> Result<&str, Refusal> {
    let name = spec.required("name");
    Refusal::unless(!name.trim().is_empty(), "$.targetSpec.name", "empty").map(|()| name)
}

/// An object in the specification.
fn part(spec: &Values, name: &str) -> Option<Values> {
    match spec.value(name) {
        Some(Value::Object(part)) => Some(Values(part)),
        _ => None,
    }
}

/// Creates a website with its domain, and optionally a module with its database.
///
/// Guess: without a path the folder has the name of the domain.
fn create(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let (now, spec) = (cx.now, target(cx));
    let domain = check_domain("$.targetSpec.fqdn", spec.text("fqdn"))?;
    let name = check_name(&spec)?;
    let path = spec.text("path").unwrap_or(domain);
    check_folder("$.targetSpec.path", Some(path))?;
    let service = cx.path.get("name");
    let hosting = check_attachable(world, service, domain, now)?;
    let id = hosting.site_id(folder(path));
    let other = hosting.sites().remove(&id);
    if other.is_some_and(|other| other.text("status") != "ERROR") {
        return conflict(format!("The folder {path} already holds a website"));
    }
    let module = module(hosting, cx, &spec, (domain, path))?;
    let state = |name: &str| match part(&spec, name) {
        Some(switch) if switch.required("status") == "ACTIVE" => "active",
        _ => "none",
    };
    let settings = json!({
        "cdn": state("cdn"),
        "firewall": state("firewall"),
        "ipLocation": spec.value("ipLocation"),
        "path": path,
    });
    let settings = settings.as_object().cloned().unwrap_or_default();
    let task = start_attaching(hosting, domain, settings, now);
    let site = site(name, path).with_hidden(json!({"task": task}));
    hosting.create_with(task, Kind::Site, &Key::text(&id), site, "CREATING");
    for (kind, key, resource) in module {
        hosting.create_with(task, kind, &key, resource, "creating");
    }
    let response = website_response(hosting, cx, &id)?;
    if spec.flag(BYPASS_DNS) != Some(true) {
        world.point_to_hosting(domain, now);
    }
    Ok(response.changed(format!("the website {name} is created")))
}

/// The module of a new website, and its database if it gets a new one.
fn module(
    hosting: &mut Hosting,
    cx: &Context<'_>,
    spec: &Values,
    (domain, path): (&str, &str),
) -> Result<Vec<(Kind, Key, Resource)>, Refusal> {
    let Some(module) = part(spec, "module") else {
        return Ok(Vec::new());
    };
    let name = module.required("name").to_ascii_lowercase();
    let is_wanted = |entry: &&Entry| entry.name == name && entry.latest && entry.active;
    let entry = modules::ALL.iter().find(is_wanted);
    let problem = "there is no active module with this name";
    let entry = entry.ok_or_else(|| Refusal::bad_value("$.targetSpec.module.name", problem))?;
    let admin = part(spec, "adminConfiguration").unwrap_or(Values(Map::new()));
    if let Some(password) = admin.text("adminPassword") {
        let place = "$.targetSpec.adminConfiguration.adminPassword";
        check_password(&hosting.rules, place, password, 8)?;
    }
    let (databases, dependencies) = match part(spec, "databaseConfiguration") {
        Some(used) => {
            let (name, user) = (used.required("databaseName"), used.required("user"));
            (Vec::new(), vec![dependency(name, user, "mod_")])
        }
        None => {
            let (key, database) = new_database(hosting, cx)?;
            let (name, user) = (database.text("name"), database.text("user"));
            let dependency = dependency(name, user, "mod_");
            (vec![(Kind::Database, key, database)], vec![dependency])
        }
    };
    let id = hosting.ids.next();
    let module = NewModule {
        id,
        entry,
        admin_name: admin.text("adminLogin").unwrap_or("admin"),
        language: admin.text("language").unwrap_or("en"),
        path: admin.text("installPath").unwrap_or(path),
        domain,
        dependencies,
    };
    let module = (Kind::Module, Key::Number(id), module.resource(cx.now));
    Ok(databases.into_iter().chain([module]).collect())
}

/// Renames a website. The name changes when a task ends.
fn update(world: &mut World, cx: &Context<'_>) -> HandlerResult {
    let spec = target(cx);
    let name = check_name(&spec)?.to_owned();
    let (hosting, id) = (hosting(world, cx)?, cx.path.get("websiteId"));
    let site = hosting.sites().remove(id);
    let mut site = site.ok_or_else(|| Refusal::no_object(id))?;
    if site.task.is_some() {
        return Err(Refusal::busy());
    }
    let key = Key::text(id);
    if site.text("name") == name {
        return website_response(hosting, cx, id);
    }
    site.hidden["target"] = name.as_str().into();
    hosting.insert(Kind::Site, key.clone(), site);
    let values = Map::from_iter([("name".to_owned(), name.into())]);
    let work = Work::new("UPDATING", UNSEEN).set(values);
    hosting.work(cx.now, Kind::Site, &key, work)?;
    let response = website_response(hosting, cx, id)?;
    Ok(response.changed("the website is renamed"))
}
