//! The token endpoint on the engine's side: faults, reply, journal.

use super::oauth2;
use crate::engine::{Engine, Incoming, Outgoing, bytes};
use crate::faults::Struck;
use crate::journal::{Effect, Identity};

impl Engine {
    /// Answers a call of the token endpoint, which is in no document, and writes it into the
    /// journal under its own name.
    pub(crate) fn token(&self, incoming: &Incoming) -> Outgoing {
        let plan = self.faults.strike(&Struck {
            operation: Some(oauth2::OPERATION),
            method: &incoming.method,
            path: incoming.path(),
            now: self.clock.now(),
        });
        let answered = (!plan.stops_before()).then(|| {
            let world = &mut *self.world();
            let now = self.clock.unhurried();
            world.accounts.oauth2.answer(&world.ids, incoming, now)
        });
        let query_id = self.query_id();
        let mut entry = self.entry(incoming, None, &query_id);
        entry.operation = Some(oauth2::OPERATION);
        entry.fault = plan.words();
        let mut outgoing = Outgoing {
            status: 200,
            headers: self.headers(query_id, &self.time),
            body: Vec::new(),
            wire: plan.wire(),
        };
        match answered {
            Some(Ok((body, client))) => {
                entry.effect = Effect::Changed("a bearer token was given out".into());
                entry.identity = Some(Identity {
                    application_key: client,
                    credential_id: 0,
                });
                outgoing.body = bytes(&body);
            }
            Some(Err(denial)) => {
                outgoing.status = denial.status;
                entry.message = Some(denial.description.to_owned());
                outgoing.body = bytes(&denial.body());
            }
            None => {}
        }
        if let Some(instead) = plan.instead() {
            outgoing.status = instead.status;
            outgoing.headers[0].1 = instead.content_type.to_owned();
            outgoing.body.clone_from(&instead.body);
            entry.message = Some(instead.message.clone());
        }
        entry.status = if plan.resets() { 0 } else { outgoing.status };
        self.note(entry);
        outgoing
    }
}
