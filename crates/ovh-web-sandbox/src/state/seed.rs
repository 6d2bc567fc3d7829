//! What a hosting has at the start, as a test or a file asks for it. It is the same for the same
//! seed.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A hosting that a sandbox shall have from the start.
///
/// ```
/// use ovh_web_sandbox::{HostingSeed, Sandbox};
///
/// let sandbox = Sandbox::builder()
///     .hosting_with(HostingSeed::new("shop.example.com").domains(20).databases(5).tag("env", "prod"))
///     .start_now()?;
/// assert_eq!(sandbox.state().databases("shop.example.com").len(), 5);
/// # Ok::<(), ovh_web_sandbox::StartError>(())
/// ```
///
/// In JSON it has the same names in camelCase, and nothing else:
/// `{"service": "shop.example.com", "domains": 20, "offer": "hosting-perso"}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostingSeed {
    pub(crate) service: String,
    #[serde(default)]
    pub(super) domains: usize,
    #[serde(default)]
    pub(super) databases: usize,
    #[serde(default)]
    pub(super) users: usize,
    #[serde(default)]
    pub(super) modules: usize,
    #[serde(default)]
    pub(super) crons: usize,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) private_databases: Vec<String>,
    #[serde(default)]
    pub(super) offer: Option<String>,
    #[serde(default)]
    pub(super) state: Option<String>,
    #[serde(default)]
    pub(super) expires_in_days: Option<i32>,
    #[serde(default)]
    pub(super) quota_used_mb: Option<u32>,
    #[serde(default)]
    pub(super) php: Option<String>,
    #[serde(default)]
    pub(super) engines: Vec<Engine>,
    #[serde(default)]
    pub(super) certificate: Option<SeedCertificate>,
    #[serde(default)]
    pub(super) foreign_domains: Vec<String>,
}

/// A database engine and its version.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Engine {
    pub(super) engine: String,
    pub(super) version: String,
}

/// The certificate that a hosting has at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum SeedCertificate {
    /// A free one of Let's Encrypt.
    Free,
    /// One that its owner imported.
    Imported,
}

impl HostingSeed {
    /// A hosting with nothing on it but its own domain and its primary user.
    #[must_use]
    pub fn new(service: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            domains: 0,
            databases: 0,
            users: 0,
            modules: 0,
            crons: 0,
            tags: BTreeMap::new(),
            private_databases: Vec::new(),
            offer: None,
            state: None,
            expires_in_days: None,
            quota_used_mb: None,
            php: None,
            engines: Vec::new(),
            certificate: None,
            foreign_domains: Vec::new(),
        }
    }

    /// So many attached domains besides its own.
    #[must_use]
    pub fn domains(mut self, count: usize) -> Self {
        self.domains = count;
        self
    }

    /// So many databases. The offer has room for at least these.
    #[must_use]
    pub fn databases(mut self, count: usize) -> Self {
        self.databases = count;
        self
    }

    /// So many FTP and SSH users besides the primary one.
    #[must_use]
    pub fn users(mut self, count: usize) -> Self {
        self.users = count;
        self
    }

    /// So many installed modules. They use the first databases; where there are too few, each has
    /// one of its own.
    #[must_use]
    pub fn modules(mut self, count: usize) -> Self {
        self.modules = count;
        self
    }

    /// So many crons.
    #[must_use]
    pub fn crons(mut self, count: usize) -> Self {
        self.crons = count;
        self
    }

    /// A tag, as IAM shows it and `iamTags` filters by it.
    #[must_use]
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// A private database server that is linked to the hosting.
    #[must_use]
    pub fn private_database(mut self, service: impl Into<String>) -> Self {
        self.private_databases.push(service.into());
        self
    }

    /// The offer: `hosting-perso`, or an old one such as `perso2014`.
    #[must_use]
    pub fn offer(mut self, offer: impl Into<String>) -> Self {
        self.offer = Some(offer.into());
        self
    }

    /// The state: `active`, `blocked`, `maintenance`. It is shown, and changes nothing else.
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(state.into());
        self
    }

    /// In how many days from the start the hosting expires; less than 0 for one that has expired.
    /// From then on its calls are refused with 460.
    #[must_use]
    pub fn expires_in_days(mut self, days: i32) -> Self {
        self.expires_in_days = Some(days);
        self
    }

    /// Disk space that the files use, in MB. Databases come on top.
    #[must_use]
    pub fn quota_used_mb(mut self, megabytes: u32) -> Self {
        self.quota_used_mb = Some(megabytes);
        self
    }

    /// The PHP version of the hosting: `7.4`. One that is no longer supported says so.
    #[must_use]
    pub fn php(mut self, version: impl Into<String>) -> Self {
        self.php = Some(version.into());
        self
    }

    /// One more database, of this engine and version, which may be older than what can be created:
    /// `("mysql", "5.6")`.
    #[must_use]
    pub fn database(mut self, engine: impl Into<String>, version: impl Into<String>) -> Self {
        self.engines.push(Engine {
            engine: engine.into(),
            version: version.into(),
        });
        self
    }

    /// A certificate that is there already.
    #[must_use]
    pub fn certificate(mut self, certificate: SeedCertificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// A domain of somebody else: it and what is below it can be attached only when a TXT record
    /// `ovhcontrol` of it holds the hosting's token. See
    /// [`Sandbox::set_txt_record`](crate::Sandbox::set_txt_record).
    #[must_use]
    pub fn foreign_domain(mut self, domain: impl Into<String>) -> Self {
        self.foreign_domains.push(domain.into());
        self
    }

    /// Whether it has values that the document may not know.
    pub(crate) fn names_values(&self) -> bool {
        let texts = [&self.offer, &self.state, &self.php];
        texts.iter().any(|text| text.is_some()) || !self.engines.is_empty()
    }

    /// Reads one hosting, or a list of them.
    pub(crate) fn list_from_json(text: &str) -> Result<Vec<Self>, BadHosting> {
        let bad = |error: serde_json::Error| BadHosting(error.to_string());
        match serde_json::from_str(text).map_err(bad)? {
            serde_json::Value::Array(all) => all
                .into_iter()
                .map(|one| serde_json::from_value(one).map_err(bad))
                .collect(),
            one => Ok(vec![serde_json::from_value(one).map_err(bad)?]),
        }
    }
}

/// A hosting that cannot be: a field that does not exist, a value that the document does not know.
#[derive(Debug)]
pub struct BadHosting(pub(crate) String);

impl fmt::Display for BadHosting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid hosting: {}", self.0)
    }
}

impl std::error::Error for BadHosting {}
