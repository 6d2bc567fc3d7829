//! The settings of credentials, and the keys that follow from them.

use std::time::Duration;

use ovh_runtime::Secret;

use super::keys::KeySource;
use super::rules::Rule;

/// The error for a consumer key that its owner refused. The real one is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusedKey {
    /// `This credential does not exist`: a client stops waiting.
    #[default]
    Unknown,
    /// `This credential is not valid`, as for a key that is not validated yet.
    Invalid,
}

/// The settings of credentials. Keys that are not set come from a [`KeySource`].
#[derive(Debug, Default)]
pub(crate) struct AccessSettings {
    pub(crate) application_key: Option<String>,
    pub(crate) application_secret: Option<Secret>,
    pub(crate) consumer_key: Option<Secret>,
    pub(crate) oauth2_client: Option<(String, Secret)>,
    pub(crate) grants: Option<Vec<Rule>>,
    pub(crate) refused_key: RefusedKey,
    pub(crate) token_lifetime: Option<Duration>,
    pub(crate) access_tokens: Vec<Secret>,
    pub(crate) iam_actions: Option<Vec<String>>,
}

/// The keys of a sandbox's clients.
pub(crate) struct Keys {
    pub(crate) source: KeySource,
    pub(crate) application_key: String,
    pub(crate) application_secret: Secret,
    pub(crate) consumer_key: Secret,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
}

impl Keys {
    /// The keys that were set, and others from the source.
    pub(crate) fn new(settings: &AccessSettings, source: KeySource) -> Self {
        let secret = |set: &Option<Secret>, label: &str| {
            set.clone()
                .unwrap_or_else(|| Secret::new(source.key(label, 32)))
        };
        let (client_id, client_secret) = settings.oauth2_client.clone().unzip();
        Self {
            application_key: settings
                .application_key
                .clone()
                .unwrap_or_else(|| source.key("application key", 16)),
            application_secret: secret(&settings.application_secret, "application secret"),
            consumer_key: secret(&settings.consumer_key, "consumer key"),
            client_id: client_id
                .unwrap_or_else(|| format!("EU.{}", source.key("client id", 16).to_lowercase())),
            client_secret: secret(&client_secret, "client secret"),
            source,
        }
    }
}
