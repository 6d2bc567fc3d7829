//! Lists of objects, in which a bad item is an error on its own.

use serde_core::de::DeserializeOwned;

use crate::decode_error::without_value;
use crate::decode_options::MAX_CORRECTIONS;
use crate::from_json::step_out;
use crate::{
    Correction, DecodeResponse, Error, FromJson, FromResponse, Request, Response, json_path,
};

/// The maximum number of errors kept for a list.
const MAX_ERRORS: usize = 100;

/// A list of objects, in the order of the server.
///
/// An item that does not match the document is an error, with its JSON path and its raw text; the
/// other items are still returned. At most 100 errors are kept: if there are more, the last item is
/// an error with their number.
#[derive(Debug)]
pub struct List<T> {
    items: Vec<Result<T, Error>>,
}

impl<T> List<T> {
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

impl<T: FromJson + 'static> FromResponse for List<T> {
    fn from_response(
        request: &Request,
        response: &Response,
        corrections: &mut Vec<Correction>,
    ) -> Result<Self, Error> {
        let items = items(request, response, corrections)?;
        Ok(Self { items })
    }
}

impl<T: DeserializeOwned + 'static> DecodeResponse for List<T> {
    fn decode_response(request: &Request, response: &Response) -> Result<Self, Error> {
        let items = serde_items(request, response)?;
        Ok(Self { items })
    }
}

/// Decodes each item of a response. `null` is an empty list.
pub(crate) fn items<T: FromJson>(
    request: &Request,
    response: &Response,
    corrections: &mut Vec<Correction>,
) -> Result<Vec<Result<T, Error>>, Error> {
    items_with(request, response, corrections, |value, _| value)
}

/// Like [`items`], and passes each value with its corrections.
///
/// Only those of all items together are limited in number: each item has its own.
pub(crate) fn items_with<T: FromJson, U>(
    request: &Request,
    response: &Response,
    corrections: &mut Vec<Correction>,
    mut item: impl FnMut(T, Vec<Correction>) -> U,
) -> Result<Vec<Result<U, Error>>, Error> {
    let mut list = Collected::new();
    response.read(request, |json| {
        json.items(&mut |index, text, reader| {
            let value = T::from_json(reader);
            let mut own = Vec::new();
            let fault = reader.end_item(index, &mut own);
            let free = MAX_CORRECTIONS.saturating_sub(corrections.len());
            corrections.extend(own.iter().take(free).cloned());
            match fault {
                None => list.items.push(Ok(item(value, own))),
                Some(error) => {
                    list.add_error(|| response.bad_item(request, &error.path.clone(), text, error));
                }
            }
        })
    })?;
    Ok(list.finish(request, response))
}

/// Like [`items`], for types that only serde can decode.
pub(crate) fn serde_items<T: DeserializeOwned>(
    request: &Request,
    response: &Response,
) -> Result<Vec<Result<T, Error>>, Error> {
    let mut list = Collected::new();
    response.read(request, |json| {
        json.item_texts(&mut |index, text| {
            match serde_json::from_str::<T>(text) {
                Ok(value) => list.items.push(Ok(value)),
                Err(error) => list.add_error(|| {
                    let mut path = json_path::at(text.as_bytes(), error.line(), error.column());
                    step_out(&mut path, &format!("[{index}]"));
                    response.bad_item(request, &path, text, without_value(&error).into())
                }),
            }
            Ok(())
        })
    })?;
    Ok(list.finish(request, response))
}

/// The items of a list, with the errors of at most 100 of them.
struct Collected<T> {
    items: Vec<Result<T, Error>>,
    errors: usize,
}

impl<T> Collected<T> {
    const fn new() -> Self {
        let items = Vec::new();
        Self { items, errors: 0 }
    }

    /// Adds an error. Those above the limit are counted but not created.
    fn add_error(&mut self, make: impl FnOnce() -> Error) {
        if self.errors < MAX_ERRORS {
            self.items.push(Err(make()));
        }
        self.errors += 1;
    }

