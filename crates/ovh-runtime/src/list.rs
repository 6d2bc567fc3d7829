//! Lists of objects, in which a bad item is an error on its own.

use std::fmt;

use serde_core::de::DeserializeOwned;

use crate::from_json::{DecodeError, keep};
use crate::limits::Collected;
use crate::reply::{JsonBody, RawItems};
use crate::{
    Correction, DecodeResponse, Error, FromJson, FromResponse, Request, Response, json_path, redact,
};

/// A list of objects, in the order of the server.
///
/// An item that breaks a promise of the document is an error, with its JSON path and its raw text;
/// the other items are still returned. At most 100 errors are kept: if there are more, the last
/// item is an error with their number.
pub struct List<T> {
    items: Vec<Result<T, Error>>,
}

impl<T> List<T> {
    pub(crate) fn new(items: Vec<Result<T, Error>>) -> Self {
        Self { items }
    }

    /// The number of items, including the kept errors.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns `true` if there are no items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Iterates over the items.
    pub fn iter(&self) -> std::slice::Iter<'_, Result<T, Error>> {
        self.items.iter()
    }

    /// Returns all items, if all of them decoded.
    ///
    /// # Errors
    ///
    /// Returns the error of the first item that did not decode.
    pub fn all(self) -> Result<Vec<T>, Error> {
        self.items.into_iter().collect()
    }

    /// Splits the list into the decoded items and the errors of the others.
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

impl<T: FromJson + 'static> FromResponse for List<T> {
    fn from_response(
        request: &Request,
        reply: &Response,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        let body = reply.json(request)?;
        Ok(Self::new(items(body, corrections)?))
    }
}

impl<T: DeserializeOwned + 'static> DecodeResponse for List<T> {
    fn from_reply(request: &Request, reply: &Response) -> Result<Self, Error> {
        Ok(Self::new(serde_items(request, reply)?))
    }
}

/// Decodes each item of a response. `null` is an empty list.
pub(crate) fn items<T: FromJson>(
    body: JsonBody<'_>,
    corrections: &mut Vec<Correction>,
) -> Result<Vec<Result<T, Error>>, Error> {
    let mut texts = Texts::new(body);
    let mut list = Collected::new();
    let mut own = Vec::new();
    let before = corrections.len();
    body.items(&mut |index, reader| {
        if index == 0 {
            texts = Texts::new(body);
            list = Collected::new();
            corrections.truncate(before);
        }
        let value = T::from_json(reader);
        list.push(match reader.end_item(index, &mut own) {
            None => Ok(value),
            Some(fault) => Err(|| texts.error(index, fault)),
        });
        keep(corrections, &mut own);
    })?;
    Ok(list.finish(body.request, body.reply))
}

/// The texts of the items that do not decode, one after the other.
struct Texts<'a> {
    body: JsonBody<'a>,
    items: RawItems<'a>,
    next: usize,
}

impl<'a> Texts<'a> {
    fn new(body: JsonBody<'a>) -> Self {
        Self {
            body,
            items: body.raw_items(),
            next: 0,
        }
    }

    #[cold]
    fn error(&mut self, index: usize, fault: Box<DecodeError>) -> Error {
        let text = self.items.nth(index - self.next).unwrap_or_default();
        self.next = index + 1;
        let what = fault.to_string();
        let JsonBody { request, reply, .. } = self.body;
        reply.bad_item(request, &path(index, &fault.path), text, &what, fault)
    }
}

/// Like [`items`], for types that only serde can decode.
pub(crate) fn serde_items<T: DeserializeOwned>(
    request: &Request,
    reply: &Response,
) -> Result<Vec<Result<T, Error>>, Error> {
    let body = reply.json(request)?;
    let mut list = Collected::new();
    body.items_apart(&mut |index, text| {
        list.push(serde_json::from_str(text).map_err(|source| {
            move || {
                let inner = json_path::at(text.as_bytes(), source.line(), source.column());
                let words = redact::without_value(&source);
                let path = path(index, &inner);
                reply.bad_item(request, &path, text, &words, words.clone().into())
            }
        }));
    })?;
    Ok(list.finish(request, reply))
}

/// The path of a value in an item.
fn path(index: usize, inner: &str) -> String {
    match inner {
        "" | "." => format!("[{index}]"),
        inner if inner.starts_with('[') => format!("[{index}]{inner}"),
        inner => format!("[{index}].{inner}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::from_json::Shape;
    use crate::{ErrorKind, Method};

    #[derive(Debug, serde::Deserialize)]
    struct Item {
        id: i64,
    }

    impl FromJson for Item {
        fn from_json(json: &mut crate::from_json::Reader<'_>) -> Self {
            const SHAPE: &Shape = &Shape {
                name: "Item",
                properties: &["id"],
                fields: &["id"],
                promised: 1,
            };
            let outer = json.open(SHAPE);
            let id = i64::from_json(json.property().required());
            json.close(outer);
            Self { id }
        }
    }

    #[test]
    fn bad_item_is_one_error_with_its_path() {
        let request = Request::to(Method::Get, "/x").expect("a fine route");
        let body = br#"[{"id":1},{"id":"two"},{"id":3},[],{"id":[4]}]"#;
        let reply = Response::new(200, Vec::new(), body.to_vec());
        let read = List::<Item>::from_response(&request, &reply, &mut Vec::new()).expect("a list");
        let decoded = List::<Item>::from_reply(&request, &reply).expect("a list");
        for list in [read, decoded] {
            let (good, bad) = list.split();
            assert_eq!(good.iter().map(|item| item.id).collect::<Vec<_>>(), [1, 3]);
            assert!(bad[0].message().contains("`[1].id`"), "{}", bad[0]);
            assert_eq!(bad[0].raw_body(), br#"{"id":"two"}"#);
            assert!(bad[1].message().contains("`[3]"), "{}", bad[1]);
            assert_eq!(bad[2].raw_body(), br#"{"id":[4]}"#);
        }
    }

    #[test]
    fn invalid_value_fails_only_its_item() {
        let request = Request::to(Method::Get, "/x").expect("a fine route");
        let body = br#"[{"id":1},{"id":1e999},{"a":"\ud800","id":2},{"id":3}]"#;
        let reply = Response::new(200, Vec::new(), body.to_vec());
        let read = List::<Item>::from_response(&request, &reply, &mut Vec::new()).expect("a list");
        let (good, bad) = read.split();
        assert_eq!(good.iter().map(|item| item.id).collect::<Vec<_>>(), [1, 3]);
        assert!(bad[0].message().contains("`[1].id`"), "{}", bad[0]);
        assert_eq!(bad[0].raw_body(), br#"{"id":1e999}"#);
        assert!(bad[1].message().contains("`[2].a`"), "{}", bad[1]);
        let whole = Vec::<Item>::from_response(&request, &reply, &mut Vec::new())
            .expect_err("no list without them");
        assert!(whole.message().contains("`[1].id`"), "{whole}");
    }

    #[test]
    fn null_is_empty_and_cut_off_list_is_an_error() {
        let request = Request::to(Method::Get, "/x").expect("a fine route");
        let list = |body: &str| {
            let reply = Response::new(200, Vec::new(), body.as_bytes().to_vec());
            List::<Item>::from_response(&request, &reply, &mut Vec::new())
        };
        assert!(list("null").expect("an empty list").is_empty());
        assert!(list("[]").expect("an empty list").is_empty());
        for text in [
            r#"[{"id":1},{"id"#,
            r#"[{"id":1}] x"#,
            r#"{"id":1}"#,
            "",
            "7",
        ] {
            let error = list(text).expect_err(text);
            assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        }
    }
}
