//! The routes beside the section, which stand in none of its documents: the token endpoint, what
//! policies grant, and downloads.

use super::Engine;
use super::respond::Verdict;
use crate::clock::ServerTime;
use crate::faults::FaultTarget;
use crate::reply::Refusal;
use crate::routes::ExtraRoute;
use crate::wire::{Incoming, Outgoing};

impl Engine {
    /// Answers a call of such a route and writes it into the journal under the route's name.
    pub(crate) fn answer_beside(&self, route: &ExtraRoute, incoming: &Incoming) -> Outgoing {
        let plan = self.faults.strike(&FaultTarget {
            operation: Some(route.name),
            method: &incoming.method,
            path: incoming.path(),
            now: self.clock.now(),
        });
        let time = self.time.shifted(plan.clock_skew);
        let verdict = if plan.stops_before() {
            Verdict::refused(Refusal::bad_request("a fault"))
        } else {
            self.judge_beside(route, incoming, &time)
        };
        self.conclude(incoming, Some(route.name), verdict, &plan, &time)
    }

    fn judge_beside(&self, route: &ExtraRoute, incoming: &Incoming, time: &ServerTime) -> Verdict {
        match *route {
            ExtraRoute::TOKEN => self.give_token(incoming),
            ExtraRoute::DOWNLOAD => self.download(incoming),
            _ => self.tell_policies(incoming, time),
        }
    }
}
