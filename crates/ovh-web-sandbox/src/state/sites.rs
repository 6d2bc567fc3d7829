//! Hostings as version 2 of the API shows them: sites, websites and certificates, each with its
//! current state, its tasks and a checksum.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::hosting::Hosting;
use super::resources::{Key, Kind, Resource};
use super::websites::folder;
use crate::clock::Moment;
use crate::ids::mix_text;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// The common form of all objects.
fn object(id: &str, current: Value, status: &str, tasks: Value) -> Value {
    json!({
        "checksum": format!("{:016x}", mix_text(0, &current.to_string())),
        "currentState": current,
        "currentTasks": tasks,
        "id": id,
        "resourceStatus": status,
    })
}

/// The status of an object that has this status in version 1.
fn resource_status(status: &str) -> &str {
    match status {
        "READY" | "CREATING" | "UPDATING" | "ERROR" => status,
        "creating" | "importing" => "CREATING",
        "deleting" => "DELETING",
        "created" | "ok" => "READY",
        _ => "UPDATING",
    }
}

/// A status object of a switch.
fn switch(is_on: bool) -> Value {
    json!({"status": if is_on { "ACTIVE" } else { "NONE" }})
}

/// `initialError` as `INITIAL_ERROR`.
fn screaming(word: &str) -> String {
    let mut text = String::new();
    for letter in word.chars() {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_uppercase());
    }
    text
}

