//! Applications and consumer keys: what exists, in which state, with which rights.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use ovh_runtime::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::addresses;
use super::oauth2::OAuth2;

use super::Rule;
use super::keys::KeySource;
use crate::clock::Moment;
use crate::ids::Ids;

/// How many consumer keys are kept, and how many bytes of what they were asked for with; the
/// oldest that opens nothing goes first.
const MOST_CREDENTIALS: usize = 10_000;
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// How many bytes one may be asked for with: 64 kB hold rules for each route of several sections.
const LARGEST_WISH: usize = 64 * 1024;

/// An application: a key that is public and a secret that is not.
#[derive(Clone)]
pub(crate) struct Application {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) secret: Secret,
}

/// How far a consumer key has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum CredentialState {
    Expired,
    PendingValidation,
    Refused,
    Validated,
}

impl CredentialState {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::PendingValidation => "pendingValidation",
            Self::Refused => "refused",
            Self::Validated => "validated",
        }
    }
}

/// How the server speaks of a consumer key that its owner refused. Which is right is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusedKey {
    /// `This credential does not exist`: a client can tell that it waits for nothing.
    #[default]
    Unknown,
    /// `This credential is not valid`, as for a key that nobody has validated yet.
    Invalid,
}

/// How long a person lets a consumer key live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Validity {
    Hour,
    Day,
    Month,
    Unlimited,
}

impl Validity {
    pub(crate) const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Month, Self::Unlimited];

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|validity| validity.name() == name)
    }

    /// As the form sends it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hour => "3600",
            Self::Day => "86400",
            Self::Month => "2592000",
            Self::Unlimited => "unlimited",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Hour => "1 hour",
            Self::Day => "1 day",
            Self::Month => "30 days",
            Self::Unlimited => "unlimited",
        }
    }

    /// When a key that is approved now ends.
    pub(crate) fn end(self, now: Moment) -> Option<Moment> {
        let seconds = self.name().parse().ok()?;
        Some(now + Duration::from_secs(seconds))
    }
}

/// Where a browser is led after the validation.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) url: String,
    /// Its scheme, host and port.
    pub(crate) origin: String,
}

/// What a new consumer key is asked for with.
#[derive(Clone, Default)]
pub(crate) struct Wish {
    pub(crate) rules: Vec<Rule>,
    pub(crate) allowed_ips: Option<Value>,
    pub(crate) redirection: Option<String>,
}

impl Wish {
    /// About how much memory it takes.
    fn size(&self) -> usize {
        let rule = |rule: &Rule| 64 + rule.method.len() + rule.path.len();
        let ips = self.allowed_ips.as_ref().and_then(Value::as_array);
        let ip = |ip: &Value| 64 + ip.as_str().map_or(0, str::len);
        self.rules.iter().map(rule).sum::<usize>()
            + ips.into_iter().flatten().map(ip).sum::<usize>()
            + self.redirection.as_ref().map_or(0, String::len)
    }

    pub(crate) fn is_too_large(&self) -> bool {
        self.size() > LARGEST_WISH
    }
}

/// A consumer key without the key itself.
#[derive(Clone)]
pub(crate) struct Credential {
    pub(crate) id: u64,
    pub(crate) application_id: u64,
    pub(crate) state: CredentialState,
    pub(crate) rules: Vec<Rule>,
    allowed_ips: Option<Value>,
    redirection: Option<String>,
    /// About how much memory it takes.
    size: usize,
    /// What its validation URL carries.
    token: Option<String>,
    creation: Moment,
    expiration: Option<Moment>,
    last_use: Option<Moment>,
}

impl Credential {
    /// Where the browser goes after the validation: a web address and nothing else.
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

    /// The blocks of addresses from which the key may be used, for people.
    pub(crate) fn allowed_ips_text(&self) -> Option<String> {
        let blocks = self.allowed_ips.as_ref()?.as_array()?;
        let blocks: Vec<_> = blocks.iter().filter_map(Value::as_str).collect();
        Some(blocks.join(", "))
    }

