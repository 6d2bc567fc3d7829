//! What the measuring programs share: a server that is only fast, the clients that are compared,
//! and counters.
//!
//! Each program prints one line of JSON, which `cargo xtask prove` reads; nothing is judged here.

#![allow(dead_code, reason = "each program uses its part")]

pub(crate) mod clients;
pub(crate) mod server;
pub(crate) mod usage;

use std::io::Write;

/// Prints what was measured.
///
/// # Panics
///
/// If nobody reads it.
pub(crate) fn tell(value: &serde_json::Value) {
    writeln!(std::io::stdout(), "{value}").expect("a reader");
}

/// The value behind `--NAME` on the command line, or the one given here.
pub(crate) fn option<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    let mut words = std::env::args().skip_while(|word| word != &format!("--{name}"));
    match words.nth(1) {
        Some(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("--{name} takes something else than {text}")),
        None => otherwise,
    }
}

/// The first word that is no option: what to do. Cargo's own `--bench` is passed over.
pub(crate) fn command() -> Option<String> {
    std::env::args()
        .nth(1)
        .filter(|word| !word.starts_with('-'))
}

/// A runtime of one thread: what is measured is a call, and not how threads hand it around.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}
