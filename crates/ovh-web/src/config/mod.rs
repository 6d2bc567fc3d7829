//! Settings: sources and precedence.
//!
//! | rank | source |
//! |---|---|
//! | 1 | the program (the builder) |
//! | 2 | the environment: `OVH_ENDPOINT`, `OVH_APPLICATION_KEY`, ... |
//! | 3 | `./ovh.conf` |
//! | 4 | `~/.ovh.conf` |
//! | 5 | `/etc/ovh.conf`, but not on Windows |
//!
//! Settings are merged key by key, under the names of OVHcloud's own clients: the endpoint may come
//! from one source and a key from another. Credentials are sent to a server other than OVHcloud's
//! only if the program, or the source of the credentials, names that server. Merging is a pure
//! function; [`Sources::from_system`] reads environment and files.
//!
//! # Profiles
//!
//! A file may hold the keys of several accounts, one section each, as OVH's command line writes
//! them: `[profile:work]` with endpoint and credentials. The profile is selected by the builder, by
//! `OVH_PROFILE`, or by `profile` under `[default]`; `default` means no profile. With a profile,
//! credentials are read from that section only. A profile selected by the program takes precedence
//! over the environment; any other does not.

mod edit;
mod ini;
mod profiles;
mod resolve;
mod setting;
mod sources;
mod write;

pub use edit::edit;
pub use setting::{Origin, Setting};
pub use sources::Sources;
pub use write::write;

pub(crate) use resolve::{Explicit, resolve, settings};

/// A part of a credential, under OVH's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    ApplicationKey,
    ApplicationSecret,
    ConsumerKey,
    ClientId,
    ClientSecret,
    AccessToken,
}

/// Each part with its names in a file and in the environment.
const PARTS: [(Part, &str, &str); 6] = [
    (
        Part::ApplicationKey,
        "application_key",
        "OVH_APPLICATION_KEY",
    ),
    (
        Part::ApplicationSecret,
        "application_secret",
        "OVH_APPLICATION_SECRET",
    ),
    (Part::ConsumerKey, "consumer_key", "OVH_CONSUMER_KEY"),
    (Part::ClientId, "client_id", "OVH_CLIENT_ID"),
    (Part::ClientSecret, "client_secret", "OVH_CLIENT_SECRET"),
    (Part::AccessToken, "access_token", "OVH_ACCESS_TOKEN"),
];

impl Part {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        PARTS.into_iter().map(|(part, _, _)| part)
    }

    /// Returns the name in a file.
    pub(crate) const fn name(self) -> &'static str {
        PARTS[self as usize].1
    }

    /// Returns the name of the environment variable.
    pub(crate) const fn variable(self) -> &'static str {
        PARTS[self as usize].2
    }
}
