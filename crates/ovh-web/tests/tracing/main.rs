//! Tests of spans and warnings. They set a global subscriber, so they are a separate program.

#[path = "../support/mod.rs"]
mod support;

mod spans;
mod warnings;
