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
//! | `request` | a request as a value, before anything is signed or sent |
//! | `call` | the call to await, its options, and the [`Transport`] that sends it |
//! | `tape`, `from_json` | the parsed values of a JSON text, and decoding from them |
//! | `correction` | missing values of a response that were replaced in decoding |
//! | `to_json` | encoding of values as JSON |
//! | `fields` | request bodies read from files, where unknown keys are errors |
//! | `limits` | limits on the items of a response and on its decoding time |
//! | `list` | lists of objects, in which a bad item is an error on its own |
//! | `page` | lists of ids, requested as pages of objects |
//! | `page_counter` | the next page, and detection of endless lists |
//! | `page_stream` | the objects of all pages, as a stream |
//! | `reply`, `decode_error` | status, headers and body, and decode errors with a JSON path |
//! | `error` | the one error type |
//! | `open_enum`, `switch`, `models`, `nullable`, `secret`, `tags` | building blocks of generated types |
//! | `text_order` | the order of texts that contain version numbers |
//!
//! Not included: an HTTP client, credentials, retries, configuration, a clock. An implementation of
//! [`Transport`] provides those, such as the facade crate `ovh-web`.

mod bool_enum;
mod call;
mod correction;
mod decode_error;
mod error;
mod fields;
mod from_json;
mod iam_tags;
mod json_path;
mod limits;
mod list;
mod models;
mod nullable;
mod open_enum;
mod operation;
mod page;
mod page_counter;
mod page_stream;
mod param;
mod path;
mod query;
mod redact;
mod reply;
mod request;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
mod tape;
mod text_order;
mod to_json;

pub use call::{BoxFuture, Call, ClientCore, RequestBuilder, Transport};
pub use correction::{Correction, CorrectionKind, OnCorrections};
pub use error::{Error, ErrorBuilder, ErrorKind, RefusalCause};
pub use from_json::FromJson;
pub use iam_tags::TagFilters;
pub use limits::{DecodeOptions, IsOutOfTime};
pub use list::List;
pub use nullable::Nullable;
pub use open_enum::UnknownValue;
pub use operation::{Deprecation, Method, Operation};
pub use page::{Page, PageNumbers, SortOrder};
pub use page_counter::PageCounter;
pub use page_stream::PageStream;
pub use param::Param;
pub use query::{Query, QueryString};
pub use reply::{DecodeResponse, FromResponse, Response};
pub use request::{Body, CallOptions, Request};
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
    pub use crate::fields::{Fields, ReadBody, read_body, required};
    pub use crate::from_json::{Reader, Shape, deserialize};
    pub use crate::open_enum::{from_text, position, unnamed};
    pub use crate::operation::{count, join};
    pub use crate::text_order::compare as compare_texts;
    pub use crate::to_json::{Each, Json, rest};
    pub use serde_core as serde;

    #[cfg(feature = "schemars")]
    pub use crate::schema::open_enum;
    #[cfg(feature = "schemars")]
    pub use schemars;
    pub use serde_json;
}
