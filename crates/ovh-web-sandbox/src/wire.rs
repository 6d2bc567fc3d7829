//! A call and its reply as plain values: what was read in full, and what is still to be written.
//!
//! Everything that answers knows these; what they mean is said elsewhere.

use std::net::IpAddr;
use std::time::Duration;

use hyper::HeaderMap;
use serde_json::Value;

/// A request that was read in full.
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// The request target as it came: path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Where the call comes from.
    pub(crate) peer: IpAddr,
    /// The address of this machine that it reached.
    pub(crate) local: IpAddr,
}

impl Incoming {
    /// The target without its query.
    pub(crate) fn path(&self) -> &str {
        self.path_and_query().0
    }

    /// The two halves of the target.
    pub(crate) fn path_and_query(&self) -> (&str, Option<&str>) {
        match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.target.as_str(), None),
        }
    }

    /// A header, if it is there and plain text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// A reply before it is written.
pub(crate) struct Outgoing {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) wire: Wire,
}

/// A body that comes in pieces of so many bytes, with a pause between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slow {
    pub(crate) bytes: usize,
    pub(crate) pause: Duration,
}

/// What goes wrong on the way of a reply. Nothing, unless a fault says so.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    pub(crate) delay: Duration,
    pub(crate) slow: Option<Slow>,
    /// After how many bytes of the body the connection is cut.
    pub(crate) truncate: Option<usize>,
    /// The connection is cut without a reply.
    pub(crate) reset: bool,
}

/// A JSON reply of the sandbox's own routes.
pub(crate) fn json_reply(status: u16, body: &Value) -> Outgoing {
    Outgoing {
        status,
        headers: vec![
            ("content-type", "application/json; charset=utf-8".into()),
            ("cache-control", "no-store".into()),
            ("x-content-type-options", "nosniff".into()),
        ],
        body: body.to_string().into_bytes(),
        wire: Wire::default(),
    }
}

/// The text of one half of a pair in a query or a form.
pub(crate) fn decoded(part: &str) -> String {
    let spaced = part.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced)
        .decode_utf8_lossy()
        .into_owned()
}

/// The pairs of a query or a form.
pub(crate) fn form(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}
