//! Applications and consumer keys: what exists, in which state, with which rights.

use std::net::IpAddr;

use ovh_runtime::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::addresses;
use super::keys::KeySource;
use super::oauth2::OAuth2;
use super::rules::Rule;
use super::settings::{AccessSettings, Keys, RefusedKey};
use crate::clock::Moment;
use crate::ids::Ids;

/// The number of consumer keys that are kept. The oldest that is not valid is removed first.
const MAX_CREDENTIALS: usize = 1000;
/// The size of a request for a consumer key: 64 kB hold rules for each route of several sections.
const MAX_REQUEST: usize = 64 * 1024;

#[derive(Clone)]
pub(crate) struct Application {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) secret: Secret,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum CredentialState {
    Expired,
    PendingValidation,
    Refused,
    Validated,
}

/// The path of the page that validates a consumer key.
pub(crate) const VALIDATION_PATH: &str = "/auth/";

/// The lifetimes of the validation page: seconds, and a label.
pub(crate) const VALIDITIES: [(&str, &str); 4] = [
    ("3600", "1 hour"),
    ("86400", "1 day"),
    ("2592000", "30 days"),
    ("unlimited", "unlimited"),
];

/// The redirection after the validation.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) url: String,
    /// Its scheme, host and port.
    pub(crate) origin: String,
}

#[derive(Clone, Default)]
pub(crate) struct CredentialRequest {
    pub(crate) rules: Vec<Rule>,
    pub(crate) allowed_ips: Option<Vec<String>>,
    pub(crate) redirection: Option<String>,
}

impl CredentialRequest {
    /// Returns `true` if it takes too much memory.
    pub(crate) fn is_too_large(&self) -> bool {
        let rule = |rule: &Rule| 64 + rule.method.len() + rule.path.len();
        let size = self.rules.iter().map(rule).sum::<usize>()
            + self
                .allowed_ips
                .iter()
                .flatten()
                .map(|ip| 64 + ip.len())
                .sum::<usize>()
            + self.redirection.as_ref().map_or(0, String::len);
        size > MAX_REQUEST
    }
}

/// A consumer key.
#[derive(Clone)]
pub(crate) struct Credential {
    pub(crate) id: u64,
    key: Secret,
    application_id: u64,
    pub(crate) state: CredentialState,
    pub(crate) rules: Vec<Rule>,
    allowed_ips: Option<Vec<String>>,
    redirection: Option<String>,
    /// The token of its validation URL.
    token: Option<String>,
    creation: Moment,
    expiration: Option<Moment>,
    last_use: Option<Moment>,
}

impl Credential {
    /// The redirection after the validation, if it is a web address.
    pub(crate) fn redirection(&self) -> Option<Target> {
        let url = self.redirection.as_deref()?;
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let named = !authority.is_empty()
            && authority
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
        let plain = url.chars().all(|c| c.is_ascii_graphic());
        (["http", "https"].contains(&scheme) && named && plain).then(|| Target {
            url: url.to_owned(),
            origin: format!("{scheme}://{authority}"),
        })
    }

    /// The address blocks that the key may be used from, for people.
    pub(crate) fn allowed_ips_text(&self) -> Option<String> {
        Some(self.allowed_ips.as_ref()?.join(", "))
    }

    /// Returns `true` if the key may be used from this address.
    pub(super) fn allows(&self, peer: IpAddr) -> bool {
        // Guess: an empty list allows every address, as no list does.
        let blocks = self.allowed_ips.as_deref().unwrap_or_default();
        blocks.is_empty() || blocks.iter().any(|it| addresses::contains(it, peer))
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "allowedIPs": self.allowed_ips,
            "applicationId": self.application_id,
            "creation": self.creation.rfc3339(),
            "credentialId": self.id,
            "expiration": self.expiration.map(Moment::rfc3339),
            "lastUse": self.last_use.map(Moment::rfc3339),
            "ovhSupport": false,
            "rules": self.rules,
            "status": self.state,
        })
    }
}

#[derive(Clone)]
pub(crate) struct Accounts {
    pub(crate) oauth2: OAuth2,
    pub(crate) refused_key: RefusedKey,
    pub(crate) application: Application,
    credentials: Vec<Credential>,
    ids: Ids,
    pub(crate) keys: KeySource,
}

