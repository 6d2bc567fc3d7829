//! Lists: ids, or a page of objects if the request has `X-Pagination-*` headers.
//!
//! Pages can be filtered and sorted by any property of the objects, and have numbers or cursors.

mod condition;
mod order;
mod property;

use std::hash::{DefaultHasher, Hash, Hasher};

use hyper::HeaderMap;
use serde_json::Value;

use crate::document::{Document, SchemaId};
use crate::response::{Refusal, Response};
use condition::Condition;
use order::Order;
use property::header;

/// The requested form of a list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wanted {
    Ids,
    Objects(Box<Page>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Page {
    place: Place,
    size: usize,
    order: Option<Order>,
    conditions: Vec<Condition>,
}

/// The start of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The page with this number, from 1.
    Number(usize),
    /// After this number of objects, from a cursor.
    After(usize),
}

/// Guess: the default size of a page; the real one is unknown.
const DEFAULT_SIZE: usize = 100;

/// Guess: the largest page of the second API version; the real one is unknown.
const LARGEST_PAGE: usize = 1000;

impl Wanted {
    /// Parses the `X-Pagination-*` headers. `objects` is the type of a list's objects.
    ///
    /// Guess: a route without objects ignores these headers.
    pub(crate) fn from_headers(
        headers: &HeaderMap,
        document: &Document,
        objects: Option<SchemaId>,
    ) -> Result<Self, Refusal> {
        let (Some(mode), Some(objects)) = (header(headers, "x-pagination-mode")?, objects) else {
            return Ok(Self::Ids);
        };
        let order = Order::from_headers(headers, document, objects)?;
        let conditions = match header(headers, "x-pagination-filter")? {
            Some(text) => condition::read(text, document, objects)?,
            None => Vec::new(),
        };
        let mut page = Page {
            place: Place::Number(1),
            size: number(headers, "x-pagination-size", DEFAULT_SIZE)?,
            order,
            conditions,
        };
        if mode.eq_ignore_ascii_case("CachedObjectList-Pages") {
            page.place = Place::Number(number(headers, "x-pagination-number", 1)?);
        } else if mode.eq_ignore_ascii_case("CachedObjectList-Cursor") {
            page.place = Place::After(match header(headers, "x-pagination-cursor")? {
                Some(cursor) => page.read_cursor(cursor)?,
                None => 0,
            });
        } else {
            // Guess: an unknown mode is refused; the real API may ignore it.
            let problem = "expected one of CachedObjectList-Pages, CachedObjectList-Cursor";
            return Err(Refusal::bad_value("x-pagination-mode", problem));
        }
        Ok(Self::Objects(Box::new(page)))
    }

    /// Parses the headers of a list of the second API version: it has cursors and no mode, and always
    /// returns objects. `most` is the largest page.
    pub(crate) fn by_cursor(headers: &HeaderMap, most: Option<usize>) -> Result<Self, Refusal> {
        let (name, most) = ("x-pagination-size", most.unwrap_or(LARGEST_PAGE));
        let mut page = Page {
            place: Place::After(0),
            size: number(headers, name, DEFAULT_SIZE.min(most))?,
            order: None,
            conditions: Vec::new(),
        };
        // Guess: the wording.
        let problem = format!("a page has at most {most} elements");
        Refusal::unless(page.size <= most, name, problem)?;
        if let Some(cursor) = header(headers, "x-pagination-cursor")? {
            page.place = Place::After(page.read_cursor(cursor)?);
        }
        Ok(Self::Objects(Box::new(page)))
    }

    /// Returns the ids of `items`, or the objects of the requested page.
    pub(crate) fn list<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        id: impl Fn(&T) -> Value,
        object: impl Fn(&T) -> Value,
    ) -> Response {
        match self {
            Self::Ids => Response::json(items.into_iter().map(|item| id(&item)).collect()),
            // Without filter and order only the objects of the page are created.
            Self::Objects(page) if page.order.is_none() && page.conditions.is_empty() => {
                page.cut(items.into_iter(), object)
            }
            Self::Objects(page) => {
                let mut objects: Vec<Value> = items
                    .into_iter()
                    .map(|item| object(&item))
                    .filter(|object| page.conditions.iter().all(|it| it.holds(object)))
                    .collect();
                if let Some(order) = &page.order {
                    order.apply(&mut objects);
                }
                page.cut(objects.into_iter(), Value::clone)
            }
        }
    }
}

