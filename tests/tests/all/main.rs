//! Facade and sandbox together, and the repository itself: one program, a module a subject.
//!
//! What concerns one crate alone is tested in that crate. All tests go over the loopback, wait by a
//! clock that is moved by hand, and share nothing.

mod containers;
mod guide;
mod listing;
mod login;
mod program;
mod readme;
mod refusals;
mod statuses;
mod tls;
mod transport;
mod workspace;
