//! Lists as OVHcloud answers them: ids, or a page of objects where the request asks for pages.

use hyper::HeaderMap;
use serde_json::Value;

use crate::reply::{Answer, PageHeaders, Refusal};

/// How the caller wants a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The plain answer: every id.
    Ids,
    /// A page of objects.
    Objects { number: usize, size: usize },
}

/// Guess: how many objects a page has when the request does not say; the real number is unknown.
const DEFAULT_SIZE: usize = 100;

impl Wanted {
    /// Reads the `X-Pagination-*` headers. `expandable` says whether the route knows objects;
    /// elsewhere the headers are ignored, which is a guess.
    pub(crate) fn from_headers(headers: &HeaderMap, expandable: bool) -> Result<Self, Refusal> {
        let mode = header(headers, "x-pagination-mode")?;
        match mode {
            Some(mode) if expandable && mode.eq_ignore_ascii_case("CachedObjectList-Pages") => {
                Ok(Self::Objects {
                    number: number(headers, "x-pagination-number", 1)?,
                    size: number(headers, "x-pagination-size", DEFAULT_SIZE)?,
                })
            }
            _ => Ok(Self::Ids),
        }
    }

    /// Answers with `items`: the id of each, or the objects of the page that was asked for.
    pub(crate) fn list<T>(
        self,
        items: impl IntoIterator<Item = T>,
        id: impl Fn(&T) -> Value,
        object: impl Fn(&T) -> Value,
    ) -> Answer {
        match self {
            Self::Ids => Answer::json(items.into_iter().map(|item| id(&item)).collect()),
            Self::Objects { number, size } => {
                let first = (number - 1).saturating_mul(size);
                let mut elements = 0;
                let mut page = Vec::new();
                for item in items {
                    if elements >= first && page.len() < size {
                        page.push(object(&item));
                    }
                    elements += 1;
                }
                let mut answer = Answer::json(Value::Array(page));
                answer.page = Some(PageHeaders {
                    number,
                    size,
                    pages: elements.div_ceil(size),
                    elements,
                });
                answer
            }
        }
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Refusal> {
    headers
        .get(name)
        .map(|value| value.to_str())
        .transpose()
        .map_err(|_| Refusal::bad_value(name, "not plain text"))
}

fn number(headers: &HeaderMap, name: &str, otherwise: usize) -> Result<usize, Refusal> {
    match header(headers, name)? {
        None => Ok(otherwise),
        Some(text) => match text.trim().parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(Refusal::bad_value(name, "not a whole number from 1 up")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_out_and_counted() {
        let wanted = Wanted::Objects { number: 2, size: 2 };
        let answer = wanted.list(1..=5, |n| Value::from(*n), |n| Value::from(n * 10));
        assert_eq!(answer.body, serde_json::json!([30, 40]));
        let page = answer.page.expect("a page");
        assert_eq!((page.pages, page.elements), (3, 5));
        let beyond = Wanted::Objects { number: 9, size: 2 };
        let answer = beyond.list(1..=5, |n| Value::from(*n), |n| Value::from(*n));
        assert_eq!(answer.body, serde_json::json!([]));
    }

    #[test]
    fn headers_count_only_where_the_route_knows_objects() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-pagination-mode",
            "CachedObjectList-Pages".parse().expect("a header"),
        );
        headers.insert("x-pagination-size", "7".parse().expect("a header"));
        assert_eq!(Wanted::from_headers(&headers, false), Ok(Wanted::Ids));
        assert_eq!(
            Wanted::from_headers(&headers, true),
            Ok(Wanted::Objects { number: 1, size: 7 })
        );
        headers.insert("x-pagination-size", "0".parse().expect("a header"));
        assert!(Wanted::from_headers(&headers, true).is_err());
    }
}
