//! Example values of models, for unit tests (feature `test-util`).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use crate::{Date, DateTime, Secret};

/// A type with an example.
pub trait Example {
    /// An example of the property with this name on the wire.
    ///
    /// At the depth 0, optional values and lists are empty: a type may contain itself.
    fn example_of(property: &str, depth: u8) -> Self;
}

/// The name of a property, for the macro: an amount's `value` has the name of the amount.
#[must_use]
pub fn example_name<'n>(outer: &'n str, property: &'n str) -> &'n str {
    match property {
        "value" => outer,
        _ => property,
    }
}

/// The depth of a whole example.
pub const DEPTH: u8 = 4;

/// Strings by a part of the property's name, in lower case.
const TEXTS: &[(&str, &str)] = &[
    ("mail", "webmaster@example.com"),
    ("url", "https://www.example.com/"),
    ("href", "https://www.example.com/"),
    ("domain", "www.example.com"),
    ("fqdn", "www.example.com"),
    ("path", "www"),
    ("home", "/home/example"),
    ("unit", "MB"),
    ("frequency", "0 * * * *"),
    ("endpoint", "https://www.example.com/"),
    ("urn", "urn:v1:eu:resource:webHosting:example"),
];

fn text(property: &str) -> &'static str {
    let name = property.to_ascii_lowercase();
    // Some ids have to be a UUID, and a UUID is valid as any of the others.
    if name.ends_with("id") {
        return "4f0fa174-59c5-4b5d-a9a5-6c3b9fd2f1d0";
    }
    let mut texts = TEXTS.iter();
    let text = texts.find(|(part, _)| name.contains(part));
    text.map_or("example", |(_, text)| text)
}

/// The value of an enum, for the macro: a preferred one, if there is one.
#[must_use]
pub fn known<T: Clone>(known: &[T], text: impl Fn(&T) -> String) -> Option<T> {
    let is_preferred = |value: &&T| PREFERRED.contains(&&*text(value).to_ascii_lowercase());
    known
        .iter()
        .find(is_preferred)
        .or_else(|| known.first())
        .cloned()
}

/// A status at which nothing is in progress, and an engine with a version of it that is supported.
const PREFERRED: [&str; 12] = [
    "ok",
    "created",
    "active",
    "done",
    "enabled",
    "on",
    "rw",
    "successful",
    "validated",
    "mysql",
    "8.4",
    "stable",
];

macro_rules! examples {
    ($($type:ty: $property:ident => $value:expr;)*) => {
        $(impl Example for $type {
            fn example_of($property: &str, _: u8) -> Self {
                $value
            }
        })*
    };
}

examples! {
    bool: _name => false;
    i32: _name => 1;
    i64: _name => 1;
    u32: _name => 1;
    u64: _name => 1;
    f64: name => if name.ends_with("Used") { 0.25 } else { 1.0 };
    String: name => text(name).to_owned();
    Secret: _name => Self::new("example-secret");
    // The epoch is valid in each of these types.
    DateTime: _name => Self::default();
    Date: _name => Self::default();
    IpAddr: _name => Self::V4(Ipv4Addr::new(192, 0, 2, 1));
    serde_json::Value: name => text(name).into();
    serde_json::Map<String, serde_json::Value>: _name => Self::new();
}

impl<T: Example> Example for Option<T> {
    fn example_of(property: &str, depth: u8) -> Self {
        // The example of a status is one at which no task runs.
        (depth > 0 && property != "taskId").then(|| T::example_of(property, depth))
    }
}

impl<T: Example> Example for Box<T> {
    fn example_of(property: &str, depth: u8) -> Self {
        Self::new(T::example_of(property, depth))
    }
}

impl<T: Example> Example for Vec<T> {
    fn example_of(property: &str, depth: u8) -> Self {
        Option::example_of(property, depth).into_iter().collect()
    }
}

impl<T: Example> Example for BTreeMap<String, T> {
    fn example_of(property: &str, depth: u8) -> Self {
        let item = Option::example_of(property, depth).into_iter();
        item.map(|item| ("example".to_owned(), item)).collect()
    }
}
