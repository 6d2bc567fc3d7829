//! No secret shows: in no log at the finest level, no error, `Debug`, journal or URL.
//!
//! A program of its own, in which every test starts with `Log::keep()`. `tracing` caches for the
//! whole process whether anybody listens to a span, and a test that met a span while another one
//! was installing the log would leave that span out of the log for good.

mod examples;
mod fields;
mod journeys;
