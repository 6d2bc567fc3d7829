//! Runtimes: the engines that serve the domains assigned to them.

use serde_json::Value;

use super::hosting::Hosting;
use super::resources::{Key, Kind};

impl Hosting {
    pub(crate) fn runtime_domains(&self, key: &Key) -> Vec<String> {
        let domains = self.resources.values(Kind::Domain);
        domains
            .filter(|domain| domain.shown["runtimeId"] == key.json())
            .map(|domain| domain.owned("domain"))
            .collect()
    }

    /// Assigns the domains of a new or changed runtime, and makes it the only default.
    pub(crate) fn runtime_changed(&mut self, key: &Key) {
        let Some(runtime) = self.resources.find_mut(Kind::Runtime, key) else {
            return;
        };
        let is_default = runtime.flag("isDefault");
        runtime.set("isDeletable", !is_default);
        let domains = std::mem::take(&mut runtime.hidden);
        for name in domains.as_array().into_iter().flatten() {
            let domain = Key::text(name.as_str().unwrap_or_default());
            if let Some(domain) = self.resources.find_mut(Kind::Domain, &domain) {
                domain.set("runtimeId", key.json());
            }
        }
        let others = self.resources.all_mut(Kind::Runtime);
        for (_, other) in others.filter(|(other, _)| is_default && *other != key) {
            other.set("isDefault", false);
            other.set("isDeletable", true);
        }
    }

    /// Unassigns the domains of a deleted runtime.
    ///
    /// Guess: the domains of a deleted runtime have none.
    pub(crate) fn runtime_deleted(&mut self, key: &Key) {
        for (_, domain) in self.resources.all_mut(Kind::Domain) {
            if domain.shown["runtimeId"] == key.json() {
                domain.set("runtimeId", Value::Null);
            }
        }
    }
}
