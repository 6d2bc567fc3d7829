//! Asks OVHcloud which actions the account's IAM policies grant to a token.
//!
//! Request and response are documented in `/v2/iam`, and OVHcloud's panel and command line use
//! them. A refusal is read as "unknown: decided by policies".

use std::collections::{BTreeMap, BTreeSet};

use ovh_runtime::{Error, ErrorKind, Method, Operation};
use serde::Deserialize;
use serde_json::json;

use super::Access;
use crate::Client;
use crate::access::rules::Target;
use crate::transport::IAM_CHECK;

/// The maximum number of resources per call.
const MAX_RESOURCES: usize = 100;

/// The name of a resource in policies.
type Urn = String;

/// The resources that were asked about, and the answers by resource and action.
#[derive(Debug, Default)]
pub(super) struct Policies {
    resources: BTreeMap<Kind, Vec<Urn>>,
    granted: BTreeMap<(Urn, String), bool>,
}

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Hosting,
    #[cfg(feature = "domain")]
    Zone,
    #[cfg(feature = "domain")]
    DomainName,
    Account,
    /// A resource whose name is unknown here.
    Other,
}

/// Documented: an action starts with the type of its resource.
fn kind(action: &str) -> Kind {
    match action.split(':').next() {
        Some("account") => Kind::Account,
        Some("webHosting") => Kind::Hosting,
        #[cfg(feature = "domain")]
        Some("dnsZone") => Kind::Zone,
        #[cfg(feature = "domain")]
        Some("domain") => Kind::DomainName,
        _ => Kind::Other,
    }
}

/// Returns the actions that the operations need on one type of resource.
fn actions(operations: &[&'static Operation], wanted: Kind) -> Vec<&'static str> {
    let signed = operations.iter().filter(|row| !row.is_anonymous());
    let all = signed.flat_map(|row| row.iam_actions().iter().copied());
    let actions: BTreeSet<_> = all.filter(|action| kind(action) == wanted).collect();
    actions.into_iter().collect()
}

/// Returns the hosting, or all hostings.
async fn hostings(client: &Client, target: Option<Target<'_>>) -> Result<Vec<Urn>, Error> {
    let found = match target {
        Some(Target::Hosting(name)) => client.hosting(name).get().await.map(|one| vec![one]),
        _ => client.hostings().list().collect().await,
    };
    let found = optional(found)?.unwrap_or_default().into_iter();
    Ok(found.filter_map(|one| Some(one.iam?.urn)).collect())
}

/// Returns the zone, or all zones.
#[cfg(feature = "domain")]
async fn zones(client: &Client, target: Option<Target<'_>>) -> Result<Vec<Urn>, Error> {
    let found = match target {
        Some(Target::Zone(name)) => client.zone(name).get().await.map(|one| vec![one]),
        _ => client.zones().collect().await,
    };
    let found = optional(found)?.unwrap_or_default().into_iter();
    Ok(found.filter_map(|one| Some(one.iam?.urn)).collect())
}

/// Returns all domain names.
#[cfg(feature = "domain")]
async fn domain_names(client: &Client) -> Result<Vec<Urn>, Error> {
    let found = optional(client.domain_names().collect().await)?;
    let found = found.unwrap_or_default().into_iter();
    Ok(found.filter_map(|one| Some(one.iam?.urn)).collect())
}

/// Returns the account, if it is known.
async fn account(client: &Client) -> Result<Vec<Urn>, Error> {
    let identity = optional(client.identity().await)?;
    let account = identity.and_then(|who| {
        // Documented: the account is named like its identities, which contain the region.
        let region = who.identities.first()?.split(":identity:").next()?;
        Some(format!("{region}:resource:account:{}", who.account))
    });
    Ok(account.into_iter().collect())
}

impl Policies {
    /// Asks what the token may do on one object, or on all.
    pub(super) async fn ask(
        client: &Client,
        target: Option<Target<'_>>,
        operations: &[&'static Operation],
    ) -> Result<Self, Error> {
        let mut policies = Self::default();
        let kinds = [
            Kind::Hosting,
            #[cfg(feature = "domain")]
            Kind::Zone,
            #[cfg(feature = "domain")]
            Kind::DomainName,
            Kind::Account,
        ];
        let wanted = kinds.map(|kind| (kind, actions(operations, kind)));
        let wanted = wanted
            .into_iter()
            .filter(|(_, actions)| !actions.is_empty());
        let wanted: Vec<_> = wanted.collect();
        for (kind, _) in &wanted {
            let urns = match kind {
                Kind::Hosting => hostings(client, target).await?,
                #[cfg(feature = "domain")]
                Kind::Zone => zones(client, target).await?,
                #[cfg(feature = "domain")]
                Kind::DomainName => domain_names(client).await?,
                _ => account(client).await?,
            };
            policies.resources.insert(*kind, urns);
        }
        for (kind, actions) in wanted {
            for urns in policies.urns(kind).to_vec().chunks(MAX_RESOURCES) {
                policies.ask_about(client, &actions, urns).await?;
            }
        }
        Ok(policies)
    }

    fn urns(&self, kind: Kind) -> &[Urn] {
        self.resources.get(&kind).map_or(&[], Vec::as_slice)
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
                .request(Method::POST, IAM_CHECK)
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
                    self.granted
                        .insert((answer.resource.clone(), action), granted);
                }
            }
        }
    }

    /// Decides if an operation is allowed on all of these resources.
    pub(super) fn evaluate(&self, operation: &Operation) -> Access {
        let (mut missing, mut on) = (Vec::new(), BTreeSet::new());
        let mut all_known = !operation.iam_actions().is_empty();
        for &action in operation.iam_actions() {
            let urns = self.urns(kind(action));
            all_known &= !urns.is_empty();
            for urn in urns {
                match self.granted.get(&(urn.clone(), action.to_owned())) {
                    Some(true) => {}
                    Some(false) => {
                        missing.push(action);
                        on.insert(urn.clone());
                    }
                    None => all_known = false,
                }
            }
        }
        missing.dedup();
        match (missing.is_empty(), all_known) {
            (false, _) => Access::MissingActions {
                actions: missing,
                on: on.into_iter().collect(),
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
