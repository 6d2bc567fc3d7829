//! The runtime that generated clients of the OVHcloud API build on.
//!
//! A generated method names an [`Operation`], fills in the path, the query and the body, and
//! returns a [`Call`]. This crate does the rest, once for every operation: it checks the request,
//! hands it to a [`Transport`], decodes the response, and turns every failure into an [`Error`].
//!
//! | module | contents |
//! |---|---|
//! | `operation` | a row of the operation table: ID, method, route and metadata |
//! | `path`, `query`, `param` | URL values, checked and escaped |
//! | `request`, `response` | a request and a response as values |
//! | `call` | the call to await, its options, and the [`Transport`] that sends it |
//! | `list`, `page`, `page_counter`, `page_stream` | lists of objects, and their pages |
//! | `parsed_json`, `from_json` | the parsed values of a JSON text, and decoding from them |
//! | `to_json` | encoding of values as JSON |
//! | `decode_options`, `decode_error`, `json_path` | limits of decoding, and its errors |
//! | `correction` | missing values of a response that were replaced in decoding |
//! | `error` | the one error type |
//! | `model_macros`, `open_enum`, `bool_enum`, `nullable`, `secret`, `iam_tags` | building blocks of generated types |
//! | `read_body` | request bodies read from files, where unknown keys are errors |
//! | `version_order` | the order of texts that contain version numbers |
//!
//! Not included: an HTTP client, credentials, retries, configuration, a clock. An implementation of
//! [`Transport`] provides those, such as the facade crate `ovh-web`.

mod bool_enum;
mod call;
mod correction;
mod decode_error;
mod decode_options;
mod error;
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
mod query;
mod read_body;
mod request;
mod response;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
mod to_json;
mod version_order;

pub use call::{BoxFuture, Call, ClientCore, RequestBuilder, Transport};
pub use correction::{Correction, CorrectionKind, OnCorrections};
pub use decode_options::{DecodeOptions, IsOutOfTime};
pub use error::{Error, ErrorBuilder, ErrorKind, RefusalCause};
pub use from_json::FromJson;
pub use iam_tags::TagFilters;
pub use list::List;
pub use nullable::Nullable;
pub use open_enum::UnknownValue;
pub use operation::{Deprecation, Method, Operation};
pub use page::{Page, PageNumbers, SortOrder};
pub use page_counter::PageCounter;
pub use page_stream::PageStream;
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
    pub use crate::from_json::{Reader, Shape, deserialize};
    pub use crate::open_enum::{position, unnamed};
    pub use crate::operation::{count, join};
    pub use crate::read_body::{Fields, ReadBody, read_body, required};
    pub use crate::to_json::{Each, Json, rest};
    pub use crate::version_order::compare as compare_versions;
    pub use serde_core as serde;

    #[cfg(feature = "schemars")]
    pub use crate::schema::open_enum;
    #[cfg(feature = "schemars")]
    pub use schemars;
    pub use serde_json;
}
