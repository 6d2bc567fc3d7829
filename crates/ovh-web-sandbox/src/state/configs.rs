//! The settings that OVHcloud keeps in a file of the hosting, `.ovhconfig`, and their past.

use serde_json::{Map, Value};

use super::hosting::Hosting;
use super::records::{Family, Key};
use crate::clock::Moment;

impl Hosting {
    /// A change of the settings is over. What they were becomes a record of the past; the present
    /// ones keep their id.
    pub(super) fn settle_config(
        &mut self,
        key: &Key,
        values: Option<Map<String, Value>>,
        at: Moment,
    ) {
        self.release_record(Family::OvhConfig, key, None);
        let (Some(values), Ok(present)) = (values, self.records.get(Family::OvhConfig, key)) else {
            return;
        };
        let mut past = present.clone();
        past.set("historical", true);
        self.add_record(Family::OvhConfig, past.json());
        if let Ok(present) = self.records.get_mut(Family::OvhConfig, key) {
            present.shown.extend(values);
            present.set("creationDate", at.rfc3339());
        }
        self.remember_files(None, at);
    }
}
