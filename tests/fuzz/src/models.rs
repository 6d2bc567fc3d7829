//! Every type of the generated client, on JSON near its schema: alone, in lists with bad items, in
//! pages. What its document describes decodes; what decodes is written and read again the same; what
//! is corrected is reported, and nothing else is decoded that serde refuses.

#[rustfmt::skip]
mod table;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ovh_runtime::{
    DecodeOptions, DecodeResponse, Error, ErrorKind, FromJson, FromResponse, List, Method, Page,
    Request, Response,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use table::MODELS;

use crate::json::{self, Mistakes};
use crate::{Choices, text};

/// The result for each item of a list.
type Items = Vec<Result<(), Error>>;

/// A type of the client.
pub(crate) struct Model {
    name: &'static str,
    /// Where in the document it comes from.
    origin: &'static str,
    /// Whether the server sends it.
    read: bool,
    corrected: fn(&Request, &Response),
    alone: fn(&Request, &Response) -> Result<(), Error>,
    many: fn(&Request, &Response) -> Result<Items, Error>,
}

impl Model {
    /// A type that the server sends.
    const fn read<T: DeserializeOwned + FromJson + Serialize + 'static>(
        name: &'static str,
        origin: &'static str,
    ) -> Self {
        Self {
            read: true,
            corrected: corrected::<T>,
            ..Self::write::<T>(name, origin)
        }
    }

    /// A type of a request.
    const fn write<T: DeserializeOwned + Serialize + 'static>(
        name: &'static str,
        origin: &'static str,
    ) -> Self {
        Self {
            name,
            origin,
            read: false,
            corrected: |_, _| {},
            alone: alone::<T>,
            many: many::<T>,
        }
    }
}

/// Decodes one, and writes and reads it again.
fn alone<T: DeserializeOwned + Serialize + 'static>(
    request: &Request,
    reply: &Response,
) -> Result<(), Error> {
    let value = T::from_reply(request, reply)?;
    let written = serde_json::to_string(&value).expect("a model has a JSON form");
    let again: T = serde_json::from_str(&written)
        .unwrap_or_else(|error| panic!("{written} does not come back: {error}"));
    let [first, second] = [serde_json::to_value(&value), serde_json::to_value(&again)]
        .map(|value| value.expect("JSON"));
    assert!(is_same(&first, &second), "{first} and {second}");
    Ok(())
}

/// Decodes one with corrections, which has to agree with serde.
fn corrected<T: DeserializeOwned + FromJson + Serialize + 'static>(
    request: &Request,
    reply: &Response,
) {
    let read = |strict| {
        let mut options = DecodeOptions::default();
        options.strict = strict;
        let reply = reply.clone().with_decoding(options);
        let mut corrections = Vec::new();
        let value = T::from_response(request, &reply, &mut corrections);
        assert!(value.is_ok() || corrections.is_empty(), "{corrections:?}");
        (value, corrections)
    };
    let (lenient, corrections) = read(false);
    let (strict, lists) = read(true);
    assert!(corrections.len() >= lists.len() || lenient.is_err());
    let json = |value: &T| serde_json::to_value(value).expect("JSON");
    if let Ok(strict) = &strict {
        let lenient = lenient
            .as_ref()
            .expect("what is enough for a strict client");
        assert!(is_same(&json(lenient), &json(strict)));
    }
    match (T::from_reply(request, reply), &lenient) {
        (Ok(exact), Ok(lenient)) => {
            assert!(is_same(&json(&exact), &json(lenient)), "{corrections:?}");
            assert_eq!(corrections, lists);
        }
        // Lists alone may all be missing for serde.
        (Ok(_), Err(error)) => {
            assert!(
                error.message().ends_with("found one with none of them"),
                "{error}"
            );
        }
        (Err(error), Ok(_)) => assert!(!corrections.is_empty(), "{error}"),
        (Err(_), Err(_)) => {}
    }
}

/// Whether two values say the same. The last digit of a fraction may change when it is read.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => match (x.as_f64(), y.as_f64()) {
            _ if x == y => true,
            (Some(x), Some(y)) => (x - y).abs() <= x.abs() * 1e-12,
            _ => false,
        },
        (Value::Array(x), Value::Array(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| is_same(x, y))
        }
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len()
                && x.iter()
                    .all(|(key, x)| y.get(key).is_some_and(|y| is_same(x, y)))
        }
        _ => a == b,
    }
}

