//! The account as a plan needs it: the hostings that the file names, and the limits of offers.

use std::collections::{BTreeMap, BTreeSet};

use ovh_runtime::{Error, ErrorKind};
use tokio::sync::Mutex;

use super::limits::{OfferLimits, capability};
use super::read::each_unless;
use super::wanted::HostingFacts;
use super::{Place, SitesFile};
use crate::Client;
use crate::hosting::handle::Hosting;
use crate::pending::Observed;
use crate::types::{self, CapableOffer};

/// The hostings of the account that the file names.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// By service name in lower case.
    hostings: BTreeMap<String, Found>,
    /// The error of the first hosting that could not be read.
    unreadable: Option<String>,
}

/// A hosting of the account.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) service: String,
    /// `None` if the API returned no primary login.
    facts: Option<HostingFacts>,
    pub(super) offer: Option<CapableOffer>,
    pub(super) default_domain: Option<String>,
}

impl Account {
    /// Reads the list of hostings, and keeps those that the file names.
    pub(super) async fn read(client: &Client, file: &SitesFile) -> Result<Self, Error> {
        let list = client.hostings().list().with_corrections();
        let mut account = Self::default();
        let names: BTreeSet<String> = file.hostings().map(str::to_ascii_lowercase).collect();
        each_unless(list, is_of_all, |item| match item {
            Ok(is) => {
                let name = is.object.service_name.to_ascii_lowercase();
                if names.contains(&name) {
                    account.hostings.insert(name, Found::new(&is));
                }
            }
            Err(error) => {
                account.unreadable.get_or_insert_with(|| error.to_string());
            }
        })
        .await?;
        Ok(account)
    }

    /// Returns a hosting, and what placeholders stand for.
    pub(super) fn get(
        &self,
        name: &str,
        place: Option<&Place>,
    ) -> Result<(&Found, &HostingFacts), Error> {
        let at = place.map(|place| format!("{place}: ")).unwrap_or_default();
        let Some(found) = self.hostings.get(&name.to_ascii_lowercase()) else {
            let message = format!("{at}the account has no hosting {name}");
            let error = Error::builder(ErrorKind::NotFound, message);
            return Err(match &self.unreadable {
                Some(other) => error.hint(format!("a hosting could not be read: {other}")),
                None => error.hint("check the name, and the account of the credentials"),
            }
            .build());
        };
        let missing = || {
            let message = format!("{at}the API returned no valid primary login of {name}");
            Error::builder(ErrorKind::Decode, message).build()
        };
        Ok((found, found.facts.as_ref().ok_or_else(missing)?))
    }
}

impl Found {
    fn new(is: &Observed<types::Hosting>) -> Self {
        let (hosting, corrected) = (&is.object, |field: &str| is.corrected.contains(&field));
        let facts = HostingFacts {
            login: hosting.primary_login.clone(),
            ip: hosting.hosting_ip.map(|ip| ip.to_string()),
            ipv6: hosting.hosting_ipv6.map(|ip| ip.to_string()),
        };
        let has_login = !corrected("primary_login") && is_login(&facts.login);
        Self {
            service: hosting.service_name.clone(),
            facts: has_login.then_some(facts),
            offer: (!corrected("offer")).then(|| CapableOffer::from(hosting.offer.as_str())),
            default_domain: hosting.default_attached_domain.clone(),
        }
    }
}

/// Returns `true` for the error of a hosting that other hostings would end with too.
fn is_of_all(error: &Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::Decode | ErrorKind::Expired | ErrorKind::Forbidden | ErrorKind::NotFound
    )
}

/// Returns `true` for a login that a file may put into names and paths.
fn is_login(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.chars().all(is_letter) && !text.contains("..") && text != "."
}

/// The limits of offers: each is read once.
#[derive(Debug, Default)]
pub(super) struct Offers(Mutex<BTreeMap<String, OfferLimits>>);

impl Offers {
    /// Returns the limits of an offer. Those of an unknown one are unknown.
    pub(super) async fn limits(
        &self,
        hosting: &Hosting,
        offer: Option<&CapableOffer>,
    ) -> Result<OfferLimits, Error> {
        let Some(offer) = offer else {
            return Ok(OfferLimits::default());
        };
        let mut known = self.0.lock().await;
        if let Some(limits) = known.get(offer.as_str()) {
            return Ok(limits.clone());
        }
        let call = hosting.raw().hosting().offer_capabilities(offer);
        let limits = match capability(call.with_corrections(), |_| false).await? {
            Some((offer, corrections)) => OfferLimits::new(&offer, &corrections),
            None => OfferLimits::default(),
        };
        known.insert(offer.as_str().to_owned(), limits.clone());
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_is_no_path() {
        assert!(is_login("example") && is_login("ex-a_m.ple1"));
        for text in [
            "", ".", "..", "../x", "a/b", "a\\b", "a..b", "a b", "a\n", "\u{e9}",
        ] {
            assert!(!is_login(text), "{text:?}");
        }
    }
}
