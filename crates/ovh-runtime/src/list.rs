//! Lists of objects: one item that does not decode costs that item, not the list.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::{Error, ErrorKind, FromReply, Reply, Request, json_path};

/// A list of objects as a call gives it, in the order of the server.
///
/// The server may send an item that breaks a promise of its document. Such an item is an error of
/// its own, with its JSON path and its raw text; the others are there all the same.
pub struct List<T> {
    items: Vec<Result<T, Error>>,
}

impl<T> List<T> {
    pub(crate) fn new(items: Vec<Result<T, Error>>) -> Self {
        Self { items }
    }

    /// How many items there are, those that did not decode included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The items in turn.
    pub fn iter(&self) -> std::slice::Iter<'_, Result<T, Error>> {
        self.items.iter()
    }

    /// All items, if all of them decoded.
    ///
    /// # Errors
    ///
    /// That of the first item that did not decode.
    pub fn all(self) -> Result<Vec<T>, Error> {
        self.items.into_iter().collect()
    }

    /// The items that decoded, and the errors of those that did not.
    #[must_use]
    pub fn split(self) -> (Vec<T>, Vec<Error>) {
        let mut good = Vec::with_capacity(self.items.len());
        let mut bad = Vec::new();
        for item in self.items {
            match item {
                Ok(item) => good.push(item),
                Err(error) => bad.push(error),
            }
        }
        (good, bad)
    }
}

impl<T> IntoIterator for List<T> {
    type Item = Result<T, Error>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a Result<T, Error>;
    type IntoIter = std::slice::Iter<'a, Result<T, Error>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.items).finish()
    }
}

impl<T: DeserializeOwned + 'static> FromReply for List<T> {
    fn from_reply(request: &Request, reply: &Reply) -> Result<Self, Error> {
        let raw = raw_items(request, reply)?;
        Ok(Self::new(decode_items(request, reply, &raw)))
    }
}

/// The items of a reply, each in its own text. `null` stands for an empty list.
pub(crate) fn raw_items<'a>(
    request: &Request,
    reply: &'a Reply,
) -> Result<Vec<&'a RawValue>, Error> {
    Ok(reply
        .decode::<Option<Vec<&RawValue>>>(request)?
        .unwrap_or_default())
}

/// Decodes each item by itself.
pub(crate) fn decode_items<T: DeserializeOwned>(
    request: &Request,
    reply: &Reply,
    items: &[&RawValue],
) -> Vec<Result<T, Error>> {
    let decode = |(index, item): (usize, &&RawValue)| {
        serde_json::from_str(item.get())
            .map_err(|source| broken(request, reply, index, item, source))
    };
    items.iter().enumerate().map(decode).collect()
}

/// The error of an item that does not decode. Not generic, so that it is compiled once.
fn broken(
    request: &Request,
    reply: &Reply,
    index: usize,
    item: &RawValue,
    source: serde_json::Error,
) -> Error {
    let path = match json_path::at(item.get().as_bytes(), source.line(), source.column()).as_str() {
        "." => format!("[{index}]"),
        path if path.starts_with('[') => format!("[{index}]{path}"),
        path => format!("[{index}].{path}"),
    };
    let message = format!("an item is not what the API's document promises at `{path}`: {source}");
    Error::builder(ErrorKind::Decode, message)
        .request(request)
        .reply(reply)
        .raw_body(item.get().as_bytes())
        .source(source)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Method;

    #[test]
    fn a_bad_item_costs_itself_and_says_where_it_is() {
        let request = Request::to(Method::Get, "/x").expect("a fine route");
        let body = br#"[{"id":1},{"id":"two"},{"id":3}]"#;
        let reply = Reply::new(200, Vec::new(), body.to_vec());
        #[derive(Debug, serde::Deserialize)]
        struct Item {
            id: i64,
        }
        let raw = raw_items(&request, &reply).expect("a list");
        let (good, bad) = List::<Item>::new(decode_items(&request, &reply, &raw)).split();
        assert_eq!(good.iter().map(|item| item.id).collect::<Vec<_>>(), [1, 3]);
        assert!(bad[0].message().contains("`[1].id`"), "{}", bad[0]);
        assert_eq!(bad[0].raw_body(), br#"{"id":"two"}"#);
        let null = Reply::new(200, Vec::new(), b"null".to_vec());
        assert!(
            raw_items(&request, &null)
                .expect("an empty list")
                .is_empty()
        );
    }
}
