//! Settings: where they may stand, and which of them wins.
//!
//! | rank | place |
//! |---|---|
//! | 1 | what the program says (the builder) |
//! | 2 | the environment: `OVH_ENDPOINT`, `OVH_APPLICATION_KEY`, ... |
//! | 3 | `./ovh.conf` |
//! | 4 | `~/.ovh.conf` |
//! | 5 | `/etc/ovh.conf`, but not on Windows |
//!
//! They are merged key by key, under the names that OVHcloud's own clients use: the endpoint may
//! come from one place and a key from another. But credentials go to a server that is not
//! OVHcloud's only if the program names it, or the place that holds the credentials does: `trust`.
//! The merging is a function of values; [`Sources::from_system`] is the edge that reads environment
//! and files.
//!
//! # Profiles
//!
//! A file may hold the keys of several accounts, each in a section of its own, as OVH's command
//! line writes them: `[profile:work]` with endpoint and credentials. Which one counts is said by
//! the builder, by `OVH_PROFILE`, or by `profile` under `[default]`; the profile `default` stands
//! for none. With a profile, that section alone is read for credentials. Values of a profile that
//! the program names win over the environment, those of any other profile do not.

mod ini;
mod pairs;
mod resolve;
mod sources;

pub use sources::Sources;

pub(crate) use resolve::{Explicit, Identity, resolve};

use std::fmt;

/// A part of a credential, by OVH's name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    ApplicationKey,
    ApplicationSecret,
    ConsumerKey,
    ClientId,
    ClientSecret,
    AccessToken,
}

impl Part {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::ApplicationKey,
        Self::ApplicationSecret,
        Self::ConsumerKey,
        Self::ClientId,
        Self::ClientSecret,
        Self::AccessToken,
    ];

    /// The name in a file.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ApplicationKey => "application_key",
            Self::ApplicationSecret => "application_secret",
            Self::ConsumerKey => "consumer_key",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::AccessToken => "access_token",
        }
    }

    /// The name of the environment variable.
    pub(crate) const fn variable(self) -> &'static str {
        match self {
            Self::ApplicationKey => "OVH_APPLICATION_KEY",
            Self::ApplicationSecret => "OVH_APPLICATION_SECRET",
            Self::ConsumerKey => "OVH_CONSUMER_KEY",
            Self::ClientId => "OVH_CLIENT_ID",
            Self::ClientSecret => "OVH_CLIENT_SECRET",
            Self::AccessToken => "OVH_ACCESS_TOKEN",
        }
    }
}

/// Where a value was found, for error texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Program,
    Environment(&'static str),
    File { path: String, line: usize },
}

impl Origin {
    /// `true` if both values stand in the same place. The environment counts as one.
    pub(crate) fn is_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File { path, .. }, Self::File { path: other, .. }) => path == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program => f.write_str("the program"),
            Self::Environment(name) => write!(f, "the environment ({name})"),
            Self::File { path, line } => write!(f, "{path}, line {line}"),
        }
    }
}
