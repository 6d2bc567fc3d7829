//! Changes of the state that are not calls of the API, from tests and from people.
//!
//! A saved state contains all of them. They have no secrets: consumer keys are named by their ids.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::auth::credential::CredentialState;
use crate::clock::Moment;
use crate::state::World;
use crate::state::failures::Ending;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum AdminAction {
    WriteDatabase {
        service: String,
        name: String,
        content: String,
    },
    WriteFiles {
        service: String,
        content: String,
    },
    /// Sets a TXT record in an external zone.
    SetTxt {
        name: String,
        value: String,
    },
    SetAddress {
        name: String,
        address: IpAddr,
    },
    SetIncidents(Vec<String>),
    /// Makes the next task of an operation or a function fail.
    FailTask {
        what: String,
        ending: Ending,
    },
    Decide {
        credential: u64,
        state: CredentialState,
        end: Option<Moment>,
    },
    GiveToken {
        client: String,
        end: Moment,
    },
    RevokeTokens,
}

impl AdminAction {
    /// Applies the change; `false` if its object does not exist.
    pub(crate) fn apply(&self, world: &mut World, now: Moment) -> bool {
        match self {
            Self::WriteDatabase {
                service,
                name,
                content,
            } => {
                let hosting = world.hosting(service, now);
                hosting.is_ok_and(|it| it.write_database(name, content.clone(), now))
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
            Self::SetIncidents(incidents) => {
                world.incidents.clone_from(incidents);
                true
            }
            Self::FailTask { what, ending } => world.failures.order(what, *ending),
            Self::Decide {
                credential,
                state,
                end,
            } => world.accounts.decide(*credential, *state, *end),
            Self::GiveToken { client, end } => {
                let accounts = &mut world.accounts;
                accounts.oauth2.issue(&accounts.keys, client, *end);
                true
            }
            Self::RevokeTokens => {
                world.accounts.oauth2.revoke();
                true
            }
        }
    }
}
