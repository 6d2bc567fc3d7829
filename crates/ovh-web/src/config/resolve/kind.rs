//! The kinds of credentials, and the errors for incomplete or mixed ones.

use ovh_runtime::{Error, ErrorKind};

use super::Found;
use crate::Endpoint;
use crate::config::Part;

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
pub(super) fn list<'a>(found: impl Iterator<Item = &'a Found>) -> String {
    let parts: Vec<String> = found
        .map(|found| format!("{} from {}", found.key.name(), found.origin))
        .collect();
    parts.join(", ")
}

/// The error when no credentials were found.
pub(super) fn nothing(endpoint: &Endpoint, section: &str) -> Error {
    let mut hint = format!(
        "set OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET and OVH_CONSUMER_KEY, or OVH_CLIENT_ID and \
         OVH_CLIENT_SECRET, or OVH_ACCESS_TOKEN, or the same in small letters and without `OVH_` under [{section}] \
         of ovh.conf"
    );
    add_page(&mut hint, endpoint);
    Error::builder(
        ErrorKind::Configuration,
        format!("there are no credentials for {endpoint}"),
    )
    .hint(hint)
    .build()
}

/// The error when parts are missing.
pub(super) fn missing(
    endpoint: &Endpoint,
    section: &str,
    lacking: &[Part],
    found: &[Found],
) -> Error {
    let names: Vec<&str> = lacking.iter().map(|part| part.name()).collect();
    let variables: Vec<&str> = lacking.iter().map(|part| part.variable()).collect();
    let mut hint = format!(
        "set {}, or {} under [{section}] of ovh.conf",
        variables.join(", "),
        names.join(", ")
    );
    if lacking == [Part::ConsumerKey] {
        hint.push_str("; to ask for one, build the client with `without_consumer_key`");
    }
    if !lacking.contains(&Part::ClientId) && !lacking.contains(&Part::ClientSecret) {
        add_page(&mut hint, endpoint);
    }
    Error::builder(
        ErrorKind::Configuration,
        format!(
            "the credentials for {endpoint} lack {}; found were {}",
            names.join(" and "),
            list(found.iter())
        ),
    )
    .hint(hint)
    .build()
}

fn add_page(hint: &mut String, endpoint: &Endpoint) {
    if let Some(page) = endpoint.create_token_page() {
        hint.push_str("; keys are made at ");
        hint.push_str(&page);
    }
}

/// The error when parts of several kinds were found.
pub(super) fn mixed<'a>(found: impl Iterator<Item = &'a Found>) -> Error {
    let (application, others): (Vec<&Found>, Vec<&Found>) =
        found.partition(|found| Kind::Signature.parts().contains(&found.key));
    let groups: Vec<String> = [application, others]
        .into_iter()
        .filter(|group| !group.is_empty())
        .map(|group| list(group.into_iter()))
        .collect();
    Error::builder(
        ErrorKind::Configuration,
        format!(
            "credentials of two kinds are mixed: {}",
            groups.join("; and ")
        ),
    )
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
            let error = missing(&Endpoint::OvhEu, "ovh-eu", lacking, &[]);
            let shown = error.to_string();
            assert_eq!(shown.contains("keys are made at"), is_named, "{shown}");
        }
    }
}
