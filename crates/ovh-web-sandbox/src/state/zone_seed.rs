//! The description of a DNS zone that a sandbox starts with. The same description and seed make
//! the same zone.

use std::time::Duration;

use super::zones::Zone;
use crate::clock::Moment;
use crate::document::document;
use crate::ids::Ids;
use crate::macros::setters;

/// Describes a DNS zone that a sandbox starts with.
///
/// ```
/// use ovh_web_sandbox::{Sandbox, ZoneSeed};
///
/// let zone = ZoneSeed::new("example.com").record("www", "A", "203.0.113.7");
/// let sandbox = Sandbox::builder().zone_with(zone).start_now()?;
/// # Ok::<(), ovh_web_sandbox::StartError>(())
/// ```
///
/// Besides these records it has the `NS` records of a new zone. All of them are deployed.
#[derive(Clone, Debug)]
#[must_use]
pub struct ZoneSeed {
    name: String,
    records: Vec<(String, String, String)>,
}

impl ZoneSeed {
    /// A new zone.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            records: Vec::new(),
        }
    }

    setters! { this:
        /// Adds a record: its subdomain, which is empty for the zone itself, its type and its target.
        record(subdomain: impl Into<String>, field_type: impl Into<String>, target: impl Into<String>) =>
            this.records.push((subdomain.into(), field_type.into(), target.into()));
    }

    /// Returns an error if the document does not allow the zone.
    pub(crate) fn check(&self) -> Result<(), String> {
        let zone = self.zone(&Ids::new(0), Moment::wall(), Duration::ZERO);
        for (_, record) in zone.records() {
            document()
                .answers("domain/records::get", record)
                .map_err(|refusal| format!("invalid zone {}: {}", self.name, refusal.message))?;
        }
        Ok(())
    }

    /// A zone with the content of the seed.
    pub(crate) fn zone(&self, ids: &Ids, now: Moment, refresh_time: Duration) -> Zone {
        let mut zone = Zone::new(&self.name, ids, now, refresh_time);
        for (subdomain, field_type, target) in &self.records {
            zone.add(subdomain, field_type, target, 0);
        }
        zone.deploy_all();
        zone
    }
}
