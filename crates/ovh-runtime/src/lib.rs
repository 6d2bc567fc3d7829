//! The runtime that generated clients of the OVHcloud API build on.
//!
//! A generated method names an [`Operation`], fills in the path, the query and the body, and
//! returns a [`Call`]. This crate does the rest, once for every operation: it checks the request,
//! hands it to a [`Transport`], decodes the response, and turns every failure into an [`Error`].
//!
//! Not included: an HTTP client, credentials, retries, configuration, a clock. An implementation of
//! [`Transport`] provides those, such as the facade crate `ovh-web`.

// The macros name the crate as their users do.
#[cfg(all(test, feature = "schemars"))]
extern crate self as ovh_runtime;

mod bool_enum;
mod call;
mod client_macros;
mod convert_macros;
mod correction;
mod decode_error;
mod decode_options;
mod error;
#[cfg(feature = "test-util")]
mod example;
mod from_json;
mod getters;
mod http_date;
mod iam_tags;
mod json_path;
mod list;
mod model_macros;
mod nullable;
mod one_line;
mod open_enum;
mod operation;
mod page;
mod page_counter;
mod page_stream;
mod param;
mod parsed_json;
mod path;
mod quantity;
mod query;
#[cfg(feature = "full-serde")]
mod read_body;
mod request;
mod response;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
mod to_json;
mod types_macro;
mod version_order;

pub use call::{BoxFuture, Call, ClientCore, RequestBuilder, Transport};
pub use correction::{Correction, CorrectionKind};
pub use decode_options::{DecodeOptions, IsOutOfTime, OnCorrections};
pub use error::{Error, ErrorBuilder, ErrorKind, RefusalCause};
pub use from_json::FromJson;
#[doc(no_inline)]
pub use http::{HeaderMap, Method, StatusCode};
pub use iam_tags::TagFilters;
pub use list::List;
pub use nullable::Nullable;
pub use open_enum::UnknownValue;
pub use operation::{Deprecation, Operation};
pub use page::{Page, PageNumbers};
pub use page_counter::PageCounter;
pub use page_stream::{PageStream, SortOrder};
pub use param::Param;
pub use query::{Query, QueryString};
pub use request::{Body, CallOptions, Request};
pub use response::{DecodeResponse, FromResponse, Response};
pub use secret::Secret;
pub use to_json::ToJson;

/// A point in time in RFC 3339, with the offset that the server chose.
///
/// The instant and the offset are kept, the original text is not: `+00:00` is written as `Z`, and a
/// fraction of a second has 3, 6 or 9 digits.
pub type DateTime = chrono::DateTime<chrono::FixedOffset>;

/// A calendar day, `YYYY-MM-DD`.
pub type Date = chrono::NaiveDate;

/// Paths that the macros of this crate expand to.
#[doc(hidden)]
pub mod private {
    pub use crate::convert_macros::MapEach;
    pub use crate::from_json::{Reader, Shape, deserialize};
    pub use crate::open_enum::{position, unnamed};
    pub use crate::operation::{count, join};
    pub use crate::quantity::{bytes, ratio, text as quantity_text};
    pub use crate::to_json::{Each, Json, rest};
    pub use crate::version_order::compare as compare_versions;
    pub use serde_core as serde;

    #[cfg(feature = "test-util")]
    pub use crate::example::{DEPTH, Example, example_name, known};
    #[cfg(feature = "full-serde")]
    pub use crate::read_body::{Fields, ReadBody, read_body, required};
    #[cfg(feature = "schemars")]
    pub use crate::schema::open_enum;
    #[cfg(feature = "schemars")]
    pub use schemars;
    pub use serde_json;
}
