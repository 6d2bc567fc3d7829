//! The state that a sandbox starts with.

use std::io;

use crate::auth::credential::Accounts;
use crate::auth::settings::Keys;
use crate::builder::Builder;
use crate::clock::Moment;
use crate::ids::Ids;
use crate::state::World;
use crate::state::failures::Failures;
use crate::state::seed::HostingSeed;
use crate::state::tasks::Shared;

/// The hosting of a sandbox without others.
const DEFAULT_HOSTING: &str = "example.cluster01.hosting.ovh.net";

impl Builder {
    pub(crate) fn check(&self) -> io::Result<()> {
        for fault in &self.faults {
            fault.check().map_err(io::Error::other)?;
        }
        for zone in &self.zones {
            zone.check().map_err(io::Error::other)?;
        }
        let shared = self.shared(Ids::new(0));
        for seed in self.hostings.iter().filter(|seed| seed.names_values()) {
            let hosting = seed.hosting(&shared, Moment::wall());
            seed.check(&hosting).map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn shared(&self, ids: Ids) -> Shared {
        Shared {
            ids,
            pace: self.pace,
            failures: Failures::default(),
            rules: self.rules.clone(),
        }
    }

    /// The state of a sandbox that starts at `now`.
    pub(super) fn initial_state(&self, keys: &Keys, now: Moment) -> World {
        let ids = Ids::new(self.seed);
        let accounts = Accounts::new(ids.clone(), &self.access, keys, now);
        let shared = self.shared(ids);
        let default = [HostingSeed::new(DEFAULT_HOSTING)];
        let seeds = match self.hostings.as_slice() {
            [] => &default,
            seeds => seeds,
        };
        let hostings = seeds
            .iter()
            .map(|seed| (seed.service.clone(), seed.hosting(&shared, now)));
        let mut world = World::new(accounts, hostings.collect(), shared.clone());
        for seed in &self.zones {
            world.add_zone(seed.zone(&shared.ids, now, self.refresh_time), now);
        }
        world
    }
}
