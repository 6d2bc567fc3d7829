//! An OVHcloud on your own machine: the web hosting API on loopback, for demos, tests and CI.
//!
//! [`Sandbox::start`] gives a server that checks signatures, keeps state, walks tasks from `todo`
//! to their archive, and writes down every call in a [`Journal`]. It is not OVHcloud's own, and
//! where the real API's behaviour is not known it guesses; the guesses are marked in its code.
//!
//! It holds no real hosting, reaches no network, and knows no key but those it made up.
//!
//! Every operation of OVHcloud's document answers, and every call is checked against the
//! document. The kinds of a hosting keep state; what is around them (local SEO, log
//! forwarding, the end of a contract and a few more) answers values that are made up, fit the
//! document and stay the same for a seed. A write that is not modelled does nothing and says so:
//! [`Effect::Unmodelled`] in the journal, `X-Ovh-Sandbox-Effect: none` in the reply, `without
//! effect` in the log.
//!
//! | module | what is there |
//! |---|---|
//! | `sandbox`, `builder`, `start` | the handle, what it starts from, and the start |
//! | `server`, `connections`, `tls` | sockets and limits, HTTPS |
//! | `cors` | requests of pages from other origins |
//! | `wire` | a call and its reply as plain values |
//! | `engine` | the road of one call |
//! | `routes` | from method and path to a row of the operation table |
//! | `auth` | signature, keys, access rules, OAuth2 |
//! | `faults` | what goes wrong on request |
//! | `control`, `page` | the sandbox's own routes: for other languages, and for people |
//! | `deed` | what changes the state by hand |
//! | `persist` | a state that outlives its sandbox |
//! | `document` | what the documents say, and checks of every call against them |
//! | `handlers` | one function an operation |
//! | `unmodelled` | answers to what no handler takes, made up from the document |
//! | `state` | hostings and what hangs on them, tasks and what they bring about |
//! | `offers`, `rules` | what an offer includes, and product rules that can be turned off |
//! | `paging`, `reply` | lists, answers, refusals |
//! | `secrets`, `glob` | what must not be shown or kept; patterns with `*` |
//! | `clock`, `ids` | time and made-up values, both under the caller's control |
//! | `journal`, `view` | what tests look at |

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
mod glob;
mod handlers;
mod ids;
mod journal;
mod offers;
mod page;
mod paging;
mod persist;
mod reply;
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
mod wire;

/// The README's examples for Rust.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use auth::credential::RefusedKey;
pub use builder::Builder;
pub use clock::Clock;
pub use faults::{BadFault, ErrorShape, Fault, Faults};
pub use journal::{Calls, Effect, Entry, Identity, Journal};
pub use persist::{BadState, Resumed};
pub use reply::RefusalShape;
pub use rules::Rule;
pub use sandbox::{Sandbox, UnknownObject};
pub use start::StartError;
pub use state::seed::{BadHosting, HostingSeed, SeedCertificate};
pub use view::{
    AttachedDomain, CdnDomain, Certificate, Cron, Database, Deployment, Dump, EnvVar, LogUser,
    Module, Runtime, State, Task, User, Website,
};
