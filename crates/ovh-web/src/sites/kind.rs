//! The kinds of objects that a file of sites describes.

use std::fmt;

use serde::Serialize;

/// A kind of object of a hosting.
///
/// The order is the order of need: an object may depend on one of an earlier kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// The configuration of the root folder: PHP version, engine, container, environment, firewall.
    Config,
    /// Users of FTP and SSH, and the SSH state of the primary login.
    Users,
    /// Databases.
    Databases,
    /// Environment variables.
    Env,
    /// Cron jobs.
    Crons,
    /// DNS records.
    Dns,
    /// Attached domains: the sites and their aliases.
    Domains,
    /// The certificate.
    Certificate,
}

impl Kind {
    /// All kinds, in the order of need.
    pub const ALL: [Self; 8] = [
        Self::Config,
        Self::Users,
        Self::Databases,
        Self::Env,
        Self::Crons,
        Self::Dns,
        Self::Domains,
        Self::Certificate,
    ];

    /// Returns its name in a file of sites, such as `crons`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Users => "users",
            Self::Databases => "databases",
            Self::Env => "env",
            Self::Crons => "crons",
            Self::Dns => "dns",
            Self::Domains => "domains",
            Self::Certificate => "certificate",
        }
    }

    /// Returns the name in the file of a field of the API.
    pub(crate) fn field(self, name: &'static str) -> &'static str {
        match (self, name) {
            (Self::Config, "engine_version") => "php",
            (Self::Config, "engine_name") => "engine",
            (Self::Users, "ssh_state") => "ssh",
            (Self::Domains, "path") => "folder",
            (Self::Domains, "runtime_id") => "runtime",
            (_, "type_") => "type",
            _ => name,
        }
    }

    /// Returns `true` if objects of this kind can be removed or pruned.
    #[must_use]
    pub const fn can_be_removed(self) -> bool {
        matches!(
            self,
            Self::Users | Self::Databases | Self::Env | Self::Crons | Self::Domains
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
