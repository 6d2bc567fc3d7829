//! Encoding of values as JSON.
//!
//! A value describes itself and its parts; serde writes it, in code that is compiled once for all
//! types. Nothing is copied, secrets in particular.

use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::SecondsFormat;
use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::{Date, DateTime, Nullable, Secret};

/// A value that can be encoded in a request.
///
/// The macros of this crate implement it for bodies and enums, and for models with the feature
/// `full-serde`. A type of your own implements serde's `Serialize`: see
/// [`Body::json`](crate::Body::json).
pub trait ToJson {
    /// The shape of the value.
    #[doc(hidden)]
    fn to_json(&self) -> Json<'_>;

    /// Calls `each` with the properties of an object, or the items of a list. Items have empty
    /// names.
    #[doc(hidden)]
    fn parts(&self, each: Each<'_>) {
        let _ = each;
    }
}

/// The callback for each part of a value.
#[doc(hidden)]
pub type Each<'a> = &'a mut dyn FnMut(&str, &dyn ToJson);

/// The shape of a value.
#[derive(Clone)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number beyond the range of the others.
    Large(u64),
    /// A number with a fraction.
    Float(f64),
    /// A string.
    Text(&'a str),
    /// An owned string.
    Made(String),
    /// Any value.
    Any(&'a serde_json::Value),
    /// A list of parts.
    List(&'a dyn ToJson),
    /// An object of parts.
    Object(&'a dyn ToJson),
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Large(value) => serializer.serialize_u64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Made(text) => serializer.serialize_str(text),
            Self::Any(value) => value.serialize(serializer),
            Self::List(list) => {
                let mut out = serializer.serialize_seq(None)?;
                let mut result = Ok(());
                list.parts(&mut |_, item| {
                    if result.is_ok() {
                        result = out.serialize_element(&item.to_json());
                    }
                });
                result.and_then(|()| out.end())
            }
            Self::Object(object) => {
                let mut out = serializer.serialize_map(None)?;
                let mut result = Ok(());
                object.parts(&mut |name, value| {
                    if result.is_ok() {
                        result = out.serialize_entry(name, &value.to_json());
                    }
                });
                result.and_then(|()| out.end())
            }
        }
    }
}

/// Omits the value, which may be a secret.
impl std::fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Json").finish_non_exhaustive()
    }
}

macro_rules! to_json {
    ($($t:ty: $value:ident => $json:expr;)*) => {$(
        impl ToJson for $t {
            fn to_json(&self) -> Json<'_> {
                let $value = self;
                $json
            }
        }
    )*};
}
to_json! {
    (): _value => Json::Null;
    bool: value => Json::Bool(*value);
    i32: value => Json::Int(i64::from(*value));
    i64: value => Json::Int(*value);
    u32: value => Json::Int(i64::from(*value));
    u64: value => Json::Large(*value);
    f64: value => Json::Float(*value);
    str: value => Json::Text(value);
    String: value => Json::Text(value);
    Secret: value => Json::Text(value.expose());
    // The format of chrono's serde implementation.
    DateTime: value => Json::Made(value.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    Date: value => Json::Made(value.to_string());
    IpAddr: value => Json::Made(value.to_string());
    serde_json::Value: value => Json::Any(value);
}

macro_rules! to_json_by_reference {
    ($($t:ty),*) => {$(
        impl<T: ToJson + ?Sized> ToJson for $t {
            fn to_json(&self) -> Json<'_> {
                (**self).to_json()
            }

            fn parts(&self, each: Each<'_>) {
                (**self).parts(each);
            }
        }
    )*};
}
to_json_by_reference!(&T, Box<T>);

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Json<'_> {
        self.as_ref().map_or(Json::Null, T::to_json)
    }
}

impl<T: ToJson> ToJson for Nullable<T> {
    fn to_json(&self) -> Json<'_> {
        self.as_value().map_or(Json::Null, T::to_json)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Json<'_> {
        Json::List(self)
    }

    fn parts(&self, each: Each<'_>) {
        for item in self {
            each("", item);
        }
    }
}

macro_rules! map_to_json {
    ($map:ty $(, $t:ident)?) => {
        impl$(<$t: ToJson>)? ToJson for $map {
            fn to_json(&self) -> Json<'_> {
                Json::Object(self)
            }

            fn parts(&self, each: Each<'_>) {
                for (name, value) in self {
                    each(name, value);
                }
            }
        }
    };
}
map_to_json!(BTreeMap<String, T>, T);
map_to_json!(serde_json::Map<String, serde_json::Value>);

/// The properties of an object without a field; one with the name of a field is skipped.
pub fn rest<T: ToJson>(map: &BTreeMap<String, T>, fields: &[&str], each: Each<'_>) {
    for (name, value) in map {
        if !fields.contains(&name.as_str()) {
            each(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_written_as_serde_writes_them() {
        let moment: DateTime = "2026-01-01T00:00:00.5Z".parse().expect("a moment");
        let day: Date = "2026-01-01".parse().expect("a day");
        let address: IpAddr = "2001:db8::1".parse().expect("an address");
        let any = json!({ "a": [1, 2.5, null, true, "\u{7}\""], "b": {} });
        let map = BTreeMap::from([("k".to_owned(), vec![Some(1_i64), None])]);
        let map: &dyn ToJson = &&Box::new(map);
        let written: Vec<(&dyn ToJson, String)> = vec![
            (&moment, serde_json::to_string(&moment).expect("JSON")),
            (&day, serde_json::to_string(&day).expect("JSON")),
            (&address, serde_json::to_string(&address).expect("JSON")),
            (&any, any.to_string()),
            (map, r#"{"k":[1,null]}"#.to_owned()),
            (&u64::MAX, u64::MAX.to_string()),
            (&f64::NAN, "null".to_owned()),
            (&"qu\"ote", r#""qu\"ote""#.to_owned()),
        ];
        for (value, expected) in written {
            let text = serde_json::to_string(&value.to_json()).expect("JSON");
            assert_eq!(text, expected);
        }
    }
}
