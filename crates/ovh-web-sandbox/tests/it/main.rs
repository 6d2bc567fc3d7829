//! Integration tests of the sandbox, in one program.

mod common;
mod walk;

mod access;
mod answers;
mod apps;
#[cfg(unix)]
mod attacks;
mod cache;
#[cfg(unix)]
mod container;
mod control;
mod databases;
mod delivery;
mod disk;
mod document;
mod downloads;
mod failures;
mod faults;
mod guesses;
mod inventory;
mod life;
mod oauth2;
mod page;
mod paging;
mod persist;
mod product;
#[cfg(unix)]
mod program;
mod protocol;
mod reach;
mod rules;
mod schema;
mod seeds;
mod settings;
#[cfg(unix)]
mod state_file;
#[cfg(feature = "tls")]
mod tls;
mod validation;
mod webhosting;
mod zones;
