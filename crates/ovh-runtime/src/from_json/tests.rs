//! Values of all kinds, and the paths of invalid ones.

#![allow(unexpected_cfgs, reason = "the features are those of generated crates")]

use super::level::Place;
use super::*;
use crate::parsed_json::ParseInto;
use serde_core::de::DeserializeSeed;
use serde_json::{Value, json};

crate::model! {
    /// For the test.
    pub struct Outer: PartialEq {
        /// A model in a list.
        list: Vec<Inner> = "list" default,
        /// Lists in a map.
        map: BTreeMap<String, Vec<Inner>> = "map" default,
        /// The end of a recursion.
        ring: Option<Box<Outer>> = "ring",
        /// A name with a dot.
        when: DateTime = "when.at",
        /// Anything.
        any: Value = "any",
    }
}

crate::model! {
    /// For the test.
    pub struct Inner: PartialEq {
        /// A whole number.
        id: i64 = "id",
        /// A fraction.
        share: Option<f64> = "share",
    }
}

fn outer() -> Value {
    json!({
        "unknown": [{ "id": {} }],
        "any": { "a": [1, -2, 18_446_744_073_709_551_615_u64, 0.5, "x\ny", null, true, {}] },
        "when.at": "2026-01-01T00:00:00Z",
        "map": { "k": [{ "share": 1, "id": 7 }], "empty": null },
        "list": [{ "id": 1, "share": 0.25 }, { "id": 2 }],
        "ring": { "list": [], "when.at": "2026-01-02T00:00:00+02:00", "any": "x" },
    })
}

#[test]
fn reads_any_order_and_skips_unknown_properties() {
    let text = outer().to_string();
    let from_text: Outer = serde_json::from_str(&text).expect("all is there");
    let from_value: Outer = serde_json::from_value(outer()).expect("all is there");
    for outer in [from_text, from_value] {
        assert_eq!(outer.list[0].share, Some(0.25));
        assert_eq!((outer.list[1].id, outer.list[1].share), (2, None));
        assert_eq!(outer.map["k"][0].share, Some(1.0));
        assert!(outer.map["empty"].is_empty());
        assert_eq!(outer.any, self::outer()["any"]);
        let ring = outer.ring.expect("a ring");
        assert!(ring.list.is_empty() && ring.ring.is_none());
        assert_eq!(ring.when.to_rfc3339(), "2026-01-02T00:00:00+02:00");
    }
}

#[test]
fn reports_path_of_error_without_value() {
    for (pointer, value, path) in [
        ("/list/1/id", json!("s3cr3t"), "list[1].id"),
        ("/list/1", json!({}), "list[1].id"),
        ("/list/0/share", json!("s3cr3t"), "list[0].share"),
        ("/list", json!({ "s3cr3t": 1 }), "list"),
        ("/map/k/0/id", json!(0.5), "map.k[0].id"),
        ("/map", json!(["s3cr3t"]), "map"),
        ("/when.at", json!("s3cr3t"), "when.at"),
        ("/ring/list", json!([{ "id": null }]), "ring.list[0].id"),
        (
            "/ring",
            json!({ "when.at": "2026-01-01T00:00:00Z" }),
            "ring.any",
        ),
        ("/ring/when.at", Value::Null, "ring.when.at"),
    ] {
        let mut outer = outer();
        *outer.pointer_mut(pointer).expect("it is there") = value;
        let error = serde_json::from_value::<Outer>(outer).expect_err(pointer);
        let text = error.to_string();
        assert!(text.starts_with(&format!("`{path}`: ")), "{text}");
        assert!(!text.contains("s3cr3t"), "{text}");
    }
    let error = serde_json::from_str::<Outer>("[]").expect_err("a list");
    assert!(
        error
            .to_string()
            .starts_with("expected an object, found a list"),
        "{error}"
    );
}

#[test]
fn refuses_out_of_range_numbers() {
    assert!(serde_json::from_str::<Inner>(r#"{"id":9223372036854775808}"#).is_err());
    let narrow = |text: &str| {
        let mut reader = Reader::new(Leniency::Serde, Limits::new(None));
        reader.load(text, Place::Root).expect("JSON");
        let value = u32::from_json(&mut reader);
        reader.fault.is_none().then_some(value)
    };
    assert_eq!(narrow("4294967295"), Some(u32::MAX));
    assert_eq!(narrow("4294967296"), None);
    assert_eq!(narrow("-1"), None);
}

/// The form in which serde_json passes numbers if some crate enables `arbitrary_precision`.
#[test]
fn reads_arbitrary_precision_numbers() {
    use serde_core::de::value::{Error, MapDeserializer};
    for (text, expected) in [
        ("17", Some(17.0)),
        ("0.25", Some(0.25)),
        ("x", None),
        ("NaN", None),
        ("-inf", None),
        ("1e999", None),
    ] {
        let number = MapDeserializer::<_, Error>::new(std::iter::once((
            "$serde_json::private::Number",
            text,
        )));
        let mut reader = Reader::new(Leniency::Serde, Limits::new(None));
        let filled = ParseInto(&mut reader.values).deserialize(number);
        assert_eq!(filled.is_ok(), expected.is_some());
        if expected.is_some() {
            assert_eq!(Some(f64::from_json(&mut reader)), expected);
        }
    }
}

#[test]
fn reports_out_of_range_numbers() {
    for (number, wanted) in [
        ("9223372036854775808", "in the range of `i64`"),
        ("18446744073709551616", "in the range of `i64`"),
        ("-9223372036854775809", "in the range of `i64`"),
        ("1e30", "in the range of `i64`"),
        ("1.5", "found a number with a fraction"),
        ("\"1\"", "found a string"),
    ] {
        let text = format!("{{\"id\": {number}}}");
        let error = serde_json::from_str::<Inner>(&text).expect_err(number);
        assert!(error.to_string().contains(wanted), "{number}: {error}");
    }
}
