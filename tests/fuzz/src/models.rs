//! Every struct of the generated clients, on JSON close to its schema. Documented values decode;
//! a decoded value survives a round trip; corrections are reported.

#[rustfmt::skip]
pub(crate) mod table;

use ovh_runtime::{
    DecodeOptions, DecodeResponse, Error, ErrorKind, FromJson, FromResponse, List, Method, Page,
    Request, Response, StatusCode,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use table::MODELS;

use crate::choices::Choices;
use crate::json::{SCHEMAS, children};

/// A type that the server sends.
struct Model {
    /// The index of its client.
    client: usize,
    /// Its schema in the client's documents.
    origin: &'static str,
    one: fn(&Request, &Response) -> Result<(), Error>,
    many: fn(&Request, &Response) -> Result<(), Error>,
}

impl Model {
    const fn new<T: Sent>(client: usize, origin: &'static str) -> Self {
        let (one, many) = (one::<T>, many::<T>);
        Self {
            client,
            origin,
            one,
            many,
        }
    }
}

trait Sent: DeserializeOwned + FromJson + Serialize + 'static {}

impl<T: DeserializeOwned + FromJson + Serialize + 'static> Sent for T {}

/// The value as JSON with ten digits: the last one of a fraction may change when it is read.
fn json<T: Serialize>(value: &T) -> Value {
    let mut value = serde_json::to_value(value).expect("JSON");
    round(&mut value);
    value
}

fn round(value: &mut Value) {
    if value.is_f64() {
        *value = format!("{:.9e}", value.as_f64().unwrap_or_default()).into();
    }
    children(value).into_iter().for_each(round);
}

/// Decodes a value with corrections and with serde, which must agree; then encodes and decodes it.
fn one<T: Sent>(request: &Request, response: &Response) -> Result<(), Error> {
    let read = |strict| {
        let mut options = DecodeOptions::default();
        options.strict = strict;
        let mut corrections = Vec::new();
        let response = response.clone().with_decoding(options);
        let value = T::from_response(request, &response, &mut corrections);
        assert!(value.is_ok() || corrections.is_empty(), "{corrections:?}");
        (value.map(|value| json(&value)), corrections)
    };
    let (lenient, corrections) = read(false);
    let (strict, lists) = read(true);
    assert!(corrections.len() >= lists.len() || lenient.is_err());
    if let Ok(strict) = &strict {
        assert_eq!(lenient.as_ref().expect("valid if strict"), strict);
    }
    let exact = T::decode_response(request, response);
    match (&exact, &lenient) {
        (Ok(exact), Ok(lenient)) => {
            assert_eq!(json(exact), *lenient);
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
    let text = serde_json::to_string(&exact).expect("JSON");
    let again: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(json(&exact), json(&again));
    Ok(())
}

/// Decodes a list, with and without corrections, and a page of the same response, which must agree.
fn many<T: Sent>(request: &Request, response: &Response) -> Result<(), Error> {
    let list = List::<T>::decode_response(request, response)?;
    let corrected = List::<T>::from_response(request, response, &mut Vec::new())?;
    assert_eq!(corrected.iter().count(), list.iter().count());
    match Page::<T>::decode_response(request, response) {
        Ok(page) => {
            let in_page = page.items.iter().map(Result::is_ok);
            assert!(in_page.eq(list.iter().map(Result::is_ok)));
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::NotPaged, "{error}"),
    }
    let mut result = Ok(());
    let corrected = corrected.into_iter().enumerate();
    for (index, item) in list.into_iter().enumerate().chain(corrected) {
        if let Err(error) = item {
            assert!(error.message().contains(&format!("`[{index}]")), "{error}");
            result = Err(error);
        }
    }
    result
}

/// Every type of the generated clients: alone, in lists and in pages.
pub fn fuzz(data: &[u8]) {
    let mut choices = Choices::new(data);
    let model = &MODELS[choices.below(MODELS.len())];
    let (is_list, is_any) = (choices.once_in(3), choices.once_in(8));
    choices.mistakes = !choices.once_in(3);
    let schemas = &SCHEMAS[model.client];
    let schema = schemas.get(model.origin).filter(|_| !is_any);
    let must_decode = !choices.mistakes && schema.is_some();
    let schema = schema.unwrap_or(&Value::Null);
    let (schema, check) = match is_list {
        true => (&json!({ "type": "array", "items": schema }), model.many),
        false => (schema, model.one),
    };
    let value = schemas.near(schema, &mut choices, 12);
    let mut text = value.to_string();
    if choices.mistakes && choices.once_in(8) {
        choices.change(&mut text);
    }
    let headers = (0..choices.below(5)).map(|_| {
        let name = choices.word("Number|Size|Total|Elements");
        let name = format!("X-Pagination-{name}").parse().ok();
        name.zip(choices.text().parse().ok())
    });
    let response = Response::new(StatusCode::OK, headers.flatten().collect(), text);
    let request = Request::to(Method::GET, "/me").expect("a valid route");
    if let Err(error) = check(&request, &response) {
        let message = format!("{}: {error} in {value}", model.origin);
        assert_eq!(error.kind(), ErrorKind::Decode, "{message}");
        assert!(!must_decode, "{message}");
    }
}
