//! A client for OVHcloud web hosting.

mod builder;
mod client;
mod clock;
pub mod config;
mod credentials;
mod endpoint;
mod request;
mod sign;
mod transport;

pub use builder::ClientBuilder;
pub use client::Client;
pub use clock::{Clock, SystemClock};
pub use credentials::Credentials;
pub use endpoint::{BaseUrl, Endpoint};
pub use ovh_runtime::{Error, ErrorKind, Method, Secret, Transport};
pub use request::FreeRequest;
pub use sign::signature;
