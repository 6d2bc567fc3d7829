//! The token endpoint, which is in no document.

use super::Engine;
use super::judge::Verdict;
use crate::auth::{Caller, Method};
use crate::deed::Deed;
use crate::faults::Struck;
use crate::journal::Effect;
use crate::reply::{Answer, Refusal};
use crate::routes::TOKEN;
use crate::wire::{Incoming, Outgoing};

impl Engine {
    /// Answers a call of the token endpoint and writes it into the journal under its own name.
    pub(crate) fn token(&self, incoming: &Incoming) -> Outgoing {
        let (name, path) = TOKEN;
        let plan = self.faults.strike(&Struck {
            operation: Some(name),
            method: &incoming.method,
            path,
            now: self.clock.now(),
        });
        let time = self.time.shifted(plan.clock_skew);
        let verdict = if plan.stops_before() {
            Verdict::refused(Refusal::bad_request("a fault"))
        } else {
            self.give_token(incoming)
        };
        self.conclude(incoming, Some(name), verdict, &plan, &time)
    }

    fn give_token(&self, incoming: &Incoming) -> Verdict {
        let mut world = self.world();
        let request = match world.accounts.oauth2.request(incoming) {
            Ok(request) => request,
            Err(refusal) => return Verdict::refused(refusal),
        };
        let end = world.accounts.oauth2.end(self.clock.unhurried());
        let deed = Deed::GiveToken {
            client: request.client.clone(),
            end: end.unix_millis(),
        };
        self.act_on(&mut world, &deed);
        let oauth2 = &world.accounts.oauth2;
        let body = oauth2.answer(&world.ids, &request.client, &request.scope);
        Verdict {
            caller: Some(Caller {
                method: Method::OAuth2,
                key: request.client,
                credential_id: None,
            }),
            help: None,
            effect: Effect::Changed("a bearer token was given out".into()),
            result: Ok(Answer::json(body)),
        }
    }
}
