//! Models with a field of each kind, and a transport that answers with one body.

use std::collections::BTreeMap;
use std::future::{Future, IntoFuture};
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use ovh_runtime::{
    BoxFuture, Call, ClientCore, Correction, Date, DateTime, DecodeOptions, Error, FromJson,
    HeaderMap, Method, Operation, Request, Response, Secret, StatusCode, Transport, bool_enum,
    model, open_enum,
};
use serde_json::{Value, json};

open_enum! {
    /// For the test.
    pub enum Word: str { Empty = "", Fine = "fine" }
}
open_enum! {
    /// For the test.
    pub enum Size: int { Zero = 0, Hundred = 100 }
}
bool_enum! {
    /// For the test.
    pub enum Switch;
}
model! {
    /// For the test.
    pub struct Plain: PartialEq {
        id: i64 = "id" required,
        text: String = "text",
        whole: i64 = "whole",
        large: u64 = "large",
        share: f64 = "share",
        flag: bool = "flag",
        switch: Switch = "switch",
        word: Word = "word",
        size: Size = "size",
        list: Vec<i64> = "list" default,
        map: BTreeMap<String, String> = "map" default,
        type_: Value = "type",
        unit: Quantity = "unitAndValue",
        nothing: Option<i64> = "nothing",
    }
}
model! {
    /// For the test: all properties have a zero value.
    pub struct Quantity {
        unit: String = "unit",
        value: i64 = "value",
        inner: Optional = "inner",
        since: Option<DateTime> = "since",
    }
}
model! {
    /// For the test: no promised properties.
    pub struct Optional { a: Option<i64> = "a" }
}
model! {
    /// For the test: no property has a zero value.
    pub struct Strict: Eq {
        day: Date = "day",
        when: DateTime = "when",
        ip: IpAddr = "ip",
        secret: Secret = "secret",
        key: Keyed = "key",
        url: String = "url" required,
        rules: Vec<String> = "rules" required,
    }
}
model! {
    /// For the test: an identity in a nested object.
    pub struct Keyed { deeper: Deeper = "deeper" }
}
model! {
    /// For the test.
    pub struct Deeper { id: i64 = "id" required, text: String = "text" }
}
model! {
    /// For the test: only lists.
    pub struct Lists { a: Vec<i64> = "a" default, b: Vec<Quantity> = "b" default }
}
model! {
    /// For the test: models in lists and maps.
    pub struct Nested {
        id: i64 = "id" required,
        items: Vec<Quantity> = "items" default,
        by_name: BTreeMap<String, Quantity> = "byName" default,
        texts: Vec<String> = "texts" default,
    }
}

/// The reports of the sink: the request's name, and the corrections.
pub(crate) type Told = Arc<Mutex<Vec<(String, Vec<String>)>>>;

pub(crate) struct Canned {
    body: Vec<u8>,
    strict: bool,
    told: Told,
}

impl Transport for Canned {
    fn send(&self, _: Request) -> BoxFuture<'_, Result<Response, Error>> {
        let told = Arc::clone(&self.told);
        let response = Response::new(StatusCode::OK, HeaderMap::new(), self.body.clone());
        let mut options = DecodeOptions::default();
        options.strict = self.strict;
        options.on_corrections = Some(Arc::new(move |request, corrections| {
            let paths = corrections.iter().map(|it| it.path().to_owned()).collect();
            told.lock().expect("the log").push((request.name(), paths));
        }));
        Box::pin(async { Ok(response.with_decoding(options)) })
    }
}

pub(crate) static READ: Operation = Operation::new("things::get", Method::GET, "/thing");
pub(crate) static WRITE: Operation = Operation::new("things::create", Method::POST, "/thing");
pub(crate) static VOID: Operation =
    Operation::new("things::delete", Method::DELETE, "/thing").void();

pub(crate) fn core(body: &str, strict: bool) -> (ClientCore, Told) {
    let told = Told::default();
    let body = body.as_bytes().to_vec();
    let transport = Canned {
        body,
        strict,
        told: Arc::clone(&told),
    };
    (ClientCore::new(Arc::new(transport)), told)
}

pub(crate) fn now<T>(work: impl IntoFuture<Output = T>) -> T {
    match pin!(work.into_future()).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing is waited for here"),
    }
}

pub(crate) fn call<T: ovh_runtime::FromResponse>(body: &str) -> Call<T> {
    core(body, false).0.request(&READ, &[]).call()
}

pub(crate) fn read<T: FromJson + 'static>(body: &Value) -> Result<(T, Vec<Correction>), Error> {
    now(call::<T>(&body.to_string()).with_corrections())
}

pub(crate) fn read_strictly<T: FromJson + 'static>(
    body: &Value,
) -> Result<(T, Vec<Correction>), Error> {
    let (core, _) = core(&body.to_string(), true);
    now(core.request(&READ, &[]).call::<T>().with_corrections())
}

pub(crate) fn paths(corrections: &[Correction]) -> Vec<&str> {
    corrections.iter().map(Correction::path).collect()
}

pub(crate) fn whole() -> Value {
    json!({
        "id": 1, "text": "a", "whole": 2, "large": 3, "share": 0.5, "flag": true, "switch": true,
        "word": "fine", "size": 100, "list": [1], "map": {"a": "b"}, "type": {"x": 1},
        "unitAndValue": {"unit": "GB", "value": 4, "inner": {}},
    })
}
