//! A client for OVHcloud web hosting: typed calls, signed, waited for, with errors that one can
//! act on.
//!
//! This project is not OVHcloud's own.
//!
//! # A first program
//!
//! Keys are made at <https://eu.api.ovh.com/createToken/> (each region has a page of its own). Put
//! them where OVHcloud's own clients look for them, in `~/.ovh.conf`:
//!
//! ```ini
//! [default]
//! endpoint = ovh-eu
//!
//! [ovh-eu]
//! application_key = ...
//! application_secret = ...
//! consumer_key = ...
//! ```
//!
//! or in `OVH_ENDPOINT`, `OVH_APPLICATION_KEY`, `OVH_APPLICATION_SECRET` and `OVH_CONSUMER_KEY`.
//! Then:
//!
//! ```no_run
//! use ovh_web::Client;
//! use ovh_web::types::{DatabaseCapacity, NewDatabase, NewDatabaseType};
//!
//! # async fn example() -> Result<(), ovh_web::Error> {
//! let client = Client::from_env()?;
//! for name in client.hostings().names().await? {
//!     println!("{name}");
//! }
//!
//! let hosting = client.hosting("example.cluster01.hosting.ovh.net");
//! let database = NewDatabase::new(
//!     DatabaseCapacity::SqlPerso,
//!     NewDatabaseType::Mysql,
//!     "exampleshop",
//! );
//! let task = hosting.databases().create(&database.password("aLongPassword1")).await?;
//! println!("{} is ready", task.wait().await?.name);
//! # Ok(())
//! # }
//! ```
//!
//! # How a call goes
//!
//! Handles ([`Client::hosting`] and what it leads to) are names: making one sends nothing. A
//! method that reads gives a [`Call`], which is sent when it is awaited and which can be given a
//! time limit first, or a type of your own to decode into.
//!
//! Lists are [`Listing`]s: awaited, they give all objects; streamed, one after the other with a
//! page in memory, however many there are. A page of objects is one call.
//!
//! A method that starts work gives a [`Task`], since the API answers long before the work is done.
//! [`Task::wait`] waits for it and gives what you named: the attached domain, the new user. Work
//! that has no task is a [`Pending`], and is waited for in the same way. [`TaskSet`] waits for many
//! at the price of one.
//!
//! Whatever has no handle is in the complete generated client, [`Client::raw`]; whatever is not in
//! that either, down to other products of OVHcloud, is reached with [`Client::request`]. All of
//! them take the same road: signed with the server's time, sent to the configured host and nowhere
//! else, repeated where that is safe, within a time limit, read to the end, decoded, or turned into
//! the one [`Error`].
//!
//! # The state that you want
//!
//! A program that runs every night should not create things twice. `ensure` reads first and writes
//! only what differs; `plan` says what it would do.
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
//! [`Client::check`] tells beforehand what the credentials may call, and which access rule or IAM
//! action is missing; a client of [`Client::read_only`] cannot change anything.
//!
//! # When it fails
//!
//! [`Error`] leads with the server's own words, then names the operation, the status, the id under
//! which OVHcloud's support finds the call, and what to do next. [`Error::kind`] sorts them.
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
//! What is repeated by itself and what is left to you is told in [`guide::errors`].
//!
//! # Going on
//!
//! [`guide::testing`] shows how to test what you build against a sandbox, and
//! [`guide::other_clients`] has the lines of python-ovh and go-ovh beside ours; where ours does
//! otherwise than OVHcloud's own clients, [`guide::differences`] says why. The examples of
//! this crate (inventory, deploy_site, nightly_backup, rotate_certificates, consumer_key,
//! from_python, web_app) run against a sandbox without any account.
//!
//! Secrets (keys, passwords, private keys) are [`Secret`]s from the configuration to the wire:
//! they are in no log, no error and no `Debug`.

/// The README, so that its program is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod access;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod check;
mod client;
mod clock;
pub mod config;
mod credentials;
mod download;
mod endpoint;
mod ensure;
pub mod guide;
mod handle;
pub mod hosting;
mod limit;
mod listing;
mod metrics;
mod oauth2;
mod pending;
mod plain_http;
mod request;
mod retry;
mod sign;
mod task;
mod transport;
pub mod types;
mod wait;

pub use access::{AccessRule, AccessRules, CredentialRequest, PendingCredential};
pub use builder::ClientBuilder;
pub use check::{Permission, Verdict};
pub use client::Client;
pub use clock::{Clock, SystemClock};
pub use credentials::Credentials;
pub use download::{Download, DownloadProgress, Downloaded};
pub use endpoint::{BaseUrl, Endpoint};
pub use ensure::{Change, ChangeKind, EnsureOptions, Ensured, FieldChange};
pub use hosting::{Hosting, Hostings};
pub use limit::RateLimit;
pub use listing::{Listing, ListingStream};
pub use metrics::{AttemptInfo, AttemptOutcome, Observer};
pub use ovh_runtime::{
    BoxFuture, Call, Correction, CorrectionKind, Error, ErrorKind, List, Method, Operation, Page,
    PageCall, Param, Reply, Request, Secret, SortOrder, Transport,
};
pub use pending::{Pending, Removal};
pub use request::FreeRequest;
pub use retry::{Backoff, FailedAttempt, RetryPolicy};
pub use sign::signature;
pub use task::{Task, TaskFailure, TaskInfo, TaskSet, wait_all, wait_all_with};
pub use transport::{HttpEngine, HttpFailure, HttpRequest};
pub use wait::WaitPolicy;
