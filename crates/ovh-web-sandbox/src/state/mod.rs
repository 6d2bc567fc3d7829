//! What the sandbox knows: hostings with all that belongs to them, and who may sign.
//!
//! Time passes only when someone looks: every access settles what was due on the clock by then, in
//! its order, so that tests with a manual clock see the same thing every time.

pub(crate) mod catalogue;
pub(crate) mod certificate;
pub(crate) mod databases;
pub(crate) mod domains;
pub(crate) mod dumps;
pub(crate) mod hosting;
pub(crate) mod modules;
pub(crate) mod outcome;
pub(crate) mod tasks;
pub(crate) mod users;

use std::collections::BTreeMap;

use crate::auth::credential::Accounts;
use crate::clock::Moment;
use crate::ids::Ids;
use crate::reply::Refusal;
use hosting::Hosting;

/// Everything.
pub(crate) struct World {
    pub(crate) accounts: Accounts,
    pub(crate) ids: Ids,
    pub(crate) hostings: BTreeMap<String, Hosting>,
}

impl World {
    /// A hosting as it is at `now`.
    pub(crate) fn hosting(&mut self, service: &str, now: Moment) -> Result<&mut Hosting, Refusal> {
        let hosting = self
            .hostings
            .get_mut(service)
            .ok_or_else(Refusal::no_service)?;
        hosting.settle(now);
        Ok(hosting)
    }
}