impl Hosting {
    /// The name that the control panel shows.
    fn shown_name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.service)
    }

    /// The open or failed task of an object.
    fn current_tasks(&self, task: Option<u64>, kind: &str, now: Moment) -> Value {
        let status = task.and_then(|task| self.tasks.status(task, now));
        let (status, errors) = match status {
            Some("todo") => ("PENDING", json!([])),
            Some("doing") => ("RUNNING", json!([])),
            Some("error" | "cancelled") => {
                let message = format!("The task {kind} failed");
                ("ERROR", json!([{"message": message}]))
            }
            _ => return json!([]),
        };
        let id = self.ids.uuid(&format!("task {}", task.unwrap_or_default()));
        let link = format!("/v2/webhosting/resource/{}/task/{id}", self.service);
        json!([{"errors": errors, "id": id, "link": link, "status": status, "type": kind}])
    }

    /// A `webhosting.WebWithIAM`.
    pub(crate) fn resource_json(&self) -> Value {
        let status = match &*self.state {
            "blocked" => "SUSPENDED",
            "maintenance" => "UPDATING",
            _ => "READY",
        };
        let current = json!({"name": self.service});
        let mut value = object(&self.service, current, status, json!([]));
        value["iam"] = self.json()["iam"].take();
        value
    }

    /// A `webhosting.AttachedDomain`.
    pub(crate) fn site_json(&self, domain: &Resource, now: Moment) -> Value {
        let name = domain.text("domain");
        let path = domain.text("path");
        let current = json!({
            "cdn": switch(domain.text("cdn") == "active"),
            "firewall": switch(domain.text("firewall") == "active"),
            "fqdn": name,
            "git": self.git_json(folder(path)),
            "hosting": {
                "boostOffer": self.boost,
                "displayName": self.shown_name(),
                "offer": self.offer,
                "serviceName": self.service,
            },
            "isDefault": name == self.service,
            "ownLog": domain.shown.get("ownLog"),
            "path": path,
            "ssl": switch(domain.flag("ssl")),
        });
        let id = self.ids.uuid(&format!("site {} {name}", self.service));
        let status = resource_status(domain.text("status"));
        let tasks = self.current_tasks(domain.task, "attachedDomain", now);
        object(&id, current, status, tasks)
    }

    /// A `webhosting.Git` for a folder.
    fn git_json(&self, place: &str) -> Value {
        match self.website_in(place) {
            None => json!({"status": "DISABLED", "vcsBranch": null, "vcsUrl": null}),
            Some(website) => json!({
                "status": screaming(website.text("status")),
                "vcsBranch": website.text("vcsBranch"),
                "vcsUrl": website.text("vcsUrl"),
            }),
        }
    }

    /// The domains of a folder.
    pub(crate) fn domains_in<'a>(
        &'a self,
        place: &'a str,
    ) -> impl Iterator<Item = &'a Resource> + Clone {
        let domains = self.resources.values(Kind::Domain);
        domains.filter(move |domain| folder(domain.text("path")) == place)
    }

    /// A `webhosting.Domain`: a domain of a website.
    pub(crate) fn website_domain_json(&self, domain: &Resource, now: Moment) -> Value {
        let (name, path) = (domain.text("domain"), domain.text("path"));
        let current = json!({
            "cdn": switch(domain.text("cdn") == "active"),
            "firewall": switch(domain.text("firewall") == "active"),
            "fqdn": name,
            "path": path,
            "websiteId": self.site_id(folder(path)),
        });
        let status = resource_status(domain.text("status"));
        let tasks = self.current_tasks(domain.task, "attachedDomain", now);
        object(name, current, status, tasks)
    }

    /// The ID of the website in a folder.
    pub(crate) fn site_id(&self, place: &str) -> String {
        self.ids.uuid(&format!("website {} {place}", self.service))
    }

    /// The websites by ID: those that version 2 created or renamed, and every other folder that has
    /// a domain or a repository.
    pub(crate) fn sites(&self) -> BTreeMap<String, Resource> {
        let stored = self.resources.all(Kind::Site);
        let mut sites: BTreeMap<_, _> = stored
            .map(|(key, site)| (key.to_string(), site.clone()))
            .collect();
        let kinds = [Kind::Domain, Kind::Website].into_iter();
        let objects = kinds.flat_map(|kind| self.resources.values(kind));
        let places: BTreeSet<_> = objects.map(|it| folder(it.text("path"))).collect();
        for place in places {
            let id = self.site_id(place);
            sites.entry(id).or_insert_with(|| self.site_in(place));
        }
        sites
    }

    /// The website of a folder to which version 2 gave no name.
    fn site_in(&self, place: &str) -> Resource {
        let mut domains = self.domains_in(place);
        let first = domains.clone().next();
        let name = first.map_or(place, |domain| domain.text("domain"));
        let mut site = site(name, place);
        if first.is_some() && domains.all(|domain| domain.text("status") == "creating") {
            site.set("status", "CREATING");
            site.task = first.and_then(|domain| domain.task);
        }
        site
    }

    /// A `webhosting.Website`.
    pub(crate) fn site_website_json(&self, id: &str, site: &Resource, now: Moment) -> Value {
        let place = folder(site.text("path"));
        let current = json!({
            "git": self.git_json(place),
            "linkedDomains": self.domains_in(place).count(),
            "module": {"enabled": self.has_module_in(place)},
            "name": site.text("name"),
            "path": site.text("path"),
        });
        let status = site.text("status");
        let failed = site.hidden["task"].as_u64().filter(|_| status == "ERROR");
        let kind = match status {
            "UPDATING" => "website/update",
            _ => "website/create",
        };
        let tasks = self.current_tasks(site.task.or(failed), kind, now);
        let mut value = object(id, current, status, tasks);
        let target = site.hidden["target"]
            .as_str()
            .filter(|_| site.task.is_some());
        value["targetSpec"] = json!({"name": target.unwrap_or(site.text("name"))});
        value
    }

    /// A `webhosting.SSL`. It is issued for 90 days, or imported for a year.
    ///
    /// Guess: OVHcloud renews a free certificate after 60 days.
    pub(crate) fn certificate_json(
        &self,
        (kind, key, certificate): (Kind, &Key, &Resource),
        now: Moment,
    ) -> Value {
        let imported = certificate.text("provider") == "CUSTOM";
        let moment = |name: &str| {
            let millis = certificate.hidden[name].as_i64();
            millis.map(Moment::from_unix_millis)
        };
        let mut issued = moment("issued");
        if let Some(issued) = issued.as_mut().filter(|_| !imported) {
            while *issued + DAY * 60 <= now {
                *issued = *issued + DAY * 60;
            }
        }
        let expired = issued.map(|issued| issued + DAY * if imported { 365 } else { 90 });
        let status = certificate.text("status");
        let state = match status {
            "created" if expired.is_some_and(|end| end <= now) => "EXPIRED".to_owned(),
            "created" => "ACTIVE".to_owned(),
            status => screaming(status),
        };
        let names = certificate.hidden["domains"].as_array();
        let names: Vec<_> = names
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let main = key.to_string();
        let main = match kind {
            Kind::Certificate => names.first().copied().unwrap_or(&main),
            _ => &main,
        };
        let others: Vec<_> = names.iter().filter(|name| **name != main).collect();
        let created = issued.or(moment("created")).unwrap_or(self.created);
        let current = json!({
            "additionalDomains": others,
            "certificateType": certificate.text("provider"),
            "createdAt": created.rfc3339(),
            "expiredAt": expired.map(Moment::rfc3339),
            "mainDomain": main,
            "state": state,
        });
        let id = format!("certificate {kind:?} {key} of {}", self.service);
        let tasks = self.current_tasks(certificate.task, "ssl", now);
        object(&self.ids.uuid(&id), current, resource_status(status), tasks)
    }
}

/// A website in a folder.
pub(crate) fn site(name: &str, path: &str) -> Resource {
    Resource::new(json!({"name": name, "path": path, "status": "READY"}))
}