/// Decodes a list and a page of the same reply, which have to agree.
fn many<T: DeserializeOwned + 'static>(
    request: &Request,
    reply: &Response,
) -> Result<Items, Error> {
    let list = List::<T>::from_reply(request, reply)?;
    match Page::<T>::from_reply(request, reply) {
        Ok(page) => {
            let good = |items: &[bool]| items.iter().filter(|good| **good).count();
            let in_page: Vec<bool> = page.items.iter().map(Result::is_ok).collect();
            let in_list: Vec<bool> = list.iter().map(Result::is_ok).collect();
            assert_eq!(
                (in_page.len(), good(&in_page)),
                (in_list.len(), good(&in_list))
            );
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::NotPaged, "{error}"),
    }
    Ok(list.into_iter().map(|item| item.map(drop)).collect())
}

/// The schemas of the corrected documents, by name, those of bodies by their operation.
static SCHEMAS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
    let mut all = BTreeMap::new();
    for document in &*DOCUMENTS {
        for (name, schema) in document["components"]["schemas"]
            .as_object()
            .into_iter()
            .flatten()
        {
            all.insert(name.clone(), schema.clone());
        }
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let body = operation.pointer("/requestBody/content/application~1json/schema");
                if let Some(body) = body {
                    all.insert(
                        format!("{} {path} body", method.to_uppercase()),
                        body.clone(),
                    );
                }
            }
        }
    }
    all
});

static DOCUMENTS: LazyLock<[Value; 2]> = LazyLock::new(|| {
    [
        include_str!("../../../crates/ovh-web-sandbox/src/generated/auth.json"),
        include_str!("../../../crates/ovh-web-sandbox/src/generated/hosting-web.json"),
    ]
    .map(|text| serde_json::from_str(text).expect("a committed document"))
});

static COMPONENTS: LazyLock<Map<String, Value>> =
    LazyLock::new(|| SCHEMAS.clone().into_iter().collect());

pub(crate) fn target(data: &[u8]) {
    let choices = &mut Choices::new(data);
    let model = &MODELS[choices.below(MODELS.len())];
    let request = Request::to(Method::Get, "/me").expect("a fine route");
    let mistakes = match choices.once_in(3) {
        true => Mistakes::None,
        false => Mistakes::Some,
    };
    let value = |choices: &mut Choices<'_>| match SCHEMAS.get(model.origin) {
        Some(schema) => json::near(schema, &COMPONENTS, mistakes, choices, 12),
        None => json::any(choices, 4),
    };
    if choices.once_in(3) {
        let items: Value = (0..choices.below(4)).map(|_| value(choices)).collect();
        let text = json::spelled(&items, mistakes, choices);
        let reply = Response::new(200, headers(choices), text.into_bytes());
        match (model.many)(&request, &reply) {
            Ok(items) => {
                for (index, item) in items.iter().enumerate() {
                    let Err(error) = item else { continue };
                    assert!(
                        error.message().contains(&format!("`[{index}]")),
                        "{}: {error}",
                        model.name
                    );
                    assert!(
                        !promised(model, mistakes),
                        "{}: {error} of {items:?}",
                        model.name
                    );
                }
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Decode, "{error}"),
        }
        return;
    }
    let value = match choices.once_in(8) {
        true => json::any(choices, 4),
        false => value(choices),
    };
    let text = json::spelled(&value, mistakes, choices);
    let reply = Response::new(200, Vec::new(), text.into_bytes());
    (model.corrected)(&request, &reply);
    if let Err(error) = (model.alone)(&request, &reply) {
        assert_eq!(error.kind(), ErrorKind::Decode, "{}: {error}", model.name);
        let _ = format!("{error:?}");
    }
    if promised(model, mistakes) {
        let schema = &COMPONENTS[model.origin];
        let value = json::near(schema, &COMPONENTS, Mistakes::None, choices, 12);
        let reply = Response::new(200, Vec::new(), value.to_string().into_bytes());
        if let Err(error) = (model.alone)(&request, &reply) {
            panic!("{}: {error} of {value}", model.name);
        }
    }
}

/// Whether the document promises that it decodes.
fn promised(model: &Model, mistakes: Mistakes) -> bool {
    mistakes == Mistakes::None && model.read && SCHEMAS.contains_key(model.origin)
}

fn headers(choices: &mut Choices<'_>) -> Vec<(String, String)> {
    let names = [
        "X-Pagination-Number",
        "X-Pagination-Size",
        "X-Pagination-Total",
        "X-Pagination-Elements",
    ];
    (0..choices.below(5))
        .map(|_| (choices.pick(&names).to_owned(), text::odd(choices)))
        .collect()
}
