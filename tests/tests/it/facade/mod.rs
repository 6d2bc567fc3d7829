//! Features of the facade: lists, waiting, `ensure`, checks, and the examples.

mod checks;
mod downloads;
mod ensure;
mod everyday;
mod examples;
mod kinds;
mod lists;
mod programs;
mod sites;
mod tasks;
