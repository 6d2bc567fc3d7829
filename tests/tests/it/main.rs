//! Facade and sandbox together, and the repository itself: one program, a module for each subject.
//!
//! Tests of one crate are in that crate. All tests use the loopback, a clock that is advanced by
//! hand, and nothing shared.

mod clock;
mod containers;
mod facade;
mod features;
mod guide;
mod listing;
mod login;
mod program;
mod readme;
mod recipes;
mod refusals;
mod sites_apply;
mod sites_seeds;
mod soak;
mod statuses;
mod tls;
mod transport;
mod workspace;
