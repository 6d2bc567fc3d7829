//! Asks OVHcloud which actions the account's IAM policies grant to a token.
//!
//! Request and response are documented in `/v2/iam`, and OVHcloud's panel and command line use
//! them. A refusal is read as "unknown: decided by policies".

use std::collections::BTreeMap;

use ovh_runtime::{Error, ErrorKind, Method, Operation};
use serde::Deserialize;
use serde_json::json;

use super::Access;
use crate::Client;
use crate::transport::IAM_CHECK;

/// The maximum number of resources per call.
const MAX_RESOURCES: usize = 100;

/// The name of a resource in policies.
type Urn = String;

/// The resources to ask about.
#[derive(Debug)]
pub(super) struct Resources {
    hostings: Vec<Urn>,
    /// `None` if no operation needs it, or if it is unknown.
    account: Option<Urn>,
}

/// The answers, by resource and action.
#[derive(Debug, Default)]
pub(super) struct Policies(BTreeMap<(Urn, String), bool>);

/// Documented: the answer for one resource.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Evaluation {
    #[serde(rename = "resourceURN")]
    resource: Urn,
    #[serde(default)]
    authorized_actions: Vec<String>,
    #[serde(default)]
    unauthorized_actions: Vec<String>,
}

/// The type of resource that an action is granted on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Account,
    Hosting,
    /// A resource whose name is unknown here.
    Other,
}

/// Documented: an action starts with the type of its resource.
fn kind(action: &str) -> Kind {
    match action.split(':').next() {
        Some("account") => Kind::Account,
        Some("webHosting") => Kind::Hosting,
        _ => Kind::Other,
    }
}

fn actions<'a>(
    operations: &'a [&'static Operation],
    wanted: Kind,
) -> impl Iterator<Item = &'static str> + 'a {
    operations
        .iter()
        .filter(|operation| !operation.is_anonymous())
        .flat_map(|operation| operation.iam_actions().iter().copied())
        .filter(move |action| kind(action) == wanted)
}

impl Resources {
    /// Finds the resources of these operations: of one hosting, or of all.
    pub(super) async fn of(
        client: &Client,
        service: Option<&str>,
        operations: &[&'static Operation],
    ) -> Result<Self, Error> {
        let mut hostings = Vec::new();
        if actions(operations, Kind::Hosting).next().is_some() {
            let found = match service {
                Some(service) => {
                    optional(client.hosting(service).get().await.map(|one| vec![one]))?
                }
                None => optional(client.hostings().list().collect().await)?,
            };
            let named = found.unwrap_or_default();
            hostings.extend(named.into_iter().filter_map(|one| Some(one.iam?.urn)));
        }
        let mut account = None;
        if actions(operations, Kind::Account).next().is_some() {
            account = optional(client.identity().await)?.and_then(|who| {
                // Documented: the account is named like its identities, which contain the region.
                let region = who
                    .identities
                    .first()?
                    .split(":identity:")
                    .next()?
                    .to_owned();
                Some(format!("{region}:resource:account:{}", who.account))
            });
        }
        Ok(Self { hostings, account })
    }
}

impl Policies {
    /// Asks what the token may do.
    pub(super) async fn ask(
        client: &Client,
        resources: &Resources,
        operations: &[&'static Operation],
    ) -> Result<Self, Error> {
        let mut policies = Self::default();
        let account = resources.account.as_slice();
        for (kind, urns) in [
            (Kind::Hosting, &*resources.hostings),
            (Kind::Account, account),
        ] {
            let mut actions: Vec<_> = actions(operations, kind).collect();
            actions.sort_unstable();
            actions.dedup();
            if actions.is_empty() {
                continue;
            }
            for urns in urns.chunks(MAX_RESOURCES) {
                policies.ask_about(client, &actions, urns).await?;
            }
        }
        Ok(policies)
    }

    async fn ask_about(
        &mut self,
        client: &Client,
        actions: &[&'static str],
        urns: &[Urn],
    ) -> Result<(), Error> {
        // One unknown action fails the whole request; it is then split in halves, so that the rest
        // is answered.
        let mut open = vec![actions];
        while let Some(actions) = open.pop() {
            let request = client
                .request(Method::Post, IAM_CHECK)
                .body(&json!({"actions": actions, "resourceURNs": urns}))
                .json::<Vec<Evaluation>>();
            match request.await {
                Ok(answers) => self.record(answers),
                Err(error) if error.kind() == ErrorKind::BadRequest && actions.len() > 1 => {
                    let (first, second) = actions.split_at(actions.len() / 2);
                    open.extend([first, second]);
                }
                Err(error) => {
                    optional::<()>(Err(error))?;
                }
            }
        }
        Ok(())
    }

    fn record(&mut self, answers: Vec<Evaluation>) {
        for answer in answers {
            for (actions, granted) in [
                (answer.authorized_actions, true),
                (answer.unauthorized_actions, false),
            ] {
                for action in actions {
                    self.0.insert((answer.resource.clone(), action), granted);
                }
            }
        }
    }

    /// Decides if an operation is allowed on all of these resources.
    pub(super) fn evaluate(&self, resources: &Resources, operation: &Operation) -> Access {
        let (mut missing, mut on) = (Vec::new(), Vec::new());
        let mut all_known = !operation.iam_actions().is_empty();
        for &action in operation.iam_actions() {
            let urns = match kind(action) {
                Kind::Account => resources.account.as_slice(),
                Kind::Hosting => &resources.hostings,
                Kind::Other => &[],
            };
            all_known &= !urns.is_empty();
            for urn in urns {
                match self.0.get(&(urn.clone(), action.to_owned())) {
                    Some(true) => {}
                    Some(false) => {
                        missing.push(action);
                        on.push(urn.clone());
                    }
                    None => all_known = false,
                }
            }
        }
        missing.dedup();
        on.sort_unstable();
        on.dedup();
        match (missing.is_empty(), all_known) {
            (false, _) => Access::MissingActions {
                actions: missing,
                on,
            },
            (true, true) => Access::Allowed,
            (true, false) => Access::DecidedByPolicies {
                actions: operation.iam_actions(),
            },
        }
    }
}

/// Returns `true` if the route exists for other credentials only, or not at all.
pub(super) fn is_refused(error: &Error) -> bool {
    use ErrorKind::{BadRequest, Forbidden, NotFound};
    matches!(error.kind(), Forbidden | NotFound | BadRequest)
}

/// Returns the answer, or `None` if the server refuses to answer.
fn optional<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_refused(&error) => {
            tracing::debug!(%error, "the IAM policies are not available");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