    /// Returns the items. If errors were omitted, one more holds their number.
    fn finish(mut self, request: &Request, response: &Response) -> Vec<Result<T, Error>> {
        if let Some(more @ 1..) = self.errors.checked_sub(MAX_ERRORS) {
            self.items.push(Err(response.more_bad_items(request, more)));
        }
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::from_json::Shape;
    use crate::{ErrorKind, HeaderMap, Method, StatusCode};

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
        let request = Request::to(Method::GET, "/x").expect("a fine route");
        let body = br#"[{"id":1},{"id":"two"},{"id":3},[],{"id":[4]}]"#;
        let response = Response::new(StatusCode::OK, HeaderMap::new(), body.to_vec());
        let read =
            List::<Item>::from_response(&request, &response, &mut Vec::new()).expect("a list");
        let decoded = List::<Item>::decode_response(&request, &response).expect("a list");
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
        let request = Request::to(Method::GET, "/x").expect("a fine route");
        let body = br#"[{"id":1},{"id":1e999},{"a":"\ud800","id":2},{"id":3}]"#;
        let response = Response::new(StatusCode::OK, HeaderMap::new(), body.to_vec());
        let read =
            List::<Item>::from_response(&request, &response, &mut Vec::new()).expect("a list");
        let (good, bad) = read.split();
        assert_eq!(good.iter().map(|item| item.id).collect::<Vec<_>>(), [1, 3]);
        assert!(bad[0].message().contains("`[1].id`"), "{}", bad[0]);
        assert_eq!(bad[0].raw_body(), br#"{"id":1e999}"#);
        assert!(bad[1].message().contains("`[2].a`"), "{}", bad[1]);
        let whole = Vec::<Item>::from_response(&request, &response, &mut Vec::new())
            .expect_err("no list without them");
        assert!(whole.message().contains("`[1].id`"), "{whole}");
    }

    struct Named(i64);

    impl FromJson for Named {
        fn from_json(json: &mut crate::from_json::Reader<'_>) -> Self {
            const SHAPE: &Shape = &Shape {
                name: "Named",
                properties: &["id", "name"],
                fields: &["id", "name"],
                promised: 2,
            };
            let outer = json.open(SHAPE);
            let id = i64::from_json(json.property().required());
            String::from_json(json.property());
            json.close(outer);
            Self(id)
        }
    }

    #[test]
    fn each_item_has_its_own_corrections() {
        let request = Request::to(Method::GET, "/x").expect("a fine route");
        let complete = r#"{"id":1,"name":"a"}"#;
        // More than are kept of all items together.
        let number = MAX_CORRECTIONS + 2;
        let lacking = r#"{"id":2},"#.repeat(number);
        let body = format!("[{complete},{lacking}{complete},[]]").into_bytes();
        let response = Response::new(StatusCode::OK, HeaderMap::new(), body);
        let mut all = Vec::new();
        let items = items_with(&request, &response, &mut all, |item: Named, own| {
            (item.0, own)
        });
        let items = items.expect("a list");
        assert_eq!(items.len(), number + 3);
        for item in items.iter().flatten() {
            let (id, own) = item;
            let fields: Vec<&str> = own.iter().map(Correction::outer_field).collect();
            assert_eq!(fields, ["name"][..usize::from(*id == 2)].to_vec());
        }
        assert_eq!(all.len(), MAX_CORRECTIONS);
        assert_eq!(all[0].path(), "[1].name");
        assert!(items.last().is_some_and(Result::is_err));
    }

    #[test]
    fn null_is_empty_and_cut_off_list_is_an_error() {
        let request = Request::to(Method::GET, "/x").expect("a fine route");
        let list = |body: &str| {
            let response =
                Response::new(StatusCode::OK, HeaderMap::new(), body.as_bytes().to_vec());
            List::<Item>::from_response(&request, &response, &mut Vec::new())
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
