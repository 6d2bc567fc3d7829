//! Settings: where they may stand, and which of them wins.
//!
//! | rank | place |
//! |---|---|
//! | 1 | what the program says (the builder) |
//! | 2 | the environment: `OVH_ENDPOINT`, `OVH_APPLICATION_KEY`, ... |
//! | 3 | `./ovh.conf` |
//! | 4 | `~/.ovh.conf` |
//! | 5 | `/etc/ovh.conf` |
//!
//! They are merged key by key, under the names that OVH's own clients use: the endpoint may come
//! from one place and a key from another. The merging is a function of values;
//! [`Sources::from_system`] is the edge that reads environment and files.

mod ini;
mod resolve;
mod sources;

pub use sources::Sources;

pub(crate) use resolve::{Explicit, resolve};

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

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program => f.write_str("the program"),
            Self::Environment(name) => write!(f, "the environment ({name})"),
            Self::File { path, line } => write!(f, "{path}, line {line}"),
        }
    }
}