impl Page {
    fn cut<T>(&self, items: impl Iterator<Item = T>, object: impl Fn(&T) -> Value) -> Response {
        let first = match self.place {
            Place::Number(number) => (number - 1).saturating_mul(self.size),
            Place::After(count) => count,
        };
        let mut elements = 0;
        let mut page = Vec::new();
        for item in items {
            if elements >= first && page.len() < self.size {
                page.push(object(&item));
            }
            elements += 1;
        }
        let end = first.saturating_add(page.len());
        let mut headers = vec![
            ("x-pagination-size", self.size.to_string()),
            ("x-pagination-elements", elements.to_string()),
        ];
        match self.place {
            Place::Number(number) => {
                let pages = elements.div_ceil(self.size);
                headers.push(("x-pagination-number", number.to_string()));
                headers.push(("x-pagination-total", pages.to_string()));
            }
            // Guess: the last page says so by having no cursor, as in the second API version.
            Place::After(_) if end < elements => {
                headers.push(("x-pagination-cursor-next", self.cursor(end)));
            }
            Place::After(_) => {}
        }
        if let Some(order) = &self.order {
            headers.push(("x-pagination-sort", order.property().to_owned()));
            headers.push(("x-pagination-sort-order", order.word().to_owned()));
        }
        Response {
            headers,
            ..Response::json(Value::Array(page))
        }
    }

    /// The cursor of the objects after the first `count`, for this filter and order.
    fn cursor(&self, count: usize) -> String {
        format!("{count:x}.{:08x}", self.digest() & 0xffff_ffff)
    }

    fn read_cursor(&self, cursor: &str) -> Result<usize, Refusal> {
        let problem = "not a cursor of a list with this filter and order";
        cursor
            .split_once('.')
            .and_then(|(count, _)| usize::from_str_radix(count, 16).ok())
            .filter(|count| self.cursor(*count) == cursor)
            .ok_or_else(|| Refusal::bad_value("x-pagination-cursor", problem))
    }

    fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        format!("{:?} {:?}", self.order, self.conditions).hash(&mut hasher);
        hasher.finish()
    }
}

fn number(headers: &HeaderMap, name: &str, otherwise: usize) -> Result<usize, Refusal> {
    let Some(text) = header(headers, name)? else {
        return Ok(otherwise);
    };
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| Refusal::bad_value(name, "expected a whole number greater than 0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(place: Place) -> Page {
        Page {
            place,
            size: 2,
            order: None,
            conditions: Vec::new(),
        }
    }

    fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
        let name = format!("x-pagination-{name}");
        let found = answer.headers.iter().find(|(header, _)| *header == name);
        found.map(|(_, value)| value.as_str())
    }

    fn numbers(page: Page) -> Response {
        let ten = |n: &i64| Value::from(n * 10);
        Wanted::Objects(Box::new(page)).list(1..=5, |n| Value::from(*n), ten)
    }

    #[test]
    fn returns_one_page_and_counts() {
        let answer = numbers(page(Place::Number(2)));
        assert_eq!(answer.body, serde_json::json!([30, 40]));
        assert_eq!(header(&answer, "total"), Some("3"));
        assert_eq!(header(&answer, "elements"), Some("5"));
        assert_eq!(header(&answer, "cursor-next"), None);
        let beyond = numbers(page(Place::Number(9)));
        assert_eq!(beyond.body, serde_json::json!([]));
    }

    #[test]
    fn cursors_belong_to_one_list() {
        let first = page(Place::After(0));
        let answer = numbers(first.clone());
        assert_eq!(answer.body, serde_json::json!([10, 20]));
        let next = header(&answer, "cursor-next").expect("a cursor");
        assert_eq!(first.read_cursor(next), Ok(2));
        let last = numbers(page(Place::After(4)));
        assert_eq!(last.body, serde_json::json!([50]));
        assert_eq!(header(&last, "cursor-next"), None);
        for wrong in ["", "2", "2.0", "x.y", "3.00000000"] {
            assert!(first.read_cursor(wrong).is_err(), "{wrong} was read");
        }
    }
}
