//! What the policies of the account (IAM) let a token do, as OVHcloud itself answers it.
//!
//! Fact [C]: the question, its answer and their properties are those of OVHcloud's own document of
//! `/v2/iam`, and its own panel and command line ask it. That a server refuses it is a reading as
//! well: what was not answered is left to the policies.

use std::collections::BTreeMap;

use ovh_runtime::{Error, ErrorKind, Method, Operation};
use serde::Deserialize;
use serde_json::json;

use super::Verdict;
use crate::Client;

/// The question. It changes nothing, though it is a POST.
pub(crate) const ROUTE: &str = "/v2/iam/authorization/check";

/// How many resources are asked about in one call.
const MOST_RESOURCES: usize = 100;

/// A resource as policies name it.
type Urn = String;

/// What is asked about.
#[derive(Debug)]
pub(super) struct Resources {
    hostings: Vec<Urn>,
    /// Absent where no operation needs it, or where it is not told.
    account: Option<Urn>,
}

/// The answers: what a resource's policies grant, by action.
#[derive(Debug, Default)]
pub(super) struct Policies(BTreeMap<(Urn, String), bool>);

/// Fact [C]: what is answered for one resource.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(rename = "resourceURN")]
    resource: Urn,
    #[serde(default)]
    authorized_actions: Vec<String>,
    #[serde(default)]
    unauthorized_actions: Vec<String>,
}

/// What an action is granted on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Account,
    Hosting,
    /// Something whose name nothing here tells.
    Other,
}

/// Fact [C]: an action begins with the type of what it is granted on.
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
    /// Finds the names of what these operations act on: of one hosting, or of all.
    pub(super) async fn of(
        client: &Client,
        service: Option<&str>,
        operations: &[&'static Operation],
    ) -> Result<Self, Error> {
        let mut hostings = Vec::new();
        if actions(operations, Kind::Hosting).next().is_some() {
            let found = match service {
                Some(service) => told(client.hosting(service).get().await.map(|one| vec![one]))?,
                None => told(client.hostings().list().collect().await)?,
            };
            let named = found.unwrap_or_default();
            hostings.extend(named.into_iter().filter_map(|one| Some(one.iam?.urn)));
        }
        let mut account = None;
        if actions(operations, Kind::Account).next().is_some() {
            account = told(client.identity().await)?.and_then(|who| {
                // Fact [C]: the account is named like its identities, which tell the region.
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
    /// Asks what the token in use may do.
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
            for urns in urns.chunks(MOST_RESOURCES) {
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
        // One action that the server does not know fails the whole question: it is then asked by
        // halves, so that the others are answered.
        let mut open = vec![actions];
        while let Some(actions) = open.pop() {
            let question = client
                .request(Method::Post, ROUTE)
                .body(&json!({"actions": actions, "resourceURNs": urns}))
                .json::<Vec<Answer>>();
            match question.await {
                Ok(answers) => self.note(answers),
                Err(error) if error.kind() == ErrorKind::BadRequest && actions.len() > 1 => {
                    let (first, second) = actions.split_at(actions.len() / 2);
                    open.extend([first, second]);
                }
                Err(error) => {
                    told::<()>(Err(error))?;
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, answers: Vec<Answer>) {
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

    /// Whether an operation may be called on all of these resources.
    pub(super) fn judge(&self, resources: &Resources, operation: &Operation) -> Verdict {
        let (mut missing, mut refusing) = (Vec::new(), Vec::new());
        let mut all_told = !operation.iam_actions().is_empty();
        for &action in operation.iam_actions() {
            let urns = match kind(action) {
                Kind::Account => resources.account.as_slice(),
                Kind::Hosting => &resources.hostings,
                Kind::Other => &[],
            };
            all_told &= !urns.is_empty();
            for urn in urns {
                match self.0.get(&(urn.clone(), action.to_owned())) {
                    Some(true) => {}
                    Some(false) => {
                        missing.push(action);
                        refusing.push(urn.clone());
                    }
                    None => all_told = false,
                }
            }
        }
        missing.dedup();
        refusing.sort_unstable();
        refusing.dedup();
        match (missing.is_empty(), all_told) {
            (false, _) => Verdict::MissingActions {
                actions: missing,
                on: refusing,
            },
            (true, true) => Verdict::Allowed,
            (true, false) => Verdict::UpToPolicies {
                actions: operation.iam_actions(),
            },
        }
    }
}

/// What was answered, or nothing where the server will not tell.
fn told<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::BadRequest
            ) =>
        {
            tracing::debug!(%error, "the policies do not tell");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
