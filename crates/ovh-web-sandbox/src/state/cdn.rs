//! The CDN: its domains, their options, and operations on them.

use serde_json::{Value, json};

use super::hosting::Hosting;
use super::resources::{Key, Kind, Resource};
use super::work::Work;
use crate::clock::Moment;

/// The options of every domain, off by default.
pub(crate) const OPTIONS: &[&str] = &[
    "brotli",
    "cors",
    "devmode",
    "geo_headers",
    "hsts",
    "https_redirect",
    "mixed_content",
    "mobile_redirect",
    "prefetch",
    "prewarm",
    "querystring",
    "waf",
];

/// Guess: the most cache rules of a domain.
pub(crate) const CACHE_RULES: usize = 5;

/// A `cdn.domain.option`.
pub(crate) fn option(name: &str, kind: &str, enabled: bool) -> Value {
    json!({
        "config": null,
        "enabled": enabled,
        "extra": null,
        "name": name,
        "pattern": null,
        "type": kind,
    })
}

impl Hosting {
    /// Adds a domain to the CDN, or removes it.
    pub(super) fn route_through_cdn(&mut self, key: &Key, active: bool, at: Moment) {
        if !active {
            self.resources.remove(Kind::CdnDomain, key);
            return;
        }
        if self.resources.find(Kind::CdnDomain, key).is_some() {
            return;
        }
        let shown = json!({
            "creationDate": at.rfc3339(),
            "name": key.json(),
            "needRefresh": false,
            "status": "ok",
            "updatedDate": at.rfc3339(),
        });
        self.insert(Kind::CdnDomain, key.clone(), Resource::new(shown));
        for name in OPTIONS {
            let resource = Resource::new(option(name, name, false));
            let key = Key::text(name).within(key.clone());
            self.insert(Kind::CdnOption, key, resource);
        }
    }

    /// Starts an operation on a domain of the CDN and returns the id of the operation.
    pub(crate) fn start_cdn_operation(
        &mut self,
        domain: &Key,
        function: &'static str,
        pattern: Option<&str>,
        now: Moment,
    ) -> Key {
        let id = self.ids.next();
        let shown = json!({
            "comment": null,
            "creationDate": now.rfc3339(),
            "function": function,
            "id": id,
            "parameter": {"domainName": domain.json(), "pattern": pattern, "service": self.service},
            "service": self.service,
            "status": "todo",
            "todoDate": now.rfc3339(),
            "updatedDate": now.rfc3339(),
        });
        let (key, refreshed) = (Key::Number(id), domain.clone());
        let work = Work::new("todo", function).then(move |hosting, _, _| {
            if let Some(domain) = hosting.resources.find_mut(Kind::CdnDomain, &refreshed) {
                domain.set("needRefresh", false);
            }
        });
        let (kind, resource) = (Kind::CdnOperation, Resource::new(shown));
        let task = self.create(now, kind, &key, resource, work);
        self.occupy(Kind::CdnDomain, domain, "refreshing", task);
        key
    }

    /// A `cdn.operation` or a database copy with its current status.
    pub(crate) fn progress_json(&self, resource: &Resource, now: Moment) -> Value {
        let mut value = resource.json();
        if let Some(status) = resource.task.and_then(|task| self.tasks.status(task, now)) {
            value["status"] = status.into();
        }
        value
    }

    /// Marks a domain as changed since its last refresh.
    pub(crate) fn touch_cdn_domain(&mut self, domain: &Key, now: Moment) {
        if let Some(domain) = self.resources.find_mut(Kind::CdnDomain, domain) {
            domain.set("needRefresh", true);
            domain.set("updatedDate", now.rfc3339());
        }
    }
}
