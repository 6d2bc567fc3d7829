//! Runtimes: the engine that answers under the domains that point to it.

use super::generic_resources::{Key, Kind};
use super::hosting::Hosting;

impl Hosting {
    /// The domains that a runtime serves.
    pub(crate) fn runtime_domains(&self, id: u64) -> Vec<String> {
        self.domains
            .values()
            .filter(|domain| domain.runs_on(id))
            .map(|domain| domain.domain.clone())
            .collect()
    }

    /// A runtime is there, or has changed: its domains point to it, and only one is the default.
    pub(super) fn runtime_settled(&mut self, key: &Key) {
        let &Key::Number(id) = key else { return };
        let Ok(runtime) = self.records.get_mut(Kind::Runtime, key) else {
            return;
        };
        let default = runtime.shown.get("isDefault") == Some(&true.into());
        runtime.set("isDeletable", !default);
        for domain in std::mem::take(&mut runtime.kept)
            .as_array()
            .into_iter()
            .flatten()
        {
            if let Some(domain) = domain.as_str().and_then(|name| self.domains.get_mut(name)) {
                domain.run_on(id);
            }
        }
        if default {
            for (_, other) in self
                .records
                .all_mut(Kind::Runtime)
                .filter(|(other, _)| *other != key)
            {
                other.set("isDefault", false);
                other.set("isDeletable", true);
            }
        }
    }
}
