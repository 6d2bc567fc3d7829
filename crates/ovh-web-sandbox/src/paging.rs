//! Lists as OVHcloud answers them: ids, or a page of objects where the request asks for pages.

use hyper::HeaderMap;
use serde_json::Value;

use crate::reply::{Answer, PageHeaders, Refusal};

/// How the caller wants a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The plain answer: every id.
    Ids,
    /// A page of objects.
    Objects {
        number: usize,
        size: usize,
        sort: Option<Sort>,
    },
}

/// By which property objects are sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    /// The JSON pointer of the property.
    pointer: String,
    descending: bool,
}

/// Guess: how many objects a page has when the request does not say; the real number is unknown.
const DEFAULT_SIZE: usize = 100;

impl Wanted {
    /// Reads the `X-Pagination-*` headers. `expandable` says whether the route knows objects;
    /// elsewhere the headers are ignored, which is a guess.
    pub(crate) fn from_headers(headers: &HeaderMap, expandable: bool) -> Result<Self, Refusal> {
        let mode = header(headers, "x-pagination-mode")?;
        match mode {
            Some(mode) if expandable && mode.eq_ignore_ascii_case("CachedObjectList-Pages") => {}
            Some(mode) if expandable && mode.eq_ignore_ascii_case("CachedObjectList-Cursor") => {
                return Err(not_yet("cursors"));
            }
            _ => return Ok(Self::Ids),
        }
        if headers.contains_key("x-pagination-filter") {
            return Err(not_yet("X-Pagination-Filter"));
        }
        Ok(Self::Objects {
            number: number(headers, "x-pagination-number", 1)?,
            size: number(headers, "x-pagination-size", DEFAULT_SIZE)?,
            sort: Sort::from_headers(headers)?,
        })
    }

    /// Answers with `items`: the id of each, or the objects of the page that was asked for.
    pub(crate) fn list<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        id: impl Fn(&T) -> Value,
        object: impl Fn(&T) -> Value,
    ) -> Answer {
        match self {
            Self::Ids => Answer::json(items.into_iter().map(|item| id(&item)).collect()),
            Self::Objects {
                number,
                size,
                sort: Some(sort),
            } => {
                let mut all: Vec<Value> = items.into_iter().map(|item| object(&item)).collect();
                sort.apply(&mut all);
                let unsorted = Self::Objects {
                    number: *number,
                    size: *size,
                    sort: None,
                };
                unsorted.list(all, Value::clone, Value::clone)
            }
            &Self::Objects { number, size, .. } => {
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

impl Sort {
    fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, Refusal> {
        let Some(property) = header(headers, "x-pagination-sort")? else {
            return Ok(None);
        };
        let order = header(headers, "x-pagination-sort-order")?.unwrap_or("ASC");
        if !["ASC", "DESC"].contains(&order) {
            return Err(Refusal::bad_value(
                "x-pagination-sort-order",
                "expected one of ASC, DESC",
            ));
        }
        Ok(Some(Self {
            pointer: format!("/{}", property.replace('.', "/")),
            descending: order == "DESC",
        }))
    }

    /// Guess: null and missing properties come first, and equal ones keep their order.
    fn apply(&self, objects: &mut [Value]) {
        let key = |object: &Value| {
            let value = object.pointer(&self.pointer).unwrap_or(&Value::Null);
            let number = value.as_f64().or_else(|| value.as_bool().map(f64::from));
            (number, value.as_str().map(str::to_owned))
        };
        objects.sort_by(|one, other| {
            let (one, other) = (key(one), key(other));
            let order = one.partial_cmp(&other).unwrap_or(std::cmp::Ordering::Equal);
            if self.descending {
                order.reverse()
            } else {
                order
            }
        });
    }
}

fn not_yet(what: &str) -> Refusal {
    Refusal::new(
        501,
        "Server::NotImplemented",
        format!("The sandbox does not imitate {what} yet"),
    )
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

    fn page(number: usize, sort: Option<Sort>) -> Wanted {
        Wanted::Objects {
            number,
            size: 2,
            sort,
        }
    }

    #[test]
    fn objects_are_sorted_before_a_page_is_cut_out() {
        let names = ["b", "a", "d", "c"];
        let object = |name: &&str| serde_json::json!({"inner": {"name": name}});
        for (descending, expected) in [(false, ["c", "d"]), (true, ["b", "a"])] {
            let sort = Sort {
                pointer: "/inner/name".into(),
                descending,
            };
            let answer = page(2, Some(sort)).list(names, |name| Value::from(*name), object);
            let page: Vec<_> = expected.iter().map(object).collect();
            assert_eq!(answer.body, Value::Array(page));
            assert_eq!(answer.page.map(|page| page.elements), Some(4));
        }
    }

    #[test]
    fn what_is_not_imitated_is_not_passed_over() {
        for (name, value) in [
            ("x-pagination-mode", "CachedObjectList-Cursor"),
            ("x-pagination-filter", "name:eq=x"),
        ] {
            let mut headers = HeaderMap::new();
            let mode = "CachedObjectList-Pages".parse().expect("a header");
            headers.insert("x-pagination-mode", mode);
            headers.insert(name, value.parse().expect("a header"));
            let refusal = Wanted::from_headers(&headers, true).expect_err("a refusal");
            assert_eq!(refusal.status, 501);
        }
    }

    #[test]
    fn a_page_is_cut_out_and_counted() {
        let wanted = page(2, None);
        let answer = wanted.list(1..=5, |n| Value::from(*n), |n| Value::from(n * 10));
        assert_eq!(answer.body, serde_json::json!([30, 40]));
        let numbers = answer.page.expect("a page");
        assert_eq!((numbers.pages, numbers.elements), (3, 5));
        let beyond = page(9, None);
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
            Ok(Wanted::Objects {
                number: 1,
                size: 7,
                sort: None
            })
        );
        headers.insert("x-pagination-size", "0".parse().expect("a header"));
        assert!(Wanted::from_headers(&headers, true).is_err());
    }
}