    /// Whether the key may be used from there.
    pub(super) fn admits(&self, peer: IpAddr) -> bool {
        let blocks = self.allowed_ips.as_ref().and_then(Value::as_array);
        // Guess: that an empty list allows every address, as none does.
        blocks.is_none_or(|blocks| {
            blocks.is_empty()
                || blocks
                    .iter()
                    .filter_map(Value::as_str)
                    .any(|block| addresses::contains(block, peer))
        })
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
            "rules": self.rules_json(),
            "status": self.state.as_str(),
        })
    }

    pub(crate) fn rules_json(&self) -> Value {
        self.rules
            .iter()
            .map(|rule| json!({"method": rule.method, "path": rule.path}))
            .collect()
    }
}

/// Everything that one can sign with.
#[derive(Clone)]
pub(crate) struct Accounts {
    pub(crate) oauth2: OAuth2,
    pub(crate) refused_key: RefusedKey,
    applications: Vec<Application>,
    credentials: BTreeMap<String, Credential>,
    /// About how much memory they take.
    bytes: usize,
    ids: Ids,
    pub(crate) keys: KeySource,
}

impl Accounts {
    pub(crate) fn new(ids: Ids, keys: KeySource) -> Self {
        Self {
            oauth2: OAuth2::default(),
            refused_key: RefusedKey::default(),
            applications: Vec::new(),
            credentials: BTreeMap::new(),
            bytes: 0,
            ids,
            keys,
        }
    }

    pub(crate) fn add_application(&mut self, key: String, secret: Secret) -> u64 {
        let id = self.ids.next();
        self.applications.push(Application { id, key, secret });
        id
    }

    /// Adds a consumer key that was approved already and never ends.
    pub(crate) fn add_credential(
        &mut self,
        consumer_key: String,
        application_id: u64,
        rules: Vec<Rule>,
        now: Moment,
    ) {
        let wish = Wish {
            rules,
            ..Wish::default()
        };
        let state = CredentialState::Validated;
        self.insert(consumer_key, application_id, wish, None, state, now);
    }

    fn insert(
        &mut self,
        consumer_key: String,
        application_id: u64,
        wish: Wish,
        token: Option<String>,
        state: CredentialState,
        now: Moment,
    ) {
        let size = wish.size();
        while self.credentials.len() >= MOST_CREDENTIALS || self.bytes + size > MOST_BYTES {
            // One that may be in use goes last, and that of the start never.
            let age = |credential: &Credential| {
                let valid = credential.state == CredentialState::Validated;
                (valid, credential.id)
            };
            let oldest = self
                .credentials
                .iter()
                .filter(|(_, credential)| credential.token.is_some())
                .min_by_key(|(_, credential)| age(credential))
                .map(|(key, _)| key.clone());
            let Some(removed) = oldest.and_then(|key| self.credentials.remove(&key)) else {
                break;
            };
            self.bytes -= removed.size;
        }
        self.bytes += size;
        let credential = Credential {
            id: self.ids.next(),
            application_id,
            state,
            rules: wish.rules,
            allowed_ips: wish.allowed_ips,
            redirection: wish.redirection,
            size,
            token,
            creation: now,
            expiration: None,
            last_use: None,
        };
        self.credentials.insert(consumer_key, credential);
    }

    /// Makes a new consumer key that waits for its validation; gives it and the validation token.
    pub(crate) fn request_credential(
        &mut self,
        application_id: u64,
        wish: Wish,
        now: Moment,
    ) -> (String, String) {
        let label = format!("consumer {}", self.ids.next());
        let consumer_key = self.keys.key(&label, 32);
        let token = self.keys.key(&format!("validation of {label}"), 64);
        self.insert(
            consumer_key.clone(),
            application_id,
            wish,
            Some(token.clone()),
            CredentialState::PendingValidation,
            now,
        );
        (consumer_key, token)
    }

    /// The consumer key that a validation token belongs to.
    pub(crate) fn by_token(&self, token: &str) -> Option<&Credential> {
        self.credentials
            .values()
            .find(|credential| credential.token.as_deref() == Some(token))
    }

