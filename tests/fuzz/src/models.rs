//! Every struct of the generated client, on JSON close to its schema. Documented values decode;
//! a decoded value survives a round trip; corrections are reported.

#[rustfmt::skip]
mod table;

use ovh_runtime::{
    DecodeOptions, DecodeResponse, Error, ErrorKind, FromJson, FromResponse, List, Method, Page,
    Request, Response,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use table::MODELS;

use crate::Choices;
use crate::json::{self, SCHEMAS};

type Items = Vec<Result<(), Error>>;

/// A type that the server sends.
struct Model {
    /// Its schema in the document.
    origin: &'static str,
    one: fn(&Request, &Response) -> Result<(), Error>,
    many: fn(&Request, &Response) -> Result<Items, Error>,
}

impl Model {
    const fn new<T>(origin: &'static str) -> Self
    where
        T: DeserializeOwned + FromJson + Serialize + 'static,
    {
        let (one, many) = (one::<T>, many::<T>);
        Self { origin, one, many }
    }
}

fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("JSON")
}

/// Decodes a value with corrections and with serde, which must agree; then encodes and decodes it.
fn one<T>(request: &Request, response: &Response) -> Result<(), Error>
where
    T: DeserializeOwned + FromJson + Serialize + 'static,
{
    let read = |strict| {
        let mut options = DecodeOptions::default();
        options.strict = strict;
        let mut corrections = Vec::new();
        let response = response.clone().with_decoding(options);
        let value = T::from_response(request, &response, &mut corrections);
        assert!(value.is_ok() || corrections.is_empty(), "{corrections:?}");
        (value, corrections)
    };
    let (lenient, corrections) = read(false);
    let (strict, lists) = read(true);
    assert!(corrections.len() >= lists.len() || lenient.is_err());
    if let Ok(strict) = &strict {
        let lenient = lenient.as_ref().expect("valid for a strict client");
        assert!(is_same(&json(lenient), &json(strict)));
    }
    let exact = T::decode_response(request, response);
    match (&exact, &lenient) {
        (Ok(exact), Ok(lenient)) => {
            assert!(is_same(&json(exact), &json(lenient)), "{corrections:?}");
            assert_eq!(corrections, lists);
        }
        // serde accepts an object of which only lists are required, and all are missing.
        (Ok(_), Err(error)) => {
            let message = error.message();
            assert!(message.ends_with("found one with none of them"), "{error}");
        }
        (Err(error), Ok(_)) => assert!(!corrections.is_empty(), "{error}"),
        (Err(_), Err(_)) => {}
    }
    let exact = exact?;
    let text = json(&exact).to_string();
    let again: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert!(is_same(&json(&exact), &json(&again)), "{text}");
    Ok(())
}

/// Compares two values. The last digit of a fraction may change when it is read.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => {
            let (x, y) = (x.as_f64().unwrap_or(0.0), y.as_f64().unwrap_or(0.0));
            a == b || (x - y).abs() <= x.abs() * 1e-12
        }
        (Value::Array(x), Value::Array(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| is_same(x, y))
        }
        (Value::Object(x), Value::Object(y)) => {
            let is_in = |(key, x)| y.get(key).is_some_and(|y| is_same(x, y));
            x.len() == y.len() && x.iter().all(is_in)
        }
        _ => a == b,
    }
}

/// Decodes a list and a page of the same response, which must agree.
fn many<T>(request: &Request, response: &Response) -> Result<Items, Error>
where
    T: DeserializeOwned + 'static,
{
    let list = List::<T>::decode_response(request, response)?;
    match Page::<T>::decode_response(request, response) {
        Ok(page) => {
            let in_page = page.items.iter().map(Result::is_ok);
            assert!(in_page.eq(list.iter().map(Result::is_ok)));
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::NotPaged, "{error}"),
    }
    Ok(list.into_iter().map(|item| item.map(drop)).collect())
}

pub(crate) fn fuzz(choices: &mut Choices<'_>) {
    let model = &MODELS[choices.below(MODELS.len())];
    let request = Request::to(Method::Get, "/me").expect("a valid route");
    let mistakes = !choices.once_in(3);
    let schema = SCHEMAS.get(model.origin);
    let must_decode = !mistakes && schema.is_some();
    let value = |choices: &mut Choices<'_>| match schema {
        Some(schema) => json::near(schema, mistakes, choices, 12),
        None => json::any(choices, 4),
    };
    if choices.once_in(3) {
        let items: Value = (0..choices.below(4)).map(|_| value(choices)).collect();
        let headers = (0..choices.below(5)).map(|_| {
            let name = choices.word("Number|Size|Total|Elements");
            (format!("X-Pagination-{name}"), choices.text())
        });
        let headers = headers.collect();
        let text = json::text(&items, mistakes, choices);
        match (model.many)(&request, &Response::new(200, headers, text.into_bytes())) {
            Ok(items) => {
                for (index, item) in items.iter().enumerate() {
                    let Err(error) = item else { continue };
                    assert!(error.message().contains(&format!("`[{index}]")), "{error}");
                    assert!(!must_decode, "{}: {error}", model.origin);
                }
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Decode, "{error}"),
        }
        return;
    }
    let is_any = choices.once_in(8);
    let value = if is_any {
        json::any(choices, 4)
    } else {
        value(choices)
    };
    let text = json::text(&value, mistakes, choices);
    let response = Response::new(200, Vec::new(), text.into_bytes());
    if let Err(error) = (model.one)(&request, &response) {
        assert_eq!(error.kind(), ErrorKind::Decode, "{}: {error}", model.origin);
        assert!(
            !must_decode || is_any,
            "{}: {error} in {value}",
            model.origin
        );
    }
}
