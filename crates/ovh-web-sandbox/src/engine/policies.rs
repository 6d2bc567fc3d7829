//! `POST /v2/iam/authorization/check`: what the policies of the account grant who is calling.
//!
//! Fact [C]: question and answer are those of OVHcloud's own document of `/v2/iam`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Engine;
use super::respond::Verdict;
use crate::auth::{self, AuthInput, Caller};
use crate::clock::ServerTime;
use crate::document::document;
use crate::journal::Effect;
use crate::reply::{Answer, Refusal};
use crate::routes::ExtraRoute;
use crate::state::World;
use crate::wire::Incoming;

/// The account that everything belongs to, as policies name it.
const ACCOUNT: &str = "urn:v1:eu:resource:account:sb0000-ovh";

impl Engine {
    pub(super) fn tell_policies(&self, incoming: &Incoming, time: &ServerTime) -> Verdict {
        if incoming.method != "POST" {
            return Verdict::refused(Refusal::no_route());
        }
        let mut world = self.world();
        let presented = AuthInput {
            method: &incoming.method,
            url: &self.url_as_received(incoming),
            api_path: ExtraRoute::POLICIES.path.trim_start_matches("/v2"),
            headers: &incoming.headers,
            body: &incoming.body,
            peer: incoming.peer,
            now: self.clock.unhurried(),
            iam_actions: &[],
        };
        let caller = match auth::authenticate(&mut world.accounts, time, &presented) {
            Ok(caller) => caller,
            Err(denied) => {
                return Verdict {
                    help: denied.help,
                    ..Verdict::refused(denied.refusal)
                };
            }
        };
        let result = question(&incoming.body).map(|(actions, urns)| {
            let answers = urns.into_iter().map(|urn| {
                let (granted, missing): (Vec<_>, Vec<_>) = actions
                    .iter()
                    .partition(|action| grants(&world, &caller, action, &urn));
                json!({
                    "authorizedActions": granted,
                    "resourceURN": urn,
                    "unauthorizedActions": missing,
                })
            });
            Answer::json(answers.collect())
        });
        Verdict {
            caller: Some(caller),
            help: None,
            effect: Effect::None,
            result,
        }
    }
}

/// Guess: policies that name a resource of nobody grant nothing on it, and a consumer key, which acts
/// as its account, may do all on what belongs to it.
fn grants(world: &World, caller: &Caller, action: &str, urn: &str) -> bool {
    let is_ours = urn == ACCOUNT || world.hostings.values().any(|hosting| hosting.urn() == urn);
    let by_policy = caller.credential_id.is_none();
    is_ours && (!by_policy || world.accounts.oauth2.grants(action))
}

/// The actions and resources that are asked about.
fn question(body: &[u8]) -> Result<(Vec<String>, Vec<String>), Refusal> {
    let body: Value = serde_json::from_slice(body)
        .map_err(|_| Refusal::bad_request("The body is not valid JSON"))?;
    let texts = |name: &str| {
        let texts = body.get(name).and_then(Value::as_array).map(|items| {
            let text = |item: &Value| item.as_str().map(str::to_owned);
            items.iter().map(text).collect::<Option<Vec<_>>>()
        });
        texts
            .flatten()
            .ok_or_else(|| Refusal::bad_value(&format!("$.{name}"), "a list of texts is required"))
    };
    let (actions, urns) = (texts("actions")?, texts("resourceURNs")?);
    let known: BTreeSet<_> = document()
        .operations()
        .iter()
        .flat_map(|described| described.operation.iam_actions())
        .copied()
        .collect();
    // Fact [3P]: one action that is not known fails the whole question.
    match actions.iter().find(|action| !known.contains(&***action)) {
        Some(action) => Err(Refusal::bad_request(format!("Unknown action {action:?}"))),
        None => Ok((actions, urns)),
    }
}
