//! Test support for programs that use `ovh-web`. It provides a local OVHcloud API, a client for it,
//! and one clock for both.
//!
//! ```
//! use ovh_web::types::NewDomain;
//! use ovh_web_testing::TestBed;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), ovh_web::Error> {
//! let bed = TestBed::start().await;
//! let domains = bed.hosting().domains();
//! let task = domains.attach(&NewDomain::new("shop.example.com", "shop")).await?;
//! task.wait().await?; // Takes 3 seconds of the linked clock, and none of yours.
//! bed.sandbox.journal().operation("domains::attach").exactly(1);
//! # Ok(())
//! # }
//! ```

#![allow(clippy::disallowed_methods, reason = "network timeouts are real")]

mod bed;
mod clock;

pub use bed::TestBed;
pub use clock::LinkedClock;

/// The README's examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
