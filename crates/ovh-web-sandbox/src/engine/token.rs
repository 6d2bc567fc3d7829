//! The token endpoint, which is in no document.

use super::Engine;
use super::respond::Verdict;
use crate::admin_action::AdminAction;
use crate::auth::{Caller, Method};
use crate::journal::Effect;
use crate::reply::Answer;
use crate::wire::Incoming;

impl Engine {
    pub(super) fn give_token(&self, incoming: &Incoming) -> Verdict {
        let mut world = self.world();
        let request = match world.accounts.oauth2.request(incoming) {
            Ok(request) => request,
            Err(refusal) => return Verdict::refused(refusal),
        };
        let end = world.accounts.oauth2.end(self.clock.unhurried());
        let deed = AdminAction::GiveToken {
            client: request.client.clone(),
            end: end.unix_millis(),
        };
        self.act_on(&mut world, &deed);
        let accounts = &world.accounts;
        let body = accounts
            .oauth2
            .answer(&accounts.keys, &request.client, &request.scope);
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
