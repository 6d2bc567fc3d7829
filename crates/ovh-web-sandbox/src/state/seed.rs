//! The description of a hosting that a sandbox starts with, from a test or a file. The same
//! description and seed make the same hosting.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::macros::{setters, text_error};

/// Describes a hosting that a sandbox starts with.
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
/// In JSON it has the same properties, in camelCase:
/// `{"service": "shop.example.com", "domains": 20, "offer": "hosting-perso"}`. Methods that add one
/// element become a list or a map: `tags`, `privateDatabases`, `foreignDomains`, and for
/// [`database`](Self::database) `"engines": [{"engine": "mysql", "version": "5.6"}]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[must_use]
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
    pub(super) orphan_dumps: usize,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) private_databases: Vec<String>,
    pub(super) offer: Option<String>,
    pub(super) state: Option<String>,
    pub(super) expires_in_days: Option<i32>,
    pub(super) quota_used_mb: Option<u32>,
    pub(super) php: Option<String>,
    #[serde(default)]
    pub(super) engines: Vec<Engine>,
    pub(super) certificate: Option<SeedCertificate>,
    #[serde(default)]
    pub(super) foreign_domains: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Engine {
    pub(super) engine: String,
    pub(super) version: String,
}

/// The certificate that a hosting starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum SeedCertificate {
    /// A free certificate of Let's Encrypt.
    Free,
    /// A certificate that its owner imported.
    Imported,
}

impl HostingSeed {
    /// A hosting with only its default domain and its primary user.
    pub fn new(service: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            domains: 0,
            databases: 0,
            users: 0,
            modules: 0,
            crons: 0,
            orphan_dumps: 0,
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

    setters! { this:
        /// Adds attached domains.
        domains(count: usize) => this.domains = count;

        /// Adds databases. The offer always allows these.
        databases(count: usize) => this.databases = count;

        /// Adds FTP and SSH users.
        users(count: usize) => this.users = count;

        /// Adds installed modules. They use the first databases; further modules get a new database
        /// each.
        modules(count: usize) => this.modules = count;

        /// Adds crons.
        crons(count: usize) => this.crons = count;

        /// Adds dumps of databases that were deleted before the start. They are kept for 30 days.
        /// [`Rule::DumpsGoWithDatabase`](crate::Rule::DumpsGoWithDatabase) does not apply to them.
        orphan_dumps(count: usize) => this.orphan_dumps = count;

        /// Sets the offer: `hosting-perso`, or an old one such as `perso2014`.
        offer(offer: impl Into<String>) => this.offer = Some(offer.into());

        /// Sets the state: `active`, `blocked`, `maintenance`. It is only shown.
        state(state: impl Into<String>) => this.state = Some(state.into());

        /// Sets the expiration, in days after the start; a negative number is in the past. An
        /// expired hosting refuses calls with 460.
        expires_in_days(days: i32) => this.expires_in_days = Some(days);

        /// Sets the disk space that the files use, in MB. Databases, modules and files that a test
        /// [writes](crate::Sandbox::write_files) are added.
        quota_used_mb(megabytes: u32) => this.quota_used_mb = Some(megabytes);

        /// Sets the PHP version: `7.4`. It may be one that is no longer supported.
        php(version: impl Into<String>) => this.php = Some(version.into());

        /// Adds a certificate.
        certificate(certificate: SeedCertificate) => this.certificate = Some(certificate);

        /// Adds an IAM tag, which the filter `iamTags` finds.
        tag(key: impl Into<String>, value: impl Into<String>) => this.tags.insert(key.into(), value.into());

        /// Links a private database server.
        private_database(service: impl Into<String>) => this.private_databases.push(service.into());

        /// Adds a database of this engine and version, which may be too old for a new database:
        /// `("mysql", "5.6")`.
        database(engine: impl Into<String>, version: impl Into<String>) => this.engines.push(Engine { engine: engine.into(), version: version.into() });

        /// Declares a domain of another customer. It and its subdomains can be attached only when its
        /// TXT record `ovhcontrol` has the hosting's token: see
        /// [`Sandbox::set_txt_record`](crate::Sandbox::set_txt_record).
        foreign_domain(domain: impl Into<String>) => this.foreign_domains.push(domain.into());
    }

    /// Returns `true` if it has values that the document may not know.
    pub(crate) fn names_values(&self) -> bool {
        let texts = [&self.offer, &self.state, &self.php];
        texts.iter().any(|text| text.is_some()) || !self.engines.is_empty()
    }

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

/// An invalid hosting: an unknown field, or a value that the document does not know.
#[derive(Debug)]
pub struct BadHosting(pub(crate) String);

text_error!(BadHosting: "invalid hosting:");
