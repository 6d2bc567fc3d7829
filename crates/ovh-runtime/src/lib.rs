//! The ground under every generated client of the OVHcloud API.
//!
//! A generated method does one thing: it names an [`Operation`], fills in the path, the query and
//! the body, and returns a [`Call`]. Everything that happens next, for every operation of every
//! section, is in this crate and happens once: the request is checked and handed to a
//! [`Transport`], the reply is decoded, and whatever goes wrong becomes the one [`Error`].
//!
//! | module | what is there |
//! |---|---|
//! | `operation` | one row of the operation table: id, method, route and what is known about it |
//! | `path`, `query`, `param` | values on their way into a URL, checked and escaped |
//! | `request` | a request as a value, before anything is signed or sent |
//! | `call` | the call that is awaited, its options, and the [`Transport`] that carries it |
//! | `tape`, `from_json` | the values of a JSON text, and how types read themselves from them |
//! | `correction` | what a response lacks and was decoded all the same |
//! | `to_json` | how values say what they are, to be written as JSON |
//! | `fields` | request bodies read from files, without unknown keys |
//! | `limits` | how many items a response may have, and how long its decoding may take |
//! | `list` | lists of objects, in which a bad item costs itself only |
//! | `page` | lists of ids that come as objects, a page a request |
//! | `page_counter` | which page comes next, and when a list has no end |
//! | `page_stream` | the objects of all pages, as a stream |
//! | `reply`, `decode_error` | status, headers and bytes, and the decoding that names the JSON path |
//! | `error` | the one error type |
//! | `open_enum`, `switch`, `models`, `nullable`, `secret`, `tags` | what generated types are made of |
//! | `text_order` | the order of texts with version numbers in them |
//!
//! Not here: an HTTP engine, credentials, retries, configuration, a clock. Those belong to
//! whoever implements [`Transport`] (the facade crate `ovh-web` does).

mod call;
mod correction;
mod decode_error;
mod error;
mod fields;
mod from_json;
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
mod reply;
mod request;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
mod switch;
mod tags;
mod tape;
mod text_order;
mod to_json;
mod words;

pub use call::{BoxFuture, Call, Core, Draft, Transport};
pub use correction::{Correction, CorrectionKind, OnCorrections};
pub use error::{Error, ErrorBuilder, ErrorKind, RefusalCause};
pub use from_json::FromJson;
pub use limits::{DecodeOptions, IsOutOfTime};
pub use list::List;
pub use nullable::Nullable;
pub use open_enum::UnknownValue;
pub use operation::{Deprecation, Method, Operation};
pub use page::{Page, PageCall, PageNumbers, SortOrder};
pub use page_counter::PageCounter;
pub use page_stream::PageStream;
pub use param::Param;
pub use query::{Query, QueryString};
pub use reply::{Answer, FromReply, Reply};
pub use request::{Body, CallOptions, Request};
pub use secret::Secret;
pub use tags::TagFilters;
pub use to_json::ToJson;

/// A point in time in RFC 3339, with the offset that the server chose.
///
/// The instant and the offset are kept, the spelling is not: `+00:00` is written as `Z`, and a
/// fraction of a second has 3, 6 or 9 digits.
pub type DateTime = chrono::DateTime<chrono::FixedOffset>;

/// A calendar day, `YYYY-MM-DD`.
pub type Date = chrono::NaiveDate;

/// What the macros of this crate need to name from wherever they are expanded.
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
