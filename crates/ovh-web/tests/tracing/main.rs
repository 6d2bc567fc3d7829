//! Tests of spans and warnings, in a process of their own: they set a global subscriber.

#[path = "../support/mod.rs"]
mod support;

mod spans;
mod warnings;
