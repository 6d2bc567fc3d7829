//! A local OVHcloud for demos, tests and CI: the web hosting API on loopback.
//!
//! [`Sandbox::start`] returns a server that checks signatures, keeps state, runs tasks and records
//! every call in a [`Journal`]. It is not OVHcloud's own server: where the behavior of the real API is
//! not known, it guesses, and a [list] names these guesses.
//!
//! It has no real hosting, uses no network, and accepts only the keys that it created.
//!
//! Every operation of OVHcloud's documents (`/hosting/web`, `/auth`, `/domain`, v2 `/webhosting`) has a
//! response, and every call is validated against its document. Hostings with their resources, and DNS
//! zones with their records, keep state; version 2 shows the same hostings. Operations around them
//! (local SEO, log forwarding, changes of domain names, the end of a contract and more) return made-up
//! values that match the document and stay the same for a seed. A write that is not modelled changes
//! nothing. It is marked by
//! [`Effect::Unmodelled`] in the journal, by the header `X-Ovh-Sandbox-Effect: none` of the
//! response, and by `without effect` in the log.
//!
//! [list]: https://github.com/ovh-web/ovh-web/blob/main/docs/guesses.md

#![allow(
    clippy::disallowed_methods,
    reason = "the delays of the server are real"
)]

mod admin_action;
mod auth;
mod builder;
mod clock;
mod connections;
mod control;
mod cors;
mod document;
mod engine;
mod faults;
mod generated;
mod glob;
mod handlers;
mod http;
mod ids;
mod imported_certificate;
mod journal;
mod macros;
mod names;
mod nearest;
mod offers;
mod operations;
mod page;
mod paging;
mod persist;
mod response;
mod routes;
mod rules;
mod sandbox;
mod secrets;
mod server;
mod start;
mod state;
mod tls;
mod unmodelled;
mod view;

/// The texts of OVHcloud's documents, in the OpenAPI form that calls are validated against.
#[must_use]
pub const fn documents() -> &'static [&'static str] {
    generated::DOCUMENTS
}

/// The Rust examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use auth::settings::RefusedKey;
pub use builder::Builder;
pub use clock::Clock;
pub use faults::{BadFault, ErrorShape, Fault, Faults};
pub use journal::{Calls, Entry, Identity, Journal};
pub use persist::{BadState, Resumed};
pub use response::{Effect, RefusalShape};
pub use rules::Rule;
pub use sandbox::{Sandbox, UnknownObject};
pub use start::StartError;
pub use state::seed::{BadHosting, HostingSeed, SeedCertificate};
pub use state::zone_seed::ZoneSeed;
pub use view::{
    AttachedDomain, CdnDomain, Certificate, Cron, Database, Deployment, Dump, EnvVar, LogUser,
    Module, Runtime, State, Task, User, Website,
};
