//! The CDN: domains that go through it, with their options, and the operations on them.

use serde_json::{Value, json};

use super::generic_resources::{Key, Kind, Record};
use super::hosting::Hosting;
use crate::clock::Moment;

/// The options that every domain has, off at first.
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

/// Guess: how many cache rules a domain can have.
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
    /// Lets a domain go through the CDN, or no longer.
    pub(super) fn route_through_cdn(&mut self, domain: &str, active: bool, at: Moment) {
        let key = Key::text(domain);
        if !active {
            self.records.remove(Kind::CdnDomain, &key);
            return;
        }
        if self.records.find(Kind::CdnDomain, &key).is_some() {
            return;
        }
        let shown = json!({
            "creationDate": at.rfc3339(),
            "name": domain,
            "needRefresh": false,
            "status": "ok",
            "updatedDate": at.rfc3339(),
        });
        self.records
            .insert(Kind::CdnDomain, key.clone(), Record::new(shown));
        for name in OPTIONS {
            let record = Record::new(option(name, name, false));
            let key = Key::text(name).within(key.clone());
            self.records.insert(Kind::CdnOption, key, record);
        }
    }

    /// Starts an operation of the CDN on a domain and gives the operation's id.
    pub(crate) fn start_cdn_operation(
        &mut self,
        domain: &str,
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
            "parameter": {"domainName": domain, "pattern": pattern, "service": self.service},
            "service": self.service,
            "status": "todo",
            "todoDate": now.rfc3339(),
            "updatedDate": now.rfc3339(),
        });
        let record = Record::new(shown).keeping(domain);
        let key = Key::Number(id);
        let task = self.create_record(Kind::CdnOperation, key.clone(), record, function, now);
        self.occupy_record(Kind::CdnDomain, &Key::text(domain), "refreshing", task);
        key
    }

    /// An operation is over: its domain is free again, and fresh if the operation went well.
    pub(super) fn cdn_operation_settled(&mut self, key: &Key) {
        let Ok(operation) = self.records.get(Kind::CdnOperation, key) else {
            return;
        };
        let fine = operation.text("status") == "done";
        let domain = Key::text(operation.kept.as_str().unwrap_or_default());
        self.release_record(Kind::CdnDomain, &domain, None);
        if let Ok(domain) = self.records.get_mut(Kind::CdnDomain, &domain) {
            if fine {
                domain.set("needRefresh", false);
            }
        }
    }

    /// A `cdn.operation`, or a database copy, as far as it is now.
    pub(crate) fn progress_json(&self, record: &Record, now: Moment) -> Value {
        let mut value = record.json();
        if let Some(status) = record.task.and_then(|task| self.tasks.status(task, now)) {
            value["status"] = status.into();
        }
        value
    }

    /// Marks a domain as changed since it was last refreshed.
    pub(crate) fn touch_cdn_domain(&mut self, domain: &Key, now: Moment) {
        if let Ok(domain) = self.records.get_mut(Kind::CdnDomain, domain) {
            domain.set("needRefresh", true);
            domain.set("updatedDate", now.rfc3339());
        }
    }
}
