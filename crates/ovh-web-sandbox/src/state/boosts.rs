//! Boosts: a larger offer for a while.

use serde_json::json;

use super::generic_resources::{Key, Kind, Record};
use super::hosting::Hosting;
use crate::clock::Moment;

impl Hosting {
    /// The hosting has another boost, or none, and its history says so.
    pub(super) fn settle_boost(&mut self, offer: Option<String>, at: Moment) {
        self.task = None;
        let date = at.rfc3339();
        let shown = json!({
            "accountId": "sb0000-ovh",
            "boostOffer": offer,
            "date": date,
            "offer": self.offer,
        });
        self.boost = offer;
        self.records
            .insert(Kind::Boost, Key::Text(date), Record::new(shown));
    }
}
