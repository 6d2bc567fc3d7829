//! OAuth2 tokens, and `POST /v2/iam/authorization/check`: the permissions of the caller.
//!
//! Request and response of the check are those of OVHcloud's document of `/v2/iam`.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use super::Engine;
use super::call::CallResult;
use crate::admin_action::AdminAction;
use crate::auth::{Caller, Method};
use crate::clock::ServerTime;
use crate::document::document;
use crate::http::HttpRequest;
use crate::response::{Refusal, Response};
use crate::state::World;

/// The account that owns everything, as IAM names it.
const ACCOUNT: &str = "urn:v1:eu:resource:account:sb0000-ovh";

#[derive(Deserialize)]
struct Check {
    actions: Vec<String>,
    #[serde(rename = "resourceURNs")]
    urns: Vec<String>,
}

impl Engine {
    /// The token endpoint.
    pub(super) fn issue_token(&self, request: &HttpRequest) -> CallResult {
        let mut world = self.world();
        let (client, scope) = match world.accounts.oauth2.request(request) {
            Ok(granted) => granted,
            Err(refusal) => return (None, Err(refusal)),
        };
        let end = world.accounts.oauth2.end(self.clock.unhurried());
        let action = AdminAction::GiveToken {
            client: client.clone(),
            end,
        };
        self.act_on(&mut world, &action, self.clock.now());
        let accounts = &world.accounts;
        let body = accounts.oauth2.response(&accounts.keys, &client, &scope);
        let caller = Caller::bearer(Method::OAuth2, client);
        let answer = Response::json(body).changed("a bearer token was issued");
        (Some(caller), Ok(answer))
    }

    pub(super) fn check_authorization(
        &self,
        request: &HttpRequest,
        time: &ServerTime,
    ) -> CallResult {
        if request.method != "POST" {
            return (None, Err(Refusal::no_route()));
        }
        let mut world = self.world();
        let caller = match self.authenticate(&mut world, request, None, time) {
            Ok(caller) => caller,
            Err(refusal) => return (None, Err(refusal)),
        };
        let result = read_check(&request.body).map(|Check { actions, urns }| {
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
            Response::json(answers.collect())
        });
        (Some(caller), result)
    }
}

/// Guess: policies grant nothing on resources of other accounts, and a consumer key, which acts as
/// its account, may do everything on its own resources.
fn grants(world: &World, caller: &Caller, action: &str, urn: &str) -> bool {
    let is_ours = urn == ACCOUNT
        || world.hostings.values().any(|hosting| hosting.urn() == urn)
        || world
            .zones
            .values()
            .any(|zone| zone.urns().iter().any(|it| it == urn));
    let by_policy = caller.credential_id.is_none();
    is_ours && (!by_policy || world.accounts.oauth2.grants(action))
}

fn read_check(body: &[u8]) -> Result<Check, Refusal> {
    let problem = "expected an object with the lists of texts actions and resourceURNs";
    let invalid = |_| Refusal::bad_value("$", problem);
    let check: Check = serde_json::from_slice(body).map_err(invalid)?;
    let known: BTreeSet<_> = document()
        .operations()
        .iter()
        .flat_map(|described| described.operation.iam_actions())
        .copied()
        .collect();
    // From another client: one unknown action fails the whole request.
    match check
        .actions
        .iter()
        .find(|action| !known.contains(&***action))
    {
        Some(action) => Err(Refusal::bad_request(format!("Unknown action {action:?}"))),
        None => Ok(check),
    }
}
