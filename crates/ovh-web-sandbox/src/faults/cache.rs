//! Pages from a cache, which may be older than the last write.

use super::{CacheKey, Cached};
use crate::engine::{Engine, Incoming, Outgoing};

impl Engine {
    /// Answers a page as it was before the last writes, if it was read then.
    pub(crate) fn through_cache(&self, incoming: &Incoming, outgoing: &mut Outgoing) {
        let header = |name: &str| incoming.headers.get(name).and_then(|v| v.to_str().ok());
        if header("x-pagination-mode").is_none() {
            return;
        }
        let mut key = vec![incoming.method.clone(), incoming.target.clone()];
        for (name, value) in &incoming.headers {
            if name.as_str().starts_with("x-pagination-") {
                key.push(format!("{name}={}", value.to_str().unwrap_or_default()));
            }
        }
        key.sort();
        let key = CacheKey(key);
        let version = self.changes();
        let fresh = header("pragma").is_some_and(|pragma| pragma.contains("no-cache"));
        match self.faults.cached(&key) {
            Some(cached) if !fresh && cached.version != version => {
                outgoing.body = cached.body;
                outgoing
                    .headers
                    .retain(|(name, _)| !name.starts_with("x-pagination-"));
                outgoing.headers.extend(cached.headers);
            }
            _ => {
                let pages = outgoing.headers.iter();
                let headers = pages
                    .filter(|(name, _)| name.starts_with("x-pagination-"))
                    .cloned()
                    .collect();
                let body = outgoing.body.clone();
                self.faults.keep(
                    key,
                    Cached {
                        version,
                        headers,
                        body,
                    },
                );
            }
        }
    }
}
