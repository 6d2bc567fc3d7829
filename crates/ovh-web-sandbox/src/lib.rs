//! An OVHcloud on your own machine: the web hosting API on loopback, for demos, tests and CI.
//!
//! [`Sandbox::start`] gives a server that checks signatures, keeps state, walks tasks from `todo`
//! to their archive, and writes down every call in a [`Journal`]. It is not OVHcloud's own, and
//! where the real API's behaviour is not known it guesses; the guesses are marked in its code.
//!
//! It holds no real hosting, reaches no network, and knows no key but those it made up. What it
//! does not imitate yet it answers with 501, never with a pretended success.
//!
//! What it does not do yet: the families beyond the guide's thirteen calls, certificates of single
//! attached domains, OAuth2 and bearer tokens, filters and cursors of pages, faults on
//! request, the page on which a person validates a consumer key, HTTPS.
//!
//! | module | what is there |
//! |---|---|
//! | `sandbox` | the handle and its builder |
//! | `server` | sockets and limits |
//! | `engine` | the road of one call |
//! | `routes` | from method and path to a row of the operation table |
//! | `auth` | signature, keys, access rules |
//! | `document` | what the documents say: checks of every call, answers to what is not modelled |
//! | `handlers` | one function an operation |
//! | `state` | hostings and what hangs on them, tasks and what they bring about |
//! | `paging`, `reply` | lists, answers, refusals |
//! | `clock`, `ids` | time and made-up values, both under the caller's control |
//! | `journal`, `view` | what tests look at |

mod auth;
mod clock;
mod control;
mod document;
mod engine;
mod faults;
mod handlers;
mod ids;
mod journal;
mod page;
mod paging;
mod persist;
mod reply;
mod routes;
mod sandbox;
mod server;
mod state;
mod tls;
mod view;

pub use clock::Clock;
pub use faults::{BadFault, ErrorShape, Fault, Faults};
pub use journal::{Calls, Effect, Entry, Identity, Journal};
pub use persist::{BadState, Resumed};
pub use sandbox::{Builder, Sandbox, StartError, UnknownObject};
pub use state::seed::HostingSeed;
pub use view::{
    AttachedDomain, CdnDomain, Certificate, Cron, Database, Deployment, Dump, EnvVar, LogUser,
    Module, Runtime, State, Task, User, Website,
};
