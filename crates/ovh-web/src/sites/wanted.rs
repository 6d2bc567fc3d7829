//! The desired state of a hosting, from the file: defaults, templates and placeholders are applied.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Kind;
use super::place::{Place, Placed};
use super::secrets::SecretRef;
use crate::domain::RecordSet;
use crate::types::{EnvVarType, NewCron, NewDatabase, NewDomain, OvhConfigChange, SshState};

/// The values of a hosting that placeholders stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HostingFacts {
    /// The primary login: `{login}`.
    pub(crate) login: String,
    /// The IPv4 address: `{ip}`. `None` if the API returned none.
    pub(crate) ip: Option<String>,
    /// The IPv6 address: `{ipv6}`.
    pub(crate) ipv6: Option<String>,
}

impl HostingFacts {
    /// Returns values that stand for those of any hosting, to check a file without the account.
    pub(crate) fn sample() -> Self {
        Self {
            login: "primarylogin".to_owned(),
            ip: Some("192.0.2.1".to_owned()),
            ipv6: Some("2001:db8::1".to_owned()),
        }
    }
}

/// The desired state of one hosting.
#[derive(Clone, Debug)]
pub(crate) struct WantedHosting {
    /// The place of the hosting's table.
    pub(crate) place: Place,
    /// The root configuration, if a setting of it is named.
    pub(crate) config: Option<Placed<OvhConfigChange>>,
    /// The SSH state of the primary login.
    pub(crate) ssh: Option<Placed<SshState>>,
    /// By login.
    pub(crate) users: BTreeMap<String, Placed<WantedUser>>,
    /// By user of the database.
    pub(crate) databases: BTreeMap<String, Placed<WantedDatabase>>,
    /// By name of the variable.
    pub(crate) env: BTreeMap<String, Placed<WantedEnv>>,
    /// By key, or `#42` for the cron with the ID 42, which is never created.
    pub(crate) crons: BTreeMap<String, Placed<NewCron>>,
    /// By domain in lower-case punycode: the sites and their aliases.
    pub(crate) domains: BTreeMap<String, Placed<NewDomain>>,
    /// The domains that the certificate has to cover; empty if it is not named.
    pub(crate) certificate: BTreeSet<String>,
    /// By zone in lower-case punycode.
    pub(crate) dns: BTreeMap<String, Vec<Placed<RecordSet>>>,
    /// The names of objects that must not exist.
    pub(crate) absent: BTreeMap<Kind, BTreeMap<String, Place>>,
    /// The kinds whose objects are removed unless the file names them.
    pub(crate) prune: BTreeMap<Kind, Place>,
}

impl WantedHosting {
    /// Creates the state of a hosting of which nothing is named.
    pub(crate) fn new(place: Place) -> Self {
        Self {
            place,
            config: None,
            ssh: None,
            users: BTreeMap::new(),
            databases: BTreeMap::new(),
            env: BTreeMap::new(),
            crons: BTreeMap::new(),
            domains: BTreeMap::new(),
            certificate: BTreeSet::new(),
            dns: BTreeMap::new(),
            absent: BTreeMap::new(),
            prune: BTreeMap::new(),
        }
    }

    /// Returns the kinds that the file names, whose objects have to be read.
    pub(crate) fn kinds(&self) -> BTreeSet<Kind> {
        let has_certificate = !self.certificate.is_empty();
        let named = [
            (Kind::Config, self.config.is_some()),
            (Kind::Users, self.ssh.is_some() || !self.users.is_empty()),
            (Kind::Databases, !self.databases.is_empty()),
            (Kind::Env, !self.env.is_empty()),
            (Kind::Crons, !self.crons.is_empty()),
            (Kind::Dns, !self.dns.is_empty()),
            // The domains say which of them the certificate is to cover.
            (Kind::Domains, has_certificate || !self.domains.is_empty()),
            (Kind::Certificate, has_certificate),
        ];
        let named = named.into_iter().filter(|(_, is_named)| *is_named);
        let gone = self.absent.keys().chain(self.prune.keys()).copied();
        named.map(|(kind, _)| kind).chain(gone).collect()
    }
}

/// The desired state of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WantedUser {
    pub(crate) home: String,
    pub(crate) ssh_state: Option<SshState>,
    /// `None` if the file has none: the user is not created then.
    pub(crate) password: Option<SecretRef>,
}

/// The desired state of a database. `body` has no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WantedDatabase {
    pub(crate) body: NewDatabase,
    /// `None` if the API chooses one.
    pub(crate) password: Option<SecretRef>,
}

/// The desired state of an environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WantedEnv {
    pub(crate) type_: EnvVarType,
    pub(crate) value: EnvValue,
}

/// The value of an environment variable: a text of the file, or a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum EnvValue {
    Text(String),
    Secret(SecretRef),
}

/// The API treats every value as a secret.
impl fmt::Debug for EnvValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("[redacted]"),
            Self::Secret(secret) => secret.fmt(f),
        }
    }
}
