//! The settings that OVHcloud keeps in a file of the hosting, `.ovhconfig`, and their past.

use serde_json::{Map, Value};

use super::generic_resources::{Key, Kind};
use super::hosting::Hosting;
use crate::clock::Moment;

impl Hosting {
    /// A change of the settings is over. What they were becomes a record of the past, with the id
    /// that was set aside for it; the present ones keep theirs.
    pub(super) fn settle_config(
        &mut self,
        key: &Key,
        change: Option<(Map<String, Value>, u64)>,
        at: Moment,
    ) {
        self.release_record(Kind::OvhConfig, key, None);
        let (Some((values, id)), Ok(present)) = (change, self.records.get(Kind::OvhConfig, key))
        else {
            return;
        };
        let mut past = present.clone();
        past.set("historical", true);
        past.set("id", id);
        self.records.insert(Kind::OvhConfig, Key::Number(id), past);
        if let Ok(present) = self.records.get_mut(Kind::OvhConfig, key) {
            present.shown.extend(values);
            present.set("creationDate", at.rfc3339());
        }
        self.remember_files(None, at);
    }
}
