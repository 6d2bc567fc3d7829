//! What changes the state without being a call of the API: what a test does by hand, from Rust or
//! over the sandbox's own routes, and what a person does on the validation page.
//!
//! All of it goes this one way, so that a saved state has all of it. Nothing in a deed is secret:
//! keys are named by their ids.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::auth::credential::CredentialState;
use crate::clock::Moment;
use crate::state::World;
use crate::state::databases::Content;
use crate::state::failures::Ending;

/// A change by hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum AdminAction {
    /// What stands in a database.
    WriteDatabase {
        service: String,
        name: String,
        content: String,
    },
    /// What stands in the files of a hosting.
    WriteFiles { service: String, content: String },
    /// A TXT record in a zone of somebody else.
    SetTxt { name: String, value: String },
    /// The A or AAAA record of a domain.
    SetAddress { name: String, address: IpAddr },
    /// How the next task of an operation or a function ends.
    FailTask { what: String, ending: Ending },
    /// What became of a consumer key, and when it ends.
    Decide {
        credential: u64,
        state: CredentialState,
        end: Option<i64>,
    },
    /// A bearer token was given out.
    GiveToken { client: String, end: i64 },
    /// All of them were ended.
    RevokeTokens,
}

impl AdminAction {
    /// What became of a consumer key.
    pub(crate) fn decision(id: u64, state: CredentialState, end: Option<Moment>) -> Self {
        Self::Decide {
            credential: id,
            state,
            end: end.map(Moment::unix_millis),
        }
    }

    /// Does it, and says whether there was something to do it to.
    pub(crate) fn apply(&self, world: &mut World, now: Moment) -> bool {
        match self {
            Self::WriteDatabase {
                service,
                name,
                content,
            } => {
                let hosting = world.hosting(service, now).ok();
                let database = hosting.and_then(|hosting| hosting.databases.get_mut(name));
                database.is_some_and(|database| {
                    database.write(Content(content.clone()), now);
                    true
                })
            }
            Self::WriteFiles { service, content } => {
                let hosting = world.hosting(service, now);
                hosting.is_ok_and(|hosting| {
                    hosting.remember_files(Some(content.clone()), now);
                    true
                })
            }
            Self::SetTxt { name, value } => world.set_dns(now, |dns| dns.set_txt(name, value)),
            Self::SetAddress { name, address } => {
                world.set_dns(now, |dns| dns.set_address(name, *address))
            }
            Self::FailTask { what, ending } => world.failures.order(what, *ending),
            Self::Decide {
                credential,
                state,
                end,
            } => {
                let end = end.map(Moment::from_unix_millis);
                world.accounts.decide(*credential, *state, end)
            }
            Self::GiveToken { client, end } => {
                let end = Moment::from_unix_millis(*end);
                let accounts = &mut world.accounts;
                accounts.oauth2.give(&accounts.keys, client, end);
                true
            }
            Self::RevokeTokens => {
                world.accounts.oauth2.revoke();
                true
            }
        }
    }
}
