#![doc = include_str!("../README.md")]
//!
//! # Calls, lists and tasks
//!
//! A handle ([`Client::hosting`] and its methods) is only a name: creating one sends nothing. A
//! method that reads returns a [`Call`]. It is sent when awaited; before that you can set a
//! timeout, or a type of your own to decode into.
//!
//! Functions such as `try_join_all` of the crate `futures-util` expect futures. `into_future` turns
//! calls and lists into them:
//!
//! ```no_run
//! # async fn example(client: ovh_web::Client, names: Vec<String>) -> Result<(), ovh_web::Error> {
//! use futures_util::future::try_join_all;
//! use std::future::IntoFuture;
//!
//! let calls = names.iter().map(|name| client.hosting(name).get());
//! let hostings = try_join_all(calls.map(IntoFuture::into_future)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! A list is a [`Listing`]. Awaited, it returns all objects; streamed, it yields one object at a
//! time and keeps one page in memory. Each page is one request.
//!
//! A method that starts slow work returns a [`Task`](handle::Task). Its [`wait`](handle::Task::wait)
//! polls until the task is done and returns the object: the attached domain, the new user. Slow
//! work without a task is a [`Pending`], with similar methods. A [`TaskSet`] waits for many tasks
//! with one request per poll.
//!
//! Operations without a handle are in the complete generated client, [`Client::raw`]; its crate is
//! [`client`]. Its models and queries are in [`types`], its other types, such as
//! [`PageStream`](runtime::PageStream), in [`runtime`]. Any other route, including other OVHcloud
//! products, is reached with [`Client::request`], and an operation that is chosen at run time with
//! [`Client::operation`]. All of them go through the same pipeline: signed with the server's time,
//! sent only to the configured host, retried where that is safe, limited in time, and decoded into a
//! value or an [`Error`].
//!
//! # Desired state
//!
//! A program that runs every night must not create the same object twice. `ensure` reads first and
//! writes only what differs; `plan` returns what `ensure` would change.
//!
//! ```no_run
//! # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
//! use ovh_web::types::NewDomain;
//!
//! let domains = client.hosting("example.ovh").domains();
//! let wanted = NewDomain::new("shop.example.com", "shop").ssl(true);
//! let done = domains.ensure(&wanted).await?.or_conflict()?;
//! // updated (path: www -> shop, ssl: false -> true)
//! println!("shop.example.com: {}", done.change);
//! # Ok(())
//! # }
//! ```
//!
//! [`Client::check`] returns which calls the credentials allow, and which access rule or IAM action
//! is missing. A client from [`Client::read_only`] cannot change anything.
//!
//! With the feature `domain`, the module `domain` does the same for DNS records; with
//! `webhosting-v2`, the module `webhosting` lists the sites of all hostings; with `sites`, the module
//! `sites` reconciles whole accounts with a file.
//!
//! # Errors
//!
//! The message of an [`Error`] starts with the server's message, followed by the operation, the
//! status, the query id for OVHcloud's support, and a hint. [`Error::kind`] classifies it.
//!
//! ```no_run
//! # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
//! match client.hosting("example.ovh").users().get("nobody").await {
//!     Ok(user) => println!("{}", user.home),
//!     Err(error) if error.is_not_found() => println!("no such user"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`guide::errors`] lists what is retried automatically and what is left to you.
//!
//! # More
//!
//! - [`prelude`] and [`types`]: names for globs. [`hosting`] and [`handle`]: the handles.
//! - [`guide::setup`]: features, TLS, proxies, HTTP engines, logs, WebAssembly, and cancellation.
//! - [`guide::recipes`]: ten everyday tasks, each in a few lines.
//! - [`guide::testing`]: how to test your program against a sandbox.
//! - [`guide::other_clients`]: the same calls in python-ovh, go-ovh and this crate.
//! - [`guide::differences`]: where this crate differs from OVHcloud's clients, and why.
//!
//! The [examples of this crate] (onboard_customer, put_online, deploy_site, report, health_check,
//! backup, migrate_site, move_deprecated, rotate_certificates, consumer_key, from_python) are programs to
//! copy, each in one file. Its first lines are the commands to run it on a sandbox, without an account,
//! and on your account. `web_app`, which makes the calls of OVHcloud's guide, is an example of
//! `ovh-web-testing`.
//!
//! [examples of this crate]: https://github.com/ovh-web/ovh-web/tree/main/crates/ovh-web/examples
//!
//! Secrets (keys, passwords, private keys) are of type [`Secret`] throughout: they appear in no
//! log, no error and no `Debug` output.

#![allow(
    clippy::missing_errors_doc,
    reason = "most methods only return the error of their call"
)]

pub mod access;
mod api_client;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod check;
mod clock;
pub mod config;
mod credentials;
#[cfg(feature = "domain")]
pub mod domain;
#[cfg(feature = "reqwest")]
mod download;
mod endpoint;
mod ensure;
mod error;
pub mod guide;
pub mod handle;
pub mod hosting;
mod limit;
mod listing;
mod locks;
mod macros;
mod metrics;
mod oauth2;
pub mod operations;
mod pending;
pub mod prelude;
mod preview;
mod request;
mod retry;
mod sign;
mod single_flight;
#[cfg(feature = "sites")]
pub mod sites;
mod task;
mod transport;
pub mod types;
mod wait;
mod watch;
#[cfg(feature = "webhosting-v2")]
pub mod webhosting;

pub use access::{AccessRules, PendingCredential};
pub use api_client::Client;
pub use builder::ClientBuilder;
#[doc(no_inline)]
pub use bytes::Bytes;
pub use check::{Access, Permission};
pub use clock::{Clock, SystemClock};
pub use credentials::Credentials;
#[cfg(feature = "reqwest")]
pub use download::{Download, DownloadProgress, Downloaded};
pub use endpoint::{BaseUrl, Endpoint};
pub use ensure::{
    CertificateCoverage, Change, ChangeKind, CoverageState, DomainCoverage, EnsureOptions, Ensured,
    FieldChange,
};
pub use hosting::Hostings;
#[doc(no_inline)]
pub use http;
pub use limit::RateLimit;
pub use listing::{Listing, ListingStream};
pub use metrics::{AttemptInfo, AttemptOutcome, AttemptResult, Observer};
pub use ovh_runtime::{
    Body, BoxFuture, Call, Correction, CorrectionKind, Error, ErrorKind, HeaderMap, List, Method,
    Operation, Page, Param, Request, Response, Secret, SortOrder, StatusCode, TagFilters,
    Transport,
};
pub use pending::{Pending, Removal};
pub use preview::Preview;
pub use request::RawRequest;
pub use retry::{Backoff, FailedAttempt, RetryPolicy};
pub use sign::signature;
pub use task::{TaskFailure, TaskInfo, TaskSet, wait_all, wait_all_with};
#[cfg(feature = "reqwest")]
pub use transport::ReqwestEngine;
pub use transport::{ClockSync, HttpEngine, HttpFailure};
pub use wait::WaitPolicy;
pub use watch::Watch;

#[doc(no_inline)]
pub use ovh_runtime as runtime;
#[doc(no_inline)]
pub use ovh_web_client as client;