    /// The public key of an application.
    pub(crate) fn application_key(&self, id: u64) -> &str {
        self.applications
            .iter()
            .find(|application| application.id == id)
            .map_or("", |application| &application.key)
    }

    /// Moves a consumer key to another state, until its end if it is to have one; says whether
    /// there is such a key.
    pub(crate) fn decide(
        &mut self,
        id: u64,
        state: CredentialState,
        expiration: Option<Moment>,
    ) -> bool {
        let credential = self.credentials.values_mut().find(|it| it.id == id);
        credential.is_some_and(|credential| {
            credential.state = state;
            credential.expiration = expiration;
            true
        })
    }

    /// Ends the consumer key if its time is over.
    pub(super) fn settle(&mut self, consumer_key: &str, now: Moment) {
        if let Some(credential) = self.credentials.get_mut(consumer_key) {
            if credential.expiration.is_some_and(|end| end <= now)
                && credential.state == CredentialState::Validated
            {
                credential.state = CredentialState::Expired;
            }
        }
    }

    pub(crate) fn application(&self, key: &str) -> Option<&Application> {
        self.applications
            .iter()
            .find(|application| application.key == key)
    }

    pub(crate) fn credential(&self, consumer_key: &str) -> Option<&Credential> {
        self.credentials.get(consumer_key)
    }

    pub(crate) fn credential_by_id(&self, id: u64) -> Option<&Credential> {
        self.credentials
            .values()
            .find(|credential| credential.id == id)
    }

    /// Ends a consumer key.
    pub(crate) fn log_out(&mut self, id: u64) {
        if let Some(credential) = self
            .credentials
            .values_mut()
            .find(|credential| credential.id == id)
        {
            credential.state = CredentialState::Expired;
        }
    }

    pub(super) fn used(&mut self, consumer_key: &str, now: Moment) {
        if let Some(credential) = self.credentials.get_mut(consumer_key) {
            credential.last_use = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consumer_keys_are_bounded_and_that_of_the_start_stays() {
        let now = Moment::from_unix_millis(0);
        let mut accounts = Accounts::new(Ids::new(0), KeySource::fixed(0));
        let application = accounts.add_application("key".into(), Secret::new("canary-secret"));
        accounts.add_credential("first".into(), application, Rule::everything(), now);
        let (valid, _) = accounts.request_credential(application, Wish::default(), now);
        let id = accounts.credential(&valid).expect("a key").id;
        assert!(accounts.decide(id, CredentialState::Validated, None));
        let (pending, token) = accounts.request_credential(application, Wish::default(), now);
        assert!(accounts.by_token(&token).is_some());
        // Three are there, and the last one finds no room.
        for _ in 0..=MOST_CREDENTIALS - 3 {
            accounts.request_credential(application, Wish::default(), now);
        }
        assert_eq!(accounts.credentials.len(), MOST_CREDENTIALS);
        assert!(accounts.credential(&pending).is_none(), "it was the oldest");
        assert!(accounts.credential(&valid).is_some(), "it may be in use");
        assert!(accounts.credential("first").is_some());
    }
    #[test]
    fn consumer_keys_are_bounded_in_bytes() {
        let now = Moment::from_unix_millis(0);
        let mut accounts = Accounts::new(Ids::new(0), KeySource::fixed(0));
        let application = accounts.add_application("key".into(), Secret::new("canary-secret"));
        accounts.add_credential("first".into(), application, Rule::everything(), now);
        let wish = Wish {
            redirection: Some("x".repeat(LARGEST_WISH)),
            ..Wish::default()
        };
        assert!(!wish.is_too_large());
        let most = MOST_BYTES / LARGEST_WISH;
        let asked = (0..2 * most)
            .map(|_| {
                accounts
                    .request_credential(application, wish.clone(), now)
                    .0
            })
            .last();
        assert!(accounts.credentials.len() <= most + 1 && accounts.bytes <= MOST_BYTES);
        assert!(accounts.credential(&asked.expect("a key")).is_some());
        assert!(accounts.credential("first").is_some());
    }
}
