//! The kinds of credentials, and the errors for incomplete or mixed ones.

use ovh_runtime::Error;

use super::PartValue;
use crate::Endpoint;
use crate::config::Part;
use crate::error::configuration;

/// A kind of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Signature,
    Application,
    OAuth2,
    Bearer,
}

impl Kind {
    pub(super) fn all(without_consumer_key: bool) -> [Self; 3] {
        let application = match without_consumer_key {
            true => Self::Application,
            false => Self::Signature,
        };
        [application, Self::OAuth2, Self::Bearer]
    }

    /// Returns the required parts.
    pub(super) const fn parts(self) -> &'static [Part] {
        match self {
            Self::Signature => &[
                Part::ApplicationKey,
                Part::ApplicationSecret,
                Part::ConsumerKey,
            ],
            Self::Application => &[Part::ApplicationKey, Part::ApplicationSecret],
            Self::OAuth2 => &[Part::ClientId, Part::ClientSecret],
            Self::Bearer => &[Part::AccessToken],
        }
    }
}

/// Lists each part with its source.
pub(super) fn list<'a>(found: impl Iterator<Item = &'a PartValue>) -> String {
    let parts: Vec<String> = found
        .map(|found| format!("{} from {}", found.part.name(), found.origin))
        .collect();
    parts.join(", ")
}

/// The error when no credentials were found.
pub(super) fn nothing(endpoint: &Endpoint, section: &str) -> Error {
    let mut hint = format!(
        "set OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET and OVH_CONSUMER_KEY, or OVH_CLIENT_ID and \
         OVH_CLIENT_SECRET, or OVH_ACCESS_TOKEN, or the same in lower case without `OVH_` under [{section}] \
         of ovh.conf"
    );
    add_page(&mut hint, endpoint);
    configuration(format!("no credentials for {endpoint}"))
        .hint(hint)
        .build()
}

/// The error when parts are missing.
pub(super) fn incomplete(
    endpoint: &Endpoint,
    section: &str,
    missing: &[Part],
    found: &[PartValue],
) -> Error {
    let names: Vec<&str> = missing.iter().map(|part| part.name()).collect();
    let variables: Vec<&str> = missing.iter().map(|part| part.variable()).collect();
    let mut hint = format!(
        "set {}, or {} under [{section}] of ovh.conf",
        variables.join(", "),
        names.join(", ")
    );
    if missing == [Part::ConsumerKey] {
        hint.push_str("; to request one, build the client with `without_consumer_key`");
    }
    if !missing.contains(&Part::ClientId) && !missing.contains(&Part::ClientSecret) {
        add_page(&mut hint, endpoint);
    }
    let message = format!(
        "incomplete credentials for {endpoint}: missing {}; found {}",
        names.join(" and "),
        list(found.iter())
    );
    configuration(message).hint(hint).build()
}

fn add_page(hint: &mut String, endpoint: &Endpoint) {
    if let Some(page) = endpoint.create_token_page() {
        hint.push_str("; create keys at ");
        hint.push_str(&page);
    }
}

/// The error when parts of several kinds were found.
pub(super) fn mixed<'a>(found: impl Iterator<Item = &'a PartValue>) -> Error {
    let (application, others): (Vec<&PartValue>, Vec<&PartValue>) =
        found.partition(|found| Kind::Signature.parts().contains(&found.part));
    let groups: Vec<String> = [application, others]
        .into_iter()
        .filter(|group| !group.is_empty())
        .map(|group| list(group.into_iter()))
        .collect();
    let groups = groups.join("; and ");
    configuration(format!("credentials of two kinds are mixed: {groups}"))
        .hint("keep those of one kind, or give all parts of one kind in the program")
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn create_token_page_only_for_app_keys() {
        for (lacking, is_named) in [
            (&[Part::ConsumerKey][..], true),
            (&[Part::ClientId], false),
            (&[Part::ClientSecret], false),
            (&[Part::ClientId, Part::ClientSecret], false),
        ] {
            let error = incomplete(&Endpoint::OvhEu, "ovh-eu", lacking, &[]);
            let shown = error.to_string();
            assert_eq!(shown.contains("create keys at"), is_named, "{shown}");
        }
    }
}
