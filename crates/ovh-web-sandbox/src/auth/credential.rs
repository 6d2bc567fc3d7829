//! Applications and consumer keys: what exists, in which state, with which rights.

use std::collections::BTreeMap;

use ovh_runtime::Secret;
use serde_json::{Value, json};

use super::Rule;
use crate::clock::Moment;
use crate::ids::Ids;

/// How many consumer keys are kept; the oldest pending one goes first.
const MOST_CREDENTIALS: usize = 10_000;

/// An application: a key that is public and a secret that is not.
pub(crate) struct Application {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) secret: Secret,
}

/// How far a consumer key has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// A consumer key without the key itself.
pub(crate) struct Credential {
    pub(crate) id: u64,
    pub(crate) application_id: u64,
    pub(crate) state: CredentialState,
    pub(crate) rules: Vec<Rule>,
    allowed_ips: Option<Value>,
    creation: Moment,
    last_use: Option<Moment>,
}

impl Credential {
    pub(crate) fn json(&self) -> Value {
        json!({
            "allowedIPs": self.allowed_ips,
            "applicationId": self.application_id,
            "creation": self.creation.rfc3339(),
            "credentialId": self.id,
            "expiration": null,
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
pub(crate) struct Accounts {
    applications: Vec<Application>,
    credentials: BTreeMap<String, Credential>,
    ids: Ids,
}

impl Accounts {
    pub(crate) fn new(ids: Ids) -> Self {
        Self {
            applications: Vec::new(),
            credentials: BTreeMap::new(),
            ids,
        }
    }

    pub(crate) fn add_application(&mut self, key: String, secret: Secret) -> u64 {
        let id = self.ids.next();
        self.applications.push(Application { id, key, secret });
        id
    }

    pub(crate) fn add_credential(
        &mut self,
        consumer_key: String,
        application_id: u64,
        rules: Vec<Rule>,
        allowed_ips: Option<Value>,
        state: CredentialState,
        now: Moment,
    ) {
        if self.credentials.len() >= MOST_CREDENTIALS {
            let oldest = self
                .credentials
                .iter()
                .filter(|(_, credential)| credential.state != CredentialState::Validated)
                .min_by_key(|(_, credential)| credential.id)
                .map(|(key, _)| key.clone());
            if let Some(key) = oldest {
                self.credentials.remove(&key);
            }
        }
        let credential = Credential {
            id: self.ids.next(),
            application_id,
            state,
            rules,
            allowed_ips,
            creation: now,
            last_use: None,
        };
        self.credentials.insert(consumer_key, credential);
    }

    /// Makes a new consumer key that waits for its validation.
    pub(crate) fn request_credential(
        &mut self,
        application_id: u64,
        rules: Vec<Rule>,
        allowed_ips: Option<Value>,
        now: Moment,
    ) -> String {
        let label = format!("consumer {}", self.ids.next());
        let consumer_key = self.ids.key(&label, 32);
        self.add_credential(
            consumer_key.clone(),
            application_id,
            rules,
            allowed_ips,
            CredentialState::PendingValidation,
            now,
        );
        consumer_key
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

    /// Moves a consumer key to another state; says whether there is such a key.
    pub(crate) fn set_state(&mut self, consumer_key: &str, state: CredentialState) -> bool {
        match self.credentials.get_mut(consumer_key) {
            Some(credential) => {
                credential.state = state;
                true
            }
            None => false,
        }
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