impl Accounts {
    /// The credentials of a sandbox that starts at `now`.
    pub(crate) fn new(ids: Ids, settings: &AccessSettings, keys: &Keys, now: Moment) -> Self {
        let application = Application {
            id: ids.next(),
            key: keys.application_key.clone(),
            secret: keys.application_secret.clone(),
        };
        let mut accounts = Self {
            oauth2: OAuth2::new(settings, keys),
            refused_key: settings.refused_key,
            application,
            credentials: Vec::new(),
            ids,
            keys: keys.source.clone(),
        };
        let request = CredentialRequest {
            rules: settings.grants.clone().unwrap_or_else(Rule::everything),
            ..CredentialRequest::default()
        };
        accounts.add(keys.consumer_key.expose(), request, None, now);
        accounts
    }

    /// Adds a consumer key, which is pending if it has a validation token.
    fn add(&mut self, key: &str, request: CredentialRequest, token: Option<String>, now: Moment) {
        if self.credentials.len() >= MAX_CREDENTIALS {
            // Valid ones are removed last, and that of the start never.
            let requested = self.credentials.iter().filter(|it| it.token.is_some());
            let oldest = requested.min_by_key(|it| (it.state == CredentialState::Validated, it.id));
            if let Some(oldest) = oldest.map(|it| it.id) {
                self.credentials.retain(|it| it.id != oldest);
            }
        }
        self.credentials.push(Credential {
            id: self.ids.next(),
            key: Secret::new(key),
            application_id: self.application.id,
            state: match token {
                Some(_) => CredentialState::PendingValidation,
                None => CredentialState::Validated,
            },
            rules: request.rules,
            allowed_ips: request.allowed_ips,
            redirection: request.redirection,
            token,
            creation: now,
            expiration: None,
            last_use: None,
        });
    }

    /// Creates a pending consumer key; returns it and its validation token.
    pub(crate) fn request_credential(
        &mut self,
        request: CredentialRequest,
        now: Moment,
    ) -> (String, String) {
        let label = format!("consumer {}", self.ids.next());
        let consumer_key = self.keys.key(&label, 32);
        let token = self.keys.key(&format!("validation of {label}"), 64);
        self.add(&consumer_key, request, Some(token.clone()), now);
        (consumer_key, token)
    }

    /// The consumer key of a validation token.
    pub(crate) fn by_token(&self, token: &str) -> Option<&Credential> {
        let mut credentials = self.credentials.iter();
        credentials.find(|it| it.token.as_deref() == Some(token))
    }

    pub(crate) fn credential(&self, consumer_key: &str) -> Option<&Credential> {
        let mut credentials = self.credentials.iter();
        credentials.find(|it| it.key.expose() == consumer_key)
    }

    pub(crate) fn credential_by_id(&self, id: u64) -> Option<&Credential> {
        self.credentials.iter().find(|it| it.id == id)
    }

    fn change(&mut self, id: u64, change: impl FnOnce(&mut Credential)) -> bool {
        let credential = self.credentials.iter_mut().find(|it| it.id == id);
        credential.map(change).is_some()
    }

    /// Sets state and expiration of a consumer key; `false` if it does not exist.
    pub(crate) fn decide(
        &mut self,
        id: u64,
        state: CredentialState,
        expiration: Option<Moment>,
    ) -> bool {
        self.change(id, |credential| {
            (credential.state, credential.expiration) = (state, expiration);
        })
    }

    /// Expires consumer keys whose time is over.
    pub(super) fn expire(&mut self, now: Moment) {
        for credential in &mut self.credentials {
            let is_valid = credential.state == CredentialState::Validated;
            if is_valid && credential.expiration.is_some_and(|end| end <= now) {
                credential.state = CredentialState::Expired;
            }
        }
    }

    pub(super) fn set_last_use(&mut self, id: u64, now: Moment) {
        self.change(id, |credential| credential.last_use = Some(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oldest_consumer_keys_are_removed() {
        let now = Moment::from_unix_millis(0);
        let settings = AccessSettings::default();
        let keys = Keys::new(&settings, KeySource::fixed(0));
        let mut accounts = Accounts::new(Ids::new(0), &settings, &keys, now);
        let (valid, _) = accounts.request_credential(CredentialRequest::default(), now);
        let id = accounts.credential(&valid).expect("a key").id;
        assert!(accounts.decide(id, CredentialState::Validated, None));
        let (pending, token) = accounts.request_credential(CredentialRequest::default(), now);
        assert!(accounts.by_token(&token).is_some());
        // There are three, and the last one exceeds the limit.
        for _ in 0..=MAX_CREDENTIALS - 3 {
            accounts.request_credential(CredentialRequest::default(), now);
        }
        assert_eq!(accounts.credentials.len(), MAX_CREDENTIALS);
        assert!(accounts.credential(&pending).is_none(), "it was the oldest");
        assert!(accounts.credential(&valid).is_some(), "it may be in use");
        assert!(accounts.credential(keys.consumer_key.expose()).is_some());
    }
}
