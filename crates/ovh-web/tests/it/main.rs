//! Integration tests of the facade, in one program.
//!
//! Tests that set a global subscriber are in the program `tracing`.

#[path = "../support/mod.rs"]
mod support;

#[cfg(feature = "blocking")]
mod blocking;
#[cfg(feature = "full-serde")]
mod bodies;
mod callers;
mod connections;
mod corrections;
mod created;
mod downloads;
mod engines;
mod ensure;
mod ensure_crons;
mod faults;
mod guide;
mod injection;
mod keys;
mod lists;
mod login;
#[cfg(all(
    feature = "domain",
    feature = "full-serde",
    feature = "test-util",
    feature = "webhosting-v2"
))]
mod model_examples;
mod other_clients;
mod own_engine;
mod rate_limit;
mod raw;
mod refusals;
mod reqwest_settings;
mod resumed_downloads;
mod retries;
#[cfg(feature = "schemars")]
mod schemars;
mod secrets;
mod server_time;
#[cfg(feature = "sites")]
mod sites_plan;
mod tasks;
mod tokens;
mod waits;
mod watches;
#[cfg(feature = "webhosting-v2")]
mod webhosting;
mod wire;
#[cfg(feature = "domain")]
mod zone_faults;
#[cfg(feature = "domain")]
mod zones;
